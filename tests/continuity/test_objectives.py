"""Recovery objectives, exercise results, and every move of a plan and an exercise."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from compliance.continuity.objectives import (
    Activity,
    ExerciseFacts,
    ExerciseStatus,
    ExerciseType,
    Improvement,
    PlanFacts,
    PlanRole,
    PlanStatus,
    Recovery,
    aar_approval_refusals,
    aar_due,
    activity_refusals,
    check_exercise_transition,
    check_plan_transition,
    conduct_refusals,
    duration,
    exercise_closing_refusals,
    exercise_result,
    is_due_for_review,
    plan_approval_refusals,
    recovery_in_words,
)
from compliance.errors import RuleViolation
from compliance.rates import Rate

PLAN_MOVES = {
    "draft": {"review"},
    "review": {"approved", "draft"},
    "approved": {"current", "draft"},
    "current": {"superseded", "retired"},
    "superseded": set(),
    "retired": set(),
}
EXERCISE_MOVES = {
    "planned": {"scheduled", "cancelled"},
    "scheduled": {"conducted", "cancelled"},
    "conducted": {"aar_draft"},
    "aar_draft": {"aar_approved"},
    "aar_approved": {"closed"},
    "closed": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize(("current", "target"), product(PlanStatus, repeat=2), ids=str)
def test_every_pair_of_plan_statuses(current: PlanStatus, target: PlanStatus) -> None:
    if target in PLAN_MOVES[current]:
        check_plan_transition(current, target)
    else:
        with pytest.raises(RuleViolation):
            check_plan_transition(current, target)


@pytest.mark.parametrize(("current", "target"), product(ExerciseStatus, repeat=2), ids=str)
def test_every_pair_of_exercise_statuses(current: ExerciseStatus, target: ExerciseStatus) -> None:
    if target in EXERCISE_MOVES[current]:
        check_exercise_transition(current, target)
    else:
        with pytest.raises(RuleViolation):
            check_exercise_transition(current, target)


TODAY = date(2026, 6, 30)
MODERATION = Activity("Moderation", 1, rto_minutes=240, mtpd_minutes=480, mbco_percent=50, strategy="KUL2 takes over")


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        ({}, []),
        ({"rto_minutes": 479}, []),
        (
            {"rto_minutes": 480},
            ["Moderation is to be back after 8 h but may be down for 8 h at most; recover it sooner."],
        ),
        ({"strategy": " "}, ["Moderation is tier 1: write how it is recovered."]),
        ({"strategy": "", "tier": 2}, []),
        ({"mbco_percent": 0}, ["The minimum level of Moderation lies above 0 and up to 100 %."]),
    ],
)
def test_objectives_of_an_activity(change: dict[str, object], messages: list[str]) -> None:
    activity = replace(MODERATION, **change)  # type: ignore[arg-type]  # single fields
    assert [refusal.message for refusal in activity_refusals(activity)] == messages


PLAN = PlanFacts(
    author_id="bea",
    approver_id="omar",
    bia_on=date(2025, 6, 30),
    activities=[MODERATION],
    roles=[PlanRole("Crisis lead", "Bea", "Omar")],
    purpose="Keep moderation going.",
    activation="Half the floor is unreachable; the site lead decides.",
    deactivation="The floor is staffed for a day.",
    recovery="P0 queue, then the rest.",
)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"approver_id": "bea"}, ["own_plan"]),
        ({"bia_on": None}, ["bia"]),
        ({"bia_on": date(2025, 6, 29)}, ["bia"]),
        ({"activation": "", "deactivation": " "}, ["contents"]),
        ({"activities": []}, ["activities"]),
        ({"activities": [replace(MODERATION, rto_minutes=481)]}, ["rto"]),
        ({"roles": []}, ["roles"]),
        ({"roles": [PlanRole("Scribe", "Bea", "")]}, ["role"]),
        ({"roles": [PlanRole("Scribe", "Bea", "Bea")]}, ["role"]),
    ],
)
def test_approving_a_plan(change: dict[str, object], codes: list[str]) -> None:
    plan = replace(PLAN, **change)  # type: ignore[arg-type]  # single fields
    assert [refusal.code for refusal in plan_approval_refusals(plan, TODAY)] == codes


def test_a_plan_says_what_it_leaves_open() -> None:
    (refusal,) = plan_approval_refusals(replace(PLAN, purpose="", recovery=""), TODAY)
    assert refusal.message == "The plan does not say its purpose and the order of recovery."


@pytest.mark.parametrize(
    ("review_on", "because", "due"),
    [
        (date(2026, 6, 30), "", False),
        (date(2026, 6, 29), "", True),
        (date(2027, 1, 1), "An exercise of it failed.", True),
    ],
)
def test_due_for_review(review_on: date, because: str, due: bool) -> None:
    assert is_due_for_review(review_on, TODAY, because) is due


BACK_LATE = Recovery("Moderation", target_minutes=240, measured_minutes=300, mbco_percent=50, achieved_percent=60)
IN_TIME = replace(BACK_LATE, measured_minutes=240)


@pytest.mark.parametrize(
    ("recovery", "met"),
    [
        (BACK_LATE, False),
        (IN_TIME, True),
        (replace(IN_TIME, achieved_percent=49.9), False),
        (replace(IN_TIME, achieved_percent=50), True),
        (replace(IN_TIME, achieved_percent=None), None),
        (replace(IN_TIME, measured_minutes=None), None),
        (replace(BACK_LATE, achieved_percent=None), False),
        (replace(BACK_LATE, measured_minutes=None, achieved_percent=10), False),
    ],
)
def test_a_recovery_is_in_time_and_at_the_minimum_level(recovery: Recovery, met: bool | None) -> None:
    assert recovery.met is met


@pytest.mark.parametrize(
    ("recoveries", "call_tree", "passed"),
    [
        ([IN_TIME], None, True),
        ([IN_TIME, BACK_LATE], None, False),
        ([IN_TIME, replace(IN_TIME, measured_minutes=None)], None, None),
        ([BACK_LATE, replace(IN_TIME, measured_minutes=None)], None, False),
        ([], None, None),
        ([], Rate(46, 50), True),
        ([], Rate(45, 50), True),
        ([], Rate(44, 50), False),
    ],
)
def test_one_miss_fails_an_exercise(recoveries: list[Recovery], call_tree: Rate | None, passed: bool | None) -> None:
    assert exercise_result(recoveries, call_tree).passed is passed


def test_an_exercise_names_what_missed() -> None:
    desk = replace(IN_TIME, name="P0 desk")
    result = exercise_result([BACK_LATE, desk], Rate(46, 50))
    assert (result.missed, result.met, result.unmeasured) == (("Moderation",), ("P0 desk", "Call tree"), ())


@pytest.mark.parametrize(
    ("recovery", "sentence"),
    [
        (BACK_LATE, "Moderation was back after 5 h, 1 h later than its target of 4 h."),
        (IN_TIME, "Moderation was back after 4 h, within its target of 4 h."),
        (replace(IN_TIME, measured_minutes=None), "Moderation was not measured; its target is 4 h."),
    ],
)
def test_a_result_in_words(recovery: Recovery, sentence: str) -> None:
    assert recovery_in_words(recovery) == sentence


@pytest.mark.parametrize(("minutes", "text"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (90, "1 h 30 min")])
def test_durations(minutes: int, text: str) -> None:
    assert duration(minutes) == text


HELD = ExerciseFacts("Show the failover.", "Typhoon.", 40, [IN_TIME], called=50, acknowledged=46)


@pytest.mark.parametrize(
    ("kind", "change", "codes"),
    [
        (ExerciseType.FUNCTIONAL, {}, []),
        (ExerciseType.FUNCTIONAL, {"objective": "", "scenario": " ", "participants": 0}, None),
        (ExerciseType.FULL_SCALE, {"recoveries": []}, ["recoveries"]),
        (ExerciseType.FULL_SCALE, {"recoveries": [replace(IN_TIME, measured_minutes=None)]}, ["recovery"]),
        (ExerciseType.TABLETOP, {"recoveries": []}, []),
        (ExerciseType.TABLETOP, {"called": None, "acknowledged": None}, []),
        (ExerciseType.CALL_TREE, {"recoveries": []}, []),
        (ExerciseType.CALL_TREE, {"called": None}, ["call_tree"]),
        (ExerciseType.CALL_TREE, {"acknowledged": None}, ["call_tree"]),
        (ExerciseType.CALL_TREE, {"acknowledged": 51}, ["call_tree"]),
    ],
)
def test_what_a_conducted_exercise_has_on_record(
    kind: ExerciseType, change: dict[str, object], codes: list[str] | None
) -> None:
    expected = ["objective", "scenario", "participants"] if codes is None else codes
    facts = replace(HELD, **change)  # type: ignore[arg-type]  # single fields
    assert [refusal.code for refusal in conduct_refusals(kind, facts)] == expected


def test_the_after_action_review_is_approved_within_30_days_by_somebody_else() -> None:
    assert aar_due(date(2026, 6, 1)) == date(2026, 7, 1)
    assert aar_approval_refusals("bea", "omar") == []
    assert [refusal.code for refusal in aar_approval_refusals("bea", "bea")] == ["own_review"]


@pytest.mark.parametrize(
    ("improvement", "blocked"),
    [
        (Improvement("Buses", action_reference="ACT-2026-0009"), False),
        (Improvement("Buses", no_action_reason="The site moves.", no_action_signed_by="omar"), False),
        (Improvement("Buses"), True),
        (Improvement("Buses", no_action_reason="The site moves."), True),
    ],
)
def test_an_exercise_closes_when_every_improvement_is_answered(improvement: Improvement, blocked: bool) -> None:
    messages = [refusal.message for refusal in exercise_closing_refusals([improvement])]
    assert messages == ["Raise an action for “Buses”, or sign why there is none."] * blocked
