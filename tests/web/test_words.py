"""What people read: numbers with their spaces, dates near and far, sizes, digests."""

from datetime import UTC, date, datetime

import pytest

from compliance.web import words

NARROW, HARD = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [(4210, 0, f"4{NARROW}210"), (87.36, 1, "87.4"), (-2, 0, "−2"), (None, 0, "–"), (0, 0, "0")],
)
def test_numbers(value: float | None, places: int, shown: str) -> None:
    assert words.number(value, places) == shown


def test_no_denominator_is_not_zero() -> None:
    assert words.percent(None) == "not rated"
    assert words.percent(0) == f"0.0{HARD}%"


@pytest.mark.parametrize(
    ("value", "today", "shown"),
    [
        (date(2026, 3, 31), date(2026, 3, 17), "Tue 31 Mar"),
        (date(2026, 3, 31), date(2025, 3, 17), "31 Mar 2026"),
        (date(2026, 3, 1), None, "1 Mar 2026"),
        (None, None, "–"),
    ],
)
def test_dates_near_and_far(value: date | None, today: date | None, shown: str) -> None:
    assert words.day(value, today) == shown


def test_a_moment_is_told_in_the_place_it_names() -> None:
    instant = datetime(2026, 3, 17, 1, 40, tzinfo=UTC)
    assert words.moment(instant, "Asia/Kuala_Lumpur") == "17 Mar 2026, 09:40 Kuala Lumpur"
    assert words.moment(instant) == "17 Mar 2026, 01:40 UTC"


@pytest.mark.parametrize(
    ("due", "shown"), [(17, "today"), (18, "in 1 day"), (20, "in 3 days"), (13, "late by 4 days"), (None, "no date")]
)
def test_days_left(due: int | None, shown: str) -> None:
    assert words.in_days(due and date(2026, 3, due), date(2026, 3, 17)) == shown


@pytest.mark.parametrize(
    ("size", "shown"), [(18, f"18{HARD}bytes"), (17_600, f"18{HARD}KB"), (2_440_000, f"2.4{HARD}MB")]
)
def test_sizes(size: int, shown: str) -> None:
    assert words.filesize(size) == shown


def test_digests_are_compared_in_groups() -> None:
    assert words.digest("sha256:7f3ac91e04bd99aa") == "7f3a c91e 04bd"
