"""An audit signed on a tablet: when by its clock, when that reached the server, and what follows for its due day.

Both times are kept. A day is over at its end at the site; the signature counts, and what came late is flagged
(domain.md §7, edge case 27).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

CLOCK_OFF = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Signature:
    """`signed_at` by the clock of a tablet that was `ahead` of ours; `received_at` by ours."""

    signed_at: datetime
    received_at: datetime
    ahead: timedelta

    @property
    def ours(self) -> datetime:
        """When it was signed, by our clock."""
        return self.signed_at - self.ahead

    @property
    def clock_is_off(self) -> bool:
        return abs(self.ahead) > CLOCK_OFF

    def is_late(self, due_on: date, zone: str) -> bool:
        return self.ours.astimezone(ZoneInfo(zone)).date() > due_on

    def came_late(self, due_on: date, zone: str) -> bool:
        """Signed in time and received after the due day was over."""
        received = self.received_at.astimezone(ZoneInfo(zone)).date()
        return received > due_on and not self.is_late(due_on, zone)


def signature_of(signed_at: datetime | None, skew_ms: int, received_at: datetime | None) -> Signature | None:
    """None for what was not signed on a tablet, or went back to its team since."""
    if signed_at is None or received_at is None:
        return None
    return Signature(signed_at, received_at, timedelta(milliseconds=skew_ms))
