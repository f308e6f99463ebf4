"""My work, the checklist, and the bar over all of it; the numbers are those of the 25 points."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.audits.field.browser.looking import answer, card, go
from tests.audits.field.proof import walking
from tests.audits.field.proof.stage import Scene, Staging
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]
IPAD = ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
        "Mobile/15E148 Safari/604.1")
ANDROID = ("Mozilla/5.0 (Linux; Android 14; Tablet) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
           "Safari/537.36")


def rows(page: Page) -> list[str]:
    return page.locator("main .pl-field-row .id").all_inner_texts()


def choose(page: Page, name: str) -> None:
    page.get_by_role("group", name="Which clauses").get_by_role("button", name=re.compile(f"^{name}")).click()


def test_10_11_and_12_sections_progress_and_filters(stage_scene: Staging) -> None:
    with stage_scene(clauses=8, books=2) as scene:
        tablet = scene.tablet(scene.world.lead)
        clauses = scene.world.clauses
        card(scene, tablet)
        tablet.drain()
        tablet.offline()
        page = card(scene, tablet)
        walking.tap(page, "nonconformity")
        card(scene, tablet, 1)
        walking.tap(page, "conformity")
        bar = page.get_by_role("navigation", name="Sections").get_by_role("link")
        expect(bar).to_have_count(3)
        expect(bar.nth(0)).to_contain_text("2 of 8, 1 flagged, 1 needs a photo")
        expect(bar.nth(1)).to_contain_text("2 of 4, 1 flagged")
        expect(bar.nth(1)).to_have_attribute("aria-current", "true")
        bar.nth(2).click()
        expect(page.locator("main bdi", has_text=clauses[4]).first).to_be_visible()
        answer(page, "conformity").click()
        walking.saved(page)
        assert page.locator("header#top").evaluate("(each) => getComputedStyle(each).position") == "sticky"
        bar.nth(0).click()
        expect(page.locator("main bdi", has_text=clauses[5]).first).to_be_visible()
        page.locator("[data-key=jump]").click()
        expect(page.locator("main bdi", has_text=clauses[6]).first).to_be_visible()
        go(tablet, scene.reference)
        assert rows(page) == clauses
        choose(page, "Unanswered")
        assert rows(page) == [clauses[at] for at in (2, 3, 5, 6, 7)]
        choose(page, "Flagged")
        assert rows(page) == clauses[:1]
        choose(page, "Not sent")
        assert rows(page) == [clauses[at] for at in (0, 1, 4)]
        choose(page, "Conflicts")
        expect(page.get_by_text("Nobody answered anything differently.")).to_be_visible()
        tablet.online()
        tablet.drain()
        choose(page, "Not sent")
        expect(page.get_by_text("Everything is on the server.")).to_be_visible()


def test_14_15_and_16_the_bar_is_calm_and_tells_what_waits(scene: Scene, tablet: Tablet) -> None:
    tablet.drain()
    page = card(scene, tablet)
    page.on("dialog", lambda dialog: pytest.fail(f"asked: {dialog.message}"))
    bar = page.locator("#waiting")
    expect(bar).to_contain_text("All on server")
    tablet.offline()
    expect(bar).to_contain_text("Offline")
    for _ in range(3):
        tablet.online()
        tablet.offline()
    assert page.locator("#notices .pl-alert, [role=alertdialog], dialog[open]").count() == 0
    expect(page.locator("[role=status]", has_text="Offline").first).to_have_attribute("aria-live", "polite")
    walking.tap(page, "nonconformity")
    walking.take(page, "one.jpg")
    expect(bar).to_contain_text("1 answer, 1 photo waiting")
    expect(page.locator(".pl-photos [data-state=saved]")).to_be_visible()
    bar.click()
    expect(page.get_by_role("heading", name="What is not on the server yet")).to_be_visible()
    waiting = page.locator("main .pl-field-row")
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text("Nonconformity")
    expect(waiting.first.locator("[data-state=saved]")).to_contain_text("Saved on tablet")
    for place in ((), ("work",), ("attention",), ("settings",), (scene.reference,), (scene.reference, "finish")):
        go(tablet, *(place or ("waiting",)))
        expect(page.locator("#sync")).to_be_visible()
        expect(page.locator("#last")).to_contain_text(re.compile(r"Last on server \d\d:\d\d"))
        expect(page.locator("#last")).to_contain_text("next try")
    tablet.online()
    page.locator("#sync").click()
    expect(bar).to_contain_text("All on server", timeout=30_000)
    card(scene, tablet)
    expect(page.locator(".pl-field-saved")).to_contain_text("On server")
    expect(page.locator(".pl-photos [data-state=server]")).to_be_visible()


def test_17_taking_work_along_says_how_large_and_is_really_ready(scene: Scene) -> None:
    tablet = scene.tablet(scene.world.lead, downloaded=False)
    page = go(tablet, "work")
    work = page.locator(".pl-field-work")
    expect(work).to_contain_text("Not on this tablet yet")
    work.get_by_role("button", name="Download for offline").click()
    expect(work).to_contain_text("Ready offline")
    expect(work).to_contain_text(re.compile(r"\d+ KB on this tablet"))
    scene.server.kill()
    tablet.reload()
    work.get_by_role("link", name="Begin").click()
    page.locator("[data-key=continue]").click()
    expect(page.locator("main bdi", has_text=scene.world.clauses[0]).first).to_be_visible()


@pytest.mark.parametrize(("device", "told"), [(IPAD, "Add to Home Screen"), (ANDROID, "Add to home screen")])
def test_18_how_to_install_and_why_comes_before_the_download(scene: Scene, device: str, told: str) -> None:
    tablet = scene.tablet(scene.world.lead, downloaded=False)
    session = tablet.context.new_cdp_session(tablet.page)  # type: ignore[union-attr]  # it is switched on
    session.send("Network.setUserAgentOverride", {"userAgent": device})
    tablet.reload()
    page = go(tablet, "work")
    hint = page.locator(".pl-field-tablet details")
    expect(hint).to_contain_text(told)
    expect(hint).to_contain_text("Why first")
    expect(page.locator(".pl-field-tablet")).to_contain_text("The system may clear this tablet's store")


def test_19_the_room_on_the_tablet_is_measured(scene: Scene, tablet: Tablet) -> None:
    page = go(tablet, "work")
    expect(page.locator(".pl-field-meter")).to_contain_text(re.compile(r"\d+(\.\d)? [KM]B of \d+(\.\d)? GB used"))
    expect(page.get_by_role("img", name=re.compile(r"\d+ % of the room is used"))).to_be_visible()


def test_removing_what_was_never_sent_takes_a_word_and_offers_a_copy(scene: Scene, tablet: Tablet) -> None:
    tablet.offline()
    tablet.save(scene.reference, scene.world.clauses[0], "note", "Never sent")
    page = go(tablet, "work")
    expect(page.locator(".pl-field-work")).to_contain_text("1 answer not sent yet")
    page.get_by_role("button", name="Remove from tablet").click()
    expect(page.get_by_text("On this tablet only: 1 answer.")).to_be_visible()
    with page.expect_download() as got:
        page.locator("[data-key=remove-backup]").click()
    assert "Never sent" in got.value.path().read_text(encoding="utf-8")
    page.locator(".pl-why").get_by_role("button", name="Remove from tablet").click()
    expect(page.locator(".pl-why")).to_contain_text("type REMOVE")
    expect(page.locator(".pl-field-work")).to_contain_text("1 answer not sent yet")
    page.locator("#remove-word").fill("REMOVE")
    page.locator(".pl-why").get_by_role("button", name="Remove from tablet").click()
    expect(page.locator(".pl-field-work")).to_contain_text("Not on this tablet yet")
    assert tablet.stored("ops") == []


def test_23_a_shared_tablet_names_everybody_and_keeps_them_apart(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    expect(page.locator("#who")).to_have_text(scene.world.name_of(scene.world.lead))
    tablet.offline()
    walking.tap(page, "conformity")
    tablet.sign_in(scene.world.colleague)
    tablet.online()
    page = go(tablet, "who")
    lead = page.locator(f"[data-key='person {scene.world.lead}']")
    colleague = page.locator(f"[data-key='person {scene.world.colleague}']")
    expect(lead).to_contain_text("1 answer unsent on this tablet")
    expect(lead).to_contain_text("Holds it now")
    expect(colleague).to_contain_text("Signed in")
    colleague.click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    expect(page.locator("#who")).to_have_text("Maria Santos")
    assert [row["value"] for row in tablet.stored("ops", scene.world.lead)] == ["conformity"]
    go(tablet, "who")
    expect(lead).to_contain_text("1 answer unsent on this tablet")
    lead.click()
    expect(page.locator("#who")).to_have_text(scene.world.name_of(scene.world.lead))
    expect(page.get_by_role("region", name="What needs you")).to_contain_text("Sign in")
