"""A tablet: one browser profile on its own line to the server, with all that befalls tablets."""

import base64
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Playwright

from tests.audits.field.proof.proxy import Proxy
from tests.support.browser import ARGUMENTS, TABLET, find_chromium

PATIENCE = 30_000  # milliseconds a step may take on a busy machine
STORE_IS_KEPT_OPEN = 3_000  # milliseconds a browser keeps a store open that nobody uses any more, and some
# The clock of the page alone: moved timers would make a client look patient that never waits in life.
MOVED_CLOCK = """
(() => {
  const Real = Date;
  const shift = () => Number(localStorage.getItem("proof-shift") || 0);
  globalThis.Date = class Date extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + shift()); }
    static now() { return Real.now() + shift(); }
  };
})();
"""
SAVE = """async ([work, item, name, value]) => {
  try { await window.plumbline.field.save(work, item, name, value); return ""; }
  catch (error) { return `${error.name}: ${error.message}`; }
}"""
PHOTO = """async ([work, item, name, bytes]) => {
  const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  const file = new File([data], name, { type: "image/jpeg" });
  try { const made = await window.plumbline.field.addPhoto(work, item, file, { caption: name });
        return { ok: true, media_id: typeof made === "string" ? made : made?.media_id ?? "" }; }
  catch (error) { return { ok: false, why: `${error.name}: ${error.message}` }; }
}"""
SYNC = """(patience) => Promise.race([
  Promise.resolve(window.plumbline.field.syncNow()).then(() => true, (error) => String(error)),
  new Promise((done) => setTimeout(() => done("no end to it"), patience)),
])"""
STORED = """async ([name, store]) => {
  const found = (await indexedDB.databases()).find((each) => each.name === name);
  if (!found) return [];
  const database = await new Promise((done, fail) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => fail(opening.error);
  });
  try {
    const rows = await new Promise((done, fail) => {
      const asking = database.transaction(store).objectStore(store).getAll();
      asking.onsuccess = () => done(asking.result);
      asking.onerror = () => fail(asking.error);
    });
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) =>
      [key, value instanceof ArrayBuffer ? value.byteLength : value instanceof Blob ? value.size : value])));
  } finally { database.close(); }
}"""


