"""The life of an action: its steps, and which of them its kind and severity let it skip."""

from enum import StrEnum

from compliance.playbooks.document import Severity
from compliance.transitions import Transitions


class ActionKind(StrEnum):
    CORRECTIVE = "corrective"
    IMPROVEMENT = "improvement"
    READINESS = "readiness"
    RECOVERY = "recovery"
    GOVERNANCE = "governance"


class ActionStatus(StrEnum):
    """A status names the last step done: `root_cause` means the cause has been stated."""

    OPEN = "open"
    CONTAINED = "contained"
    ROOT_CAUSE = "root_cause"
    PLAN_SUBMITTED = "plan_submitted"
    PLAN_APPROVED = "plan_approved"
    IMPLEMENTED = "implemented"
    EFFECTIVENESS_CHECK = "effectiveness_check"
    CLOSED = "closed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


OPEN_STATUSES = frozenset(ActionStatus) - {ActionStatus.CLOSED, ActionStatus.CANCELLED}

_LATER = {
    ActionStatus.PLAN_APPROVED: frozenset({ActionStatus.IMPLEMENTED, ActionStatus.CANCELLED}),
    ActionStatus.IMPLEMENTED: frozenset({ActionStatus.EFFECTIVENESS_CHECK, ActionStatus.CANCELLED}),
    ActionStatus.EFFECTIVENESS_CHECK: frozenset({ActionStatus.CLOSED, ActionStatus.REOPENED, ActionStatus.CANCELLED}),
    # A plan that did not work is not answered with a second plan before asking why, whatever the kind.
    ActionStatus.REOPENED: frozenset({ActionStatus.ROOT_CAUSE, ActionStatus.CANCELLED}),
    ActionStatus.CLOSED: frozenset({ActionStatus.REOPENED}),
    ActionStatus.CANCELLED: frozenset[ActionStatus](),
}


def needs_containment(severity: Severity | None) -> bool:
    return severity in (Severity.CRITICAL, Severity.MAJOR)


def needs_root_cause(kind: ActionKind) -> bool:
    """A gap (no plan, no deputy, an idea) has no failure to explain; a nonconformity and a missed target have."""
    return kind in (ActionKind.CORRECTIVE, ActionKind.RECOVERY)


def action_transitions(kind: ActionKind, severity: Severity | None) -> Transitions[ActionStatus]:
    """The moves of one kind of action at one severity (None where the action has none)."""
    first = {ActionStatus.CONTAINED, ActionStatus.CANCELLED}
    after_containment = {ActionStatus.ROOT_CAUSE, ActionStatus.CANCELLED}
    if not needs_root_cause(kind):
        after_containment.add(ActionStatus.PLAN_SUBMITTED)
    if not needs_containment(severity):
        first |= after_containment
    return Transitions(
        "action",
        {
            ActionStatus.OPEN: frozenset(first),
            ActionStatus.CONTAINED: frozenset(after_containment),
            ActionStatus.ROOT_CAUSE: frozenset({ActionStatus.PLAN_SUBMITTED, ActionStatus.CANCELLED}),
            ActionStatus.PLAN_SUBMITTED: frozenset({
                ActionStatus.PLAN_APPROVED,
                status_after_return(kind, severity),
                ActionStatus.CANCELLED,
            }),
            **_LATER,
        },
    )


def status_after_return(kind: ActionKind, severity: Severity | None) -> ActionStatus:
    """Where a plan sent back for changes leaves its action: the last step that still stands."""
    if needs_root_cause(kind):
        return ActionStatus.ROOT_CAUSE
    return ActionStatus.CONTAINED if needs_containment(severity) else ActionStatus.OPEN


def check_transition(
    current: ActionStatus, target: ActionStatus, kind: ActionKind, severity: Severity | None = None
) -> None:
    """Raise RuleViolation unless an action of this kind and severity may go from `current` to `target`."""
    action_transitions(kind, severity).check(current, target)
