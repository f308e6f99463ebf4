"""Batches of tablets on a real database: verdicts, what is written, what the others are told, and the journal."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from compliance import db
from compliance.access import Role, visible_to
from compliance.audits import commands
from compliance.audits.field.epochs import renew_epoch
from compliance.audits.field.models import FieldOperation
from compliance.audits.models import Audit
from compliance.audits.queries.records import get_audit
from compliance.audits.scoring import Conformity
from compliance.journal import Event, JournalEntry
from tests.builders.accounts import a_person, actor_of, an_actor
from tests.builders.audits import Stage, a_playbook, a_scheduled, a_started, clause_of
from tests.builders.saving import saving
from tests.builders.syncing import Op, Tablet, a_floor, items_of
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")
MOST_STATEMENTS = 30


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def colleague() -> Any:
    return a_person(Role.AUDITOR)


@pytest.fixture
def audit(stage: Stage, colleague: Any) -> Audit:
    return a_floor(stage, team=[colleague])


@pytest.fixture
def lead(app: Flask, stage: Stage) -> Tablet:
    return Tablet(app.test_client(), stage.auditor)


@pytest.fixture
def other(app: Flask, colleague: Any) -> Tablet:
    return Tablet(app.test_client(), colleague)


def stored(op: Op) -> FieldOperation:
    db.session.remove()
    return db.session.get_one(FieldOperation, UUID(op["op_id"]))


def told(event: Event) -> list[dict[str, Any]]:
    db.session.remove()
    entries = db.session.scalars(select(JournalEntry).where(JournalEntry.event == event).order_by(JournalEntry.seq))
    return [entry.told["fields"] for entry in entries]


def test_answers_are_applied_as_the_page_would_write_them(lead: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    ops = [lead.op(audit.reference, item, name, value) for name, value in (
        ("conformity", "nonconformity"), ("note", "  Two of nine.  "), ("sample_size", 9), ("sample_failed", 2),
        ("proposed_severity", "major"), ("proposed_action", "Staff the desk."), ("finding_title", "Empty log"))]
    answer = lead.send(*ops)
    assert {each["status"] for each in answer["results"]} == {"applied"}
    clause = clause_of(audit, item)
    assert (clause.conformity, clause.note, clause.sample_size, clause.sample_failed, clause.proposed_severity,
            clause.proposed_action, clause.finding_title, clause.answered_by_id) == (
        Conformity.NONCONFORMITY, "Two of nine.", 9, 2, "major", "Staff the desk.", "Empty log", lead.person.id)
    assert (answer["work"][0]["answered"], answer["work"][0]["clauses"]) == (1, 3)
    assert {each["code"] for each in answer["work"][0]["blockers"] if each["item"] == item} == {"evidence", "risk"}


def test_the_closing_is_written_field_by_field(lead: Tablet, audit: Audit) -> None:
    lead.send(lead.op(audit.reference, "", "meeting_on", "2026-03-17"),
              lead.op(audit.reference, "", "acknowledged_by", "Ann Lim"))
    lead.send(lead.op(audit.reference, "", "conclusion", "As found."))
    present = db.session.get_one(Audit, audit.id)
    assert (str(present.closing_meeting_on), present.acknowledged_by, present.conclusion) == (
        "2026-03-17", "Ann Lim", "As found.")


REFUSED: list[tuple[str, str, Any, str]] = [
    ("", "conformity", "conformity", "unknown_field"), ("*", "status", "closed", "unknown_field"),
    ("ZZZ-99", "note", "a", "unknown_item"), ("*", "conformity", "perfect", "invalid"), ("*", "note", 7, "invalid"),
    ("*", "conformity", "waived", "invalid"), ("*", "sample_size", -1, "invalid"), ("*", "sample_size", 1e9, "invalid"),
    ("*", "sample_size", "many", "invalid"), ("*", "proposed_severity", ["major"], "invalid"),
    ("*", "note", "x" * 20_001, "invalid"), ("", "meeting_on", "31.12.", "invalid"),
    ("*", "version", 7, "unknown_field"),
    ("*", "conformity", {"value": "conformity"}, "invalid"), ("*", "read_in", "xx-none", "invalid"),
]


def test_a_value_the_page_would_refuse_is_refused_alone(lead: Tablet, audit: Audit) -> None:
    """Each with its reason, and none of the good ones around them suffers."""
    item = items_of(audit)[0]
    bad = [lead.op(audit.reference, item if where == "*" else where, name, value) for where, name, value, _ in REFUSED]
    good = [lead.op(audit.reference, each, "note", "Seen.") for each in items_of(audit)[1:]]
    results = lead.send(good[0], *bad, good[1])["results"]
    assert [each.get("code") for each in results[1:-1]] == [code for _, _, _, code in REFUSED]
    assert all(each["status"] == "rejected" and each["message"] for each in results[1:-1])
    assert results[0]["status"] == results[-1]["status"] == "applied"
    assert stored(bad[0]).verdict == "rejected"


def test_half_a_critical_clause_is_refused_by_the_rule_of_the_page(lead: Tablet, stage: Stage) -> None:
    audit = a_started(stage, a_playbook([("critical", 5)]))
    [result] = lead.send(lead.op(audit.reference, items_of(audit)[0], "conformity", "partial"))["results"]
    assert (result["code"], "has no half" in result["message"]) == ("invalid", True)


# ---- the same again

def test_a_replay_is_told_the_first_verdict_and_changes_nothing(lead: Tablet, other: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    first, wrong = lead.op(audit.reference, item, "note", "a"), lead.op(audit.reference, item, "status", "a")
    blind = other.op(audit.reference, item, "note", "b")
    lead.send(first, wrong)
    assert other.verdicts(blind) == ["conflict"]
    later = lead.op(audit.reference, item, "note", "c", parent=first["op_id"])
    lead.send(later)
    replayed = lead.send(first, wrong, later)["results"]
    assert [(each["status"], each["verdict"]) for each in replayed] == [
        ("duplicate", "applied"), ("duplicate", "rejected"), ("duplicate", "applied")]
    assert replayed[1]["code"] == "unknown_field"
    again = other.send(blind)["results"][0]
    assert (again["verdict"], again["code"], again["head"]["value"]) == ("conflict", "conflict", "c")
    assert clause_of(audit, item).note == "c"
    assert db.session.query(FieldOperation).count() == 4


def test_twice_in_one_batch_is_once(lead: Tablet, audit: Audit) -> None:
    op = lead.op(audit.reference, items_of(audit)[0], "note", "a")
    assert lead.verdicts(op, op, op) == ["applied", "duplicate", "duplicate"]


def test_an_id_used_again_with_another_payload_is_refused_and_kept(lead: Tablet, audit: Audit) -> None:
    op = lead.op(audit.reference, items_of(audit)[0], "note", "a")
    reused = op | {"value": "b"}
    fine = lead.op(audit.reference, items_of(audit)[1], "note", "c")
    assert lead.verdicts(op, reused, fine) == ["applied", "rejected", "applied"]
    for _ in range(2):
        assert lead.send(reused)["results"][0]["code"] == "reused"
    assert clause_of(audit, items_of(audit)[0]).note == "a"
    kept = db.session.scalars(select(FieldOperation).where(FieldOperation.code == "reused")).one()
    assert kept.value == "b"


def test_a_parent_of_ones_own_that_was_refused_stands_for_what_it_had_seen(lead: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    first = lead.op(audit.reference, item, "conformity", "conformity")
    bad = lead.op(audit.reference, item, "conformity", "waived", parent=first["op_id"])
    worse = lead.op(audit.reference, item, "conformity", "perfect", parent=bad["op_id"])
    good = lead.op(audit.reference, item, "conformity", "nonconformity", parent=worse["op_id"])
    assert lead.verdicts(first, bad, worse, good) == ["applied", "rejected", "rejected", "applied"]
    late = lead.op(audit.reference, item, "conformity", "conformity", parent=good["op_id"])
    assert lead.verdicts(late) == ["applied"]


# ---- two tablets

def test_different_clauses_merge_and_each_is_told_of_the_other(lead: Tablet, other: Tablet, audit: Audit) -> None:
    first, second, _ = items_of(audit)
    lead.cursors[audit.reference] = other.cursors[audit.reference] = ""
    other.send()
    lead.send(lead.op(audit.reference, first, "note", "mine"))
    answer = other.send(other.op(audit.reference, second, "note", "theirs"))
    assert [(each["item"], each["value"], each["by"]) for each in answer["changes"]] == [
        (first, "mine", lead.person.name)]
    assert answer["work"][0]["conflicts"] == []
    [change] = [each for each in lead.send()["changes"] if each["item"] == second]
    follow = lead.op(audit.reference, second, "note", "and more", parent=change["head"])
    assert lead.verdicts(follow) == ["applied"]


def test_the_same_place_is_a_conflict_with_both_sides_until_the_lead_decides(lead: Tablet, other: Tablet,
                                                                            audit: Audit) -> None:
    item = items_of(audit)[0]
    lead.send(lead.op(audit.reference, item, "conformity", "conformity"))
    mine = other.op(audit.reference, item, "conformity", "nonconformity")
    answer = other.send(mine)
    assert answer["results"][0]["head"]["value"] == "conformity"
    [conflict] = answer["work"][0]["conflicts"]
    [side] = conflict["others"]
    assert (conflict["head"]["by"], side["by"], side["value"], side["device"]) == (
        lead.person.name, other.person.name, "nonconformity", str(other.device))
    assert clause_of(audit, item).conflicts == 1
    keep = other.op(audit.reference, item, "conformity", "nonconformity", parent=conflict["head"]["op_id"],
                    kind="resolve", resolves=[side["op_id"]])
    [refused] = other.send(keep)["results"]
    assert (refused["status"], refused["code"]) == ("rejected", "lead_decides")
    [seen] = lead.send(since={audit.reference: ""})["work"][0]["conflicts"]
    decide = lead.op(audit.reference, item, "conformity", "nonconformity", parent=seen["head"]["op_id"],
                     kind="resolve", resolves=[side["op_id"]])
    assert lead.send(decide)["work"][0]["conflicts"] == []
    clause = clause_of(audit, item)
    assert (clause.conformity, clause.conflicts) == (Conformity.NONCONFORMITY, 0)
    assert stored(mine).settled_how == "same"
    assert [fields["settled"] for fields in told(Event.FIELD_CONFLICT_SETTLED)] == [{mine["op_id"]: "same"}]
    assert len(told(Event.FIELD_CONFLICT_OPENED)) == 1


def test_giving_way_ends_it(lead: Tablet, other: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    lead.send(lead.op(audit.reference, item, "note", "a"))
    mine = other.op(audit.reference, item, "note", "b")
    [conflict] = other.send(mine)["work"][0]["conflicts"]
    give = other.op(audit.reference, item, "note", "a", parent=conflict["head"]["op_id"], kind="resolve",
                    resolves=[mine["op_id"]])
    assert other.verdicts(give) == ["merged"]
    assert (stored(mine).settled_how, stored(mine).live) == ("gave way", False)
    assert clause_of(audit, item).conflicts == 0


def test_what_the_page_wrote_is_told_and_can_be_gone_on_from(lead: Tablet, audit: Audit, stage: Stage) -> None:
    item = items_of(audit)[0]
    lead.send(since={audit.reference: ""})
    with saving():
        commands.answer(stage.actor("auditor"), clause_of(audit, item), conformity=Conformity.CONFORMITY, note="page")
    changes = {each["field"]: each for each in lead.send()["changes"] if each["item"] == item}
    assert (changes["note"]["value"], changes["conformity"]["value"]) == ("page", "conformity")
    blind = lead.op(audit.reference, item, "conformity", "nonconformity")
    seen = lead.op(audit.reference, item, "note", "on", parent=changes["note"]["head"])
    assert lead.verdicts(blind, seen) == ["conflict", "applied"]


def test_a_name_of_a_value_that_no_longer_stands_has_not_seen_what_does(lead: Tablet, audit: Audit,
                                                                      stage: Stage) -> None:
    item = items_of(audit)[0]
    with saving():
        commands.answer(stage.actor("auditor"), clause_of(audit, item), conformity=None, note="page")
    [head] = [each["head"] for each in lead.send(since={audit.reference: ""})["changes"] if each["field"] == "note"]
    first = lead.op(audit.reference, item, "note", "one", parent=head)
    second = lead.op(audit.reference, item, "note", "two", parent=head)
    assert lead.verdicts(first, second) == ["applied", "conflict"]


# ---- held

def hold(audit: Audit, stage: Stage, how: str, person: Any) -> None:
    manager = stage.actor("manager")
    present = get_audit(manager, audit.reference)
    with saving():
        if how == "cancelled":
            commands.cancel_audit(manager, present, reason="The floor is closed.")
        else:
            present.members = [each for each in present.members if each.person_id != person.id]


@pytest.mark.parametrize(("how", "code"), [("cancelled", "cancelled"), ("reassigned", "not_on_team")])
def test_what_comes_after_it_was_taken_away_is_held_and_told_why(other: Tablet, audit: Audit, stage: Stage, how: str,
                                                                 code: str) -> None:
    item = items_of(audit)[0]
    other.send(other.op(audit.reference, item, "note", "before"))
    hold(audit, stage, how, other.person)
    after = other.op(audit.reference, item, "note", "after")
    photo, data = other.photo(audit.reference, item)
    answer = other.send(after, photo)
    assert [(each["status"], each["code"]) for each in answer["results"]] == [("held", code)] * 2
    assert answer["work"][0]["message"]
    assert clause_of(audit, item).note == "before"
    assert (stored(after).waiting, stored(after).value) == (True, "after")
    assert other.put(photo, data).get_json()["state"] == "held"
    assert told(Event.FIELD_WORK_HELD)[0]["operations"] == [after["op_id"], photo["op_id"]]


def test_a_stranger_learns_nothing_of_a_work_and_what_they_send_is_held(app: Flask, audit: Audit) -> None:
    """The words for what there is not and for what is out of sight are the same but for the name that was asked."""
    stranger = Tablet(app.test_client(), a_person(Role.SITE_LEAD, at=Stage().site))
    answers = []
    for reference in (audit.reference, "AUD-2031-9999"):
        op = stranger.op(reference, items_of(audit)[0], "note", "x")
        answer = stranger.send(op)
        stranger.cursors.clear()
        answers.append(str([{**each, "op_id": "", "rev": 0} for each in answer["results"]] + answer["work"]
                           + answer["changes"]).replace(reference, "?").replace(answer["work"][0]["cursor"], ""))
    assert answers[0] == answers[1]
    assert "out_of_sight" in answers[0]
    assert clause_of(audit, items_of(audit)[0]).note == ""


def test_an_auditee_who_sees_the_audit_reads_no_answers_through_a_tablet(app: Flask, stage: Stage, lead: Tablet,
                                                                        audit: Audit) -> None:
    item = items_of(audit)[0]
    lead.send(lead.op(audit.reference, item, "note", "secret until the review"))
    auditee = Tablet(app.test_client(), stage.lead)
    auditee.cursors[audit.reference] = ""
    response = auditee.post([auditee.op(audit.reference, item, "note", "x")])
    assert response.get_json()["results"][0]["status"] == "held"
    assert "secret" not in response.get_data(as_text=True)


def test_an_audit_that_has_not_begun_takes_nothing(lead: Tablet, stage: Stage, audit: Audit) -> None:
    scheduled = a_scheduled(stage)
    fine = lead.op(audit.reference, items_of(audit)[0], "note", "a")
    results = lead.send(lead.op(scheduled.reference, "AAA-01", "note", "a"), fine)["results"]
    assert [(each["status"], each.get("code")) for each in results] == [("held", "scheduled"), ("applied", None)]


# ---- restored, several works, the journal, and what it costs

def test_after_a_restored_backup_everything_is_sent_again(lead: Tablet, audit: Audit) -> None:
    ops = [lead.op(audit.reference, item, "note", "kept") for item in items_of(audit)]
    known = lead.send(*ops[:2])["epoch"]
    with saving():
        renew_epoch(an_actor(Role.ADMINISTRATOR))
    response = lead.post(ops, epoch=known)
    assert (response.status_code, response.get_json()["code"]) == (409, "epoch_changed")
    fresh = response.get_json()["epoch"]
    lead.cursors.clear()
    assert [each["status"] for each in lead.send(*ops, epoch=fresh)["results"]] == ["duplicate", "duplicate", "applied"]


def test_one_batch_for_several_works(lead: Tablet, audit: Audit, stage: Stage) -> None:
    second = a_floor(stage)
    ops = [lead.op(each.reference, items_of(each)[0], "note", each.reference) for each in (audit, second)]
    answer = lead.send(*ops, lead.op("EXX-1", "a", "note", "nowhere"))
    assert [each["status"] for each in answer["results"]] == ["applied", "applied", "held"]
    assert [each["reference"] for each in answer["work"]] == [audit.reference, second.reference, "EXX-1"]
    assert [clause_of(each, items_of(each)[0]).note for each in (audit, second)] == [audit.reference, second.reference]


def test_the_journal_says_what_was_answered_on_which_tablet(lead: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    ops = [lead.op(audit.reference, item, "conformity", "conformity"), lead.op(audit.reference, item, "note", "a")]
    lead.send(*ops)
    [fields] = told(Event.ASSESSMENT_ANSWERED)
    assert fields == {"conformity": "conformity", "fields": ["conformity", "note"], "device": str(lead.device),
                      "operations": [each["op_id"] for each in ops]}
    assert [each["device"] for each in told(Event.FIELD_DEVICE_ADDED)] == [str(lead.device)]


def test_the_clock_of_the_tablet_is_kept_beside_ours(lead: Tablet, audit: Audit, clock: Any) -> None:
    clock.at("2026-03-17 04:00")
    ahead = lead.op(audit.reference, items_of(audit)[0], "note", "a") | {"client_at": "2026-03-19T03:00:00+00:00"}
    answer = lead.send(ahead, client_now="2026-03-19T04:00:00+00:00", since={audit.reference: ""})
    row = stored(ahead)
    assert (str(row.client_at), row.skew_ms) == ("2026-03-19 03:00:00+00:00", 48 * 3_600_000)
    assert str(row.received_at) == "2026-03-17 04:00:00+00:00"
    assert answer["results"][0]["head"]["at"] == "2026-03-17T03:00:00+00:00"


def hundred(tablet: Tablet, audit: Audit) -> list[Op]:
    return [tablet.op(audit.reference, item, name, value) for item in items_of(audit)
            for name, value in (("conformity", "conformity"), ("note", "Seen on the floor."), ("read_in", "th"),
                                ("finding_title", "None"))]


def test_a_hundred_operations_need_thirty_statements_at_most(app: Flask, stage: Stage, queries: QueryRecorder,
                                                             colleague: Any) -> None:
    audit = a_floor(stage, 25, team=[colleague])
    lead, other = Tablet(app.test_client(), stage.auditor), Tablet(app.test_client(), colleague)
    lead.send(since={audit.reference: ""})
    other.send(since={audit.reference: ""})
    few = len(queries.during(lambda: lead.send(hundred(lead, audit)[0])))
    ops = [*hundred(lead, audit)[4:], *(lead.photo(audit.reference, items_of(audit)[0])[0] for _ in range(4))]
    many = len(queries.during(lambda: lead.send(*ops)))
    clash = len(queries.during(lambda: other.send(*hundred(other, audit))))
    assert (few <= many <= MOST_STATEMENTS, clash <= MOST_STATEMENTS) == (True, True), (few, many, clash)
    assert many - few <= 2


def test_a_second_work_costs_a_few_more(app: Flask, stage: Stage, queries: QueryRecorder) -> None:
    audits = [a_floor(stage, 25) for _ in range(4)]
    lead = Tablet(app.test_client(), stage.auditor)
    lead.send(since={each.reference: "" for each in audits})
    ops = [lead.op(audit.reference, item, "note", "x") for audit in audits for item in items_of(audit)]
    assert len(queries.during(lambda: lead.send(*ops))) <= MOST_STATEMENTS


def test_nobody_sends_for_another(lead: Tablet, other: Tablet, audit: Audit) -> None:
    """Another user's queue is refused whole, and taken once that person signs in."""
    theirs = other.op(audit.reference, items_of(audit)[0], "note", "theirs")
    response = lead.post([theirs], user_id=str(other.person.id))
    assert (response.status_code, response.get_json()["code"]) == (403, "user_mismatch")
    assert other.verdicts(theirs) == ["applied"]


def test_what_came_from_a_tablet_is_not_open_to_everybody(audit: Audit, lead: Tablet) -> None:
    lead.send(lead.op(audit.reference, items_of(audit)[0], "note", str(uuid4())))
    statement = select(FieldOperation)
    seen = visible_to(actor_of(lead.person), statement, FieldOperation)
    assert len(db.session.scalars(seen).all()) == 1
    for role in (Role.ADMINISTRATOR, Role.SITE_LEAD, Role.AUTHOR):
        assert db.session.scalars(visible_to(an_actor(role), statement, FieldOperation)).all() == []
