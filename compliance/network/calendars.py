"""The working calendar of a site: which days count, when a day ends there, and how late something is.

A public holiday is a whole day: half days and days off for a part of the population count as business days, because
a clock that guesses the afternoon off is a clock people argue with. A site adds such days as extra holidays.
"""

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

SATURDAY_AND_SUNDAY = frozenset({5, 6})  # date.weekday(): Monday is 0


@lru_cache(maxsize=1024)
def public_holidays(country: str, subdivision: str, years: tuple[int, ...]) -> frozenset[date]:
    """The public holidays of a country (ISO 3166 code, "" for none) and one of its subdivisions ("" for none).

    Raises ValueError for a country or subdivision the calendar does not know.
    """
    if not country:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))
    except NotImplementedError as unknown:
        place = f"{country}-{subdivision}" if subdivision else country
        raise ValueError(f"No public holiday calendar is known for {place}.") from unknown


@dataclass(frozen=True, slots=True)
class SiteCalendar:
    """`listed_holidays`, when given, stands in for the calendar of the country; `extra_holidays` adds to either."""

    zone: str
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    country: str = ""
    subdivision: str = ""
    extra_holidays: frozenset[date] = frozenset()
    listed_holidays: frozenset[date] | None = None

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise ValueError("Weekend days are numbered 0 (Monday) to 6, and leave at least one working day.")

    def is_holiday(self, day: date) -> bool:
        if day in self.extra_holidays:
            return True
        if self.listed_holidays is not None:
            return day in self.listed_holidays
        return day in public_holidays(self.country, self.subdivision, (day.year,))

    def is_business_day(self, day: date) -> bool:
        return day.weekday() not in self.weekend and not self.is_holiday(day)

    def add_business_days(self, issued: date, count: int) -> date:
        """The `count`-th business day after `issued`, which is day 0 whether or not it is a business day."""
        if count < 0:
            raise ValueError("Business days are counted forwards.")
        day = issued
        while count:
            day += timedelta(days=1)
            count -= self.is_business_day(day)
        return day

    def business_days_between(self, start: date, end: date) -> int:
        """Business days after `start` up to and including `end`; negative when `end` comes first."""
        if end < start:
            return -self.business_days_between(end, start)
        return sum(bisect_right(days, end.toordinal()) - bisect_right(days, start.toordinal())
                   for days in (business_days(self, year) for year in range(start.year, end.year + 1)))

    def business_days_late(self, due: date, today: date) -> int | None:
        """None until the due day is over; then the business days since, 0 on a weekend right after it."""
        return None if today <= due else self.business_days_between(due, today)

    def local_date(self, instant: datetime) -> date:
        """The date at the site at an instant, which must carry its zone."""
        if instant.tzinfo is None:
            raise ValueError("An instant needs a zone.")
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def due_date(self, issued_at: datetime, business_days: int) -> date:
        return self.add_business_days(self.local_date(issued_at), business_days)

    def due_instant(self, issued_at: datetime, business_days: int) -> datetime:
        """The last second, in UTC, of the day by which something issued at an instant is due."""
        return end_of_day_utc(self.due_date(issued_at, business_days), self.zone)

    def is_overdue(self, due: date, now: datetime) -> bool:
        """Whether the due day has ended at the site."""
        return self.local_date(now) > due

    def revised_due(self, due: date, issued: date, business_days: int, now: datetime) -> date:
        """The due date after the holidays were edited; one already breached stays, and none moves into the past."""
        revised = self.add_business_days(issued, business_days)
        return due if self.is_overdue(due, now) or self.is_overdue(revised, now) else revised


def next_business_day(calendar: SiteCalendar, day: date) -> date:
    """The day itself where it is a working day of the site, else the first that follows."""
    return day if calendar.is_business_day(day) else calendar.add_business_days(day, 1)


def end_of_day_utc(day: date, zone: str) -> datetime:
    """The last second of a local day, in UTC.

    Counted back from the next midnight, since a day of 23 or 25 hours ends 24 hours after nothing in particular.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def hours_after(start: datetime, hours: int) -> datetime:
    """Elapsed hours later, in UTC: for clocks of hours (containment, legal ones), which no weekend or DST stops."""
    if start.tzinfo is None:
        raise ValueError("An instant needs a zone.")
    return start.astimezone(UTC) + timedelta(hours=hours)


@lru_cache(maxsize=4096)
def business_days(calendar: SiteCalendar, year: int) -> "array[int]":
    """The business days of a year as ordinals, in order: a page of late things counts to each of them."""
    first, after = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
    return array("l", (day for day in range(first, after) if calendar.is_business_day(date.fromordinal(day))))
