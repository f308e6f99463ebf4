"""What an audit scores: points over weight, a rating with caps, an opinion; every figure with its n."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from compliance.playbooks.document import Severity
from compliance.rates import Rate, exact
from compliance.wording import counted


class Conformity(StrEnum):
    CONFORMITY = "conformity"
    PARTIAL = "partial"
    NONCONFORMITY = "nonconformity"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    NOT_ASSESSED = "not_assessed"


ASSESSED = frozenset({Conformity.CONFORMITY, Conformity.PARTIAL, Conformity.NONCONFORMITY})
APPLICABLE = ASSESSED | {Conformity.NOT_ASSESSED}


class Rating(StrEnum):
    A = "A"
    B = "B"
    C = "C"
    D = "D"
    NOT_RATED = "not rated"


class Opinion(StrEnum):
    POSITIVE = "positive"
    WITH_COMMENTS = "positive with comments"
    NEGATIVE = "negative"
    NONE = "none"


_WORST_LAST = (Rating.A, Rating.B, Rating.C, Rating.D)


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """The settings of one version of the score; an audit keeps those it started with. Percentages are 0 to 100."""

    version: int = 1
    partial_value: float = 0.5
    partial_on_critical: bool = False
    least_a: float = 90.0
    least_b: float = 80.0
    least_c: float = 65.0
    cap_failed_critical: Rating = Rating.D
    many_majors: int = 3
    cap_many_majors: Rating = Rating.C
    cap_some_majors: Rating = Rating.B
    least_coverage: float = 50.0  # below it the audit is not rated, unless a critical clause failed
    most_not_assessed: float = 10.0  # above it submitting needs the lead's reason


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One clause of the criteria with its answer; `severity` is the grade the answer has if it fails.

    A compensating control names the waived clause it stands in for in `control_of`.
    """

    clause_id: str
    severity: Severity
    weight: int
    conformity: Conformity
    control_of: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """`percent` and `coverage` are unrounded, 0 to 100, None over a weight of nothing; `n` counts assessed clauses.

    `rating` is after the cap, `raw_rating` before it; `cap_reason` says why they differ, or why there is no rating.
    `without_waivers` counts every waived clause as not met, and leaves out the control that was assessed in its place:
    without the waiver there would be none. None when nothing is waived.
    """

    points: float
    weight: float
    applicable_weight: float
    percent: float | None
    coverage: float | None
    n: int
    counts: Mapping[Conformity, int]
    rating: Rating
    raw_rating: Rating
    cap_reason: str
    opinion: Opinion
    without_waivers: "Score | None" = None

    @property
    def rate(self) -> Rate:
        """What a roll-up pools."""
        return Rate(self.points, self.weight)

    @property
    def is_capped(self) -> bool:
        return self.rating is not self.raw_rating and self.rating is not Rating.NOT_RATED


def score(items: Iterable[ScoredItem], rules: ScoreRules = ScoreRules()) -> Score:
    """The score of one audit, with the score without waivers beside it."""
    answered = list(items)
    result = _score(answered, rules)
    waived = {item.clause_id for item in answered if item.conformity is Conformity.WAIVED}
    if not waived:
        return result
    unwaived = [_unwaived(item) for item in answered if item.control_of not in waived]
    return replace(result, without_waivers=_score(unwaived, rules))


def rating_of(percent: float | None, rules: ScoreRules = ScoreRules()) -> Rating:
    """The rating of an unrounded percentage, before any cap."""
    return Rating.NOT_RATED if percent is None else _rating(exact(percent), rules)


def item_adherence(items: Iterable[ScoredItem]) -> Rate:
    """Conforming of assessed clauses, each counting one."""
    assessed = [item for item in items if item.conformity in ASSESSED]
    return Rate(sum(item.conformity is Conformity.CONFORMITY for item in assessed), len(assessed))


@dataclass(frozen=True, slots=True)
class Result:
    """How one obligation (a clause at a site) stood on a day."""

    obligation: tuple[str, str]  # site, clause
    on: date
    conformity: Conformity


def obligation_adherence(scope: Iterable[tuple[str, str]], results: Iterable[Result], since: date, until: date) -> Rate:
    """Pairs of site and clause whose latest result within the window is conformity, of all pairs in scope."""
    latest: dict[tuple[str, str], Conformity] = {}
    for result in sorted(results, key=lambda each: each.on):
        if since <= result.on <= until and result.conformity in ASSESSED:
            latest[result.obligation] = result.conformity
    pairs = set(scope)
    return Rate(sum(latest.get(pair) is Conformity.CONFORMITY for pair in pairs), len(pairs))


