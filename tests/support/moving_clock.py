"""A clock a test can hold and move."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from compliance import clock as product_clock


class MovingClock:
    """Stands still from its first use on: `at` sets it, `forward` moves it, `release` lets it run."""

    def now(self) -> datetime:
        return product_clock.now()

    def at(self, instant: datetime | str) -> datetime:
        """Hold the clock at an instant; a text without an offset is UTC ("2026-03-02 09:00")."""
        moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        product_clock.fix(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        return product_clock.now()

    def forward(self, **amount: float) -> datetime:
        """Move the clock on by the arguments of `timedelta`: `clock.forward(days=3)`."""
        return self.at(product_clock.now() + timedelta(**amount))

    def release(self) -> None:
        product_clock.fix(None)


@pytest.fixture
def clock() -> Iterator[MovingClock]:
    moving = MovingClock()
    yield moving
    moving.release()
