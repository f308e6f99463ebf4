"""The pages of actions: the walk from containment to closure by forms, and what a form does when a rule refuses."""

import csv
import io

import openpyxl
import pytest

from compliance.access import Role
from compliance.actions.lifecycle import ActionKind, ActionStatus
from compliance.actions.queries import actions as listed
from compliance.actions.queries import get_action
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_person, actor_of, an_actor, post, sign_in, sign_in_as
from tests.builders.actions import an_action, approved, implemented, planned
from tests.builders.files import a_photo
from tests.builders.network import a_site, a_vendor

START = "2026-03-02 09:00"


def a_file(name="roster.jpg"):
    return (io.BytesIO(a_photo()), name)


def now(action):
    return get_action(an_actor(Role.GLOBAL_HEAD), action.reference)


def plan_fields(action, **changes):
    return {"version": now(action).version, "rows": 3, "text_1": "Generate the roster", "owner_1": action.owner_id,
            "due_1": "2026-03-20", "criterion": "All in time.", "metric": "Share", "target": "100 %",
            "sample": "59 in a row", "soak_days": "30"} | changes


def test_the_walk_of_a_lead_an_approver_and_a_verifier(client, clock):
    clock.at(START)
    action = an_action(severity=Severity.MAJOR)
    url, owner, verifier = f"/actions/{action.reference}", action.owner, a_person(Role.REVIEWER)
    sign_in(client, owner)
    sent = {"what": "Second person on call.", "on": "2026-03-02", "at": "16:30", "file": a_file()}
    assert post(client, f"{url}/containment", sent).status_code == 302
    assert now(action).contained_at.isoformat() == "2026-03-02T08:30:00+00:00"  # 16:30 in Kuala Lumpur
    sent = {"cause": "The template was old.", "method": "five_whys", "category": "tooling", "affects_others": "no",
            "extent": "HYD1 checked."}
    assert post(client, f"{url}/cause", sent).status_code == 302
    assert post(client, f"{url}/plan", plan_fields(action)).status_code == 302
    sign_in_as(client, Role.REGIONAL_LEAD)
    assert post(client, f"{url}/approval", {"decision": "approve", "verifier": verifier.id}).status_code == 302
    sign_in(client, owner)
    assert post(client, f"{url}/steps/1", {"note": "Done.", "file": a_file("step.jpg")}).status_code == 302
    assert post(client, f"{url}/implementation", {}).status_code == 302
    clock.forward(days=30)
    sign_in(client, verifier)
    page = client.get(url).text
    assert "Opened by" in page
    for piece in ("roster.jpg", "step.jpg"):
        opened = page.split(f"Open {piece}")[0].rsplit('action="', 1)[1].split('"')[0]
        assert post(client, opened).status_code == 302
    assert post(client, f"{url}/verification", {"met": "yes", "note": "59 of 59."}).status_code == 302
    assert now(action).status is ActionStatus.CLOSED


def test_a_refusal_keeps_what_was_typed_and_tells_every_reason(client):
    action = an_action()
    sign_in(client, action.owner)
    answer = post(client, f"/actions/{action.reference}/cause", {"cause": "Human error", "extent": "Not asked yet"})
    assert answer.status_code == 409
    for kept in ("Human error</textarea>", "Not asked yet</textarea>", "Human error is where the question starts",
                 "Say how the cause was found", "Choose the category"):
        assert kept in answer.text


def test_a_step_can_be_added_without_losing_the_others(client):
    action = an_action(kind=ActionKind.IMPROVEMENT)
    sign_in(client, action.owner)
    answer = post(client, f"/actions/{action.reference}/plan", plan_fields(action, more="1", text_3="And a third"))
    assert answer.status_code == 200
    assert 'name="text_4"' in answer.text
    assert "And a third</textarea>" in answer.text
    assert now(action).status is ActionStatus.OPEN


def test_two_people_on_one_thing_the_second_sees_both(client):
    action = an_action()
    seen = action.version
    sign_in(client, action.owner)
    sent = {"cause": "The template was old.", "method": "five_whys", "category": "tooling", "affects_others": "no",
            "extent": "HYD1 checked.", "version": seen}
    assert post(client, f"/actions/{action.reference}/cause", sent).status_code == 302
    planned_late = post(client, f"/actions/{action.reference}/plan",
                        plan_fields(action, version=seen, criterion="Mine"))
    assert planned_late.status_code == 409
    assert "Somebody else changed this" in planned_late.text
    assert "Mine</textarea>" in planned_late.text


