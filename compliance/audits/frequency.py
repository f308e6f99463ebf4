"""How often a site is audited: risk, tier, interval, and the record that makes the interval longer or shorter."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from compliance.audits.scoring import Rating
from compliance.rates import exact


class Tier(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Switching(StrEnum):
    TIGHTENED = "tightened"
    NORMAL = "normal"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class RiskFactors:
    """Each from 1 (low) to 5 (high)."""

    inherent: int
    last_result: int
    open_overdue: int
    change: int
    incident: int

    def __post_init__(self) -> None:
        if not all(1 <= factor <= 5 for factor in astuple(self)):
            raise ValueError("Each risk factor is a number from 1 to 5.")


@dataclass(frozen=True, slots=True)
class FrequencyRules:
    """The settings of one version; weights stand in the order of RiskFactors and sum to 1."""

    version: int = 1
    weights: tuple[float, float, float, float, float] = (0.30, 0.25, 0.15, 0.15, 0.15)
    least_critical: float = 80
    least_high: float = 60
    least_medium: float = 40
    days_critical: int = 90
    days_high: int = 180
    days_medium: int = 270
    days_low: int = 365
    longest_days: int = 365
    tightened: float = 0.5
    reduced: float = 1.5
    window: int = 5
    rated_d_to_tighten: int = 2
    headcount_growth_percent: float = 25
    days_after_go_live: int = 90
    days_after_trigger: int = 30

    def __post_init__(self) -> None:
        if sum(map(exact, self.weights)) != 1:
            raise ValueError("The weights of the risk factors sum to 1.")


@dataclass(frozen=True, slots=True)
class AuditInterval:
    days: int
    switching: Switching
    reason: str


def risk_score(factors: RiskFactors, rules: FrequencyRules = FrequencyRules()) -> float:
    """From 20 (all factors 1) to 100 (all 5)."""
    weighted = zip(rules.weights, astuple(factors), strict=True)
    return float(20 * sum((exact(weight) * factor for weight, factor in weighted), Fraction()))


def tier_of(risk: float, rules: FrequencyRules = FrequencyRules()) -> Tier:
    limits = ((rules.least_critical, Tier.CRITICAL), (rules.least_high, Tier.HIGH), (rules.least_medium, Tier.MEDIUM))
    return next((tier for least, tier in limits if risk >= least), Tier.LOW)


def audit_interval(
    tier: Tier, ratings: Sequence[Rating], open_criticals: int, rules: FrequencyRules = FrequencyRules()
) -> AuditInterval:
    """The days between two audits, given the ratings of the past ones, oldest first."""
    base = {
        Tier.CRITICAL: rules.days_critical,
        Tier.HIGH: rules.days_high,
        Tier.MEDIUM: rules.days_medium,
        Tier.LOW: rules.days_low,
    }[tier]
    recent = ratings[-rules.window :]
    rated_d = recent.count(Rating.D)
    if rated_d >= rules.rated_d_to_tighten:
        reason = f"{rated_d} of the last {len(recent)} audits were rated D"
        return AuditInterval(int(base * rules.tightened), Switching.TIGHTENED, reason)
    if len(recent) == rules.window and set(recent) <= {Rating.A, Rating.B} and not open_criticals:
        days = min(int(base * rules.reduced), rules.longest_days)
        return AuditInterval(days, Switching.REDUCED, f"{rules.window} audits in a row were rated A or B")
    return AuditInterval(base, Switching.NORMAL, f"tier {tier}")


def headcount_triggers(before: int, after: int, rules: FrequencyRules = FrequencyRules()) -> bool:
    """Whether a site has grown so far since its last audit that it is due another; a new one from nothing has."""
    return after > before and 100 * (after - before) >= rules.headcount_growth_percent * before


def next_due(
    last_audit: date, interval: AuditInterval, triggered: Iterable[date] = (), rules: FrequencyRules = FrequencyRules()
) -> date:
    """The interval after the last audit, or earlier where something has happened since that asks for one."""
    since = [day + timedelta(days=rules.days_after_trigger) for day in triggered if day > last_audit]
    return min([last_audit + timedelta(days=interval.days), *since])


def launch_audits(go_live: date, rules: FrequencyRules = FrequencyRules()) -> tuple[date, date]:
    """When the audits of a new site, vendor or line of business are due: before it goes live, and soon after."""
    return go_live, go_live + timedelta(days=rules.days_after_go_live)
