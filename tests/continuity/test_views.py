"""The pages of continuity: the walk from a plan to a re-test, bad input, files, and what each page costs."""

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from compliance import db
from compliance.access import Role
from compliance.actions.models import Action
from compliance.continuity import commands
from compliance.continuity.contents import Review
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus, PlanStatus
from tests.builders.accounts import a_person, an_actor, post, sign_in, sign_in_as
from tests.builders.continuity import (
    a_current_plan,
    a_held_exercise,
    a_plan,
    a_site_with_a_plan,
    an_exercise,
    measured,
)
from tests.builders.network import a_site, a_vendor, an_operation
from tests.builders.saving import saving
from tests.support.moving_clock import MovingClock
from tests.support.queries import QueryRecorder


@pytest.fixture(autouse=True)
def spring(clock: MovingClock) -> None:
    clock.at("2026-03-16 02:00")


@pytest.fixture
def lead(client: FlaskClient) -> Any:
    return sign_in_as(client, Role.CONTINUITY_LEAD)


def one(model: Any) -> Any:
    db.session.remove()
    return db.session.scalar(select(model).order_by(model.id.desc()))


def plan_fields(**changes: str) -> dict[str, str]:
    typed = {
        "title": "Continuity plan", "bia_on": "2026-01-10", "review_on": "2027-01-10", "purpose": "Keep queues",
        "activation": "The lead", "deactivation": "The lead", "recovery": "People first",
        "a0_name": "Moderation", "a0_tier": "1", "a0_rto": "4 h", "a0_mtpd": "1 d", "a0_mbco": "50",
        "a0_strategy": "Queues move", "a0_failover": "", "a1_tier": "1",
        "r0_role": "Lead", "r0_primary": "Ana", "r0_deputy": "Ben", "r0_contact": "radio",
    }
    return typed | changes


def test_a_plan_is_written_submitted_and_approved_in_the_pages(client: FlaskClient) -> None:
    site = a_site_with_a_plan(code="CEBX")
    author, approver = a_person(Role.SITE_LEAD, site), a_person(Role.CONTINUITY_LEAD)
    sign_in(client, author)
    assert "CEBX:in-house" in client.get("/continuity/plans/new").text
    assert "It starts as a copy of" in client.get("/continuity/plans/new?at=CEBX:in-house").text
    made = post(client, "/continuity/plans/new?at=CEBX:in-house", plan_fields())
    page = made.headers["Location"]
    assert one(ContinuityPlan).activities == [{
        "name": "Moderation", "tier": 1, "rto_minutes": 240, "mtpd_minutes": 1440, "mbco_percent": 50.0,
        "strategy": "Queues move", "failover": ""}]
    assert "Approve the plan" not in client.get(page).text
    post(client, f"{page}/submit", {"version": str(one(ContinuityPlan).version)})
    sign_in(client, approver)
    assert "Approve the plan" in client.get(page).text
    post(client, f"{page}/approve", {"version": str(one(ContinuityPlan).version)})
    assert one(ContinuityPlan).status is PlanStatus.CURRENT


@pytest.mark.parametrize(("change", "said"), [
    ({"a0_rto": "soon"}, "Write a length of time such as 45 min"),
    ({"a0_rto": ""}, "Say when it is to be back."),
    ({"a0_name": ""}, "Name the activity."),
    ({"a0_mbco": "half"}, "Write a number."),
    ({"review_on": "next year"}, "Write a day such as"),
    ({"title": " "}, "Give the plan a title."),
    ({"r0_role": ""}, "Name the role."),
    ({"a0_failover": "NONE1"}, "You see no site NONE1"),
])
def test_what_was_typed_stays_beside_what_is_wrong(client: FlaskClient, lead: Any, change: dict[str, str],
                                                   said: str) -> None:
    a_site_with_a_plan(code="CEBX")
    response = post(client, "/continuity/plans/new?at=CEBX:in-house", plan_fields(recovery="Kept words", **change))
    assert response.status_code == 422
    assert said in response.text
    assert "Kept words" in response.text


def test_a_draft_shows_what_submitting_needs_and_an_edit_of_an_old_page_is_refused(client: FlaskClient,
                                                                                   lead: Any) -> None:
    plan = a_plan(bia_on=None, reference="PLN-2019-9001")
    assert "Link the impact analysis this plan rests on." in client.get("/continuity/plans/PLN-2019-9001").text
    assert post(client, "/continuity/plans/PLN-2019-9001/submit", {}).status_code == 409
    refused = post(client, "/continuity/plans/PLN-2019-9001/edit",
                   plan_fields(version=str(plan.version - 1), title="Mine"))
    assert (refused.status_code, "Mine" in refused.text) == (409, True)
    assert post(client, "/continuity/plans/PLN-2019-9001/edit",
                plan_fields(version=str(plan.version), title="Mine")).status_code == 302
    assert one(ContinuityPlan).title == "Mine"


