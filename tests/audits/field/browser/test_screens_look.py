"""Every screen in every light, hand, direction and size of text; point 24 of the 25, and axe on all of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.audits.field.browser.looking import (
    CONTRASTS,
    DESK,
    MEANT,
    ON_ITS_SIDE,
    TARGETS,
    UPRIGHT,
    accessible,
    answer,
    card,
    fits,
    go,
    look,
)
from tests.audits.field.proof import walking
from tests.audits.field.proof.stage import Scene, a_scene
from tests.audits.field.proof.tablet import Tablet
from tests.support.database import SqliteSource

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]
SIZES = (UPRIGHT, ON_ITS_SIDE, DESK, {"width": 390, "height": 844})
LIGHTS = {"light": {"mode": "light"}, "dark": {"mode": "dark"}, "bright": {"mode": "bright"}}


@pytest.fixture(scope="module")
def busy(playwright: Playwright, floor_source: SqliteSource) -> Iterator[tuple[Scene, Tablet]]:
    """A tablet in the middle of its work: answers, a failure with a photograph, something not sent."""
    with a_scene(playwright, floor_source, clauses=6, knock_outs=1, languages=("en", "th")) as scene:
        tablet = scene.tablet(scene.world.lead)
        tablet.drain()
        tablet.offline()
        page = card(scene, tablet)
        walking.fail(page, "one")
        card(scene, tablet, 1)
        walking.tap(page, "not_applicable")
        yield scene, tablet


@pytest.fixture(autouse=True)
def usual(busy: tuple[Scene, Tablet]) -> None:
    """Each test begins upright, and as a tablet looks that nobody has set."""
    page = busy[1].page
    sized(page, UPRIGHT)
    look(page)


def screens(scene: Scene) -> list[tuple[str, ...]]:
    first, second = scene.world.clauses[:2]
    ref = scene.reference
    return [("who",), ("work",), ("waiting",), ("attention",), ("settings",), (ref,), (ref, first), (ref, second),
            (ref, first, "conflict"), (ref, "finish")]


def sized(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]  # a ViewportSize


@pytest.mark.parametrize("light", LIGHTS)
def test_axe_finds_nothing_on_any_screen(busy: tuple[Scene, Tablet], light: str) -> None:
    scene, tablet = busy
    look(tablet.page, **LIGHTS[light])
    for place in screens(scene):
        accessible(go(tablet, *place))


@pytest.mark.parametrize("light", LIGHTS)
def test_24_answers_have_a_contrast_of_seven(busy: tuple[Scene, Tablet], light: str) -> None:
    scene, tablet = busy
    page = card(scene, tablet)
    look(page, **LIGHTS[light])
    found = page.evaluate(CONTRASTS)
    assert len(found) == 5
    assert min(found) >= 7, found


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("chosen", [{}, {"text": "200"}, {"dir": "rtl", "text": "150"}], ids=["usual", "200", "rtl"])
def test_24_nothing_runs_over_the_edge(
    busy: tuple[Scene, Tablet], size: dict[str, int], chosen: dict[str, str]
) -> None:
    scene, tablet = busy
    sized(tablet.page, size)
    look(tablet.page, **chosen)
    for place in screens(scene):
        fits(go(tablet, *place))


def test_24_text_of_200_per_cent_is_twice_as_large(busy: tuple[Scene, Tablet]) -> None:
    scene, tablet = busy
    page = card(scene, tablet)
    rule = page.locator("article > .pl-rule")
    before = rule.evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)")
    go(tablet, "settings")
    page.get_by_label("200 %").check(force=True)
    card(scene, tablet)
    assert rule.evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)") == pytest.approx(2 * before)
    tablet.reload()
    assert page.locator("html").get_attribute("data-text") == "200"


def test_24_every_target_is_as_large_as_a_fingertip(busy: tuple[Scene, Tablet]) -> None:
    scene, tablet = busy
    for place in screens(scene):
        page = go(tablet, *place)
        small = [each for each in page.evaluate(TARGETS, MEANT) if each["height"] < 44 and not each["inline"]]
        assert small == [], (place, small)


def test_on_its_side_the_answer_stands_beside_the_rule_for_either_hand(busy: tuple[Scene, Tablet]) -> None:
    scene, tablet = busy
    page = card(scene, tablet)
    sized(page, ON_ITS_SIDE)

    def places() -> tuple[float, float, float, float]:
        rule, given = page.locator("article").bounding_box(), page.locator(".pl-answers").bounding_box()
        assert rule
        assert given
        return rule["x"], given["x"], rule["y"], given["y"]

    rule, given, top, beside = places()
    assert rule < given
    assert abs(top - beside) < 24
    look(page, hand="left")
    rule, given, _, _ = places()
    assert given < rule
    look(page, split="no")
    _, _, top, below = places()
    assert below > top + 100
    look(page, dir="rtl")
    rule, given, _, _ = places()
    assert given < rule


def test_a_clause_is_answered_with_the_keyboard_alone(busy: tuple[Scene, Tablet]) -> None:
    scene, tablet = busy
    page = card(scene, tablet, 2)
    expect(page.locator("main #q")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.value") == "conformity":
            break
    page.keyboard.press("Space")
    walking.saved(page)
    expect(answer(page, "conformity")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.locator("[data-key=after]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main bdi", has_text=scene.world.clauses[3]).first).to_be_visible()
    expect(page.locator("[data-key=after]")).to_be_focused()
    expect(page.locator("#said")).to_contain_text(scene.world.clauses[3])


def test_nothing_is_said_by_colour_alone(busy: tuple[Scene, Tablet]) -> None:
    scene, tablet = busy
    for place in screens(scene):
        page = go(tablet, *place)
        for told in page.locator("main :is(.pl-tag, .pl-chip, .pl-sev):visible").all():
            assert told.inner_text().strip()
            assert told.locator("svg").count() >= 1
