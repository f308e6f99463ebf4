"""What one playbook scored in an audit, as it is kept beside the audit's criteria."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from compliance.audits.scoring import Conformity, Rating, ScoredItem, ScoreRules, score


@dataclass(frozen=True, slots=True)
class Result:
    """`points` and `weight` are what roll-ups pool; `score` and `coverage` are raw per cent, None where there is none.

    `cap` says why the rating is lower than the score, or why there is none ("" where it is neither). What is
    `without_waivers` counts each of the `waived` clauses as not met; None where nothing is waived.
    """

    points: float
    weight: float
    score: float | None
    coverage: float | None
    rating: Rating
    cap: str
    conforming: int
    assessed: int
    waived: int
    score_without_waivers: float | None
    points_without_waivers: float | None
    weight_without_waivers: float | None

    def columns(self) -> dict[str, Any]:
        return asdict(self)


def result_of(items: Sequence[ScoredItem], rules: ScoreRules) -> Result:
    """The result of one playbook's clauses."""
    scored = score(items, rules)
    without = scored.without_waivers
    return Result(
        points=scored.points, weight=scored.weight, score=scored.percent, coverage=scored.coverage,
        rating=scored.rating, cap=scored.cap_reason, conforming=scored.counts[Conformity.CONFORMITY], assessed=scored.n,
        waived=scored.counts[Conformity.WAIVED], score_without_waivers=without.percent if without else None,
        points_without_waivers=without.points if without else None,
        weight_without_waivers=without.weight if without else None)
