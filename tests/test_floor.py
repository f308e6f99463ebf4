"""An exercise on the tablet: downloaded, watched, sent and recorded through continuity's own commands."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from compliance.access import Role
from compliance.accounts.models import Person
from compliance.actions.models import Action
from compliance.continuity import commands
from compliance.continuity.models import Exercise
from compliance.continuity.objectives import ExerciseStatus
from compliance.continuity.queries import get_exercise
from compliance.db import session
from compliance.files.models import Evidence
from tests.builders.accounts import a_person, actor_of, post, sign_in
from tests.builders.continuity import a_site_with_a_plan, an_exercise
from tests.builders.saving import saving
from tests.builders.syncing import API, Op, Tablet
from tests.support.queries import QueryRecorder

SEEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("OBJ-1", {"conformity": "conformity", "note": "At 10:40."}),
    ("REC-MODERATION", {"conformity": "conformity", "sample_size": 200, "sample_failed": 60}),
    ("REC-CASEWORK", {"conformity": "conformity", "sample_size": 600, "sample_failed": 40}),
    ("PEOPLE", {"conformity": "conformity", "sample_size": 24}),
)

RECORDED = {"conducted_on": "2026-03-16", "participants": "24", "objective": "In time", "scenario": "Fire",
            "m0_minutes": "200", "m0_percent": "60", "m1_minutes": "600", "m1_percent": "40"}


@pytest.fixture
def lead(client: FlaskClient) -> Person:
    return a_person(Role.CONTINUITY_LEAD)


@pytest.fixture
def exercise(lead: Person) -> Exercise:
    return an_exercise(actor_of(lead), a_site_with_a_plan(), lead=lead)


@pytest.fixture
def tablet(client: FlaskClient, lead: Person, exercise: Exercise) -> Tablet:
    return Tablet(client, lead)


def seen(tablet: Tablet, reference: str, but: str = "", **changed: Any) -> list[Op]:
    return [tablet.op(reference, item, field, value) for item, fields in SEEN if item != but
            for field, value in (fields | changed.get(item, {})).items()]


def stored(reference: str) -> Exercise:
    session.remove()
    return session.query(Exercise).filter_by(reference=reference).one()


def signed(tablet: Tablet, reference: str, ops: list[Op]) -> dict[str, Any]:
    """Send what was seen, the signature with its bytes, and hand it over; the verdict on that."""
    signature, data = tablet.photo(reference, "", kind="signature", name="Ann Lim", role="Observer")
    tablet.send(*ops, signature)
    assert tablet.put(signature, data).status_code == 201
    verdict: dict[str, Any] = tablet.send(tablet.signoff(reference, [*ops, signature]))["results"][0]
    return verdict


def test_the_list_and_the_download(client: FlaskClient, exercise: Exercise, tablet: Tablet) -> None:
    reference = exercise.reference
    [card] = client.get(f"{API}/work").get_json()["work"]
    assert (card["reference"], card["kind"], card["can_download"], card["clauses"]) == (reference, "exercise", True, 4)
    told = client.get(f"{API}/work/{reference}").get_json()
    assert [each["id"] for each in told["items"]] == ["OBJ-1", "REC-MODERATION", "REC-CASEWORK", "PEOPLE"]
    assert [each["title"] for each in told["sections"]] == ["Objectives", "Recovery", "People"]
    assert [each["label"] for each in told["items"][1]["counters"]] == ["Minutes until it was back", "Level reached, %"]
    assert {each["value"]: each["label"] for each in told["items"][0]["options"]} == {
        "conformity": "Met", "nonconformity": "Not met", "not_assessed": "Not tried"}
    assert told["closing"] == ["meeting_on", "conclusion"]
    assert (told["answers"], told["conflicts"]) == ([], [])


def test_what_is_seen_stands_in_the_record(client: FlaskClient, exercise: Exercise, tablet: Tablet) -> None:
    reference, name = exercise.reference, tablet.person.name
    answer = tablet.send(*seen(tablet, reference))
    assert {each["status"] for each in answer["results"]} == {"applied"}
    assert [each["answered"] for each in answer["work"]] == [4]
    told = client.get(f"{API}/work/{reference}").get_json()
    values = {(each["item"], each["field"]): each for each in told["answers"]}
    assert values["REC-MODERATION", "sample_size"]["value"] == 200
    assert values["OBJ-1", "conformity"]["by"] == name
    page = client.get(f"/continuity/exercises/{reference}").text
    for words in ("Seen on the floor", "Came back", "200", "At 10:40."):
        assert words in page


def test_handed_over_it_is_recorded_as_from_the_page(exercise: Exercise, tablet: Tablet) -> None:
    reference = exercise.reference
    assert signed(tablet, reference, seen(tablet, reference))["status"] == "applied"
    held = stored(reference)
    assert (held.status, held.passed, held.participants) == (ExerciseStatus.CONDUCTED, True, 24)
    assert [(each["name"], each["measured_minutes"], each["met"]) for each in held.results] == [
        ("Moderation", 200, True), ("Casework", 600, True)]
    assert "At 10:40." in held.timeline
    assert held.timeline.endswith("As found.")


def test_a_missed_recovery_raises_its_action(exercise: Exercise, tablet: Tablet) -> None:
    reference = exercise.reference
    late = seen(tablet, reference, **{"REC-MODERATION": {"sample_size": 300}})
    assert signed(tablet, reference, late)["status"] == "applied"
    assert session.query(Action).one().title.startswith("Recover Moderation")


@pytest.mark.parametrize("but", ["OBJ-1", "REC-CASEWORK", "PEOPLE"])
def test_what_was_not_seen_stands_in_the_way(exercise: Exercise, tablet: Tablet, but: str) -> None:
    reference = exercise.reference
    verdict = signed(tablet, reference, seen(tablet, reference, but))
    assert (verdict["status"], verdict["code"]) == ("rejected", "blocked")
    assert [each["item"] for each in verdict["reasons"]] == [but]
    held = stored(reference)
    assert held.status is ExerciseStatus.SCHEDULED
    assert "" not in held.observations


@pytest.mark.parametrize(("item", "field", "value", "code"), [
    ("OBJ-9", "conformity", "conformity", "unknown_item"), ("OBJ-1", "sample_size", 3, "unknown_field"),
    ("OBJ-1", "finding_title", "x", "unknown_field"), ("OBJ-1", "conformity", "partial", "invalid"),
    ("REC-MODERATION", "sample_size", -3, "invalid"), ("REC-MODERATION", "sample_size", "three", "invalid"),
    ("", "meeting_on", "yesterday", "invalid"), ("", "acknowledged_by", "Ann", "unknown_field")])
def test_a_wrong_one_is_refused_and_the_rest_stands(exercise: Exercise, tablet: Tablet, item: str, field: str,
                                                    value: Any, code: str) -> None:
    reference = exercise.reference
    good = tablet.op(reference, "OBJ-1", "note", "Lights out.")
    results = tablet.send(tablet.op(reference, item, field, value), good)["results"]
    assert [each["status"] for each in results] == ["rejected", "applied"]
    assert results[0]["code"] == code
    assert stored(reference).observations["OBJ-1"]["note"]["value"] == "Lights out."


def test_a_photograph_shows_a_line(client: FlaskClient, exercise: Exercise, tablet: Tablet) -> None:
    reference = exercise.reference
    photo, data = tablet.photo(reference, "REC-MODERATION")
    tablet.send(photo)
    assert tablet.put(photo, data).status_code == 201
    told = client.get(f"{API}/work/{reference}").get_json()
    assert [(each["item"], each["media_id"]) for each in told["photos"]] == [
        ("REC-MODERATION", photo["value"]["media_id"])]
    evidence = str(session.query(Evidence).one().id)
    assert evidence in client.get(f"/continuity/exercises/{reference}").text


def test_two_observers_see_it_differently(client: FlaskClient, exercise: Exercise, tablet: Tablet) -> None:
    reference = exercise.reference
    mine = tablet.op(reference, "OBJ-1", "conformity", "conformity")
    tablet.send(mine)
    colleague = Tablet(client, a_person(Role.CONTINUITY_LEAD))
    theirs = colleague.op(reference, "OBJ-1", "conformity", "nonconformity")
    assert colleague.verdicts(theirs) == ["conflict"]
    assert stored(reference).conflicts == {"OBJ-1": 1}
    page = client.get(f"/continuity/exercises/{reference}").text
    assert "#conflicts" in page
    assert "Seen differently: Move the queues in time. Two observers" in " ".join(page.split())
    refused = post(client, f"/continuity/exercises/{reference}/record", RECORDED)
    assert refused.status_code == 409
    assert "Two observers saw it differently" in refused.text
    sign_in(client, tablet.person)
    answer = tablet.send(tablet.op(reference, "OBJ-1", "conformity", "nonconformity", kind="resolve",
                                   parent=mine["op_id"], resolves=[theirs["op_id"]]))
    assert [each["status"] for each in answer["results"]] == ["applied"]
    assert stored(reference).conflicts == {}
    assert post(client, f"/continuity/exercises/{reference}/record", RECORDED).status_code == 302


def test_the_page_says_what_stands_against_recording_though_it_is_no_line(
        client: FlaskClient, exercise: Exercise, lead: Person) -> None:
    """The closing, and a line of the plan's that a newer plan no longer has."""
    reference = exercise.reference
    held = stored(reference)
    with saving():
        held.conflicts = {"": 1, "REC-GONE": 1}
    sign_in(client, lead)
    page = " ".join(client.get(f"/continuity/exercises/{reference}").text.split())
    assert "Seen differently: REC-GONE; the closing. Two observers" in page


