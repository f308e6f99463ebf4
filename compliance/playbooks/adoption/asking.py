"""Whether somebody who acknowledged a text has to read the present one again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from compliance.playbooks.changes import Shown
from compliance.playbooks.comparison import KIND_OF, Kind

# What a clause asks of people. How it is checked, weighed, ordered and explained asks nothing new of them.
ASKS = ("text", "severity", "evidence", "applies_to", "applicable")
MATERIAL = frozenset({Kind.ADDED, Kind.REMOVED, Kind.WAIVED, Kind.REINSTATED, Kind.TIGHTENED, Kind.LOOSENED,
                      Kind.REWORDED, Kind.CHANGED})


class Why(StrEnum):
    """Why somebody is asked."""

    NEVER = "never"
    MAJOR = "major"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Text:
    """A text somebody may have read at a place: its version, the layers over it, its content digest, its clauses."""

    number: str
    layers: tuple[tuple[str, str], ...]
    digest: str
    clauses: Sequence[Shown]


def reason_to_ask(read: Text | None, now: Text) -> Why | None:
    """None when what was read still says what is asked now."""
    if read is None:
        return Why.NEVER
    if major(now.number) > major(read.number):
        return Why.MAJOR
    # Whoever read ahead is not sent back to a text that is about to go.
    if read.digest == now.digest or parts(read.number) > parts(now.number):
        return None
    return Why.CHANGED if any(material(read.clauses, now.clauses, editorial=is_editorial(read, now))) else None


def is_editorial(read: Text, now: Text) -> bool:
    """Only the last number of the global version moved, and no layer did: what was reworded says the same."""
    return read.layers == now.layers and parts(read.number)[:2] == parts(now.number)[:2]


def major(number: str) -> int:
    return parts(number)[0]


def parts(number: str) -> tuple[int, ...]:
    """ "3.10.0" as numbers that can be compared."""
    return tuple(int(part) for part in number.split("."))


def material(old: Sequence[Shown], new: Sequence[Shown], *, editorial: bool = False) -> Iterator[tuple[str, Kind]]:
    """Each clause that asks something else of people than before, with how it differs."""
    before = {clause.id: clause for clause in old}
    followed: set[str] = set()
    for clause in new:
        was = _earlier(clause, before)
        followed.update((clause.id, *clause.formerly))
        if was is None:
            yield clause.id, Kind.ADDED
        elif was.digest != clause.digest:
            yield from ((clause.id, kind) for kind in _kinds(was, clause)
                        if not (editorial and kind is Kind.REWORDED))
    yield from ((clause.id, Kind.REMOVED) for clause in old if clause.id not in followed)


def _earlier(clause: Shown, before: Mapping[str, Shown]) -> Shown | None:
    """The clause it was; of a clause that was split, each part is compared with the whole."""
    if clause.id in before:
        return before[clause.id]
    return next((before[former] for former in clause.formerly if former in before), None)


def _kinds(old: Shown, new: Shown) -> Iterator[Kind]:
    was, now = dict(old.content["uses"]), dict(new.content["uses"])
    moved = any(was[name] != value for name, value in now.items() if name in was)
    if moved:
        yield Kind.CHANGED
    for field in ASKS:
        before, after = _plain(old.content[field]), _plain(new.content[field])
        # The kept text holds its values: where one moved, the words differ by it, and it has been told.
        if before != after and not (moved and field == "text"):
            judge = KIND_OF[field]
            kind = judge if isinstance(judge, Kind) else judge(before, after)
            if kind in MATERIAL:
                yield kind


def _plain(value: Any) -> Any:
    """As a field of `Clause` holds it: what was kept as JSON has lists."""
    return tuple(value) if isinstance(value, list) else value