@dataclass
class Tablet:
    """`person` holds it; `cookie` makes them a browser session."""

    playwright: Playwright
    folder: Path
    proxy: Proxy
    person: UUID
    cookie: Callable[[UUID], str]
    size: dict[str, int] = field(default_factory=lambda: dict(TABLET))
    context: BrowserContext | None = None
    said: list[str] = field(default_factory=list)
    is_full: bool = False
    _page: Page | None = None
    _quota: CDPSession | None = None

    @property
    def page(self) -> Page:
        assert self._page is not None
        return self._page

    @property
    def is_on(self) -> bool:
        return self.context is not None

    # What people do with it

    def switch_on(self) -> "Tablet":
        """Start the browser on the profile it had before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob("Singleton*"):
            left.unlink()
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=find_chromium(), headless=True, args=ARGUMENTS, base_url=self.proxy.url,
            viewport=self.size, locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]  # a ViewportSize
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(MOVED_CLOCK)
        self.context.on("weberror", lambda error: self.said.append(str(error.error)))
        self._page = self.context.pages[0]
        return self

    def sign_in(self, person: UUID | None = None) -> None:
        assert self.context is not None
        self.context.add_cookies([{"name": "plumbline", "value": self.cookie(person or self.person),
                                   "url": self.proxy.url, "httpOnly": True, "sameSite": "Lax"}])

    def open(self, path: str = "/field/") -> Page:
        """Open the app and wait until somebody's work is open in it."""
        self.page.goto(path)
        self.ready()
        return self.page

    def ready(self) -> None:
        """Wait for the facade; on a tablet that knows nobody yet, go on as whoever is signed in."""
        deadline = time.monotonic() + PATIENCE / 1000
        chosen = False
        while time.monotonic() < deadline:
            if self.page.evaluate("() => Boolean(window.plumbline?.field)"):
                if chosen:  # choosing leads to one's work: what is asked of the tablet before would be undone by it
                    self.page.wait_for_function("() => document.getElementById('main').dataset.at === 'work'")
                return
            going = self.page.locator(f"[data-key='person {self.person}']")
            with contextlib.suppress(Error):  # the screen may be drawn anew under the finger
                going.first.click(timeout=500)
                chosen = True
            self.page.wait_for_timeout(50)
        raise AssertionError(f"nobody's work opened: {self.page.locator('body').inner_text()[:500]}")

    def download(self, reference: str) -> dict[str, Any]:
        got: dict[str, Any] = self.page.evaluate("(ref) => window.plumbline.field.download(ref)", reference)
        assert got.get("ok"), got
        self.page.wait_for_function("() => navigator.serviceWorker.controller || navigator.serviceWorker.ready")
        return got

    def save(self, reference: str, item: str, name: str, value: object) -> str:
        """"" once the tablet said "Saved on tablet"; otherwise why it did not."""
        why: str = self.page.evaluate(SAVE, [reference, item, name, value])
        return why

    def add_photo(self, reference: str, item: str, name: str, data: bytes) -> dict[str, Any]:
        made: dict[str, Any] = self.page.evaluate(PHOTO, [reference, item, name, base64.b64encode(data).decode()])
        return made

    def sync(self, seconds: float = 20) -> object:
        return self.page.evaluate(SYNC, seconds * 1000)

    def ask(self, call: str, *given: object) -> Any:
        """One call of the facade: `ask("open", reference)`."""
        return self.page.evaluate("([call, given]) => window.plumbline.field[call](...given)", [call, list(given)])

    def work(self, reference: str) -> Any:
        return self.ask("open", reference)

    def value(self, reference: str, item: str, name: str) -> Any:
        return self.answer(reference, item, name).get("value")

    def answer(self, reference: str, item: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = (self.work(reference)["answers"].get(item) or {}).get(name) or {}
        return found

    def waiting(self) -> int:
        """How many operations and photographs wait in the tablet's database."""
        operations = [row for row in self.stored("ops") if row["state"] in {"queued", "sending"}]
        photos = [row for row in self.stored("media") if row["state"] in {"raw", "ready", "uploading", "unsure"}
                  and not row.get("removed")]
        return len(operations) + len(photos)

    def drain(self, seconds: float = 60) -> float:
        """Sync until nothing waits; returns how many seconds it took."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            self.sync()
            if not self.waiting():
                return time.monotonic() - begun
            self.page.wait_for_timeout(100)
        raise AssertionError(f"still waiting: {self.ask('status')}, {self.ask('unsent')}, {self.ask('attention')}")

    def stored(self, store: str, person: UUID | None = None) -> list[dict[str, Any]]:
        """The rows of one store of a person's database, read past the app; bytes as their count."""
        somebody = person or self.page.evaluate("() => window.plumbline.field.user.id")
        rows: list[dict[str, Any]] = self.page.evaluate(STORED, [f"plumbline-field-{somebody}", store])
        return rows

    # What befalls it

    def offline(self, *, off: bool = True) -> None:
        assert self.context is not None
        self.context.set_offline(off)

    def online(self) -> None:
        self.offline(off=False)

    def out_of_reach(self, *, out: bool) -> None:
        """No line to the server, while the browser believes in one; back again, it may hear of it."""
        back = self.proxy.down and not out
        self.proxy.down = out
        if back:
            self.page.evaluate("() => { dispatchEvent(new Event('online')); }")

    def reload(self) -> None:
        self.page.reload()
        self.ready()

    def crash(self) -> None:
        """The tab dies, as one does when the camera takes the memory."""
        assert self.context is not None
        dead = self.page
        self._quota, self.is_full = None, False
        with contextlib.suppress(Error):
            dead.goto("chrome://crash", timeout=5000)
        self._page = self.context.new_page()
        dead.close()
        self.open()

    def pull_battery(self) -> None:
        """The browser dies with everything it had not written."""
        marked = f"--user-data-dir={self.folder}"
        for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):  # noqa: PTH208 - only the names
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if marked in words and not any(word.startswith("--type=") for word in words):
                os.kill(pid, signal.SIGKILL)
        self._forget()

    def _forget(self) -> None:
        context, self.context, self._page, self._quota = self.context, None, None, None
        self.is_full = False
        try:
            if context is not None:
                context.close()
        except Error:
            pass

    def full(self, quota: int | None = 1) -> None:
        """Let the storage be full, and open the page again in it; None gives it its room back at once.

        A browser goes by the room it found last, for half a minute or until nobody has the store open for a while.
        """
        assert self.context is not None
        if self._quota is None:
            self._quota = self.context.new_cdp_session(self.page)
        told = {"origin": f"{self.proxy.url}/"} | ({} if quota is None else {"quotaSize": quota})
        self.is_full = quota is not None
        self._quota.send("Storage.overrideQuotaForOrigin", told)
        if self.is_full:
            address = self.page.url
            self.page.goto("about:blank")
            self.page.wait_for_timeout(STORE_IS_KEPT_OPEN)
            self.open(address)

    def evict(self) -> None:
        """The system clears the storage to make room, as it may."""
        assert self.context is not None
        page = self.page
        page.goto("about:blank")
        clearing = self.context.new_cdp_session(page)
        clearing.send("Storage.clearDataForOrigin", {"origin": f"{self.proxy.url}/", "storageTypes": "indexeddb"})
        clearing.detach()

    def move_clock(self, hours: float) -> None:
        self.page.evaluate("(shift) => localStorage.setItem('proof-shift', shift)", hours * 3_600_000)

    def take_update(self) -> bool:
        """Tap "Update now"; whether the page came back as another build. Otherwise load it again, as people do."""
        before = self.build
        with contextlib.suppress(Error), self.page.expect_navigation(timeout=15_000):
            self.page.evaluate("() => { void window.plumbline.field.applyUpdate(); }")
        self.ready()
        if self.build == before:
            self.reload()
        return self.build != before

    @property
    def build(self) -> str:
        found: str = self.page.evaluate("document.documentElement.dataset.build")
        return found

    def slow_down(self, times: float) -> None:
        assert self.context is not None
        self.context.new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": times})

    def switch_off(self) -> None:
        self._forget()

    def throw_away(self) -> None:
        self.switch_off()
        shutil.rmtree(self.folder, ignore_errors=True)