def test_a_plan_goes_back_with_a_reason_only(client: FlaskClient, lead: Any) -> None:
    a_plan(status=PlanStatus.REVIEW, reference="PLN-2019-9002")
    assert post(client, "/continuity/plans/PLN-2019-9002/return", {"reason": " "}).status_code == 422
    assert post(client, "/continuity/plans/PLN-2019-9002/return", {"reason": "Name a deputy"}).status_code == 302
    assert "Sent back: Name a deputy" in client.get("/continuity/plans/PLN-2019-9002").text


def test_the_walk_of_an_exercise_to_its_retest(client: FlaskClient, lead: Any) -> None:
    site = a_site_with_a_plan(code="CEBX", name="Cebu")
    leader, author = a_person(Role.CONTINUITY_LEAD), a_person(Role.SITE_LEAD, site)
    typed = {"title": "Loss of the floor", "type": "functional", "planned_on": "2026-03-16", "lead": str(leader.id),
             "objective": "In time", "scenario": "Fire"}
    page = post(client, "/continuity/exercises/new?at=CEBX:in-house", typed).headers["Location"]
    assert "Target 4 h." in client.get(f"{page}/record").text
    recorded = {"conducted_on": "2026-03-16", "participants": "24", "objective": "In time", "scenario": "Fire",
                "m0_minutes": "5 h", "m0_percent": "60", "m1_minutes": "600", "m1_percent": "40", "called": "50",
                "acknowledged": "46"}
    assert post(client, f"{page}/record", recorded).status_code == 302
    shown = client.get(page).text
    for said in ("Moderation was back after 5 h, 1 h later than its target of 4 h.", "46 of 50 = 92.0 %",
                 "Recover Moderation at CEBX in time", "no re-test has met the target yet", "Plan the re-test"):
        assert said in shown
    reference = one(Exercise).reference
    assert "which missed Moderation" in client.get(f"/continuity/exercises/new?retest={reference}").text
    again = post(client, f"/continuity/exercises/new?retest={reference}", typed | {"title": "Again"})
    post(client, again.headers["Location"] + "/record", recorded | {"m0_minutes": "3 h 50 min"})
    assert one(Action).retest_passed is True
    sign_in(client, author)
    review = {"strengths": "Calm", "i0_text": "Print the roster", "i0_capability": "equipment",
              "i0_owner": str(author.id), "i0_due": "2026-05-01"}
    assert post(client, f"{page}/review", review).status_code == 302
    sign_in(client, leader)
    for step in ("approve", "close"):
        assert post(client, f"{page}/{step}", {}).status_code == 302
    assert db.session.scalar(select(Exercise.status).where(Exercise.reference == reference)) is ExerciseStatus.CLOSED


@pytest.mark.parametrize(("change", "said", "status"), [
    ({"m0_minutes": "later"}, "Write a length of time", 422),
    ({"participants": ""}, "how many people took part", 409),
    ({"m0_percent": ""}, "Record the time and level Moderation reached", 409),
    ({"conducted_on": "2026-03-20"}, "That day has not come", 422),
])
def test_a_record_that_is_not_whole_keeps_what_was_typed(client: FlaskClient, lead: Any, change: dict[str, str],
                                                         said: str, status: int) -> None:
    exercise = an_exercise()
    typed = {"conducted_on": "2026-03-16", "participants": "24", "objective": "o", "scenario": "s",
             "m0_minutes": "1 h", "m0_percent": "60", "timeline": "Kept words"}
    response = post(client, f"/continuity/exercises/{exercise.reference}/record", typed | change)
    assert response.status_code == status
    assert said in response.text
    assert "Kept words" in response.text


def test_an_exercise_is_moved_and_called_off(client: FlaskClient, lead: Any) -> None:
    exercise = an_exercise()
    url = f"/continuity/exercises/{exercise.reference}"
    typed = {"title": "T", "planned_on": "2026-04-01", "lead": str(exercise.lead_id), "objective": "o", "scenario": ""}
    assert post(client, f"{url}/schedule", typed).status_code == 422
    assert post(client, f"{url}/schedule", typed | {"scenario": "s"}).status_code == 302
    assert one(Exercise).planned_on == date(2026, 4, 1)
    assert post(client, f"{url}/cancel", {"reason": "Typhoon"}).status_code == 302
    assert "Cancelled: Typhoon" in client.get(url).text


def test_whoever_wrote_a_review_finds_its_approval_refused_with_the_reason(client: FlaskClient) -> None:
    exercise, writer = a_held_exercise(), a_person(Role.CONTINUITY_LEAD)
    sign_in(client, writer)
    url = f"/continuity/exercises/{exercise.reference}"
    post(client, f"{url}/review", {"strengths": "Calm"})
    assert "You wrote in this review, so somebody else approves it." in client.get(url).text
    refused = post(client, f"{url}/approve", {})
    assert (refused.status_code, "somebody else approves it" in refused.text) == (409, True)


