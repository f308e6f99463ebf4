"""The numbers of the calendar rules, printed by hand: Manila at Easter, daylight saving, weekends that are not ours."""

from datetime import UTC, date, datetime

import pytest

from compliance.network.calendars import SiteCalendar, end_of_day_utc, hours_after, next_business_day, public_holidays

EASTER = frozenset({date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 9)})
MANILA = SiteCalendar("Asia/Manila", listed_holidays=EASTER)
ISSUED = datetime(2026, 4, 1, 10, 30, tzinfo=UTC)  # Wed 1 Apr 18:30 in Manila


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_manila_finding_is_due_after_easter() -> None:
    assert MANILA.due_date(ISSUED, 10) == date(2026, 4, 20)
    assert MANILA.due_instant(ISSUED, 10) == utc("2026-04-20T15:59:59Z")


def test_manila_finding_without_holidays() -> None:
    assert SiteCalendar("Asia/Manila").due_date(ISSUED, 10) == date(2026, 4, 15)


@pytest.mark.parametrize(
    ("now", "overdue"), [("2026-04-20T15:59:59.999+00:00", False), ("2026-04-20T16:00:00+00:00", True)]
)
def test_overdue_begins_when_the_due_day_has_ended_there(now: str, overdue: bool) -> None:
    assert MANILA.is_overdue(date(2026, 4, 20), utc(now)) is overdue


@pytest.mark.parametrize(("day", "working"), [(1, 1), (2, 6), (4, 6), (9, 10)])
def test_the_next_working_day_may_be_the_day_itself(day: int, working: int) -> None:
    assert next_business_day(MANILA, date(2026, 4, day)) == date(2026, 4, working)


def test_issue_day_is_the_local_one() -> None:
    late_evening_in_utc = utc("2026-03-31T20:00:00Z")  # already 1 Apr 04:00 in Manila
    assert MANILA.due_date(late_evening_in_utc, 0) == date(2026, 4, 1)


@pytest.mark.parametrize(("count", "due"), [(0, 4), (1, 6), (2, 7)])
def test_issue_day_is_day_zero_even_on_a_weekend(count: int, due: int) -> None:
    saturday = date(2026, 4, 4)
    assert SiteCalendar("Europe/Dublin").add_business_days(saturday, count) == date(2026, 4, due)


def test_hour_clocks_run_through_daylight_saving_and_day_clocks_do_not() -> None:
    losing_an_hour = utc("2026-03-07T20:00:00-08:00")
    assert losing_an_hour == utc("2026-03-08T04:00:00Z")
    assert hours_after(losing_an_hour, 24) == utc("2026-03-08T21:00:00-07:00")
    assert end_of_day_utc(date(2026, 3, 8), "America/Los_Angeles") == utc("2026-03-09T06:59:59Z")


def test_a_day_that_ends_at_a_skipped_midnight_ends_where_the_clock_jumps() -> None:
    # Egypt goes from Thu 23 Apr 2026 24:00 straight to Fri 01:00
    assert end_of_day_utc(date(2026, 4, 23), "Africa/Cairo") == utc("2026-04-23T21:59:59Z")


def test_legal_clock_of_48_hours_counts_the_weekend() -> None:
    friday = utc("2026-04-17T18:00:00+08:00")
    assert hours_after(friday, 48) == utc("2026-04-19T18:00:00+08:00")


def test_friday_saturday_weekend() -> None:
    cairo = SiteCalendar("Africa/Cairo", weekend=frozenset({4, 5}))
    thursday = date(2026, 4, 16)
    assert cairo.add_business_days(thursday, 1) == date(2026, 4, 19)
    assert not cairo.is_business_day(date(2026, 4, 17))
    assert cairo.is_business_day(date(2026, 4, 19))


@pytest.mark.parametrize(
    ("today", "late"),
    [((2026, 4, 17), None), ((2026, 4, 18), 0), ((2026, 4, 20), 1), ((2026, 4, 22), 3), ((2026, 5, 1), 10)],
)
def test_business_days_late_since_friday_17_april(today: tuple[int, int, int], late: int | None) -> None:
    assert SiteCalendar("Europe/Dublin").business_days_late(date(2026, 4, 17), date(*today)) == late


def test_business_days_between_is_antisymmetric() -> None:
    assert MANILA.business_days_between(date(2026, 4, 1), date(2026, 4, 20)) == 10
    assert MANILA.business_days_between(date(2026, 4, 20), date(2026, 4, 1)) == -10


def test_public_holidays_of_the_country_are_known() -> None:
    manila = SiteCalendar("Asia/Manila", country="PH")
    assert public_holidays("PH", "", (2026,)) >= EASTER
    assert manila.due_date(ISSUED, 10) == date(2026, 4, 20)


def test_subdivision_and_extra_holidays_add_to_the_country() -> None:
    territory_day = date(2026, 2, 1)  # Federal Territory Day, kept in Kuala Lumpur only
    assert territory_day in public_holidays("MY", "14", (2026,))
    assert territory_day not in public_holidays("MY", "", (2026,))
    assert SiteCalendar("Asia/Kuala_Lumpur", extra_holidays=frozenset({territory_day})).is_holiday(territory_day)


def test_half_days_are_business_days() -> None:
    christmas_eve = date(2026, 12, 24)  # half a day off by custom in Lisbon, no public holiday
    assert SiteCalendar("Europe/Lisbon", country="PT").is_business_day(christmas_eve)


@pytest.mark.parametrize(("country", "subdivision", "named"), [("XX", "", "XX"), ("MY", "ZZZ", "MY-ZZZ")])
def test_unknown_place_is_refused_by_name(country: str, subdivision: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        public_holidays(country, subdivision, (2026,))


@pytest.mark.parametrize("weekend", [frozenset(range(7)), frozenset({7})])
def test_a_week_needs_a_working_day(weekend: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="Weekend days"):
        SiteCalendar("UTC", weekend=weekend)


def test_instants_without_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        MANILA.local_date(ISSUED.replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone"):
        hours_after(ISSUED.replace(tzinfo=None), 1)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-04-10T00:00:00Z", date(2026, 4, 20)),  # open and unbreached: moves
        ("2026-04-16T00:00:00Z", date(2026, 4, 15)),  # breached under the old calendar: stays breached
    ],
)
def test_an_edited_holiday_calendar_moves_only_what_is_not_breached(now: str, due: date) -> None:
    assert MANILA.revised_due(date(2026, 4, 15), date(2026, 4, 1), 10, utc(now)) == due


def test_an_edited_holiday_calendar_moves_nothing_into_the_past() -> None:
    without_holidays = SiteCalendar("Asia/Manila")
    kept = without_holidays.revised_due(date(2026, 4, 20), date(2026, 4, 1), 10, utc("2026-04-16T00:00:00Z"))
    assert kept == date(2026, 4, 20)
