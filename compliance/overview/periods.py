"""Quarters and the stretches of days figures are compared over; all of them include both ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included."""

    since: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until

    @property
    def label(self) -> str:
        """ "Q1 26" for a quarter or the part of one up to today, else the two days."""
        return quarter_label(self.since) if self.since == quarter_start(self.since) and (
            self.until <= quarter_end(self.since)) else self.words

    @property
    def words(self) -> str:
        """ "1 Jan to 17 Mar 2026"."""
        first = f"{self.since.day} {self.since:%b}"
        if self.since.year != self.until.year:
            first += f" {self.since.year}"
        return f"{first} to {self.until.day} {self.until:%b} {self.until.year}"


def quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def quarter_end(day: date) -> date:
    return quarter_start(day) + relativedelta(months=3, days=-1)


def quarter_label(day: date) -> str:
    return f"Q{(day.month - 1) // 3 + 1} {day:%y}"


def this_quarter(today: date) -> Period:
    """The quarter so far."""
    return Period(quarter_start(today), today)


def last_quarters(today: date, count: int = QUARTERS) -> list[Period]:
    """The last quarters, oldest first; the present one ends today."""
    start = quarter_start(today)
    firsts = [start - relativedelta(months=3 * back) for back in range(count - 1, -1, -1)]
    return [Period(first, min(quarter_end(first), today)) for first in firsts]


def before(period: Period) -> Period:
    """What a period is compared with: the whole quarter before a quarter, else as many days before it."""
    if period.since == quarter_start(period.since) and period.until <= quarter_end(period.since):
        start = period.since - relativedelta(months=3)
        return Period(start, quarter_end(start))
    ends = period.since - timedelta(days=1)
    return Period(ends - (period.until - period.since), ends)


def days_since(day: date, today: date) -> int:
    """Days gone since `day`; none where it has begun at its site and not yet here."""
    return max((today - day).days, 0)


def position(periods: Sequence[Period], day: date) -> float | None:
    """Where a day falls between the ends of periods (0 = the end of the first), as trends draw their marks."""
    for at in range(1, len(periods)):
        if day in periods[at]:
            whole = (quarter_end(periods[at].since) - periods[at].since).days + 1
            return at - 1 + (day - periods[at].since).days / whole
    return None
