"""The life of a finding: statuses, dispute window, regrading, and when recurrence reopens it or makes a new one."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from compliance.findings.clocks import DEFAULT_CLOCK_RULES, ClockRules
from compliance.network.calendars import SiteCalendar
from compliance.playbooks.document import Severity
from compliance.refusals import Refusal
from compliance.transitions import Transitions
from compliance.wording import on_day


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


REOPEN_MONTHS = 12


def dispute_window_ends(issued_on: date, calendar: SiteCalendar, rules: ClockRules = DEFAULT_CLOCK_RULES) -> date:
    """The last local day on which the auditee may dispute."""
    return calendar.add_business_days(issued_on, rules.dispute_business_days)


def dispute_refusals(window_ends: date, today: date, *, reason: str, evidence: int) -> list[Refusal]:
    """Why a finding may not be disputed."""
    refusals = []
    if today > window_ends:
        ended = on_day(window_ends, today)
        refusals.append(Refusal("window", f"This finding could be disputed until {ended}. Answer it with a plan."))
    if not reason.strip():
        refusals.append(Refusal("reason", "Say what about the finding is wrong."))
    if not evidence:
        refusals.append(Refusal("evidence", "Attach the evidence that speaks against the finding."))
    return refusals


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on a finding: its dispute, or its grade. `is_reviewer` includes the governance council."""

    decider_id: str
    is_reviewer: bool
    raised_by_id: str
    leads_site: bool
    reason: str


def decision_refusals(decision: Decision) -> list[Refusal]:
    """Why this person may not decide on a dispute or a grade."""
    refusals = []
    if decision.decider_id == decision.raised_by_id:
        refusals.append(Refusal("raiser", "You raised this finding, so somebody else decides on it."))
    elif not decision.is_reviewer:
        refusals.append(Refusal("reviewer", "A reviewer or the governance council decides on this; you are neither."))
    if decision.leads_site:
        refusals.append(Refusal("site_lead", "You lead the site of this finding, so you cannot decide on it."))
    if not decision.reason.strip():
        refusals.append(Refusal("reason", "Say why: the site and the auditor both read it."))
    return refusals


def regrade_refusals(current: Severity, new: Severity, decision: Decision) -> list[Refusal]:
    """Why the grade may not change, up or down."""
    if new is current:
        return [Refusal("same", f"This finding is {current} already; choose another grade, or uphold it.")]
    return decision_refusals(decision)


class Recurrence(StrEnum):
    REOPEN = "reopen"  # same reference, and the clock since its first issue goes on
    NEW = "new"  # a new finding that names the old one as the one it repeats


def recurrence(closed_on: date, recurred_on: date) -> Recurrence:
    """What to do when a closed finding comes back: up to 12 months later it opens again."""
    within = recurred_on <= closed_on + relativedelta(months=REOPEN_MONTHS)
    return Recurrence.REOPEN if within else Recurrence.NEW
