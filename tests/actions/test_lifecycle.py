"""Every move of an action, allowed and refused, by kind and severity."""

from itertools import product

import pytest

from compliance.actions.lifecycle import (
    ActionKind,
    ActionStatus,
    action_transitions,
    check_transition,
    status_after_return,
)
from compliance.errors import RuleViolation
from compliance.playbooks.document import Severity

ALWAYS = """
open -> contained cancelled
contained -> root_cause cancelled
root_cause -> plan_submitted cancelled
plan_approved -> implemented cancelled
implemented -> effectiveness_check cancelled
effectiveness_check -> closed reopened cancelled
reopened -> root_cause cancelled
closed -> reopened
cancelled ->
"""
STRICT = ALWAYS + "plan_submitted -> plan_approved root_cause cancelled"
MAY_SKIP = {
    (ActionKind.CORRECTIVE, Severity.CRITICAL): STRICT,
    (ActionKind.CORRECTIVE, Severity.MAJOR): STRICT,
    (ActionKind.CORRECTIVE, Severity.MINOR): STRICT + "\nopen -> root_cause",
    (ActionKind.RECOVERY, None): STRICT + "\nopen -> root_cause",
    (ActionKind.READINESS, Severity.MAJOR): ALWAYS
    + "contained -> plan_submitted\nplan_submitted -> plan_approved contained cancelled",
    (ActionKind.READINESS, Severity.MINOR): ALWAYS
    + "open -> root_cause plan_submitted\ncontained -> plan_submitted\nplan_submitted -> plan_approved open cancelled",
    (ActionKind.IMPROVEMENT, None): ALWAYS
    + "open -> root_cause plan_submitted\ncontained -> plan_submitted\nplan_submitted -> plan_approved open cancelled",
    (ActionKind.GOVERNANCE, None): ALWAYS
    + "open -> root_cause plan_submitted\ncontained -> plan_submitted\nplan_submitted -> plan_approved open cancelled",
}


def moves(table: str) -> set[tuple[str, str]]:
    return {
        (current, target)
        for line in table.strip().splitlines()
        for current, targets in [line.split(" ->")]
        for target in targets.split()
    }


@pytest.mark.parametrize(("profile", "table"), MAY_SKIP.items(), ids=str)
def test_every_pair_of_statuses(profile: tuple[ActionKind, Severity | None], table: str) -> None:
    allowed = moves(table)
    transitions = action_transitions(*profile)
    for current, target in product(ActionStatus, repeat=2):
        assert transitions.allowed(current, target) is ((current, target) in allowed), (current, target)


def test_a_skipped_step_is_refused_with_what_may_come_instead() -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_transition(ActionStatus.OPEN, ActionStatus.ROOT_CAUSE, ActionKind.CORRECTIVE, Severity.CRITICAL)
    assert str(refusal.value) == "This action is open: it can become contained or cancelled, not root cause."
    check_transition(ActionStatus.OPEN, ActionStatus.ROOT_CAUSE, ActionKind.CORRECTIVE, Severity.MINOR)


def test_a_failed_check_asks_for_the_cause_even_of_a_gap() -> None:
    after = action_transitions(ActionKind.READINESS, Severity.MINOR)
    assert after.next(ActionStatus.REOPENED) == [ActionStatus.ROOT_CAUSE, ActionStatus.CANCELLED]


@pytest.mark.parametrize(
    ("kind", "severity", "back_to"),
    [
        (ActionKind.CORRECTIVE, Severity.MINOR, ActionStatus.ROOT_CAUSE),
        (ActionKind.READINESS, Severity.MAJOR, ActionStatus.CONTAINED),
        (ActionKind.GOVERNANCE, None, ActionStatus.OPEN),
    ],
)
def test_a_returned_plan_goes_back_to_the_last_step_that_stands(
    kind: ActionKind, severity: Severity | None, back_to: ActionStatus
) -> None:
    assert status_after_return(kind, severity) is back_to
