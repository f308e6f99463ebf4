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


def history(mine: Candidate, chain: Sequence[Candidate]) -> Iterator[Period]:
    """How it stands from the day it takes effect until it is taken over, a period for each change that concerns it."""
    at_hand = {(each.scope, each.number): each for each in chain}
    old = written_for(mine, at_hand)
    periods = staleness.stages(mine, [*chain, mine], _horizon(chain, mine)) if old else ()
    last, first_of = None, dict[str, Stage[Candidate]]()
    for stage in periods:
        found = _period(mine, stage, at_hand, first_of)
        if last is not None and not found.same_as(last):
            yield replace(last, until=found.begins)
        last = found if last is None or not found.same_as(last) else last
    if last is not None:
        yield last


def _period(mine: Candidate, stage: Stage[Candidate], at_hand: Mapping[tuple[str, str], Candidate],
              first_of: dict[str, Stage[Candidate]]) -> Period:
    """One period; `first_of` is carried on from the one before it."""
    old = written_for(mine, at_hand)
    assert old is not None, "without what it was written for there are no periods"
    parent = resolve_chosen(Chosen(stage.chain[0], stage.chain[1:], stage.begins, None, at_hand))
    items = drift(layer_of(mine).override, old, parent) if old.chain != parent.chain else ()
    held = staleness.held(items, parent, mine.as_of(stage.ends).accepted)
    waiting = [operation_key(item.operation) for item in held]
    carried = {key: first_of.get(key, stage) for key in waiting}
    first_of.clear()
    first_of.update(carried)
    losing = [] if mine.outlasts else [item for item in held if staleness.may_lapse(item, parent)]
    over = {key: first_of[key].over_on for item in losing if (key := operation_key(item.operation))}
    return Period(stage.begins, None, stage.chain[0].number, parent,
                    tuple(item for item in items if item.state is not State.CURRENT), over)


def _horizon(chain: Iterable[Candidate], mine: Candidate) -> date:
    """A day after which nothing known of changes by itself, also what loses its base in the last of them."""
    days = [day for each in (*chain, mine) for day in (each.effective, each.until, *each.reviews) if day is not None]
    days += [each.approved_at.date() for each in chain if each.approved_at is not None]
    return max(days) + staleness.GRACE * len(ORDER)
