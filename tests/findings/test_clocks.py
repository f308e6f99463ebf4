"""Clocks from severity, in the calendar of the site."""

from datetime import UTC, date, datetime

import pytest

from compliance.findings.clocks import Clock, ClockRules, deadlines, plan_due_after_dispute
from compliance.network.calendars import SiteCalendar
from compliance.playbooks.document import Severity

EASTER = frozenset({date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 9)})
MANILA = SiteCalendar("Asia/Manila", listed_holidays=EASTER)
ISSUED = datetime(2026, 4, 1, 10, 30, tzinfo=UTC)  # Wed 1 Apr 18:30 in Manila


@pytest.mark.parametrize(
    ("severity", "contain", "plan", "implement"),
    [
        (Severity.CRITICAL, date(2026, 4, 2), date(2026, 4, 13), date(2026, 5, 1)),
        (Severity.MAJOR, date(2026, 4, 13), date(2026, 4, 27), date(2026, 5, 31)),
        (Severity.MINOR, None, date(2026, 5, 4), date(2026, 6, 30)),
    ],
)
def test_due_dates_in_manila_at_easter(severity: Severity, contain: date | None, plan: date, implement: date) -> None:
    due = {clock: deadline.on for clock, deadline in deadlines(severity, ISSUED, MANILA).items()}
    expected = {Clock.PLAN: plan, Clock.IMPLEMENT: implement}
    assert due == (expected if contain is None else {Clock.CONTAIN: contain, **expected})


def test_a_critical_is_contained_within_24_hours_holiday_or_not() -> None:
    contain = deadlines(Severity.CRITICAL, ISSUED, MANILA)[Clock.CONTAIN]
    assert contain.until == datetime(2026, 4, 2, 10, 30, tzinfo=UTC)
    assert not contain.has_passed(datetime(2026, 4, 2, 10, 30, tzinfo=UTC))
    assert contain.has_passed(datetime(2026, 4, 2, 10, 30, 1, tzinfo=UTC))


def test_a_day_clock_runs_until_the_day_ends_there() -> None:
    plan = deadlines(Severity.CRITICAL, ISSUED, MANILA)[Clock.PLAN]
    assert plan.until == datetime(2026, 4, 13, 15, 59, 59, tzinfo=UTC)
    assert not plan.has_passed(datetime(2026, 4, 13, 15, 59, 59, 999_999, tzinfo=UTC))
    assert plan.has_passed(datetime(2026, 4, 13, 16, 0, tzinfo=UTC))


def test_an_observation_only_asks_to_be_read() -> None:
    (deadline,) = deadlines(None, ISSUED, SiteCalendar("Asia/Manila")).values()
    assert (deadline.clock, deadline.on) == (Clock.ACKNOWLEDGE, date(2026, 4, 29))


def test_clocks_follow_the_settings() -> None:
    rules = ClockRules(version=2, implement_minor_days=30)
    assert deadlines(Severity.MINOR, ISSUED, MANILA, rules)[Clock.IMPLEMENT].on == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("disputed", "decided", "due"),
    [
        (date(2026, 4, 6), date(2026, 4, 6), date(2026, 4, 27)),
        (date(2026, 4, 6), date(2026, 4, 10), date(2026, 4, 30)),  # Tue, Wed and Fri; Thu 9 Apr is a holiday
    ],
)
def test_a_dispute_gives_back_the_business_days_it_took(disputed: date, decided: date, due: date) -> None:
    assert plan_due_after_dispute(date(2026, 4, 27), disputed, decided, MANILA) == due