def test_what_comes_after_it_was_cancelled_is_kept_aside(exercise: Exercise, tablet: Tablet, lead: Person) -> None:
    reference = exercise.reference
    with saving():
        present = get_exercise(actor_of(lead), reference)
        commands.cancel_exercise(actor_of(lead), present, reason="A real outage came first.")
    [result] = tablet.send(tablet.op(reference, "OBJ-1", "note", "Lights out."))["results"]
    assert (result["status"], result["code"]) == ("held", "cancelled")


@pytest.mark.parametrize("role", [Role.SITE_LEAD, Role.AUDITOR])
def test_who_records_no_exercises_takes_none_along(client: FlaskClient, exercise: Exercise, role: Role) -> None:
    reference = exercise.reference
    stranger = Tablet(client, a_person(role))
    assert client.get(f"{API}/work").get_json()["work"] == []
    assert client.get(f"{API}/work/{reference}").status_code == 404
    [result] = stranger.send(stranger.op(reference, "OBJ-1", "note", "x"))["results"]
    assert (result["status"], result["code"]) == ("held", "may_not")


def test_an_exercise_without_objective_waits_for_it(client: FlaskClient, lead: Person) -> None:
    an_exercise(actor_of(lead), a_site_with_a_plan(), lead=lead, scenario="")
    sign_in(client, lead)
    [card] = client.get(f"{API}/work").get_json()["work"]
    assert card["can_download"] is False
    assert "schedule it first" in card["why_not"]


def test_the_list_costs_the_same_for_many(client: FlaskClient, lead: Person, queries: QueryRecorder) -> None:
    sign_in(client, lead)
    an_exercise(actor_of(lead), a_site_with_a_plan(), lead=lead)
    few = len(queries.during(lambda: client.get(f"{API}/work")))
    for _ in range(3):
        an_exercise(actor_of(lead), a_site_with_a_plan(), lead=lead)
    assert len(queries.during(lambda: client.get(f"{API}/work"))) == few


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_page_takes_it_to_the_floor(client: FlaskClient, exercise: Exercise, lead: Person) -> None:
    reference = exercise.reference
    sign_in(client, lead)
    assert f"/field/#/{reference}" in client.get(f"/continuity/exercises/{reference}").text
    sign_in(client, a_person(Role.SITE_LEAD))
    assert "/field/" not in client.get(f"/continuity/exercises/{reference}").text
    assert post(client, f"{API}/work/{reference}/start").status_code == 404
