"""The checklist in a browser: each answer is saved as it is given, and what could not be saved is never lost."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from compliance import db
from compliance.access import SYSTEM
from compliance.accounts import signing_in
from compliance.accounts.models import Person
from compliance.audits.models import Assessment
from compliance.audits.scoring import Conformity
from tests.builders.audits import Stage, a_playbook, a_started, a_submitted, loaded
from tests.builders.files import a_photo
from tests.builders.network import a_site, a_vendor
from tests.builders.saving import saving
from tests.support.browser import TABLET

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def enter(context: BrowserContext, person: Person) -> Page:
    """A page of a browser somebody signed in with a one-time link."""
    with saving():
        token = signing_in.issue_link(SYSTEM, person)
    page = context.new_page()
    page.set_viewport_size(TABLET)
    page.goto(f"/enter/{token}")
    page.locator("main button[type=submit]").click()
    return page


@pytest.fixture
def stage(app: Any) -> Stage:
    return Stage(vendor=a_vendor(code="NLS"), site=a_site("MNL1"))


def card(context: BrowserContext, stage: Stage) -> tuple[Page, str]:
    """The first card of a started audit of two clauses, and the clause's id."""
    audit = a_started(stage, a_playbook([("minor", 1), ("minor", 1)]), planned_from=date(2099, 1, 1))
    clause = loaded(audit)[0].clause_id
    page = enter(context, stage.auditor)
    page.goto(f"/audits/{audit.reference}/checklist/{clause}")
    return page, clause


def stored(clause: str) -> Assessment:
    """As it is in the database now; the reading is ended at once, since on SQLite it would hold the server up."""
    db.session.remove()
    found = db.session.scalars(select(Assessment).where(Assessment.clause_id == clause)).one()
    db.session.remove()
    return found


def choose(page: Page, answer: Conformity) -> None:
    page.locator(f"label:has(input[value={answer}])").click()


def test_a_tap_is_saved_and_a_second_takes_it_back(context: BrowserContext, stage: Stage) -> None:
    page, clause = card(context, stage)
    choose(page, Conformity.NONCONFORMITY)
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    page.get_by_label("What did you see?").fill("Two printers on the floor.")
    page.get_by_role("link", name="Next unanswered").click()
    page.wait_for_url("**/checklist/*-02")
    assert (stored(clause).conformity, stored(clause).note) == (Conformity.NONCONFORMITY, "Two printers on the floor.")
    page.go_back()
    choose(page, Conformity.NONCONFORMITY)
    expect(page.locator("[data-saved]")).to_contain_text("no answer")
    assert stored(clause).conformity is None


def test_without_a_connection_it_says_so_and_keeps_what_was_typed(context: BrowserContext, stage: Stage) -> None:
    page, clause = card(context, stage)
    context.set_offline(True)
    page.get_by_label("What did you see?").fill("Typed in the lift.")
    expect(page.locator("[data-problem]")).to_contain_text("Not saved: no connection")
    context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert stored(clause).note == "Typed in the lift."


def test_a_colleagues_answer_is_shown_beside_mine(context: BrowserContext, stage: Stage) -> None:
    page, clause = card(context, stage)
    with saving():
        db.session.execute(update(Assessment).where(Assessment.clause_id == clause).values(note="Theirs.", version=2))
    page.get_by_label("What did you see?").fill("Mine.")
    expect(page.locator("[data-problem]")).to_contain_text("Theirs.")
    assert stored(clause).note == "Theirs."
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert stored(clause).note == "Mine."


def test_a_photo_is_sent_at_once_and_a_false_one_refused(context: BrowserContext, stage: Stage, tmp_path: Path) -> None:
    page, clause = card(context, stage)
    photo, program = tmp_path / "floor.jpg", tmp_path / "program.jpg"
    photo.write_bytes(a_photo())
    program.write_bytes(b"MZ a program")
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.locator("img.thumb")).to_have_count(1)
    page.locator("input[type=file]").set_input_files(program)
    expect(page.locator("[data-problem]")).to_contain_text("Nothing was stored")
    assert stored(clause).evidence_count == 1


@pytest.mark.slow
def test_nothing_stands_in_the_way_of_anybody(context: BrowserContext, stage: Stage,
                                              accessible: Callable[[Page], None]) -> None:
    page, _ = card(context, stage)
    submitted = a_submitted(stage, [("minor", 1, "nonconformity")], planned_from=date(2099, 1, 1))
    accessible(page)
    audit = page.url.split("/")[-3]
    for path in ("/audits", f"/audits/{audit}", f"/audits/{audit}/checklist", f"/audits/{audit}/finish"):
        page.goto(path)
        accessible(page)
    page = enter(context, stage.reviewer)
    page.goto(f"/audits/{submitted.reference}/review")
    accessible(page)
    page = enter(context, stage.manager)
    page.goto("/audits/new?auditee=MNL1/NLS")
    accessible(page)
