"""Put the dates a grade asks for on a finding, and on the action that answers it."""

from datetime import date, datetime

from compliance import clock
from compliance.findings.clocks import DEFAULT_CLOCK_RULES, Clock, Deadline, deadlines
from compliance.findings.lifecycle import FindingKind, dispute_window_ends
from compliance.findings.models import Finding
from compliance.network.queries import calendar_of
from compliance.playbooks.document import Severity


def start_clocks(finding: Finding, issued_at: datetime) -> None:
    """Day 0 is the day of issue at the site; only a nonconformity is contained, planned and put right by a date."""
    calendar = calendar_of(finding.site)
    finding.issued_at, finding.issued_on = issued_at, calendar.local_date(issued_at)
    finding.dispute_until = dispute_window_ends(finding.issued_on, calendar)
    finding.clock_rules = str(DEFAULT_CLOCK_RULES.version)
    _put(finding, deadlines(_graded(finding), issued_at, calendar))


def restart_clocks(finding: Finding) -> None:
    """The dates of a new grade, counted from the first issue.

    One that would be over before anybody knew of the grade is counted from the decision instead.
    """
    if finding.issued_at is None:
        return
    now, calendar = clock.now(), calendar_of(finding.site)
    first = deadlines(_graded(finding), finding.issued_at, calendar)
    again = deadlines(_graded(finding), now, calendar)
    _put(finding, {key: again[key] if due.has_passed(now) else due for key, due in first.items()})


def local_day(finding: Finding, instant: datetime | None = None) -> date:
    """The date at the site of a finding, now unless said."""
    return calendar_of(finding.site).local_date(instant or clock.now())


def _graded(finding: Finding) -> Severity | None:
    return finding.severity if finding.kind is FindingKind.NONCONFORMITY else None


def _put(finding: Finding, due: dict[Clock, Deadline]) -> None:
    contain, plan = due.get(Clock.CONTAIN), due.get(Clock.PLAN)
    close = due.get(Clock.IMPLEMENT) or due.get(Clock.ACKNOWLEDGE)
    finding.contain_due_at = contain.until if contain else None
    finding.plan_due_on = plan.on if plan else None
    finding.close_due_on = close.on if close else None
