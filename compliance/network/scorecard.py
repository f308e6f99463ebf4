"""The vendor scorecard: four pillars against their targets, and the gate no score opens."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Pillar(StrEnum):
    QUALITY = "quality"
    COMPLIANCE = "compliance"
    COST = "cost"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class PillarWeights:
    """Weights of one contract."""

    quality: float = 30
    compliance: float = 30
    cost: float = 20
    people: float = 20

    def of(self, pillar: Pillar) -> float:
        return {
            Pillar.QUALITY: self.quality,
            Pillar.COMPLIANCE: self.compliance,
            Pillar.COST: self.cost,
            Pillar.PEOPLE: self.people,
        }[pillar]


DEFAULT_WEIGHTS = PillarWeights()


@dataclass(frozen=True, slots=True)
class Reading:
    """One KPI of a vendor in a period."""

    pillar: Pillar
    actual: float
    target: float
    lower_is_better: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class VendorScore:
    """`score` is 0 to 100 over the pillars that were read; `missing` names the others, to be shown beside it."""

    score: float | None
    pillars: dict[Pillar, float] = field(default_factory=dict)
    missing: tuple[Pillar, ...] = ()
    watch_reason: str = ""

    @property
    def on_watch(self) -> bool:
        return bool(self.watch_reason)


def attainment(reading: Reading) -> float:
    """How far the target was reached, 0 to 1: doing better than asked does not pay for something else."""
    reached, asked = reading.actual, reading.target
    if reading.lower_is_better:
        reached, asked = asked, reached
    if reached >= asked:
        return 1.0
    return max(0.0, reached / asked) if asked > 0 else 0.0


def vendor_score(
    readings: Iterable[Reading], overdue_criticals: int, weights: PillarWeights = DEFAULT_WEIGHTS
) -> VendorScore:
    """The weighted attainment; several readings of one pillar count alike within it."""
    reached: dict[Pillar, list[float]] = {}
    for reading in readings:
        reached.setdefault(reading.pillar, []).append(attainment(reading))
    pillars = {pillar: sum(reached[pillar]) / len(reached[pillar]) for pillar in Pillar if pillar in reached}
    weight = sum(weights.of(pillar) for pillar in pillars)
    score = 100 * sum(weights.of(pillar) * value for pillar, value in pillars.items()) / weight if weight else None
    missing = tuple(pillar for pillar in Pillar if pillar not in pillars)
    return VendorScore(score, pillars, missing, _watch_reason(overdue_criticals))


def cost_per_resolution(cost: float, resolved: int, quality: float) -> float | None:
    """Cost of one quality-adjusted resolution; `quality` is a share, 0 to 1. None when nothing was resolved well."""
    well = resolved * quality
    return cost / well if well else None


def _watch_reason(overdue_criticals: int) -> str:
    if not overdue_criticals:
        return ""
    findings = "critical finding is" if overdue_criticals == 1 else "critical findings are"
    return f"On watch whatever the score: {overdue_criticals} {findings} overdue."
