"""How ready a site is: an index of five components, and the caps no average hides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from compliance.rates import Rate
from compliance.wording import joined, on_day


@dataclass(frozen=True, slots=True)
class ReadinessRules:
    """The settings of one version; the weights sum to 100."""

    version: int = 1
    plans_current: float = 25
    bia_current: float = 20
    recovery_met: float = 25
    call_tree: float = 15
    actions_not_overdue: float = 15
    cap: float = 59
    least_ready: float = 60
    exercise_months: int = 12


DEFAULT_READINESS_RULES = ReadinessRules()


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """Each rate with its n; the names are of activities of tier 1."""

    plans_current: Rate
    bia_current: Rate
    recovery_met: Rate  # activities that met their RTO in the last exercise
    call_tree: Rate  # people who acknowledged, of those called
    actions_not_overdue: Rate  # of those open
    last_exercise: date | None
    tier_1_without_plan: Sequence[str] = ()
    tier_1_missed_unfixed: Sequence[str] = ()  # missed their RTO, and no fix was verified since


@dataclass(frozen=True, slots=True)
class Component:
    name: str
    rate: Rate
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """`index` is after the caps, `raw` before; both unrounded, 0 to 100. `caps` says why, one sentence each."""

    index: float
    raw: float
    caps: tuple[str, ...]
    is_ready: bool
    components: tuple[Component, ...]


def readiness(facts: ReadinessFacts, today: date, rules: ReadinessRules = DEFAULT_READINESS_RULES) -> Readiness:
    components = tuple(_components(facts, rules))
    raw = sum(component.weight * component.share for component in components)
    caps = tuple(_caps(facts, today, rules))
    index = min(raw, rules.cap) if caps else raw
    return Readiness(index, raw, caps, index >= rules.least_ready and not caps, components)


def _components(facts: ReadinessFacts, rules: ReadinessRules) -> Iterator[Component]:
    """A share of nothing is 0, as nothing was shown; only having no open action is as good as none overdue."""
    for name, rate, weight, of_nothing in (
        ("Plans current", facts.plans_current, rules.plans_current, 0.0),
        ("Impact analyses current", facts.bia_current, rules.bia_current, 0.0),
        ("Recovery times met in the last exercise", facts.recovery_met, rules.recovery_met, 0.0),
        ("Call tree acknowledged", facts.call_tree, rules.call_tree, 0.0),
        ("Actions not overdue", facts.actions_not_overdue, rules.actions_not_overdue, 1.0),
    ):
        share = rate.share
        yield Component(name, rate, weight, of_nothing if share is None else share)


def _caps(facts: ReadinessFacts, today: date, rules: ReadinessRules) -> Iterator[str]:
    if facts.tier_1_without_plan:
        yield f"No current plan covers {joined(facts.tier_1_without_plan, 'and')} (tier 1)."
    if facts.tier_1_missed_unfixed:
        missed = joined(facts.tier_1_missed_unfixed, "and")
        yield f"{missed} (tier 1) missed the recovery time, and no fix was verified since."
    if facts.last_exercise is None:
        yield "No exercise was ever held here."
    elif facts.last_exercise + relativedelta(months=rules.exercise_months) < today:
        held = on_day(facts.last_exercise, today)
        yield f"The last exercise was on {held}, more than {rules.exercise_months} months ago."
