"""What there is to look at in an exercise, and the record that what was seen makes."""

from datetime import date

import pytest

from compliance.continuity.contents import CallTree, Measured, PlannedActivity
from compliance.continuity.objectives import ExerciseType
from compliance.continuity.observing import LineKind, Outcome, Seen, lines_of, record_of, unseen, why_not

T, DAY = ExerciseType, date(2026, 3, 2)
MODERATION = PlannedActivity("Moderation", 1, 240, 480, 50, "Queues move to the failover site.")
CASEWORK = PlannedActivity("Casework & appeals", 2, 1440, 2880, 30)


@pytest.mark.parametrize(("objective", "activities", "kind", "ids"), [
    ("Move the queues.\n\n Call everybody. ", [], T.TABLETOP, ["OBJ-1", "OBJ-2", "PEOPLE"]),
    ("", [MODERATION, CASEWORK], T.FUNCTIONAL, ["REC-MODERATION", "REC-CASEWORK-APPEALS", "PEOPLE"]),
    ("Call.", [], T.CALL_TREE, ["OBJ-1", "CALLS", "PEOPLE"]),
    ("", [PlannedActivity("審査", 1, 1, 2), PlannedActivity("対応", 1, 1, 2)], T.TABLETOP,
     ["REC-1", "REC-2", "PEOPLE"]),
    ("", [PlannedActivity("A/B", 1, 1, 2), PlannedActivity("A B", 1, 1, 2)], T.TABLETOP,
     ["REC-A-B-1", "REC-A-B-2", "PEOPLE"])])
def test_what_there_is_to_look_at(objective: str, activities: list[PlannedActivity], kind: ExerciseType,
                                  ids: list[str]) -> None:
    assert [line.id for line in lines_of(objective, activities, kind)] == ids


def test_a_recovery_says_what_it_is_held_against() -> None:
    [line, _] = lines_of("", [MODERATION], T.FUNCTIONAL)
    assert line.asks == ("Moderation is to be back within 4 h, at 50 % or more. Queues move to the failover site.")
    assert (line.kind, line.section, line.name) == (LineKind.RECOVERY, "Recovery", "Moderation")


def test_a_long_objective_is_cut_in_its_title_alone() -> None:
    [line, _] = lines_of("word " * 40, [], T.TABLETOP)
    assert len(line.title) <= 80
    assert line.asks == ("word " * 40).strip()


@pytest.mark.parametrize(("item", "field", "value", "code"), [
    ("OBJ-1", "outcome", "met", ""), ("OBJ-1", "outcome", None, ""), ("OBJ-1", "note", "x", ""),
    ("OBJ-1", "outcome", "perhaps", "invalid"), ("OBJ-1", "minutes", 3, "unknown_field"),
    ("REC-MODERATION", "minutes", 0, ""), ("REC-MODERATION", "minutes", -1, "invalid"),
    ("REC-MODERATION", "minutes", True, "invalid"), ("REC-MODERATION", "minutes", "3", "invalid"),
    ("REC-MODERATION", "percent", 100_001, "invalid"), ("REC-MODERATION", "outcome", "not_met", ""),
    ("PEOPLE", "outcome", "not_met", "invalid"), ("PEOPLE", "participants", 12, "")])
def test_what_can_be_noted_where(item: str, field: str, value: object, code: str) -> None:
    lines = {line.id: line for line in lines_of("Aim.", [MODERATION], T.FUNCTIONAL)}
    refusal = why_not(lines[item], field, value)
    assert (refusal.code if refusal else "") == code


def test_what_was_seen_is_the_record_of_it() -> None:
    lines = lines_of("Move the queues.\nKeep calm.", [MODERATION, CASEWORK], T.CALL_TREE)
    record = record_of(lines, {
        "OBJ-1": Seen(Outcome.MET, " At 10:40. "), "OBJ-2": Seen(Outcome.NOT_MET),
        "REC-MODERATION": Seen(Outcome.MET, "", {"minutes": 200, "percent": 60}),
        "REC-CASEWORK-APPEALS": Seen(Outcome.NOT_TRIED, "No time."),
        "CALLS": Seen(Outcome.MET, "", {"called": 50, "acknowledged": 46}),
        "PEOPLE": Seen(Outcome.MET, "", {"participants": 24})}, DAY, "10:00 lights out.")
    assert (record.conducted_on, record.participants, record.call_tree) == (DAY, 24, CallTree(50, 46))
    assert list(record.measured) == [Measured("Moderation", 200, 60)]
    assert record.timeline.splitlines() == [
        "Move the queues: met. At 10:40.", "Keep calm: not met.",
        "Casework & appeals comes back: not measured. No time.",
        "10:00 lights out."]


def test_what_did_not_come_back_reached_nothing() -> None:
    lines = lines_of("", [MODERATION], T.FUNCTIONAL)
    record = record_of(lines, {"REC-MODERATION": Seen(Outcome.NOT_MET, "", {"percent": 80})}, DAY, "")
    assert list(record.measured) == [Measured("Moderation", None, 0)]


def test_what_is_still_to_be_said() -> None:
    lines = lines_of("Aim.", [MODERATION], T.FUNCTIONAL)
    seen = {"OBJ-1": Seen(Outcome.MET), "PEOPLE": Seen(None, "Many.")}
    assert [item for item, _ in unseen(lines, seen)] == ["REC-MODERATION", "PEOPLE"]
