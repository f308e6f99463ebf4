"""The life of a finding: statuses, dispute window, regrading, and when recurrence reopens it or makes a new one."""

from enum import StrEnum

from compliance.transitions import Transitions


class FindingStatus(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    UPHELD = "upheld"
    REGRADED = "regraded"
    WITHDRAWN = "withdrawn"
    IN_REMEDIATION = "in_remediation"
    VERIFIED = "verified"
    CLOSED = "closed"
    REOPENED = "reopened"


class FindingKind(StrEnum):
    """Only a nonconformity has a severity and the plan and implementation clocks."""

    NONCONFORMITY = "nonconformity"
    OBSERVATION = "observation"
    IMPROVEMENT = "improvement"
    POSITIVE_PRACTICE = "positive_practice"


class WithdrawalReason(StrEnum):
    NOT_UPHELD = "not_upheld"
    CRITERION_WITHDRAWN = "criterion_withdrawn"  # its clause was retired while the finding was open
    SITE_CLOSED = "site_closed"  # left out of on-time figures, still listed


FINDING_TRANSITIONS = Transitions(
    "finding",
    {
        FindingStatus.DRAFT: frozenset({FindingStatus.ISSUED, FindingStatus.WITHDRAWN}),
        FindingStatus.ISSUED: frozenset({FindingStatus.ACCEPTED, FindingStatus.DISPUTED, FindingStatus.WITHDRAWN}),
        FindingStatus.ACCEPTED: frozenset({FindingStatus.IN_REMEDIATION, FindingStatus.WITHDRAWN}),
        FindingStatus.DISPUTED: frozenset({FindingStatus.UPHELD, FindingStatus.REGRADED, FindingStatus.WITHDRAWN}),
        FindingStatus.UPHELD: frozenset({FindingStatus.IN_REMEDIATION, FindingStatus.WITHDRAWN}),
        FindingStatus.REGRADED: frozenset({FindingStatus.IN_REMEDIATION, FindingStatus.WITHDRAWN}),
        FindingStatus.IN_REMEDIATION: frozenset({FindingStatus.VERIFIED, FindingStatus.WITHDRAWN}),
        FindingStatus.VERIFIED: frozenset({FindingStatus.CLOSED, FindingStatus.IN_REMEDIATION}),
        FindingStatus.CLOSED: frozenset({FindingStatus.REOPENED}),
        FindingStatus.REOPENED: frozenset({FindingStatus.IN_REMEDIATION, FindingStatus.WITHDRAWN}),
        FindingStatus.WITHDRAWN: frozenset(),
    },
)

OPEN_STATUSES = frozenset(FindingStatus) - {FindingStatus.DRAFT, FindingStatus.WITHDRAWN, FindingStatus.CLOSED}


def check_transition(current: FindingStatus, target: FindingStatus) -> None:
    """Raise RuleViolation unless a finding may go from `current` to `target`."""
    FINDING_TRANSITIONS.check(current, target)
