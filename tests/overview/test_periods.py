"""Quarters, what they are compared with, and where a day falls between them."""

import itertools
from datetime import date

import pytest

from compliance.overview.periods import Period, before, days_since, last_quarters, position, this_quarter


@pytest.mark.parametrize(("today", "since", "label"), [
    (date(2026, 3, 17), date(2026, 1, 1), "Q1 26"),
    (date(2026, 4, 1), date(2026, 4, 1), "Q2 26"),
    (date(2025, 12, 31), date(2025, 10, 1), "Q4 25"),
])
def test_a_quarter_runs_up_to_today(today: date, since: date, label: str) -> None:
    period = this_quarter(today)
    assert (period.since, period.until, period.label) == (since, today, label)


@pytest.mark.parametrize(("period", "expected"), [
    (Period(date(2026, 1, 1), date(2026, 3, 17)), Period(date(2025, 10, 1), date(2025, 12, 31))),
    (Period(date(2026, 2, 11), date(2026, 2, 20)), Period(date(2026, 2, 1), date(2026, 2, 10))),
    (Period(date(2025, 1, 1), date(2025, 12, 31)), Period(date(2024, 1, 2), date(2024, 12, 31))),
])
def test_a_period_is_compared_with_the_one_before(period: Period, expected: Period) -> None:
    assert before(period) == expected


def test_eight_quarters_touch_and_end_today() -> None:
    quarters = last_quarters(date(2026, 3, 17))
    assert [each.label for each in quarters] == ["Q2 24", "Q3 24", "Q4 24", "Q1 25", "Q2 25", "Q3 25", "Q4 25", "Q1 26"]
    assert quarters[-1].until == date(2026, 3, 17)
    assert all((later.since - earlier.until).days == 1 for earlier, later in itertools.pairwise(quarters))


@pytest.mark.parametrize(("day", "expected"), [
    (date(2026, 1, 1), 6.0), (date(2026, 2, 15), 6.5), (date(2024, 7, 1), 0.0), (date(2024, 5, 1), None),
])
def test_a_mark_stands_between_the_quarters_it_parts(day: date, expected: float | None) -> None:
    assert position(last_quarters(date(2026, 3, 17)), day) == expected


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 3, 15), 2), (date(2026, 3, 17), 0), (date(2026, 3, 18), 0)])
def test_a_day_that_has_begun_only_at_its_site_is_no_days_ago(day: date, expected: int) -> None:
    assert days_since(day, date(2026, 3, 17)) == expected
