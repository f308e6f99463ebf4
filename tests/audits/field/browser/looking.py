"""Looking at a screen of the tablet: what is as large as it must be, as dark, as far apart, and within the edge."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.audits.field.proof.stage import Scene
from tests.audits.field.proof.tablet import Tablet
from tests.support.browser import WCAG

UPRIGHT, ON_ITS_SIDE = {"width": 810, "height": 1080}, {"width": 1080, "height": 810}
DESK = {"width": 1280, "height": 800}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
LOOK = """(look) => {
  localStorage.setItem("plumbline-field-look", JSON.stringify(look));
  dispatchEvent(new Event("plumbline-look"));
}"""
# Every target a finger may mean, with what it is called; a label stands for the field inside it.
MEANT = "header a, header button, main a, main button, main summary, main label.add, #foot a"
TARGETS = """(meant) => [...document.querySelectorAll(meant)]
  .filter((each) => each.offsetParent && !each.closest(".pl-rule"))
  .map((each) => ({ name: each.textContent.trim(), height: each.getBoundingClientRect().height,
                    inline: getComputedStyle(each).display === "inline" }))"""
# The contrast of what is written on each answer, by WCAG 2's own formula.
CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ground = (each) => {
    for (let at = each; at; at = at.parentElement) {
      const [r, g, b, a] = rgb(getComputedStyle(at).backgroundColor);
      if (a) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll(".pl-answers .answer")].map((each) => {
    const both = [light(rgb(getComputedStyle(each).color)), light(ground(each))];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  });
}"""
KEPT = """async ([ref, item, told]) => {
  const work = await window.plumbline.field.open(ref);
  return JSON.stringify(told) === JSON.stringify(Object.fromEntries(
    Object.keys(told).map((name) => [name, work.answers[item]?.[name]?.value ?? null])));
}"""


def go(tablet: Tablet, *place: str) -> Page:
    """A screen, once it stands."""
    page = tablet.page
    page.goto("/field/#/" + "/".join(place))
    expect(page.locator(f"main[data-at='{'/'.join(place)}'] #q")).to_be_visible()
    return page


def card(scene: Scene, tablet: Tablet, number: int = 0) -> Page:
    """The clause of that number, ready to be answered."""
    clause = scene.world.clauses[number]
    page = go(tablet, scene.reference, clause)
    expect(page.locator("main bdi", has_text=clause).first).to_be_visible()
    return page


def answer(page: Page, value: str) -> Any:
    return page.locator(f".answer[data-value={value}]")


def look(page: Page, **chosen: str) -> None:
    """mode light, dark, bright; text 100 to 200; hand; split; dir: as Settings keeps them."""
    page.evaluate(LOOK, chosen)


def accessible(page: Page) -> None:
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def fits(page: Page) -> None:
    assert page.evaluate(FITS), f"{page.url} runs over the edge at {page.viewport_size}"


def kept(scene: Scene, tablet: Tablet, number: int = 0, **told: object) -> None:
    """Wait until the tablet holds these values of a clause."""
    tablet.page.wait_for_function(KEPT, arg=[scene.reference, scene.world.clauses[number], told])
