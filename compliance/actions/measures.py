"""How well things get closed: repeats, on time, time to close, and the age of what is still open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import fmean, median

from compliance.rates import Rate


@dataclass(frozen=True, slots=True)
class Tracked:
    """A finding or an action as the measures see it; dates are local dates of its site.

    `issued_on` is the first issue, whatever happened since: a reopened one has `closed_on` None again, and
    `original_due` is that before any extension. `reopened` revokes credit for a closure in time. `excluded` leaves
    it out of on-time figures (its site closed); whoever reports lists it. `soak_days` is how long the result must
    hold before anybody may close it, `implemented_on` the day from which that runs.
    """

    issued_on: date
    original_due: date
    closed_on: date | None = None
    reopened: bool = False
    excluded: bool = False
    soak_days: int = 0
    implemented_on: date | None = None

    @property
    def latest_close(self) -> date:
        """The last day on which closing is in time: work due on its date cannot close before its soak is over."""
        return self.original_due + timedelta(days=self.soak_days)

    def is_late(self, today: date) -> bool:
        """Whether something open can no longer be closed in time: the work is late, or its check is."""
        done_in_time = self.implemented_on is not None and self.implemented_on <= self.original_due
        return today > (self.latest_close if done_in_time else self.original_due)


@dataclass(frozen=True, slots=True)
class OnTime:
    """`honest` is the headline: `closed_only` never hears of what was never closed. Always shown together."""

    honest: Rate
    closed_only: Rate


def on_time(tracked: Iterable[Tracked], today: date) -> OnTime:
    """Closed by the original due date and the soak after it, of what was closed, and of what was closed or is late."""
    counted = [each for each in tracked if not each.excluded]
    closed = [each for each in counted if each.closed_on is not None]
    in_time = sum(_closed_in_time(each) for each in closed)
    late_and_open = sum(each.closed_on is None and each.is_late(today) for each in counted)
    return OnTime(honest=Rate(in_time, len(closed) + late_and_open), closed_only=Rate(in_time, len(closed)))


def repeat_rate(issued: int, repeats: int) -> Rate:
    """Nonconformities issued in a period that repeat an earlier one, of all issued in it."""
    return Rate(repeats, issued)


@dataclass(frozen=True, slots=True)
class TimeToClose:
    """Days from first issue to closure; shown beside the ageing, since what is open does not count here."""

    mean: float | None
    median: float | None
    n: int


def time_to_close(tracked: Iterable[Tracked]) -> TimeToClose:
    days = [(each.closed_on - each.issued_on).days for each in tracked if each.closed_on is not None]
    return TimeToClose(fmean(days), median(days), len(days)) if days else TimeToClose(None, None, 0)


class AgeBucket(StrEnum):
    TO_30 = "0-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    TO_180 = "91-180"
    OVER_180 = ">180"


class PastDueBucket(StrEnum):
    NOT_DUE = "not due"
    TO_7 = "1-7"
    TO_30 = "8-30"
    TO_90 = "31-90"
    OVER_90 = ">90"


_AGES = ((30, AgeBucket.TO_30), (60, AgeBucket.TO_60), (90, AgeBucket.TO_90), (180, AgeBucket.TO_180))
_PAST_DUE = ((0, PastDueBucket.NOT_DUE), (7, PastDueBucket.TO_7), (30, PastDueBucket.TO_30), (90, PastDueBucket.TO_90))


def age_bucket(issued_on: date, today: date) -> AgeBucket:
    age = (today - issued_on).days
    return next((bucket for most, bucket in _AGES if age <= most), AgeBucket.OVER_180)


def past_due_bucket(due_on: date, today: date) -> PastDueBucket:
    """By calendar days past the due date given: whoever charts it says whether that is the original one."""
    late = (today - due_on).days
    return next((bucket for most, bucket in _PAST_DUE if late <= most), PastDueBucket.OVER_90)


def ageing(still_open: Sequence[Tracked], today: date) -> dict[AgeBucket, int]:
    """How many of the open are how old, every bucket named."""
    buckets = [age_bucket(each.issued_on, today) for each in still_open]
    return {bucket: buckets.count(bucket) for bucket in AgeBucket}


def past_due(still_open: Sequence[Tracked], today: date) -> dict[PastDueBucket, int]:
    """How many of the open are how far past their original due date, every bucket named."""
    buckets = [past_due_bucket(each.original_due, today) for each in still_open]
    return {bucket: buckets.count(bucket) for bucket in PastDueBucket}


def _closed_in_time(each: Tracked) -> bool:
    return each.closed_on is not None and each.closed_on <= each.latest_close and not each.reopened
