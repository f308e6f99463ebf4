"""Closure measures against numbers worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from compliance.actions.measures import (
    AgeBucket,
    PastDueBucket,
    Tracked,
    age_bucket,
    ageing,
    on_time,
    past_due,
    past_due_bucket,
    repeat_rate,
    time_to_close,
)
from compliance.rates import Rate

TODAY = date(2026, 6, 30)
DUE = date(2026, 5, 31)
ISSUED = date(2026, 3, 1)
IN_TIME = Tracked(ISSUED, DUE, closed_on=DUE)
LATE = Tracked(ISSUED, DUE, closed_on=DUE + timedelta(days=1))
OVERDUE = Tracked(ISSUED, DUE)
NOT_DUE = Tracked(ISSUED, TODAY)


def test_on_time_in_both_variants() -> None:
    figures = on_time([*[IN_TIME] * 18, *[LATE] * 6, *[OVERDUE] * 6, *[NOT_DUE] * 9], TODAY)
    assert (figures.closed_only, figures.honest) == (Rate(18, 24), Rate(18, 30))
    assert (figures.closed_only.percent, figures.honest.percent) == (75.0, 60.0)


def test_a_closure_that_was_reopened_earns_no_credit() -> None:
    assert on_time([replace(IN_TIME, reopened=True)], TODAY).closed_only == Rate(0, 1)


# Due on 31 May with 60 days of soak: closing is in time until 30 July, if the work was done by 31 May.
SOAKING = Tracked(ISSUED, DUE, soak_days=60, implemented_on=DUE)


@pytest.mark.parametrize(("closed_on", "in_time"), [((2026, 7, 30), 1), ((2026, 7, 31), 0)])
def test_the_days_it_has_to_hold_are_not_counted_against_it(closed_on: tuple[int, int, int], in_time: int) -> None:
    assert on_time([replace(SOAKING, closed_on=date(*closed_on))], date(2026, 8, 1)).honest == Rate(in_time, 1)


@pytest.mark.parametrize(("today", "implemented_on", "late"), [
    ((2026, 6, 1), DUE, 0),
    ((2026, 7, 30), DUE, 0),
    ((2026, 7, 31), DUE, 1),  # the check was due
    ((2026, 6, 1), None, 1),  # the work was due, whatever time it has to hold
    ((2026, 5, 31), None, 0),
    ((2026, 6, 2), date(2026, 6, 1), 1),  # done too late to be closed in time ever
])
def test_soaking_is_late_when_the_work_or_its_check_is(today: tuple[int, int, int], implemented_on: date | None,
                                                       late: int) -> None:
    assert on_time([replace(SOAKING, implemented_on=implemented_on)], date(*today)).honest == Rate(0, late)


def test_a_finding_of_a_closed_site_is_left_out() -> None:
    assert on_time([IN_TIME, replace(OVERDUE, excluded=True)], TODAY).honest == Rate(1, 1)


def test_nothing_closed_has_no_percentage() -> None:
    figures = on_time([OVERDUE], TODAY)
    assert (figures.closed_only.percent, figures.honest.percent) == (None, 0.0)


def test_repeat_rate() -> None:
    assert repeat_rate(issued=32, repeats=4).percent == 12.5


def test_mean_and_median_time_to_close() -> None:
    closed = [Tracked(ISSUED, DUE, ISSUED + timedelta(days=days)) for days in (12, 30, 45, 61, 92)]
    measured = time_to_close([*closed, OVERDUE])
    assert (measured.mean, measured.median, measured.n) == (48.0, 45, 5)


def test_nothing_closed_took_no_time() -> None:
    measured = time_to_close([OVERDUE])
    assert (measured.mean, measured.median, measured.n) == (None, None, 0)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, "0-30"),
        (30, "0-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "91-180"),
        (180, "91-180"),
        (181, ">180"),
    ],
)
def test_ages(days: int, bucket: str) -> None:
    assert age_bucket(TODAY - timedelta(days=days), TODAY) is AgeBucket(bucket)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-5, "not due"),
        (0, "not due"),
        (1, "1-7"),
        (7, "1-7"),
        (8, "8-30"),
        (30, "8-30"),
        (31, "31-90"),
        (90, "31-90"),
        (91, ">90"),
    ],
)
def test_days_past_due(days: int, bucket: str) -> None:
    assert past_due_bucket(TODAY - timedelta(days=days), TODAY) is PastDueBucket(bucket)


def test_every_bucket_is_named() -> None:
    assert list(ageing([OVERDUE], TODAY).values()) == [0, 0, 0, 1, 0]
    assert list(past_due([OVERDUE, NOT_DUE], TODAY).values()) == [1, 0, 1, 0, 0]
