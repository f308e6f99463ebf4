"""By when a finding must be contained, planned and put right, from its severity and the calendar of its site."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from compliance.network.calendars import SiteCalendar, end_of_day_utc, hours_after
from compliance.playbooks.document import Severity


class Clock(StrEnum):
    CONTAIN = "contain"
    PLAN = "plan"
    IMPLEMENT = "implement"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True, slots=True)
class ClockRules:
    """The settings of one version: hours elapsed, business days of the site, or calendar days, as each name says."""

    version: int = 1
    contain_critical_hours: int = 24
    contain_major_business_days: int = 5
    plan_critical_business_days: int = 5
    plan_major_business_days: int = 15
    plan_minor_business_days: int = 20
    implement_critical_days: int = 30
    implement_major_days: int = 60
    implement_minor_days: int = 90
    acknowledge_observation_business_days: int = 20
    dispute_business_days: int = 10


DEFAULT_CLOCK_RULES = ClockRules()


@dataclass(frozen=True, slots=True)
class Deadline:
    """`on` is the local date of the site; `until` the last moment in UTC: the end of that day, or the hour itself."""

    clock: Clock
    on: date
    until: datetime

    def has_passed(self, now: datetime) -> bool:
        # The last second of a day belongs to it whole; a deadline by the hour ends with its hour.
        return now.replace(microsecond=0) > self.until


def deadlines(
    severity: Severity | None, issued_at: datetime, calendar: SiteCalendar, rules: ClockRules = DEFAULT_CLOCK_RULES
) -> dict[Clock, Deadline]:
    """The clocks of a finding issued at an instant; one without severity (an observation) only asks to be read."""
    issued = calendar.local_date(issued_at)
    if severity is None:
        read_by = calendar.add_business_days(issued, rules.acknowledge_observation_business_days)
        return {Clock.ACKNOWLEDGE: _by_day(Clock.ACKNOWLEDGE, read_by, calendar)}
    plan_days, implement_days = _days(severity, rules)
    due = {
        Clock.PLAN: _by_day(Clock.PLAN, calendar.add_business_days(issued, plan_days), calendar),
        Clock.IMPLEMENT: _by_day(Clock.IMPLEMENT, issued + timedelta(days=implement_days), calendar),
    }
    containment = _containment(severity, issued_at, calendar, rules)
    return {Clock.CONTAIN: containment, **due} if containment else due


def plan_due_after_dispute(plan_due: date, disputed_on: date, decided_on: date, calendar: SiteCalendar) -> date:
    """The plan's due date once a dispute is decided: the business days it took are given back.

    Only the plan waits for a dispute. Containment goes on, since the harm does not wait either.
    """
    return calendar.add_business_days(plan_due, calendar.business_days_between(disputed_on, decided_on))


def _days(severity: Severity, rules: ClockRules) -> tuple[int, int]:
    """Business days to a plan, calendar days to its implementation."""
    return {
        Severity.CRITICAL: (rules.plan_critical_business_days, rules.implement_critical_days),
        Severity.MAJOR: (rules.plan_major_business_days, rules.implement_major_days),
        Severity.MINOR: (rules.plan_minor_business_days, rules.implement_minor_days),
    }[severity]


def _containment(severity: Severity, issued_at: datetime, calendar: SiteCalendar, rules: ClockRules) -> Deadline | None:
    if severity is Severity.CRITICAL:
        until = hours_after(issued_at, rules.contain_critical_hours)
        return Deadline(Clock.CONTAIN, calendar.local_date(until), until)
    if severity is Severity.MAJOR:
        return _by_day(Clock.CONTAIN, calendar.due_date(issued_at, rules.contain_major_business_days), calendar)
    return None


def _by_day(clock: Clock, day: date, calendar: SiteCalendar) -> Deadline:
    return Deadline(clock, day, end_of_day_utc(day, calendar.zone))