def test_the_owner_is_told_why_closing_is_not_theirs(client, clock):
    clock.at(START)
    action = implemented(an_action(), a_person(Role.AUDITOR, name="Ada"))
    sign_in(client, action.owner)
    page = client.get(f"/actions/{action.reference}").text
    assert "You own this action, so you cannot close it. The verifier, Ada, can." in page
    assert "Verify and close" not in page
    answer = post(client, f"/actions/{action.reference}/verification", {"met": "yes", "note": "Fine."})
    assert answer.status_code == 403


@pytest.mark.parametrize(("data", "name"), [(b"not a photo", "photo.jpg"), (b"", "empty.pdf")])
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_kept(client, data, name):
    action = an_action(severity=Severity.MAJOR)
    sign_in(client, action.owner)
    answer = post(client, f"/actions/{action.reference}/containment", {
        "what": "Done.", "file": (io.BytesIO(data), name)})
    assert answer.status_code == 422
    assert "Done.</textarea>" in answer.text
    assert now(action).status is ActionStatus.OPEN


FORMS = {
    "": Role.AUTHOR, "/containment": Role.VENDOR_LEAD, "/cause": Role.VENDOR_LEAD, "/plan": Role.VENDOR_LEAD,
    "/steps/1": Role.VENDOR_LEAD, "/implementation": Role.VENDOR_LEAD, "/evidence": Role.VENDOR_LEAD,
    "/approval": Role.PROGRAMME_MANAGER, "/verification": Role.AUDITOR, "/extension": Role.REGIONAL_LEAD,
    "/owner": Role.VENDOR_MANAGER, "/cancellation": Role.PROGRAMME_MANAGER, "/reopening": Role.REVIEWER,
}  # fmt: skip


@pytest.mark.parametrize(("part", "role"), FORMS.items())
def test_a_form_opens_for_who_may_send_it_and_is_nothing_for_who_does_not_see_the_action(client, part, role):
    site, vendor = a_site(), a_vendor()
    url = f"/actions/{approved(an_action(site, vendor)).reference}{part}"
    sign_in_as(client, role, site, vendor if role is Role.VENDOR_LEAD else None)
    assert client.get(url).status_code == 200
    sign_in_as(client, Role.AUTHOR)
    assert client.get(url).status_code == (403 if part else 200)
    sign_in_as(client, Role.VENDOR_LEAD, site, a_vendor())
    assert client.get(url).status_code == 404
    assert post(client, url, {}).status_code in {404, 405}


@pytest.mark.parametrize("url", ["/actions/ACT-1999-0001", "/actions/x%27--", "/actions?site=ZZZ", "/actions?status=x",
                                 "/actions?owner=x", "/actions/export.pdf", "/actions?after=zzz"])
def test_what_is_not_there_is_said_to_be_not_there(client, url):
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert client.get(url).status_code in {404, 422}


def test_the_list_shows_who_has_the_next_step_and_what_is_late(client, clock):
    clock.at("2026-03-02 09:00")
    action = planned(an_action(title="Roster from the playbook"))
    clock.at("2026-08-03 09:00")
    sign_in_as(client, Role.GLOBAL_HEAD)
    page = client.get("/actions?overdue=1").text
    assert "Roster from the playbook" in page
    assert "Decide on plan" in page
    assert "late by" in page
    assert action.owner.name in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported_as_it_is_seen(client, kind):
    an_action(title="=SUM(A1)", severity=Severity.MAJOR)
    an_action(title="Not asked for")
    sign_in_as(client, Role.GLOBAL_HEAD)
    with client.get(f"/actions/export.{kind}?severity=major") as answer:
        assert answer.status_code == 200
        rows = list(csv_rows(answer.data) if kind == "csv" else sheet_rows(answer.data))
    assert [row[1] for row in rows] == ["Title", "'=SUM(A1)" if kind == "csv" else "=SUM(A1)"]


def csv_rows(data):
    return csv.reader(io.StringIO(data.decode("utf-8-sig")))


def sheet_rows(data):
    """Every cell as it is stored: a formula would not be of type "s"."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    rows = list(book.active.iter_rows())
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    return [[cell.value for cell in row] for row in rows]


def test_an_improvement_is_raised_by_hand(client):
    lead = a_person(Role.SITE_LEAD, a_site("KUL7"))
    sign_in(client, lead)
    sent = {"kind": "improvement", "site": "KUL7", "title": "Night shift briefing", "owner": lead.id,
            "due_on": "2030-01-31"}
    assert post(client, "/actions/new", sent | {"site": "NOWHERE"}).status_code == 404
    assert post(client, "/actions/new", sent).status_code == 302
    (action,) = listed(actor_of(lead)).rows
    assert (action.title, action.kind, action.source_type) == ("Night shift briefing", ActionKind.IMPROVEMENT, "")