def may_be_partial(severity: Severity, rules: ScoreRules = ScoreRules()) -> bool:
    """A critical clause is met or it is not."""
    return severity is not Severity.CRITICAL or rules.partial_on_critical


def _unwaived(item: ScoredItem) -> ScoredItem:
    return replace(item, conformity=Conformity.NONCONFORMITY) if item.conformity is Conformity.WAIVED else item


def _score(items: Sequence[ScoredItem], rules: ScoreRules) -> Score:
    assessed = [item for item in items if item.conformity in ASSESSED]
    points = sum((_value(item, rules) * item.weight for item in assessed), Fraction())
    weight = sum(item.weight for item in assessed)
    applicable = sum(item.weight for item in items if item.conformity in APPLICABLE)
    percent = 100 * points / weight if weight else None
    coverage = Fraction(100 * weight, applicable) if applicable else None
    raw = Rating.NOT_RATED if percent is None else _rating(percent, rules)
    rating, reason = _capped(raw, coverage, assessed, rules)
    return Score(
        points=float(points),
        weight=float(weight),
        applicable_weight=float(applicable),
        percent=None if percent is None else float(percent),
        coverage=None if coverage is None else float(coverage),
        n=len(assessed),
        counts={answer: sum(item.conformity is answer for item in items) for answer in Conformity},
        rating=rating,
        raw_rating=raw,
        cap_reason=reason,
        opinion=_opinion(rating),
    )


def _value(item: ScoredItem, rules: ScoreRules) -> Fraction:
    if item.conformity is Conformity.PARTIAL and may_be_partial(item.severity, rules):
        return exact(rules.partial_value)
    return Fraction(item.conformity is Conformity.CONFORMITY)


def _has_failed(item: ScoredItem, rules: ScoreRules) -> bool:
    if item.conformity is Conformity.PARTIAL:
        return not may_be_partial(item.severity, rules)
    return item.conformity is Conformity.NONCONFORMITY


def _rating(percent: Fraction, rules: ScoreRules) -> Rating:
    limits = ((rules.least_a, Rating.A), (rules.least_b, Rating.B), (rules.least_c, Rating.C))
    return next((rating for least, rating in limits if percent >= exact(least)), Rating.D)


def _capped(
    raw: Rating, coverage: Fraction | None, assessed: Sequence[ScoredItem], rules: ScoreRules
) -> tuple[Rating, str]:
    """The rating with the reason it is not the raw one ("" where it is)."""
    failed = [item for item in assessed if _has_failed(item, rules)]
    criticals = [item.clause_id for item in failed if item.severity is Severity.CRITICAL]
    if raw is Rating.NOT_RATED or coverage is None:
        return Rating.NOT_RATED, "Not rated: no applicable clause was assessed."
    if coverage < exact(rules.least_coverage) and not criticals:
        return Rating.NOT_RATED, f"Not rated: less than {rules.least_coverage:g} % of the weight was assessed."
    cap, why = _cap(criticals, [item.clause_id for item in failed if item.severity is Severity.MAJOR], rules)
    if _WORST_LAST.index(cap) <= _WORST_LAST.index(raw):
        return raw, ""
    return cap, f"Capped at {cap}: {why}."


def _cap(criticals: list[str], majors: list[str], rules: ScoreRules) -> tuple[Rating, str]:
    severity, ids = ("critical", criticals) if criticals else ("major", majors)
    failed = f"{counted(len(ids), f'{severity} clause')} failed ({', '.join(ids)})"
    if criticals:
        return rules.cap_failed_critical, failed
    if len(majors) >= rules.many_majors:
        return rules.cap_many_majors, failed
    return (rules.cap_some_majors, failed) if majors else (Rating.A, "")


def _opinion(rating: Rating) -> Opinion:
    """An A with a major cannot be: majors cap the rating at B."""
    return {
        Rating.A: Opinion.POSITIVE,
        Rating.B: Opinion.WITH_COMMENTS,
        Rating.C: Opinion.WITH_COMMENTS,
        Rating.D: Opinion.NEGATIVE,
        Rating.NOT_RATED: Opinion.NONE,
    }[rating]
