"""How an approved override stands, period by period, to the texts above it that come and go while it holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from compliance.playbooks import staleness
from compliance.playbooks.choosing import ORDER, Candidate, Chosen
from compliance.playbooks.drift import DriftItem, State, drift
from compliance.playbooks.effective import Effective, operation_key
from compliance.playbooks.effectiveness import layer_of, resolve_chosen, written_for
from compliance.playbooks.staleness import Stage


@dataclass(frozen=True, slots=True)
class Period:
    """How the operations of an override version stand in [begins, until) to the text above, those that moved alone.

    `over_on` has the day on which the text above takes over from each operation that is losing its base.
    """

    begins: date
    until: date | None
    against: str
    parent: Effective
    items: tuple[DriftItem, ...]
    over_on: Mapping[str, date]

    def same_as(self, other: "Period") -> bool:
        return (self.items, self.over_on) == (other.items, other.over_on) and all(
            staleness.seen_digest(item, self.parent) == staleness.seen_digest(item, other.parent)
            for item in self.items)


class Ground:
    """What stands above the overrides of a playbook, found once for all that stand on the same."""

    def __init__(self) -> None:
        self._stages: dict[tuple[object, ...], tuple[Stage[Candidate], ...]] = {}
        self._parents: dict[tuple[object, ...], Effective] = {}

    def stages(self, mine: Candidate, chain: Sequence[Candidate]) -> tuple[Stage[Candidate], ...]:
        """What stands above a version of these, from its first day until nothing known of changes any more."""
        key = mine.effective, mine.depth, *(each.id for each in chain)
        if key not in self._stages:
            self._stages[key] = staleness.stages(mine, [*chain, mine], _horizon(chain, mine))
        return self._stages[key]

    def parent(self, stage: Stage[Candidate], at_hand: Mapping[tuple[str, str], Candidate]) -> Effective:
        key = stage.begins, *(each.id for each in stage.chain)
        if key not in self._parents:
            chosen = Chosen(stage.chain[0], stage.chain[1:], stage.begins, None, at_hand)
            self._parents[key] = resolve_chosen(chosen)
        return self._parents[key]


def history(mine: Candidate, chain: Sequence[Candidate], ground: Ground | None = None) -> Iterator[Period]:
    """How it stands from the day it takes effect until it is taken over, a period for each change that concerns it."""
    ground = ground or Ground()
    at_hand = {(each.scope, each.number): each for each in chain}
    old = written_for(mine, at_hand)
    last, first_of = None, dict[str, Stage[Candidate]]()
    for stage in ground.stages(mine, chain) if old else ():
        assert old is not None
        found = _period(mine, stage, (old, ground.parent(stage, at_hand)), first_of)
        if last is not None and not found.same_as(last):
            yield replace(last, until=found.begins)
        last = found if last is None or not found.same_as(last) else last
    if last is not None:
        yield last


def _period(mine: Candidate, stage: Stage[Candidate], above: tuple[Effective, Effective],
            first_of: dict[str, Stage[Candidate]]) -> Period:
    """One period; `above` is what it was written for and what stands there now, `first_of` is carried on."""
    old, parent = above
    items = drift(layer_of(mine).override, old, parent) if old.chain != parent.chain else ()
    held = staleness.held(items, parent, mine.as_of(stage.ends).accepted)
    carried = {key: first_of.get(key, stage) for key in (operation_key(item.operation) for item in held)}
    first_of.clear()
    first_of.update(carried)
    losing = [] if mine.outlasts else [item for item in held if staleness.may_lapse(item, parent)]
    over = {key: first_of[key].over_on for item in losing if (key := operation_key(item.operation))}
    over |= {key: first_of[key].begins for item in held if staleness.at_once(item, parent)
             and (key := operation_key(item.operation))}
    return Period(stage.begins, None, stage.chain[0].number, parent,
                  tuple(item for item in items if item.state is not State.CURRENT), over)


def _horizon(chain: Iterable[Candidate], mine: Candidate) -> date:
    """A day after which nothing known of changes by itself, also what loses its base in the last of them."""
    days = [day for each in chain for day in (each.effective, each.until, *each.reviews) if day is not None]
    days += [each.approved_at.date() for each in chain if each.approved_at is not None]
    return max([mine.effective, *days]) + staleness.GRACE * len(ORDER)
