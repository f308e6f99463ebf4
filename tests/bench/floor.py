"""The tablet: how long a tap, a start without a network and a sync take in a browser, and how much the shell weighs."""

import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Playwright, sync_playwright

from tests.audits.field.proof.pictures import a_picture
from tests.audits.field.proof.stage import Scene, a_scene
from tests.audits.field.proof.tablet import Tablet
from tests.bench import reporting
from tests.support.database import SqliteSource

ANSWERS, PHOTOGRAPHS, TAPS = 500, 100, 60
SENT, SENT_PHOTOS, LINE = 84, 23, 5_000_000
SLOWED = 4
FIELDS = ("note", "reason", "finding_title", "finding_risk", "proposed_action")
FILL = """async ([work, items, fields]) => {
  for (const item of items) for (const name of fields) {
    await window.plumbline.field.save(work, item, name, `What was written of ${item} as ${name}.`);
  }
}"""
# From the tap to the words, as the auditor sees it: the chip is cleared, then watched.
TAP = """async (value) => {
  const place = document.querySelector(".pl-field-saved"), button = document.querySelector(`[data-value=${value}]`);
  const begun = performance.now();
  const told = new Promise((done) => {
    const look = new MutationObserver(() => {
      if (button.getAttribute("aria-pressed") === "true" && place.textContent.includes("Saved on tablet")) {
        look.disconnect();
        done(performance.now() - begun);
      }
    });
    look.observe(document.querySelector(".pl-field-answering"), { subtree: true, childList: true, attributes: true,
      characterData: true });
  });
  place.firstElementChild.replaceChildren();
  button.click();
  return told;
}"""
LAST = "(last) => [...document.querySelectorAll('main bdi')].some((each) => each.textContent === last)"
LARGE = """async ([work, item, name, seed]) => {
  const canvas = new OffscreenCanvas(2048, 1536), drawing = canvas.getContext("2d");
  const picture = drawing.createImageData(2048, 1536);
  let state = seed;
  for (let at = 0; at < picture.data.length; at += 4) {
    state = (state * 1664525 + 1013904223) >>> 0;
    const grain = 96 + (state >>> 25);
    picture.data.set([grain, grain * 0.9, grain * 0.8, 255], at);
  }
  drawing.putImageData(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
  await window.plumbline.field.addPhoto(work, item, new File([blob], name, { type: "image/jpeg" }), { caption: "" });
  return blob.size;
}"""


@dataclass(frozen=True)
class Figure:
    """One number and what it was to be; smaller is better in all of them."""

    what: str
    got: float
    wanted: float
    unit: str

    @property
    def row(self) -> str:
        missed = "" if self.got <= self.wanted else f"{self.got / self.wanted:.1f} × what was wanted"
        digits = 0 if self.got >= 100 else 1
        return f"| {self.what} | {self.got:,.{digits}f} {self.unit} | ≤ {self.wanted:,.0f} {self.unit} | {missed} |"


def figures() -> Iterator[Figure]:
    """Each is measured in a scene of its own, in Chromium against a server process."""
    source = SqliteSource()
    try:
        with sync_playwright() as playwright:
            for measured in (_shell, _download, _taps, _cold_start, _line):
                yield measured(playwright, source)
    finally:
        source.close()


def _shell(playwright: Playwright, source: SqliteSource) -> Figure:
    """Everything a first visit loads, as it travels: the page, its worker and each file the worker keeps."""
    with a_scene(playwright, source, clauses=1) as scene:
        there = f"http://127.0.0.1:{scene.server.port}"
        worker = _fetched(f"{there}/field/sw.js")
        listed = json.loads(gzip.decompress(worker).decode().partition("const ASSETS = ")[2].partition(";")[0])
        size = len(worker) + sum(len(_fetched(there + path)) for path in ["/field/", *listed])
    return Figure("the shell as it travels", size / 1000, 150, "KB")


def _fetched(address: str) -> bytes:
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"}), timeout=20) as answer:
        got: bytes = answer.read()
    return got


