"""The life of an audit: the statuses it goes through and the moves between them."""

from enum import StrEnum

from compliance.transitions import Transitions


class AuditStatus(StrEnum):
    PLANNED = "planned"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


REVIEWED = (AuditStatus.REVIEWED, AuditStatus.CLOSED)  # its result counts


class AuditMethod(StrEnum):
    ON_SITE = "on_site"
    REMOTE = "remote"
    HYBRID = "hybrid"


AUDIT_TRANSITIONS = Transitions(
    "audit",
    {
        AuditStatus.PLANNED: frozenset({AuditStatus.SCHEDULED, AuditStatus.CANCELLED}),
        AuditStatus.SCHEDULED: frozenset({AuditStatus.IN_PROGRESS, AuditStatus.POSTPONED, AuditStatus.CANCELLED}),
        AuditStatus.POSTPONED: frozenset({AuditStatus.SCHEDULED, AuditStatus.CANCELLED}),
        AuditStatus.IN_PROGRESS: frozenset({AuditStatus.SUBMITTED, AuditStatus.CANCELLED}),
        AuditStatus.SUBMITTED: frozenset({AuditStatus.REVIEWED, AuditStatus.IN_PROGRESS}),
        AuditStatus.REVIEWED: frozenset({AuditStatus.CLOSED}),
        AuditStatus.CLOSED: frozenset(),
        AuditStatus.CANCELLED: frozenset(),
    },
)


def check_transition(current: AuditStatus, target: AuditStatus) -> None:
    """Raise RuleViolation unless an audit may go from `current` to `target`."""
    AUDIT_TRANSITIONS.check(current, target)
