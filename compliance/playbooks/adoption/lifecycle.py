"""How a site goes live on a version: the steps, what each asks, and how early or late it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.refusals import Refusal
from compliance.transitions import Transitions


class AdoptionStatus(StrEnum):
    """`notified` is where every site stands that an approved version reaches, before anybody there did anything."""

    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    TRAINED = "trained"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class AdoptionRules:
    """The settings of one version: the share of the people in scope who must have attested, in percent."""

    version: int = 1
    attested_pct: int = 95


RULES = AdoptionRules()
# Numbers that turn out too low take a team back to before its training; live is for good.
TRANSITIONS = Transitions("adoption", {
    AdoptionStatus.NOTIFIED: frozenset({AdoptionStatus.ACKNOWLEDGED}),
    AdoptionStatus.ACKNOWLEDGED: frozenset({AdoptionStatus.TRAINED}),
    AdoptionStatus.TRAINED: frozenset({AdoptionStatus.ACKNOWLEDGED, AdoptionStatus.LIVE}),
    AdoptionStatus.LIVE: frozenset[AdoptionStatus](),
})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a step of an adoption is decided on; `today` is the day at the site, `evidence` counts pieces."""

    status: AdoptionStatus
    today: date
    approved_on: date
    superseded_by: str = ""  # the number of the version that has taken over there
    attested: int | None = None
    heads: int | None = None
    evidence: int = 0


def is_enough(attested: int | None, heads: int | None, rules: AdoptionRules = RULES) -> bool:
    """In whole numbers: a share of 94.96 % is not 95 %."""
    return attested is not None and heads is not None and heads > 0 and attested * 100 >= rules.attested_pct * heads


def share(attested: int | None, heads: int | None) -> float | None:
    """The attested share in percent; None while nobody entered it."""
    return 100 * attested / heads if attested is not None and heads else None


def still_to_attest(heads: int, attested: int, rules: AdoptionRules = RULES) -> int:
    """How many more people have to attest before the team counts as trained."""
    needed = -(-rules.attested_pct * heads // 100)
    return max(0, needed - attested)


def against_any_step(standing: Standing) -> list[Refusal]:
    """A text nobody works by any more is adopted by nobody."""
    if standing.superseded_by:
        return [Refusal("superseded", f"Version {standing.superseded_by} has taken over. Adopt that one.")]
    return []


def against_acknowledging(standing: Standing) -> list[Refusal]:
    found = against_any_step(standing)
    if standing.status is not AdoptionStatus.NOTIFIED:
        found.append(Refusal("transition", "The notice was acknowledged here before. Enter who has attested."))
    return found


def against_attesting(standing: Standing, attested: int, heads: int) -> list[Refusal]:
    """Numbers may be entered again until the site is live."""
    found = against_any_step(standing)
    if standing.status not in (AdoptionStatus.ACKNOWLEDGED, AdoptionStatus.TRAINED):
        found += _against_move(standing.status, AdoptionStatus.TRAINED)
    if heads < 1:
        found.append(Refusal("heads", "Say how many people work by this playbook here: at least one."))
    elif attested > heads:
        found.append(Refusal("attested", f"{attested} of {heads} cannot have attested. Correct one of the numbers."))
    return found


def after_attesting(attested: int, heads: int, rules: AdoptionRules = RULES) -> AdoptionStatus:
    return AdoptionStatus.TRAINED if is_enough(attested, heads, rules) else AdoptionStatus.ACKNOWLEDGED


def against_going_live(standing: Standing, live_on: date, rules: AdoptionRules = RULES) -> list[Refusal]:
    """Trained people, a piece of evidence, and a day that is neither to come nor before there was a text."""
    found = against_any_step(standing)
    if standing.status is AdoptionStatus.LIVE or not is_enough(standing.attested, standing.heads, rules):
        found += _not_trained(standing, rules)
    if standing.evidence < 1:
        found.append(Refusal("evidence", "Add evidence: a photo of the floor, or a record that old copies are gone."))
    if live_on > standing.today:
        found.append(Refusal("future", "A site is live when it is: declare it on the day, not before."))
    if live_on < standing.approved_on:
        found.append(Refusal("too_early", f"There was no such version before {standing.approved_on.isoformat()}."))
    return found


def _not_trained(standing: Standing, rules: AdoptionRules) -> list[Refusal]:
    if standing.status is AdoptionStatus.ACKNOWLEDGED and standing.heads:
        more = still_to_attest(standing.heads, standing.attested or 0, rules)
        return [Refusal("untrained", f"{more} more of {standing.heads} people have to attest before the site can go "
                        f"live: {rules.attested_pct} % are needed.")]
    return _against_move(standing.status, AdoptionStatus.LIVE)


def _against_move(status: AdoptionStatus, target: AdoptionStatus) -> list[Refusal]:
    if TRANSITIONS.allowed(status, target):
        return []
    return [Refusal("transition", TRANSITIONS.refusal(status, target))]


def due_on(effective_on: date, here_since: date) -> date:
    """Whoever comes to a site after a version took effect works by it from their first day."""
    return max(effective_on, here_since)


def lag(live_on: date | None, due: date) -> int | None:
    """Days from the day it was due to the day it was live: negative for the early ones, None while not live."""
    return (live_on - due).days if live_on else None


def is_late(live_on: date | None, due: date, today: date) -> bool:
    """The day itself is still in time: a day due is over at its end, at the site."""
    return (live_on or today) > due


def median(lags: Iterable[int]) -> float | None:
    """The middle lag, of two in the middle their mean; None for no lag."""
    ordered = sorted(lags)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
