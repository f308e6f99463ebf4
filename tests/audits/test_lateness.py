"""Signed in time or not, received in time or not, with a clock that is right or not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from compliance.audits.lateness import signature_of

DUE = date(2026, 3, 17)  # over at Kuala Lumpur at 16:00 UTC


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(("signed", "received", "ahead_hours", "late", "came_late", "off"), [
    (at(17, 10), at(17, 11), 0, False, False, False),
    (at(17, 15), at(18, 1), 0, False, True, False),
    (at(17, 16), at(17, 17), 0, True, False, False),
    (at(19, 10), at(17, 10), 48, False, False, True),  # two days ahead: signed in time after all
    (at(15, 17), at(17, 17), -48, True, False, True),  # two days behind: it only looks as though in time
    (at(17, 15), at(18, 1), 0.05, False, True, False),
])
def test_a_signature_is_late_by_when_it_was_given(signed: datetime, received: datetime, ahead_hours: float, late: bool,
                                                  came_late: bool, off: bool) -> None:
    given = signature_of(signed, round(ahead_hours * 3_600_000), received)
    assert given is not None
    assert given.ours == signed - timedelta(hours=ahead_hours)
    zone = "Asia/Kuala_Lumpur"
    assert (given.is_late(DUE, zone), given.came_late(DUE, zone), given.clock_is_off) == (late, came_late, off)


def test_what_was_not_signed_on_a_tablet_has_no_signature() -> None:
    assert signature_of(None, 0, at(17, 1)) is None
    assert signature_of(at(17, 1), 0, None) is None
