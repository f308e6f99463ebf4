"""Who decides on an override: which reviews its operations have to pass, and whose word each of them needs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from compliance.playbooks.effective import GLOBAL
from compliance.playbooks.operations import Effect
from compliance.playbooks.standing import VersionStatus
from compliance.playbooks.weighing import Weighed
from compliance.transitions import Transitions

S = VersionStatus
REVIEWS = (S.REGIONAL_REVIEW, S.GLOBAL_REVIEW)
IN_HAND = frozenset({S.DRAFT, S.RETURNED, S.WITHDRAWN})
_DECIDED = frozenset({S.APPROVED, S.DECLINED, S.RETURNED, S.WITHDRAWN})

LIFE: Transitions[VersionStatus] = Transitions("override", {
    S.DRAFT: frozenset({*REVIEWS, S.APPROVED}),  # at once only where it is taken over: see `take_over_override`
    S.RETURNED: frozenset(REVIEWS),
    S.WITHDRAWN: frozenset(REVIEWS),
    S.REGIONAL_REVIEW: _DECIDED | {S.GLOBAL_REVIEW},
    S.GLOBAL_REVIEW: _DECIDED,
    S.DECLINED: frozenset({S.APPEALED}),
    S.APPEALED: frozenset({S.APPROVED, S.DECLINED}),
    S.APPROVED: frozenset({S.RETIRED}),
    S.IN_REVIEW: frozenset(),  # for the texts of playbooks alone
    S.RETIRED: frozenset(),
})
WHY = {
    Effect.NONE: "It changes no duty, so the lead of this place decides.",
    Effect.TIGHTEN: "It asks for more, so the lead of this place decides.",
    Effect.ADD: "It adds a duty, so the lead of this place decides.",
    Effect.REWORD: "It puts what a layer above says in other words, so the owner of that layer decides.",
    Effect.LOOSEN: "It asks for less, so the owner of the layer that made the clause decides, after Legal.",
    Effect.WAIVE: "It leaves a clause out, so the owner of the layer that made it decides, after Legal.",
}


@dataclass(frozen=True, slots=True)
class Route:
    """Where one operation is decided; `scope` is the layer whose owner decides, "" for the override's own place."""

    key: str
    heading: str
    review: VersionStatus
    scope: str
    legal: bool
    why: str


def route_of(weighed: Weighed) -> Route:
    review = S.GLOBAL_REVIEW if weighed.owner == GLOBAL else S.REGIONAL_REVIEW
    return Route(weighed.key, weighed.heading, review, weighed.owner, weighed.needs_approval, WHY[weighed.effect])


def reviews_of(weighed: Iterable[Weighed]) -> list[VersionStatus]:
    """The reviews an override passes, in their order; one that changes nothing is still looked at by somebody."""
    needed = {route_of(each).review for each in weighed}
    return [review for review in REVIEWS if review in needed] or [S.REGIONAL_REVIEW]


def next_review(weighed: Sequence[Weighed], decided: Collection[str]) -> VersionStatus | None:
    """The review that is next once these operations were decided on; None when nothing is left."""
    left = [each for each in weighed if each.key not in decided]
    return reviews_of(left)[0] if left else None


def legal_is_asked(weighed: Iterable[Weighed]) -> bool:
    return any(each.needs_approval for each in weighed)
