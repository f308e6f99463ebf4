"""What a sample allows to be said: the interval of a rate, and how far two auditors agree."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z_95 = 1.959964
LEAST_KAPPA = 0.70


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval of a share, 0 to 1."""

    low: float
    high: float

    def holds(self, share: float) -> bool:
        return self.low <= share <= self.high


def wilson_interval(successes: int, n: int) -> Interval:
    """The Wilson interval of a rate found in a random sample of records; a checklist score is no such sample."""
    if not 0 <= successes <= n or n == 0:
        raise ValueError("Successes lie between 0 and n, and n is at least 1.")
    share, z2 = successes / n, _Z_95**2
    centre = share + z2 / (2 * n)
    spread = _Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    return Interval(max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


def distinguishable_from(target: float, successes: int, n: int) -> bool:
    """Whether the sample says on which side of the target (0 to 1) the rate lies: only then is it red or green."""
    return not wilson_interval(successes, n).holds(target)


Table = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shown together, since kappa alone is low by prevalence and observed agreement alone is high by chance.

    `kappa` and `alpha` are None where all answers were the same: agreement beyond chance is then not defined.
    """

    n: int
    observed: float
    kappa: float | None
    alpha: float | None

    @property
    def needs_recalibration(self) -> bool:
        return self.kappa is not None and self.kappa < LEAST_KAPPA


def agreement(table: Table) -> Agreement:
    """How far two auditors agree who answered the same items blind.

    `table[i][j]` counts the items the first answered i and the second answered j.
    """
    n = sum(map(sum, table))
    if n == 0:
        raise ValueError("No item was answered by both auditors.")
    observed = sum(row[i] for i, row in enumerate(table)) / n
    firsts = [sum(row) for row in table]
    seconds = [sum(column) for column in zip(*table, strict=True)]
    return Agreement(n, observed, _kappa(observed, firsts, seconds), _alpha(observed, firsts, seconds))


def agreement_band(kappa: float) -> str:
    """The words of Landis and Koch."""
    bands = ((0.80, "almost perfect"), (0.60, "substantial"), (0.40, "moderate"), (0.20, "fair"), (0.0, "slight"))
    return next((word for above, word in bands if kappa > above), "poor")


def _kappa(observed: float, firsts: Sequence[int], seconds: Sequence[int]) -> float | None:
    """Cohen's kappa."""
    n = sum(firsts)
    by_chance = sum(first * second for first, second in zip(firsts, seconds, strict=True)) / n**2
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def _alpha(observed: float, firsts: Sequence[int], seconds: Sequence[int]) -> float | None:
    """Krippendorff's alpha for nominal answers, two raters, none missing."""
    answers = 2 * sum(firsts)
    totals = [first + second for first, second in zip(firsts, seconds, strict=True)]
    expected = 1 - sum(total * (total - 1) for total in totals) / (answers * (answers - 1))
    return None if expected == 0 else 1 - (1 - observed) / expected