def test_one_operator_never_reads_of_another(client: FlaskClient) -> None:
    site, mine, other = a_site(code="DVOX"), a_vendor("MINE"), a_vendor("OTHR")
    references = []
    for vendor in (mine, other):
        an_operation(site, vendor)
        a_current_plan(site, vendor.id, title=f"Canary of {vendor.code}")
        references.append(a_held_exercise(site, vendor_id=vendor.id, title=f"Canary of {vendor.code}").reference)
    hidden_plan = db.session.scalar(select(ContinuityPlan.reference).where(ContinuityPlan.vendor_id == other.id))
    sign_in_as(client, Role.VENDOR_LEAD, site, mine)
    for url in ("/continuity", "/continuity/plans", "/continuity/exercises", "/continuity/plans.csv",
                "/continuity/exercises.csv", "/continuity/readiness.csv", "/api/v1/continuity/plans",
                "/api/v1/continuity/exercises", "/api/v1/continuity/readiness",
                f"/continuity/exercises/{references[0]}"):
        shown = client.get(url)
        assert shown.status_code == 200, url
        assert "Canary of OTHR" not in shown.text, url
        assert references[1] not in shown.text, url
    for url in (f"/continuity/exercises/{references[1]}", f"/continuity/plans/{hidden_plan}",
                f"/api/v1/continuity/exercises/{references[1]}", f"/api/v1/continuity/plans/{hidden_plan}",
                "/continuity/plans/new?at=DVOX:OTHR"):
        assert client.get(url).status_code == 404, url


@pytest.mark.parametrize("url", [
    "/continuity/plans?status=x", "/continuity/exercises?type=x", "/continuity/plans.pdf", "/continuity/readiness.x",
    "/continuity/plans/PLN-1", "/continuity/exercises/EXE-1", "/continuity/plans/new?at=NONE1:x",
    "/api/v1/continuity/plans?status=x",
])
def test_what_is_not_there_is_not_found(client: FlaskClient, lead: Any, url: str) -> None:
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("url", [
    "/continuity/plans?sort=x", "/continuity/exercises?outcome=x", "/continuity?after=x", "/continuity/plans?after=x",
])
def test_what_cannot_be_read_is_said(client: FlaskClient, lead: Any, url: str) -> None:
    assert client.get(url).status_code == 422


def test_lists_are_exported_as_seen_and_as_text(client: FlaskClient, lead: Any) -> None:
    a_current_plan(a_site(code="CEBX"), title="=1+1")
    a_current_plan(title="Other")
    rows = list(csv.DictReader(io.StringIO(client.get("/continuity/plans.csv?site=CEBX").data.decode("utf-8-sig"))))
    assert [(row["Site"], row["Title"]) for row in rows] == [("CEBX", "'=1+1")]
    with client.get("/continuity/plans.xlsx?site=CEBX") as sent:
        sheet = openpyxl.load_workbook(io.BytesIO(sent.data)).active
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=1+1", "s")


def test_programs_read_what_pages_show(client: FlaskClient, lead: Any) -> None:
    exercise = a_held_exercise(a_site_with_a_plan(code="CEBX"))
    with saving():
        commands.write_review(an_actor(Role.SITE_LEAD), exercise, review=Review("Calm"))
    read = client.get(f"/api/v1/continuity/exercises/{exercise.reference}").json
    assert (read["missed"], read["passed"], read["review_due"]) == (["Moderation"], False, "2026-04-15")
    assert read["actions"] == [one(Action).reference]
    (standing,) = client.get("/api/v1/continuity/readiness").json["sites"]
    assert (standing["index"], standing["ready"]) == (59, False)
    (plan,) = client.get("/api/v1/continuity/plans?due=1").json["plans"]
    assert plan["due_for_review"] is True
    assert client.get(f"/api/v1/continuity/plans/{plan['reference']}").json["activities"][0]["name"] == "Moderation"


@pytest.mark.parametrize(("url", "most"), [
    ("/continuity", 20), ("/continuity/plans", 9), ("/continuity/exercises", 9),
    ("/api/v1/continuity/readiness", 11),
])
def test_pages_cost_the_same_with_more_rows(client: FlaskClient, lead: Any, queries: QueryRecorder, url: str,
                                            most: int) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            a_held_exercise()
        counts.append(len(queries.during(lambda: client.get(url))))
    assert counts[0] == counts[1]
    assert counts[0] <= most


def test_an_empty_network_says_what_to_do(client: FlaskClient, lead: Any) -> None:
    assert "No site in your scope." in client.get("/continuity").text
    assert "No plan here." in client.get("/continuity/plans").text
    assert "No exercise here." in client.get("/continuity/exercises").text


def test_an_exercise_that_met_its_targets_set_nothing_off(client: FlaskClient, lead: Any) -> None:
    exercise = a_held_exercise(conducted=measured(100))
    assert "Nothing was missed, so no action was raised." in client.get(
        f"/continuity/exercises/{exercise.reference}").text
