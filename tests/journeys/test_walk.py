"""The eight steps of the walk (docs/demo.md), each by the person who takes it, on the demo."""

import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.acting import contain, fail, open_all_evidence, select, state_the_cause, submit_a_plan
from tests.journeys.walking import PHOTO, Walk, choose, day, follow, press, reads, reference, saved
from tests.support.browser import TABLET

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("backend", ["sqlite"])]


def test_1_a_programme_manager_plans_an_audit_and_a_conflict_of_interest_is_refused(walk: Walk) -> None:
    page = walk.enter("l.brandt")
    walk.look(page)
    page.goto("/network")
    reads(page, "MNL1", "Kestrel Bay CX")
    walk.go(page, "/sites")
    walk.go(page, "/vendors")
    walk.go(page, "/audits")
    follow(page, "Plan an audit")
    page.get_by_label("Whom do you audit?").select_option("MNL1/KBC")
    press(page, "Go on")
    for playbook in ("ESC", "WEL", "DAC"):
        page.locator(f"input[name=playbooks][value={playbook}]").check()
    select(page, "Lead auditor", "Joselito Reyes")
    select(page, "Contact at the auditee", "Carlo Villanueva")
    page.get_by_label("First day").fill(day(21))
    walk.look(page)
    press(page, "Plan and schedule")
    reads(page, "Joselito Reyes worked at MNL1 Manila until", "Choose somebody else")
    assert "/new" in page.url
    select(page, "Lead auditor", "Kwame Asante")
    press(page, "Plan and schedule")
    reads(page, reference(page), "Kestrel Bay CX", "Kwame Asante", "Scheduled", "ESC", "WEL", "DAC")
    walk.look(page)


def test_2_an_auditor_answers_on_a_tablet_sees_what_blocks_and_submits(walk: Walk) -> None:
    page = walk.enter("h.watanabe", TABLET)
    walk.look(page)
    page.get_by_role("link", name="Continue").first.click()
    page.wait_for_url("**/audits/**")
    audit = f"/audits/{reference(page)}"
    walk.go(page, audit)
    reads(page, "fixed when the audit started", "In progress")
    walk.go(page, f"{audit}/checklist")
    walk.go(page, f"{audit}/finish")
    reads(page, "ESC-04 is a nonconformity: attach what shows it.", "has no answer yet")
    press(page, "Submit for review")
    reads(page, "ESC-04 is a nonconformity")
    answer_all(walk, page, audit)
    walk.go(page, f"{audit}/checklist/ESC-04")
    page.locator("input[type=file]").set_input_files(PHOTO)
    expect(page.locator("img.thumb")).to_have_count(1)
    saved(page)
    walk.go(page, f"{audit}/finish")
    page.get_by_label("Day", exact=True).fill(day(-1))
    page.get_by_label("Acknowledged by").fill("Somchai Wattana")
    page.get_by_label("Conclusion").fill("Sound but for hand-overs, which are not signed.")
    press(page, "Submit for review")
    assert page.url.endswith(audit)
    reads(page, "Submitted", "Results")
    walk.look(page)


def answer_all(walk: Walk, page: Page, audit: str) -> None:
    """Answer what is still open, card by card, as "Next unanswered" leads; the second fails and gets all it needs."""
    page.goto(f"{audit}/checklist?show=unanswered")
    open_clauses = page.locator("main table th a").evaluate_all("links => links.map(link => link.pathname)")
    assert len(open_clauses) > 5
    page.goto(open_clauses[0])
    walk.look(page)
    for number, path in enumerate(open_clauses):
        assert page.url.endswith(path)
        if number == 1:
            fail(page)
            walk.look(page)
        else:
            choose(page, "conformity")
            saved(page)
        following = page.get_by_role("link", name="Next unanswered")
        assert following.count() == (number < len(open_clauses) - 1)
        if following.count():
            following.click()
            page.wait_for_url(f"**{open_clauses[number + 1]}")


def test_3_a_reviewer_confirms_grades_and_findings_are_issued_with_clocks(walk: Walk) -> None:
    page = walk.enter("t.ferreira")
    walk.look(page)
    follow(page, "Review")
    audit = f"/audits/{reference(page)}"
    walk.go(page, f"{audit}/review")
    reads(page, "Grade", "by the playbook")
    press(page, "Complete the review")
    reads(page, "Reviewed", "Findings")
    walk.look(page)
    page.locator("main table a[href^='/findings/']").first.click()
    page.wait_for_url("**/findings/*")
    reads(page, "Issued", "can be disputed until", "What closing still needs")
    expect(page.locator("aside")).to_contain_text("runs")
    walk.look(page)


def test_4_a_site_lead_answers_contains_finds_the_cause_and_plans(walk: Walk) -> None:
    page = walk.enter("a.rahman")
    walk.look(page)
    reads(page, "Do today", "late by")
    row = page.locator("tr", has_text="No cover for Age Support")
    with page.expect_navigation():
        row.get_by_role("link", name="Answer").click()
    walk.look(page)
    reads(page, "Accept", "Dispute")
    press(page, "Dispute the finding")
    reads(page, "What about it is wrong?")
    page.go_back()
    press(page, "Accept")
    reads(page, "Accepted")
    page.goto("/today")
    with page.expect_navigation():
        page.locator("tr", has_text="Red-flag checklist").get_by_role("link", name="Contain").click()
    action = f"/actions/{reference(page)}"
    contain(walk, page)
    state_the_cause(walk, page, action)
    submit_a_plan(walk, page, action)
    reads(page, "Plan submitted")
    walk.look(page)


