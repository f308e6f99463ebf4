"""What tablets said was saved, and what must therefore be on the server: the two books that are compared."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.audits.field.proof.records import SETS, Kept, Operation

Place = tuple[str, str]  # a clause and a field of its answer


@dataclass(frozen=True)
class Saved:
    """A value a tablet called saved, the how-manieth it was; `seen` stood there before, on that tablet."""

    tablet: int
    item: str
    field: str
    value: Any
    seen: Any
    number: int = 0


@dataclass(frozen=True)
class Photo:
    tablet: int
    item: str
    name: str
    media_id: str


@dataclass
class Ledger:
    """`open` holds tries nobody ever got an answer to: they may have been saved, or not."""

    saves: list[Saved] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    open: list[Saved] = field(default_factory=list)
    open_photos: list[Photo] = field(default_factory=list)
    devices: dict[str, int] = field(default_factory=dict)

    def last(self) -> dict[tuple[int, str, str], Saved]:
        """The value each tablet saved last, by tablet, clause and field."""
        return {(each.tablet, each.item, each.field): each for each in self.saves}


@dataclass
class Found:
    """What the comparison found; everything in `faults` must be empty."""

    saved: int = 0
    photos: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    conflicts: int = 0
    resolved: int = 0
    conflicts_differ: list[str] = field(default_factory=list)
    held: int = 0
    faults_before: list[str] = field(default_factory=list)  # found at an earlier reckoning of the same run

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.duplicated, *self.wrong, *self.false, *self.conflicts_differ, *self.faults_before]


@dataclass
class Side:
    """One field of one clause in the reference model."""

    head: str = ""
    value: Any = None
    others: dict[str, Any] = field(default_factory=dict)  # what stands against it, by operation
    same: dict[str, str] = field(default_factory=dict)  # operations that said what stood already


def replayed(log: list[Operation]) -> dict[Place, Side]:
    """What the log comes to, by the rule of parent pointers alone: no clock, and nobody's value thrown away."""
    sides: dict[Place, Side] = {}
    void = {each.op_id: each.parent for each in log if each.verdict in {"held", "rejected"}}
    followed: set[str] = set()
    for each in log:
        if each.kind in SETS and each.op_id not in void and each.op_id not in followed:
            _take(sides.setdefault((each.item, each.field), Side()), each, _standing_on(each.parent, void))
        followed.add(each.parent)
    return {place: side for place, side in sides.items() if side.head}


def _standing_on(parent: str, void: dict[str, str]) -> str:
    """The nearest operation before this one that came to something."""
    while parent in void:
        parent = void[parent]
    return parent


def _take(side: Side, each: Operation, parent: str) -> None:
    while parent in side.same:
        parent = side.same[parent]
    chosen = {op: value for op, value in side.others.items() if op not in {*each.resolves, parent}}
    if side.head and each.value == side.value:
        side.same[each.op_id], side.others = side.head, chosen
    elif not side.head or parent == side.head:
        agreeing = {op for op, value in side.others.items() if value == each.value}
        side.head, side.value = each.op_id, each.value
        side.others = {op: value for op, value in chosen.items() if op not in agreeing}
        side.same |= dict.fromkeys(agreeing, each.op_id)  # whoever said the same looks at what stands now
    else:  # a choice between values one of which no longer stands is one more value
        others = {op: value for op, value in side.others.items() if op != parent and value != each.value}
        side.others = others | {each.op_id: each.value}


@dataclass(frozen=True)
class Books:
    """What the server has. `digests` are those of each photograph's bytes on the tablets, by media id."""

    log: list[Operation]
    record: dict[Place, Any]
    kept: list[Kept]
    digests: dict[str, str]
    held: frozenset[str] = frozenset()  # photographs whose bytes wait for somebody to adopt them


def compare(ledger: Ledger, books: Books) -> Found:
    log = books.log
    found = Found(saved=len(ledger.saves), photos=len(ledger.photos))
    sides = replayed(log)
    found.conflicts = sum(bool(side.others) for side in sides.values())
    found.resolved = sum(each.kind == "resolve" for each in log)
    found.held = sum(each.verdict == "held" for each in log)
    _answers(found, ledger, log)
    _parents(found, ledger, log)
    _standing(found, sides, books.record)
    _photographs(found, ledger, books)
    found.duplicated += [f"{count} rows of {told}" for told, count in Counter(each.told for each in log).items()
                         if count > 1]
    return found


def _answers(found: Found, ledger: Ledger, log: list[Operation]) -> None:
    """The last word of each tablet on each field arrived, and arrived last."""
    sent: dict[tuple[int, str, str], list[Any]] = {}
    for each in log:
        if each.kind in SETS and each.device in ledger.devices:
            sent.setdefault((ledger.devices[each.device], each.item, each.field), []).append(each.value)
    for place, saved in ledger.last().items():
        later = {each.value for each in ledger.open
                 if (each.tablet, each.item, each.field) == place and each.number > saved.number}
        values, told = sent.get(place, []), f"tablet {place[0]}, {place[1]} {place[2]}: {saved.value!r}"
        if not {saved.value, *later} & set(values):
            found.lost.append(f"{told}; arrived: {values}")
        elif values[-1] not in {saved.value, *later}:
            found.wrong.append(f"{told} was the last word; arrived: {values}")


def _parents(found: Found, ledger: Ledger, log: list[Operation]) -> None:
    """What an operation claims to follow is something its tablet had shown."""
    by_id = {each.op_id: each for each in log}
    shown: dict[tuple[int, str, str], set[Any]] = {}
    for saved in [*ledger.saves, *ledger.open]:
        shown.setdefault((saved.tablet, saved.item, saved.field), set()).update((saved.value, saved.seen))
    for each in log:
        if each.kind not in SETS or each.device not in ledger.devices or each.parent not in by_id:
            continue
        before = by_id[each.parent].value
        if before not in shown.get((ledger.devices[each.device], each.item, each.field), {before}):
            found.wrong.append(f"{each.item} {each.field}: {each.value!r} follows {before!r}, never shown there")


def _standing(found: Found, sides: dict[Place, Side], record: dict[Place, Any]) -> None:
    """The record holds what the log comes to, and nothing else."""
    for place, side in sides.items():
        if not _equal(side.value, record.get(place)):
            found.wrong.append(f"{place} stands as {record.get(place)!r}; the log comes to {side.value!r}")
    found.wrong += [f"{place} stands as {value!r}, which nobody sent" for place, value in record.items()
                    if place not in sides]


def _equal(said: Any, stands: Any) -> bool:
    return said == stands or (said in (None, "") and stands in (None, ""))


def _photographs(found: Found, ledger: Ledger, books: Books) -> None:
    there = Counter((each.clause, each.sent) for each in books.kept)
    known = set()
    for photo in [*ledger.photos, *ledger.open_photos]:
        place = photo.item, books.digests.get(photo.media_id, "")
        known.add(place)
        if photo in ledger.photos and not there[place] and photo.media_id not in books.held:
            found.lost.append(f"{photo.name} of {photo.item}, {place[1][:12] or 'no longer on the tablet'}")
    found.duplicated += [f"{count} pieces of evidence of {place}" for place, count in there.items() if count > 1]
    found.wrong += [f"{place} is evidence nobody took" for place in there if place not in known]
