"""Two versions of one override at once: one may follow another, two never hold side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.wording import on_day


@dataclass(frozen=True, slots=True)
class Period:
    """A version of an override with the half-open time it claims."""

    name: str  # "in 2"
    number: int
    effective: date
    until: date | None = None

    def overlaps(self, other: "Period") -> bool:
        return self.effective < (other.until or date.max) and other.effective < (self.until or date.max)

    def follows(self, other: "Period") -> bool:
        """A later number that takes over on a later day is how a rule changes."""
        return self.number > other.number and self.effective > other.effective


def rival_of(mine: Period, approved: Iterable[Period]) -> Period | None:
    """The first approved version that claims time of mine without one of the two following the other."""
    return next((each for each in sorted(approved, key=lambda each: each.effective)
                 if mine.overlaps(each) and not mine.follows(each) and not each.follows(mine)), None)


def against_both(mine: Period, approved: Iterable[Period], today: date) -> str:
    """Why an override cannot hold beside what is approved already, "" when it can."""
    rival = rival_of(mine, approved)
    if rival is None:
        return ""
    day = on_day(rival.effective, today)
    if rival.effective == mine.effective:
        return f"{rival.name} already takes effect on {day}. Give this one another date."
    if rival.effective < mine.effective:
        return f"{rival.name} is the newer text and holds from {day}. Raise the number of this one."
    return (f"{rival.name} already takes effect on {day}, within the time {mine.name} would hold. "
            f"End this one by then, or let it begin later.")
