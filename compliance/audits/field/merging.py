"""How operations meet what stands: a verdict from what an auditor was looking at, never from clocks.

Of one place of the record (a field of an item) there is a value that stands, the operations that say it, and, while
two auditors disagree, the sides that do not stand. Everything here is on plain values.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid5

Key = tuple[str, str]  # item, field


class Verdict(StrEnum):
    """What became of an operation. All but `rejected` mean that the server holds it for good."""

    APPLIED = "applied"
    MERGED = "merged"
    CONFLICT = "conflict"
    HELD = "held"
    REJECTED = "rejected"


class Linked(Protocol):
    """Something that names what came before it."""

    @property
    def op_id(self) -> UUID | None: ...

    @property
    def parent(self) -> UUID | None: ...


L = TypeVar("L", bound=Linked)


@dataclass(frozen=True, slots=True)
class Stands:
    """The value in the record, and who gave it when; nobody for a value that came with the work."""

    value: Any = None
    by: str = ""
    by_id: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What merging asks of an operation. `parent` is the one whose value its auditor was looking at."""

    op_id: UUID
    value: Any
    parent: UUID | None
    person_id: UUID
    resolves: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Field:
    """One place of the record: `value` stands, `heads` are the operations that say so, `sides` those that do not.

    `derived` (by `name_of`) names the value itself, for whoever read it from a record that was changed through the
    page. The last head is the one a tablet is told. `said_by` are the people of the heads; nobody for a value of the
    page, which keeps who answered a clause last, not who wrote which of its fields.
    """

    value: Any
    name_of: Callable[[Any], UUID] = field(compare=False, repr=False)
    heads: tuple[UUID, ...] = ()
    sides: tuple[Operation, ...] = ()
    said_by: frozenset[UUID] = frozenset()

    @property
    def derived(self) -> UUID:
        return self.name_of(self.value)

    @property
    def head(self) -> UUID | None:
        """What to name as parent when this value is what one looks at; None where nothing is to be seen."""
        if self.heads:
            return self.heads[-1]
        return None if is_empty(self.value) else self.derived

    def is_seen_by(self, parent: UUID | None) -> bool:
        """Whether somebody who names this parent was looking at what stands."""
        if parent is None:
            return is_empty(self.value)
        return parent == self.derived or parent in self.heads or self.head is None


@dataclass(frozen=True, slots=True)
class Merged:
    """What an operation came to: the verdict, the place as it is then, and the sides that are settled by it."""

    verdict: Verdict
    field: Field
    code: str = ""
    settled: tuple[tuple[UUID, str], ...] = ()  # (op_id of a side, how)


def is_empty(value: Any) -> bool:
    return value is None or value == ""


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same; nothing is nothing, however it is written."""
    return one == other or (is_empty(one) and is_empty(other))


def derived_head(subject_id: UUID, field: str, canonical: bytes) -> UUID:
    """The name of a value that no operation wrote: of the record, the field and the value alone."""
    return uuid5(subject_id, f"{field}\n{canonical.decode()}")


def merge(place: Field, operation: Operation, *, lead_id: UUID | None, overtaken: bool = False) -> Merged:
    """The verdict on a `set` or `resolve` operation that is not known yet.

    `overtaken` says that a later operation which names this one as its parent came first: the auditor has moved on
    from this value, so it is kept and changes nothing.
    """
    if overtaken:
        return Merged(Verdict.MERGED, place, "overtaken")
    chosen = [side for side in place.sides if side.op_id in operation.resolves]
    if chosen:
        return _resolved(place, operation, chosen, lead_id)
    if same(operation.value, place.value):
        return _agreed(place, operation)
    if place.is_seen_by(operation.parent) and _may_replace(place, operation, lead_id):
        return _applied(place, operation)
    return _disagreed(place, operation)


def _may_replace(place: Field, operation: Operation, lead_id: UUID | None) -> bool:
    """While sides are open, putting a value over a colleague's is settling, whatever the operation calls itself."""
    return not place.sides or is_empty(place.value) or (
        operation.person_id == lead_id or place.said_by == {operation.person_id})


