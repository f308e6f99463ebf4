"""The page of a verifier in a browser: what they open is told as they read, and what they typed stays."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from compliance import clock
from compliance.access import SYSTEM, Permission, Role
from compliance.accounts import signing_in
from compliance.accounts.models import Person
from compliance.files import commands as files
from compliance.files import intake
from tests.builders.accounts import a_person
from tests.builders.actions import an_action, implemented, owner_of
from tests.builders.saving import saving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def enter(context: BrowserContext, person: Person) -> Page:
    with saving():
        token = signing_in.issue_link(SYSTEM, person)
    page = context.new_page()
    page.goto(f"/enter/{token}")
    page.locator("main button[type=submit]").click()
    return page


def test_opening_evidence_is_told_where_it_is_read(context: BrowserContext, app: Any) -> None:
    verifier = a_person(Role.REVIEWER)
    action = an_action(due_on=clock.today() + timedelta(days=30))
    with saving():
        roster = intake.accept(b"Night roster of March, signed by both leads.\n", "roster.txt")
        files.attach(owner_of(action), Permission.WORK_ON_ACTION, action, roster)
    implemented(action, verifier)
    page = enter(context, verifier)
    page.goto(f"/actions/{action.reference}/verification")
    page.get_by_label("What did you check?").fill("Ten rosters in a row.")
    row, button = page.locator("tr", has_text="roster.txt"), page.get_by_role("button", name="Open roster.txt")
    expect(row).to_contain_text("Not yet")
    with page.expect_download():
        button.click()
    expect(row).to_contain_text("Opened")
    expect(page.locator("[data-fresh=needs]")).to_contain_text("1 of 2 evidence files")
    expect(page.get_by_label("What did you check?")).to_have_value("Ten rosters in a row.")