def _download(playwright: Playwright, source: SqliteSource) -> Figure:
    with a_scene(playwright, source, clauses=100, facts="- Guidance: Look at the log of each shift.") as scene:
        tablet = scene.tablet(scene.world.lead, downloaded=False)
        got = tablet.page.evaluate(
            "async (ref) => (await (await fetch(`/field/api/v1/work/${ref}`)).text()).length", scene.reference)
    return Figure("an audit of 100 clauses, downloaded without pictures", got / 1000, 1000, "KB")


def _taps(playwright: Playwright, source: SqliteSource) -> Figure:
    """The 95th percentile of taps on a tablet that holds 500 answers and 100 photographs, none of them sent."""
    with a_scene(playwright, source, clauses=100, folder=Path(tempfile.mkdtemp(prefix="floor-"))) as scene:
        tablet = filled(scene)
        times = []
        for at in range(TAPS):
            tablet.page.goto(f"/field/#/{scene.reference}/{scene.world.clauses[at]}")
            tablet.page.wait_for_selector(".pl-answers [data-value=conformity]")
            tablet.page.wait_for_timeout(500)
            times.append(tablet.page.evaluate(TAP, "conformity"))
    percentile = statistics.quantiles(times, n=20)[-1]
    return Figure(f"a tap until “Saved on tablet”, p95, with {ANSWERS} answers and {PHOTOGRAPHS} photographs stored",
                  percentile, 50, "ms")


def filled(scene: Scene) -> Tablet:
    tablet = scene.tablet(scene.world.lead)
    tablet.offline()
    tablet.page.evaluate(FILL, [scene.reference, scene.world.clauses[:ANSWERS // len(FIELDS)], FIELDS])
    for at in range(PHOTOGRAPHS):
        tablet.add_photo(scene.reference, scene.world.clauses[at], f"{at}.jpg", a_picture(f"floor {at}", (1024, 768)))
    return tablet


def _cold_start(playwright: Playwright, source: SqliteSource) -> Figure:
    """A new browser on a processor four times slower, no network, straight to the last clause of a hundred."""
    with a_scene(playwright, source, clauses=100) as scene:
        tablet = scene.tablet(scene.world.lead)
        last = scene.world.clauses[-1]
        tablet.page.evaluate(FILL, [scene.reference, scene.world.clauses, FIELDS])
        tablet.drain(120)
        scene.server.kill()
        times = []
        for _ in range(5):
            tablet.switch_off()
            tablet.switch_on()
            tablet.slow_down(SLOWED)
            begun = time.monotonic()
            tablet.page.goto(f"/field/#/{scene.reference}/{last}", wait_until="commit")
            tablet.page.wait_for_function(LAST, arg=last, polling=20)
            times.append((time.monotonic() - begun) * 1000)
    return Figure("a cold start without a network until the last of 100 clauses is shown, 4 × slowed processor",
                  statistics.median(times), 2000, "ms")


def _line(playwright: Playwright, source: SqliteSource) -> Figure:
    with a_scene(playwright, source, clauses=SENT) as scene:
        tablet = scene.tablet(scene.world.lead)
        tablet.offline()
        for clause in scene.world.clauses:
            tablet.save(scene.reference, clause, "conformity", "conformity")
        sizes = [tablet.page.evaluate(LARGE, [scene.reference, scene.world.clauses[at], f"{at}.jpg", at + 1])
                 for at in range(SENT_PHOTOS)]
        tablet.page.wait_for_timeout(4000)
        tablet.proxy.bits_per_second = LINE
        tablet.online()
        took = tablet.drain(300)
    size = f"{statistics.mean(sizes) / 1e6:.1f} MB"
    return Figure(f"{SENT} answers and {SENT_PHOTOS} photographs of {size} on a line of 5 Mbit/s, until all is on the "
                  "server", took, 60, "s")


def main(*, write: bool) -> int:
    rows = []
    for figure in figures():
        sys.stdout.write(f"{figure.row}\n")
        rows.append(figure.row)
    if write:
        reporting.write_floor(rows)
    return 0
