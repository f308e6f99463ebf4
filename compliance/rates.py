"""Rates with their n: a share that knows what it is a share of, pooled and shown honestly."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole`: counts, or points over weight. A rate of nothing has no percentage, not 0 or 100."""

    part: float
    whole: float

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None


def pooled(rates: Iterable[Rate]) -> Rate:
    """All the points over all the weight: a mean of percentages would let a small audit outvote a large one."""
    counted = list(rates)
    return Rate(sum(rate.part for rate in counted), sum(rate.whole for rate in counted))


def exact(number: float) -> Fraction:
    """The number as it was written (0.1 is one tenth), so that sums of settings compare exactly."""
    return Fraction(repr(number))


def shown(value: float, thresholds: Iterable[float] = ()) -> str:
    """The value with one decimal, or as many as it takes not to show it on the wrong side of a threshold.

    With a threshold at 90, 89.96 is shown as "89.96": "90.0" beside a B would look like a mistake.
    """
    written = Decimal(repr(value))
    limits = [Decimal(repr(limit)) for limit in thresholds]
    for digits in range(1, 12):
        rounded = written.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if all((written >= limit) == (rounded >= limit) for limit in limits):
            return f"{rounded:f}"
    return f"{written:f}"
