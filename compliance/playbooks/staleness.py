"""How long an override may go on by itself once what stands above it moved: thirty days, then the text above holds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, Protocol, TypeVar

from compliance.playbooks import timeline
from compliance.playbooks.digests import digest
from compliance.playbooks.drift import HELD, DriftItem
from compliance.playbooks.effective import Effective, operation_key
from compliance.playbooks.operations import NEEDS_APPROVAL, Effect, basis_digest, effect_of, gives_way_at_once

GRACE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Somebody who may decide has seen how an operation stands to the text above (`seen`, its `seen_digest`), and
    that it may go on as it is until that text moves again."""

    operation: str  # operation_key
    seen: str
    at: datetime


class Written(timeline.Dated, Protocol):
    """A version in its place; `against` are the (scope, number) pairs it was written against.

    One that `outlasts` its grace rests on a law, or is a vendor's, which can only tighten and add.
    """

    @property
    def depth(self) -> int: ...
    @property
    def scope(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def reviews(self) -> tuple[date, ...]: ...
    @property
    def against(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def outlasts(self) -> bool: ...
    @property
    def accepted(self) -> tuple[Accepted, ...]: ...


W = TypeVar("W", bound=Written)


@dataclass(frozen=True, slots=True)
class Stage(Generic[W]):
    """What stood above a version from `begins` up to and with `ends`, widest first."""

    begins: date
    ends: date
    chain: tuple[W, ...]

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset((each.scope, each.number) for each in self.chain)

    @property
    def over_on(self) -> date:
        """The day on which the grace is over for what lost its base with this stage. A text that was approved after
        its own date moved nobody's ground before that."""
        known = [each.approved_at.date() for each in self.chain if each.approved_at is not None]
        return max([self.begins, *known]) + GRACE


def chain_on(known: Iterable[W], on: date) -> tuple[W, ...]:
    """The versions in force on a day, widest first; none while there is no global text."""
    by_scope: dict[tuple[int, str], list[W]] = {}
    for each in known:
        by_scope.setdefault((each.depth, each.scope), []).append(each)
    held = [timeline.in_force(by_scope[scope], on) for scope in sorted(by_scope)]
    chain = tuple(each for each in held if each is not None)
    return chain if chain and chain[0].depth < 0 else ()


def moved(version: Written, chain: Iterable[Written], known: Iterable[Written]) -> bool:
    """Whether other versions stand above than those it was written against, as far as these are known."""
    return _pinned(version, known) != {(each.scope, each.number) for each in chain}


def stages(version: W, known: Sequence[W], on: date) -> tuple[Stage[W], ...]:
    """What stood above it, one after the other, from the day it took effect up to a day."""
    if version.effective > on:
        return ()
    above = [each for each in known if each.depth < version.depth]
    days = sorted({version.effective} | {day for day in _turns(above, on) if version.effective < day <= on})
    ends = [*(day - timedelta(days=1) for day in days[1:]), on]
    found = (Stage(begins, end, chain_on(above, begins)) for begins, end in zip(days, ends, strict=True))
    return tuple(stage for stage in found if stage.chain)


def graces(version: Written, known: Sequence[Written], on: date) -> set[date]:
    """The days, past and to come, on which the grace ends of what lost its base up to a day."""
    if version.outlasts:
        return set()
    pinned = _pinned(version, known)
    return {stage.over_on for stage in stages(version, known, on) if stage.pairs != pinned}


def since(waiting: Iterable[tuple[Stage[W], Collection[str]]]) -> Mapping[str, Stage[W]]:
    """For each operation that waits in the last stage, the first of the unbroken run of stages in which it did."""
    found: dict[str, Stage[W]] = {}
    for stage, operations in waiting:
        found = {operation: found.get(operation, stage) for operation in operations}
    return found


def _turns(above: Sequence[Written], on: date) -> set[date]:
    """The days on which what these come to may be another text."""
    found = {day for each in above for day in (each.effective, each.until, *each.reviews) if day is not None}
    found |= {said.at.date() for each in above for said in each.accepted}
    return found.union(*(graces(each, above, on) for each in above if each.depth >= 0))


def _pinned(version: Written, known: Iterable[Written]) -> set[tuple[str, str]]:
    return set(version.against) & {(each.scope, each.number) for each in known}


def seen_digest(item: DriftItem, parent: Effective) -> str:
    """What somebody looked at who accepts an item: its state, and what the operation rests on there."""
    return digest([str(item.state), basis_digest(parent, item.operation), item.detail])


def held(items: Iterable[DriftItem], parent: Effective, accepted: Iterable[Accepted]) -> tuple[DriftItem, ...]:
    """The operations that wait for somebody though they could be applied, less those that were accepted as they are."""
    seen = {(each.operation, each.seen) for each in accepted}
    return tuple(item for item in items if item.state in HELD
                 and (operation_key(item.operation), seen_digest(item, parent)) not in seen)


def may_lapse(item: DriftItem, parent: Effective) -> bool:
    """Whether the text above takes over once the grace is past. A stricter local rule is never lost by waiting; for
    what asks for less it has taken over already, as leave to do so ends at once."""
    return effect_of(parent, item.operation) not in {Effect.TIGHTEN, *NEEDS_APPROVAL}



def at_once(item: DriftItem, parent: Effective) -> bool:
    """Whether the text above holds from the day it moved, because a clause it rests on must be looked at first."""
    return gives_way_at_once(parent, item.operation)
