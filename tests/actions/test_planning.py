"""Root causes and plans: what they must say."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.actions.closure import PersonFacts
from compliance.actions.planning import (
    ActionPlan,
    PlanStep,
    RootCause,
    RootCauseCategory,
    RootCauseMethod,
    is_only_human_error,
    plan_approval_refusals,
    plan_refusals,
    root_cause_refusals,
)
from compliance.playbooks.document import Severity

CAUSE = RootCause(
    cause="The night roster template still used the global value of 30 min.",
    method=RootCauseMethod.FIVE_WHYS,
    category=RootCauseCategory.VERSION_NOT_ADOPTED,
    affects_others=False,
    extent="HYD1 and GGN1 checked, not affected.",
)
PLAN = ActionPlan(
    steps=[PlanStep("Generate rosters from the clause values", "ajit", date(2026, 3, 12))],
    criterion="At least 59 consecutive P0 tickets, none over 15 min.",
    metric="minutes to acknowledge",
    target="15",
    sample="59 consecutive, drawn by the verifier",
    soak_days=60,
)


def test_a_full_root_cause_is_accepted() -> None:
    assert root_cause_refusals(CAUSE) == []
    assert root_cause_refusals(replace(CAUSE, affects_others=True, extent="HYD1", human_error=True)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cause": " "}, "cause"),
        ({"cause": "Human error."}, "human_error"),
        ({"cause": "", "human_error": True}, "human_error"),
        ({"method": None}, "method"),
        ({"category": None}, "category"),
        ({"affects_others": None}, "extent"),
        ({"extent": ""}, "extent_note"),
        ({"affects_others": True, "extent": ""}, "extent_note"),
    ],
)
def test_each_part_of_a_root_cause_is_asked_for(change: dict[str, object], code: str) -> None:
    refusals = root_cause_refusals(replace(CAUSE, **change))  # type: ignore[arg-type]  # a table of single fields
    assert [refusal.code for refusal in refusals] == [code]


@pytest.mark.parametrize(
    ("cause", "blames_only"),
    [
        ("human error", True),
        ("Human error by the agent on the night shift.", True),
        ("It was due to an operator mistake", True),
        ("Simple oversight", True),
        ("The agent forgot", True),
        ("Moderator made a mistake", True),
        ("Carelessness", True),
        ("Human error: the form lets a ticket be closed without an acknowledgement", False),
        ("Two rosters were in use", False),
        ("No second person checks night hand-overs, so a mistake stays unseen", False),
        ("", False),
    ],
)
def test_blaming_a_person_is_told_from_naming_a_cause(cause: str, blames_only: bool) -> None:
    assert is_only_human_error(cause) is blames_only


def test_a_full_plan_is_accepted() -> None:
    assert plan_refusals(PLAN, Severity.CRITICAL) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": ()}, "Write at least one step, with who does it and by when."),
        ({"steps": [PlanStep("Generate rosters")]}, "Step 1 needs an owner and a due date."),
        (
            {"steps": [PLAN.steps[0], PlanStep("", "ajit", date(2026, 3, 1))]},
            "Step 2 needs what is done.",
        ),
        ({"criterion": ""}, "State now what will show that it worked: after the work is done it is too late."),
        ({"metric": ""}, "The effectiveness criterion needs the metric."),
        ({"target": "", "sample": ""}, "The effectiveness criterion needs the target and the sample."),
        ({"soak_days": None}, "Say how many days the result must hold before it is checked, 60 or more."),
        ({"soak_days": 59}, "A soak of 59 days is too short for a critical action: it is 60 or more."),
    ],
)
def test_each_part_of_a_plan_is_asked_for(change: dict[str, object], message: str) -> None:
    refusals = plan_refusals(replace(PLAN, **change), Severity.CRITICAL)  # type: ignore[arg-type]  # as above
    assert [refusal.message for refusal in refusals] == [message]


@pytest.mark.parametrize(("severity", "least"), [(Severity.MAJOR, 30), (Severity.MINOR, 0), (None, 0)])
def test_the_least_soak_is_that_of_the_severity(severity: Severity | None, least: int) -> None:
    assert plan_refusals(replace(PLAN, soak_days=least), severity) == []


def test_nobody_approves_their_own_plan() -> None:
    priya, mercy = PersonFacts("priya", "Priya"), PersonFacts("mercy", "Mercy")
    assert plan_approval_refusals(priya, mercy) == []
    assert [refusal.code for refusal in plan_approval_refusals(priya, priya)] == ["own_plan"]
    deputy = replace(mercy, stands_in_for=frozenset({"priya"}))
    assert [refusal.code for refusal in plan_approval_refusals(priya, deputy)] == ["deputy"]
