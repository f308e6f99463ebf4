"""The clause on the tablet; the numbers are those of the 25 points a page of the floor is judged by."""

import itertools
import random

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from compliance import db
from compliance.playbooks.models import Playbook
from tests.audits.field.browser.looking import answer, card, go, kept
from tests.audits.field.proof import walking
from tests.audits.field.proof.stage import Scene, Staging
from tests.audits.field.proof.tablet import Tablet
from tests.audits.field.proof.world import reading
from tests.builders.translations import a_translation

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]
QUICK = """(value) => new Promise((done) => {
  const button = document.querySelector(`.answer[data-value=${value}]`), begun = performance.now(), seen = {};
  const look = () => {
    const now = performance.now() - begun, said = document.querySelector(".pl-field-saved").textContent;
    if (button.getAttribute("aria-pressed") === "true") seen.chosen ??= now;
    if (said.includes("Saved on tablet")) seen.saved ??= now;
    if (seen.chosen !== undefined && seen.saved !== undefined) done(seen);
  };
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(look).observe(document.querySelector("main"), all);
  button.click();
})"""
CAPTION = """async ([ref, item, told]) => {
  const work = await window.plumbline.field.open(ref);
  return work.photos[item][0].caption === told;
}"""


def test_1_answers_are_large_apart_and_all_in_sight(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    boxes = [each.bounding_box() for each in page.locator(".answer").all()]
    assert len(boxes) == 5
    for box in boxes:
        assert box
        assert box["height"] >= 56
        assert box["y"] + box["height"] <= 1080 - 72, "above the foot, without scrolling"
    for one, other in itertools.combinations(boxes, 2):
        assert one
        assert other
        aside = max(one["x"], other["x"]) - min(one["x"] + one["width"], other["x"] + other["width"])
        below = max(one["y"], other["y"]) - min(one["y"] + one["height"], other["y"] + other["height"])
        assert max(aside, below) >= 8


def test_2_and_3_one_tap_answers_and_a_second_takes_it_back(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    page.on("dialog", lambda dialog: pytest.fail(f"asked: {dialog.message}"))
    tablet.offline()
    seen = page.evaluate(QUICK, "conformity")
    assert seen["chosen"] < 100
    assert seen["saved"] < 1000, "a shared core: the bench holds the real figure"
    answer(page, "conformity").click()
    expect(answer(page, "conformity")).to_have_attribute("aria-pressed", "false")
    assert tablet.value(scene.reference, scene.world.clauses[0], "conformity") is None
    page.get_by_role("button", name="Undo").click()
    expect(answer(page, "conformity")).to_have_attribute("aria-pressed", "true")
    expect(answer(page, "conformity")).to_be_focused()
    assert tablet.value(scene.reference, scene.world.clauses[0], "conformity") == "conformity"


def test_a_tap_that_began_before_a_refresh_still_counts(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    after = page.locator("[data-key=after]").element_handle()
    walking.tap(page, "conformity")
    expect(page.locator("[data-key=whole]")).to_contain_text("1 of 12")
    assert after.evaluate("(link) => link.isConnected")


def test_4_a_failure_opens_what_it_asks_in_its_place(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    finding = page.get_by_role("group", name="The finding this raises")
    expect(finding).to_be_hidden()
    answer(page, "nonconformity").focus()
    page.keyboard.press("Enter")
    expect(finding).to_be_visible()
    for label in ("What did you see?", "In one line", "Who is harmed, and how, when it stays so?",
                  "What should be done about it?"):
        expect(page.get_by_label(label)).to_be_visible()
    expect(answer(page, "nonconformity")).to_be_focused()
    assert page.locator("dialog, [role=dialog], [aria-modal]").count() == 0
    page.get_by_role("group", name="Severity you propose").get_by_role("button", name="Minor").click()
    walking.write(page, "proposed_action", "Give the night shift a second person.")
    walking.saved(page)
    held = tablet.work(scene.reference)["answers"][scene.world.clauses[0]]
    assert held["proposed_severity"]["value"] == "minor"
    assert held["proposed_action"]["value"] == "Give the night shift a second person."


def test_5_not_applicable_asks_why_with_usual_reasons(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    answer(page, "not_applicable").click()
    expect(page.get_by_label("Why not? (needed)")).to_be_visible()
    chip = page.locator("[data-p=reason-chips] button").first
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#f-reason")).to_have_value(chip.inner_text())
    walking.write(page, "reason", "Closed in this shift.")
    expect(chip).to_have_attribute("aria-pressed", "false")
    assert tablet.value(scene.reference, scene.world.clauses[0], "reason") == "Closed in this shift."
    answer(page, "not_assessed").click()
    expect(page.get_by_label("Why not?", exact=True)).to_be_visible()


def test_6_photographs_are_seen_at_once_named_and_taken_back(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    tablet.offline()
    assert page.locator("[data-key=take]").get_attribute("capture") == "environment"
    assert page.locator("[data-key=choose]").get_attribute("capture") is None
    page.locator("[data-key=take]").set_input_files(walking.photo("one.jpg"))
    expect(page.locator(".pl-photos img.thumb")).to_have_count(1)
    page.locator("[data-key=choose]").set_input_files([walking.photo("two.jpg"), walking.photo("three.jpg")])
    expect(page.locator(".pl-photos img.thumb")).to_have_count(3)
    expect(page.locator(".pl-photos [data-state=saved]")).to_have_count(3)
    caption = page.get_by_label("Caption of the photo").first
    caption.fill("Roster on the wall")
    caption.blur()
    page.wait_for_function(CAPTION, arg=[scene.reference, scene.world.clauses[0], "Roster on the wall"])
    page.get_by_role("button", name="Delete this photo").first.click()
    expect(page.locator(".pl-photos img.thumb")).to_have_count(2)
    expect(page.get_by_text("Roster on the wall deleted")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".pl-photos img.thumb")).to_have_count(3)
    photos = tablet.work(scene.reference)["photos"][scene.world.clauses[0]]
    assert {each["caption"] for each in photos} == {"", "Roster on the wall"}
    page.get_by_role("button", name="show it larger").first.click()
    expect(page.locator(".pl-photos .wide img")).to_be_visible()


def test_7_what_a_failure_needs_is_told_before_and_never_in_the_way(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    expect(page.locator("article")).to_contain_text("If it fails, a note and a photo or file are needed.")
    walking.tap(page, "nonconformity")
    clause, after = scene.world.clauses[:2]
    needed = page.get_by_role("list", name="Still needed")
    expect(needed).to_contain_text(f"{clause} is a nonconformity: attach what shows it.")
    page.locator("[data-key=after]").click()
    expect(page.locator("main bdi", has_text=after).first).to_be_visible()
    expect(page.locator("#sections")).to_contain_text("1 needs a photo")


def test_8_a_note_keeps_every_keystroke_and_grows(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    tablet.offline()
    note = page.locator("#f-note")
    low = note.evaluate("(each) => each.offsetHeight")
    note.fill("\n".join(f"line {at}" for at in range(9)))
    assert note.evaluate("(each) => each.offsetHeight") > 2 * low
    note.press_sequentially(" and")
    drafts = page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('plumbline-draft '))")
    assert len(drafts) <= 1, "one draft at most, and none once it is written"
    tablet.crash()
    page = card(scene, tablet)
    expect(page.locator("#f-note")).to_have_value("\n".join(f"line {at}" for at in range(9)) + " and")
    assert tablet.answer(scene.reference, scene.world.clauses[0], "note")["state"] == "saved"


def test_9_the_rule_is_large_and_its_reasons_are_with_it_offline(stage_scene: Staging) -> None:
    with stage_scene(languages=("en", "th"), facts="- Guidance: Ask the night shift first.", waived=2) as scene:
        with reading():
            playbook = db.session.scalars(select(Playbook).where(Playbook.prefix == scene.world.prefix)).one()
            a_translation(playbook, scene.world.clauses[0], "th", said=("กฎข้อ 1", "ทุกกะรักษากฎข้อ 1"))
        tablet = scene.tablet(scene.world.lead)
        tablet.offline()
        tablet.reload()
        page = card(scene, tablet)
        rule = page.locator("article > .pl-rule")
        assert rule.evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)") >= 18
        page.locator("[data-key=why]").click()
        expect(page.locator("article")).to_contain_text("Ask the night shift first.")
        expect(page.locator("article")).to_contain_text(f"No open finding against {scene.world.clauses[0]}")
        english = rule.inner_text()
        page.get_by_role("group", name="Read in").locator("[data-lang=th]").click()
        expect(rule).to_have_attribute("lang", "th")
        expect(rule).to_have_attribute("dir", "ltr")
        assert rule.inner_text() != english
        answer(page, "conformity").click()
        walking.saved(page)
        kept(scene, tablet, read_in="th")
        page = card(scene, tablet, 1)
        expect(page.locator("article")).to_contain_text("Waiver WVR-")


def test_a_sample_is_counted_by_steps(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    page.get_by_role("button", name="Count a sample").click()
    for _ in range(3):
        page.get_by_role("button", name="One more checked").click()
    page.get_by_role("button", name="One more failed").click()
    expect(page.get_by_text("1 of 3 failed")).to_be_visible()
    page.locator("#f-sample_failed").fill("5")
    expect(page.get_by_text("5 failed of 3 checked: correct one of the two")).to_be_visible()
    page.locator("#f-sample_failed").fill("2")
    page.locator("#f-sample_failed").blur()
    kept(scene, tablet, sample_size=3, sample_failed=2)


def test_13_one_comes_back_to_the_same_clause(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[3]
    card(scene, tablet, 3)
    tablet.offline()
    tablet.crash()
    expect(tablet.page.locator("main bdi", has_text=clause).first).to_be_visible()
    tablet.pull_battery()
    tablet.switch_on().offline()
    tablet.open()
    expect(tablet.page.locator("main bdi", has_text=clause).first).to_be_visible()
    go(tablet, "work")
    tablet.reload()
    expect(tablet.page.get_by_role("heading", name="My work")).to_be_visible()


def test_25_what_the_tablet_cannot_write_stays_and_says_so(scene: Scene, tablet: Tablet) -> None:
    page = card(scene, tablet)
    tablet.offline()
    tablet.full()
    note = page.locator("#f-note")
    told = page.get_by_role("button", name="NOT SAVED")
    for at in range(40):  # the ballast gives way first; noise, since the browser packs what repeats itself
        note.fill(random.Random(at).randbytes(150_000).hex())
        note.blur()
        page.wait_for_timeout(150)
        if told.count():
            break
    expect(told).to_be_visible()
    expect(page.get_by_role("region", name="What needs you")).to_contain_text("NOT SAVED")
    typed = note.input_value()
    page.goto(f"{page.url.partition('#')[0]}#/attention")
    expect(page.get_by_role("button", name="Save a backup file").first).to_be_visible()
    page.goto(f"{page.url.partition('#')[0]}#/{scene.reference}/{scene.world.clauses[0]}")
    expect(note).to_have_value(typed)
    tablet.full(None)
    told.click()
    walking.saved(page)
    expect(page.get_by_role("region", name="What needs you")).to_be_hidden()
    assert tablet.value(scene.reference, scene.world.clauses[0], "note") == typed
