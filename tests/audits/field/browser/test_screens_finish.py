"""The end of an audit on the tablet, and two answers to one question; the numbers are those of the 25 points."""

import re

import pytest
from playwright.sync_api import expect

from compliance import clock
from tests.audits.field.browser.looking import accessible, answer, card, go
from tests.audits.field.proof import walking
from tests.audits.field.proof.stage import Scene, Staging
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]


def answered(scene: Scene, tablet: Tablet, but: int = 0) -> None:
    """Everything conforms, but for the first so many clauses."""
    for clause in scene.world.clauses[but:]:
        assert tablet.save(scene.reference, clause, "conformity", "conformity") == ""


def test_20_and_21_what_is_missing_leads_there_and_signing_waits_for_the_receipt(stage_scene: Staging) -> None:
    with stage_scene(clauses=4) as scene:
        tablet = scene.tablet(scene.world.lead)
        tablet.offline()
        answered(scene, tablet, but=1)
        clause, reference = scene.world.clauses[0], scene.reference
        page = card(scene, tablet)
        walking.tap(page, "nonconformity")
        walking.write(page, "finding_title", "Logs are empty")
        walking.write(page, "note", "Two of nine logs were empty.")
        go(tablet, reference, "finish")
        sign = page.get_by_role("button", name="Sign and finish")
        expect(sign).to_have_attribute("aria-disabled", "true")
        expect(page.locator("#why-sign")).to_contain_text("still missing, listed above")
        expect(page.get_by_role("heading", name="1 finding the review will issue")).to_be_visible()
        expect(page.locator("[data-p=findings]")).to_contain_text("Logs are empty")
        page.get_by_role("link", name=f"{clause} is a nonconformity: attach what shows it.").click()
        walking.take(page, "one.jpg")
        walking.write(page, "finding_risk", walking.RISK)
        go(tablet, reference, "finish")
        page.get_by_role("button", name=re.compile("Record the day of the closing meeting")).click()
        expect(page.locator("#f-meeting_on")).to_be_focused()
        walking.close_meeting(page, reference, clock.today("Asia/Manila").isoformat())
        expect(sign).not_to_have_attribute("aria-disabled", "true")
        expect(page.locator(".pl-field-statement")).to_contain_text("4 of 4 clauses carry an answer")
        sign.click()
        expect(page.get_by_text("Sign in the box first.")).to_be_visible()
        accessible(page)
        page.get_by_label("Role").fill("Lead auditor, second shift")
        walking.sign(page)
        receipt = page.locator(".pl-field-receipt")
        expect(receipt).to_contain_text("Signed, waiting to send")
        expect(page.locator("#f-conclusion")).to_have_attribute("readonly", "")
        card(scene, tablet)
        expect(answer(page, "conformity")).to_have_attribute("aria-disabled", "true")
        answer(page, "conformity").click(force=True)
        expect(answer(page, "conformity")).to_have_attribute("aria-pressed", "false")
        expect(page.locator("#f-note")).to_have_attribute("readonly", "")
        go(tablet, "work")
        expect(page.locator(".pl-field-work")).to_contain_text("Signed, waiting to send")
        tablet.online()
        tablet.drain()
        go(tablet, reference, "finish")
        expect(receipt).to_contain_text("Confirmed by server", timeout=30_000)
        expect(receipt).to_contain_text("4 of 4 answers and 1 of 1 photos")
        go(tablet, "work")
        expect(page.locator(".pl-field-work")).to_contain_text("Confirmed by server")


def test_one_who_cannot_draw_signs_by_name(stage_scene: Staging) -> None:
    with stage_scene(clauses=2) as scene:
        tablet = scene.tablet(scene.world.lead)
        answered(scene, tablet)
        page = tablet.page
        walking.close_meeting(page, scene.reference, clock.today("Asia/Manila").isoformat())
        page.get_by_role("button", name="Use my typed name instead").press("Enter")
        expect(page.get_by_text("Signed by name")).to_be_visible()
        page.get_by_role("button", name="Sign and finish").press("Enter")
        expect(page.locator(".pl-field-receipt")).to_be_visible()


def test_20_somebody_else_of_the_team_is_told_who_signs(scene: Scene) -> None:
    page = go(scene.tablet(scene.world.colleague), scene.reference, "finish")
    expect(page.get_by_role("button", name="Sign and finish")).to_have_attribute("aria-disabled", "true")
    name = scene.world.name_of(scene.world.lead)
    expect(page.locator("#why-sign")).to_contain_text(f"The lead auditor, {name}, signs this work.")


def test_22_two_answers_stand_side_by_side_until_one_is_taken(scene: Scene) -> None:
    clause = scene.world.clauses[0]
    lead, colleague = scene.tablet(scene.world.lead), scene.tablet(scene.world.colleague)
    lead.offline()
    colleague.offline()
    page = card(scene, colleague)
    walking.tap(page, "nonconformity")
    walking.take(page, "board.jpg")
    colleague.online()
    colleague.drain()
    page = card(scene, lead)
    walking.tap(page, "conformity")
    walking.take(page, "log.jpg")
    lead.online()
    lead.drain()
    expect(page.locator(".pl-field-saved [data-state=conflict]")).to_contain_text("Conflict: choose")
    go(lead, scene.reference)
    page.get_by_role("button", name=re.compile("^Conflicts")).click()
    expect(page.locator("main .pl-field-row")).to_have_count(1)
    go(lead, scene.reference, clause, "conflict")
    expect(page.locator(".pl-field-choice")).to_have_count(1)
    mine, theirs = page.locator(".pl-field-choice .side").all()
    expect(mine).to_contain_text(scene.world.name_of(scene.world.lead))
    expect(mine).to_contain_text("Conformity")
    expect(theirs).to_contain_text("Maria Santos")
    expect(theirs).to_contain_text("Nonconformity")
    for side in (mine, theirs):
        expect(side).to_contain_text(re.compile(r"at \d\d:\d\d"))
        expect(side.locator(".pl-photos li")).to_have_count(1)
    accessible(page)
    page.get_by_role("button", name="Keep mine: Conformity").click()
    expect(page.get_by_text("One answer stands here.")).to_be_visible()
    lead.drain()
    colleague.sync()
    assert colleague.value(scene.reference, clause, "conformity") == "conformity"
    sent = [row["value"] for row in colleague.stored("ops") if row["field"] == "conformity"]
    assert sent == ["nonconformity"], "the answer not taken is kept"


def test_22_only_the_lead_puts_an_answer_over_a_colleagues(scene: Scene) -> None:
    clause = scene.world.clauses[0]
    lead, colleague = scene.tablet(scene.world.lead), scene.tablet(scene.world.colleague)
    colleague.offline()
    lead.save(scene.reference, clause, "conformity", "conformity")
    lead.drain()
    colleague.save(scene.reference, clause, "conformity", "partial")
    colleague.online()
    colleague.drain()
    page = go(colleague, scene.reference, clause, "conflict")
    expect(page.get_by_role("button", name=re.compile("^Keep mine"))).to_have_attribute("aria-disabled", "true")
    name = scene.world.name_of(scene.world.lead)
    expect(page.get_by_text(f"Only the lead auditor, {name}, may put another answer")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Take theirs")).click()
    expect(page.get_by_text("One answer stands here.")).to_be_visible()
    colleague.drain()
    assert colleague.value(scene.reference, clause, "conformity") == "conformity"
