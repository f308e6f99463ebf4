"""One finding from the plan of its audit to the report that says it is closed, by everybody who has a part in it."""

import io

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from compliance import db, journal
from tests.journeys.acting import contain, fail, open_all_evidence, select, state_the_cause, submit_a_plan
from tests.journeys.walking import PHOTO, Walk, choose, day, follow, later, press, reads, reference, saved
from tests.support.browser import TABLET

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("backend")]


@pytest.mark.parametrize("backend", ["postgresql"])  # the walk, step by step, runs on SQLite
def test_from_the_plan_of_an_audit_to_the_report(walk: Walk) -> None:
    audit = plan(walk.enter("l.brandt"))
    later(days=22)
    carry_out(walk.enter("k.asante", TABLET), audit)
    finding = review(walk.enter("t.ferreira"), audit)
    action = answer(walk, walk.enter("c.villanueva"), finding)
    approve(walk, walk.enter("j.tan"), action)
    later(days=9)
    carry_out_the_plan(walk, walk.enter("c.villanueva"), action)
    later(days=31)
    refuse_the_owner(walk.enter("c.villanueva"), action)
    verify(walk, walk.enter("h.watanabe"), action, finding)
    report(walk.enter("i.solheim"), finding)
    assert journal.verify()[1] is None
    db.session.remove()


def plan(page: Page) -> str:
    page.goto("/audits/new?auditee=MNL1/KBC")
    page.locator("input[name=playbooks][value=ESC]").check()
    select(page, "Lead auditor", "Kwame Asante")
    select(page, "Contact at the auditee", "Carlo Villanueva")
    page.get_by_label("First day").fill(day(22))
    press(page, "Plan and schedule")
    reads(page, "Scheduled", "fixed when the audit starts")
    return f"/audits/{reference(page)}"


def carry_out(page: Page, audit: str) -> None:
    page.goto(audit)
    press(page, "Start the audit")
    page.goto(audit)
    reads(page, "fixed when the audit started", "In progress")
    page.goto(f"{audit}/checklist")
    clauses = page.locator("main table th a").evaluate_all("links => links.map(link => link.pathname)")
    assert len(clauses) > 7
    page.goto(clauses[0])
    fail(page)
    for path in clauses[1:]:
        page.get_by_role("link", name="Next unanswered").click()
        page.wait_for_url(f"**{path}")
        choose(page, "conformity")
        saved(page)
    page.goto(f"{audit}/finish")
    press(page, "Submit for review")
    reads(page, "Record the day of the closing meeting")
    page.get_by_label("Day", exact=True).fill(day())
    page.get_by_label("Acknowledged by").fill("Carlo Villanueva")
    press(page, "Submit for review")
    reads(page, "Submitted")


def review(page: Page, audit: str) -> str:
    page.goto(f"{audit}/review")
    reads(page, "Visitors walk the floor alone")
    press(page, "Complete the review and issue 1 finding")
    follow(page, "Visitors walk the floor alone")
    reads(page, "Issued")
    return f"/findings/{reference(page)}"


def answer(walk: Walk, page: Page, finding: str) -> str:
    """Accept, contain, find the cause and plan; where the action that answers the finding is."""
    walk.go(page, finding)
    press(page, "Accept")
    reads(page, "Accepted")
    follow(page, "Open the action")
    action = f"/actions/{reference(page)}"
    page.goto(f"{action}/containment")
    contain(walk, page)
    state_the_cause(walk, page, action)
    submit_a_plan(walk, page, action)
    reads(page, "Plan submitted")
    return action


def approve(walk: Walk, page: Page, action: str) -> None:
    reads(page, "Visitors walk the floor alone")
    walk.go(page, f"{action}/approval")
    page.get_by_role("radio", name="Approve").check()
    select(page, "Who will verify it?", "Hana Watanabe")
    press(page, "Record the decision")
    reads(page, "Plan approved", "The list opens inside the contact")


def carry_out_the_plan(walk: Walk, page: Page, action: str) -> None:
    page.goto(action)
    follow(page, "Report it done")
    walk.look(page)
    page.get_by_label("What was done").fill("Rolled out to all desks on Tuesday.")
    page.locator("input[type=file]").set_input_files(PHOTO)
    press(page, "Report it done")
    walk.go(page, f"{action}/implementation")
    press(page, "Report as implemented")
    reads(page, "Implemented")
    walk.look(page)


def refuse_the_owner(page: Page, action: str) -> None:
    page.goto(action)
    reads(page, "You own this action, so you cannot")
    expect(page.get_by_role("link", name="Verify and close")).to_have_count(0)


def verify(walk: Walk, page: Page, action: str, finding: str) -> None:
    open_all_evidence(page, action)
    walk.go(page, f"{action}/verification")
    page.get_by_role("radio", name="Met", exact=False).first.check()
    page.get_by_label("What did you check?").fill("30 contacts of last week, drawn at random, 30 complete.")
    press(page, "Record the verdict")
    assert page.url.endswith(finding)
    reads(page, "Closed")
    walk.look(page)


def report(page: Page, finding: str) -> None:
    page.goto("/reports/new")
    press(page, "Freeze the report")
    made = reference(page)
    reads(page, finding.rsplit("/", 1)[1])
    first, second = (page.request.get(f"/reports/{made}.pdf").body() for _ in range(2))
    assert first == second
    assert made in PdfReader(io.BytesIO(first)).pages[0].extract_text()