def _agreed(place: Field, operation: Operation) -> Merged:
    """The same value twice is one; a side that comes round to it gives way."""
    own = [side for side in place.sides if side.op_id == operation.parent and side.person_id == operation.person_id]
    rest = tuple(side for side in place.sides if side not in own)
    after = replace(place, heads=(*place.heads, operation.op_id), sides=rest,
                    said_by=place.said_by | {operation.person_id})
    return Merged(Verdict.MERGED, after, settled=tuple((side.op_id, "gave way") for side in own))


def _applied(place: Field, operation: Operation) -> Merged:
    same_as = [side for side in place.sides if same(side.value, operation.value)]
    rest = tuple(side for side in place.sides if side not in same_as)
    saying = [*same_as, operation]
    after = replace(place, value=operation.value, heads=tuple(each.op_id for each in saying), sides=rest,
                    said_by=frozenset(each.person_id for each in saying))
    return Merged(Verdict.APPLIED, after, settled=tuple((side.op_id, "same") for side in same_as))


def _disagreed(place: Field, operation: Operation) -> Merged:
    """Both are kept. What goes on from one's own side, or says the same again, is that side, not another."""
    replaced = [side for side in place.sides if side.person_id == operation.person_id
                and (side.op_id == operation.parent or same(side.value, operation.value))]
    rest = tuple(side for side in place.sides if side not in replaced)
    after = replace(place, sides=(*rest, operation))
    return Merged(Verdict.CONFLICT, after, settled=tuple((side.op_id, "replaced") for side in replaced))


def _resolved(place: Field, operation: Operation, chosen: Sequence[Operation], lead_id: UUID | None) -> Merged:
    if not place.is_seen_by(operation.parent):
        return Merged(Verdict.REJECTED, place, "moved")
    if not may_settle(place, operation, chosen, lead_id):
        return Merged(Verdict.REJECTED, place, "lead_decides")
    ended = [side for side in place.sides if side in chosen or same(side.value, operation.value)]
    settled = tuple((side.op_id, _how(side, operation)) for side in ended)
    rest = tuple(side for side in place.sides if side not in ended)
    saying = [*(side for side in ended if same(side.value, operation.value)), operation]
    heads, said_by = tuple(each.op_id for each in saying), frozenset(each.person_id for each in saying)
    if same(operation.value, place.value):
        after = replace(place, heads=(*place.heads, *heads), said_by=place.said_by | said_by, sides=rest)
        return Merged(Verdict.MERGED, after, settled=settled)
    after = replace(place, value=operation.value, heads=heads, said_by=said_by, sides=rest)
    return Merged(Verdict.APPLIED, after, settled=settled)


def _how(side: Operation, operation: Operation) -> str:
    if same(side.value, operation.value):
        return "same"
    return "gave way" if side.person_id == operation.person_id else "decided"


def may_settle(place: Field, operation: Operation, chosen: Sequence[Operation], lead_id: UUID | None) -> bool:
    """Anybody gives up values of their own; over a colleague's value only the lead auditor decides (domain.md §7.27).

    What is given up is every chosen side that says something else than the value settled on, and the value that
    stands where it is replaced: that one belongs to all who said it.
    """
    if operation.person_id == lead_id:
        return True
    lost = {side.person_id for side in chosen if not same(side.value, operation.value)}
    if same(place.value, operation.value) or is_empty(place.value):
        return lost <= {operation.person_id}
    return lost | place.said_by == {operation.person_id} == place.said_by


def in_order(operations: Sequence[L]) -> list[L]:
    """As they came, but a parent before what names it: within a batch nothing can have been meant otherwise."""
    known = {each.op_id: each for each in operations}
    placed: dict[UUID | None, L] = {}
    for first in operations:
        chain: dict[UUID | None, L] = {}
        step: L | None = first
        while step is not None and step.op_id not in placed and step.op_id not in chain:
            chain[step.op_id] = step
            step = known.get(step.parent) if step.parent else None
        placed |= dict(reversed(chain.items()))
    return list(placed.values())
