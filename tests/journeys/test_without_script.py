"""The checklist where scripts do not run: the same form, sent by its own button."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import PHOTO, Walk, day, press, reads
from tests.support.browser import TABLET

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("backend", ["sqlite"])]


def test_an_audit_is_answered_and_submitted_without_script(walk: Walk) -> None:
    page = walk.enter("h.watanabe", TABLET, java_script_enabled=False)
    page.get_by_role("link", name="Continue").first.click()
    page.goto(f"{page.url.partition('/checklist')[0]}/checklist?show=unanswered")
    audit = page.url.partition("/checklist")[0]
    for path in page.locator("main table th a").evaluate_all("links => links.map(link => link.pathname)"):
        page.goto(path)
        save(page, "conformity")
    page.goto(f"{audit}/checklist/ESC-04")
    page.locator("input[type=file]").set_input_files(PHOTO)
    save(page, "nonconformity")
    page.goto(f"{audit}/checklist/ESC-04")
    expect(page.locator("img.thumb")).to_have_count(1)
    page.goto(f"{audit}/finish")
    page.get_by_label("Day", exact=True).fill(day(-1))
    page.get_by_label("Acknowledged by").fill("Somchai Wattana")
    press(page, "Submit for review")
    assert page.url == audit
    reads(page, "Submitted", "Results")


def save(page: Page, answer: str) -> None:
    page.locator(f"label:has(input[name=conformity][value={answer}])").click()
    expect(page.locator(f"input[name=conformity][value={answer}]")).to_be_checked()
    with page.expect_navigation():
        page.get_by_role("button", name="Save and go on").click()
    assert "/checklist" in page.url or "/finish" in page.url