def test_5_somebody_else_verifies_and_the_owner_is_refused(walk: Walk) -> None:
    owner = walk.enter("c.villanueva")
    walk.go(owner, "/actions")
    follow(owner, "Shift leads mix up the crisis levels")
    action = f"/actions/{reference(owner)}"
    walk.look(owner)
    reads(owner, "You own this action")
    expect(owner.get_by_role("button", name="Verify and close")).to_have_count(0)
    refused = owner.goto(f"{action}/verification")
    assert refused
    assert refused.status == 403
    assert "Carlo" not in owner.locator("main").inner_text() or "own" in owner.locator("main").inner_text()
    verifier = walk.enter("t.ferreira")
    reads(verifier, "Shift leads mix up the crisis levels")
    walk.go(verifier, action)
    open_all_evidence(verifier, action)
    walk.go(verifier, f"{action}/verification")
    verifier.get_by_role("radio", name="Met", exact=False).first.check()
    verifier.get_by_label("What did you check?").fill("Ten shift leads asked, all ten named the levels.")
    press(verifier, "Record the verdict")
    reads(verifier, "Closed")
    walk.look(verifier)


def test_5_what_did_not_work_goes_back_to_its_cause(walk: Walk) -> None:
    page = walk.enter("t.ferreira")
    walk.go(page, "/actions?site=KUL2")
    follow(page, "Quarterly confirmation of access missing")
    action = f"/actions/{reference(page)}"
    open_all_evidence(page, action)
    page.goto(f"{action}/verification")
    page.get_by_role("radio", name="Not met").check()
    page.get_by_label("What did you check?").fill("Two of twenty confirmations are missing again.")
    press(page, "Record the verdict")
    page.goto(action)
    reads(page, "Root cause", "Two of twenty confirmations")
    walk.look(page)


@pytest.mark.parametrize(("site", "minutes", "layer"),
                         [("DUB1", 30, "Global"), ("KUL1", 20, "APAC"), ("BLR1", 15, "IN")])
def test_6_anybody_reads_a_rule_as_it_applies_at_a_site(walk: Walk, site: str, minutes: int, layer: str) -> None:
    page = walk.enter("e.demir")
    walk.go(page, f"/playbooks/escalation-handling/at/{site}")
    clause = page.locator("#ESC-02")
    expect(clause).to_contain_text(f"{minutes} minutes")
    reads(page, layer, "Mercy Okafor")
    walk.go(page, f"/playbooks/escalation-handling/at/{site}?on=2026-07-01")
    reads(page, "2.3.0")
    expect(page.locator("#ESC-02")).to_contain_text(f"{minutes} minutes")


def test_7_an_exercise_that_missed_its_time_leaves_an_action_that_waits_for_a_re_test(walk: Walk) -> None:
    page = walk.enter("r.dizon")
    walk.look(page)
    walk.go(page, "/continuity/exercises")
    follow(page, "Loss of both carriers")
    walk.look(page)
    follow(page, "Record what was measured")
    page.get_by_label("Held on").fill(day(-1))
    page.get_by_label("Participants").fill("34")
    page.get_by_label("Back after").first.fill("5 h")
    page.get_by_label("Level reached, %").first.fill("80")
    page.get_by_label("Objective").fill("Moderation is back on the second carrier in time.")
    page.get_by_label("Scenario and what was injected").fill("Both carriers cut at 09:00, without notice.")
    walk.look(page)
    press(page, "Record it")
    reads(page, "What it set off", "cannot close yet", "re-test")
    walk.look(page)
    page.locator("#raised ~ * a[href^='/actions/'], section a[href^='/actions/']").first.click()
    page.wait_for_url("**/actions/*")
    reads(page, "Readiness", "Not repeated yet")
    walk.look(page)


def test_8_the_head_of_the_network_goes_from_a_cell_to_the_evidence_and_takes_the_report_out(walk: Walk) -> None:
    page = walk.enter("i.solheim")
    walk.go(page, "/network")
    page.locator("main a[href='/network/CEB1/WEL']").click()
    page.wait_for_url("**/network/CEB1/WEL")
    reads(page, "Capped", "WEL-01")
    walk.look(page)
    thumb = page.locator("main tr", has_text="WEL-01").locator("a[href^='/evidence/']").first
    photo = page.request.get(thumb.get_attribute("href") or "")
    assert photo.ok
    assert photo.headers["content-type"] in {"image/jpeg", "application/pdf"}
    page.goto("/network")
    follow(page, "Freeze as report")
    walk.look(page)
    press(page, "Freeze the report")
    report = f"/reports/{reference(page)}"
    walk.look(page)
    pdf = page.request.get(f"{report}.pdf")
    assert "CEB1" in "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf.body())).pages)
    assert page.request.get(f"{report}.pdf").body() == pdf.body()
    book = load_workbook(io.BytesIO(page.request.get(f"{report}.xlsx").body()))
    assert len(book.sheetnames) > 3
