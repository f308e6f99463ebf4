"""The one source of time: everything that asks "now" or "today" asks here, so that a test or the demo can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# Process-wide on purpose: a moved clock must also be seen by the server's other threads.
_fixed: datetime | None = None


def now() -> datetime:
    """The present instant, in UTC."""
    return _fixed or datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The calendar day it is now in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def fix(instant: datetime | None) -> None:
    """Hold the clock at an instant with an offset, or let it run again with None."""
    global _fixed  # noqa: PLW0603 - the clock is the one piece of global state the product has
    _fixed = instant.astimezone(UTC) if instant else None


@contextmanager
def fixed_at(instant: datetime) -> Iterator[None]:
    """Hold the clock inside the block and put it back as it was."""
    before = _fixed
    fix(instant)
    try:
        yield
    finally:
        fix(before)
