"""What changes for a site from one day to another, in a line per clause: from what is kept, nothing resolved again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.playbooks.document import Lock, Parameter
from compliance.playbooks.parameters import Comparison, canonical_value, compare

WORDS = {
    "text": "reworded", "title": "renamed", "check": "check reworded", "guidance": "guidance reworded",
    "evidence": "evidence changed", "law": "law changed", "frequency": "frequency changed", "lock": "lock changed",
    "applies_to": "for other lines of business",
}
MOVED = {Comparison.STRICTER: "stricter", Comparison.LOOSER: "looser"}


class Shown(Protocol):
    """A clause as a page has it (see `effectiveness.ClauseOnPage`)."""

    @property
    def id(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def content(self) -> Mapping[str, Any]: ...
    @property
    def formerly(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Change:
    """One line: the clause, what happened to it, and for a value the old and the new one and which way it went."""

    clause: str
    what: str
    old: str = ""
    new: str = ""
    way: str = ""


def changes(old: Sequence[Shown], new: Sequence[Shown], parameters: Mapping[str, Mapping[str, Any]]) -> list[Change]:
    """All that differs, in the order of the new text; `parameters` are the new ones as the chain keeps them."""
    before = {clause.id: clause for clause in old}
    found: list[Change] = []
    for clause in new:
        earlier = before.get(clause.id)
        if earlier is None:
            found.append(Change(clause.id, _new(clause, before)))
        elif earlier.digest != clause.digest:
            found += _of_clause(earlier, clause, parameters)
    now = {clause.id for clause in new} | {former for clause in new for former in clause.formerly}
    return found + [Change(clause.id, "no longer asked") for clause in old if clause.id not in now]


def way(parameter: Mapping[str, Any], old: str, new: str) -> str:
    """ "stricter" or "looser", or "" where the parameter has no direction."""
    said = Parameter("", new, parameter["unit"], parameter["stricter"], parameter["range"], lock=Lock.OPEN)
    if None in {canonical_value(said, value) for value in (old, new)}:
        return ""
    return MOVED.get(compare(said, new, old), "")


def with_unit(value: str, parameter: Mapping[str, Any]) -> str:
    return f"{value} {parameter['unit']}".strip()


def _new(clause: Shown, before: Mapping[str, Shown]) -> str:
    parts = [former for former in clause.formerly if former in before]
    return f"new, formerly part of {', '.join(parts)}" if parts else "new"


def _of_clause(old: Shown, new: Shown, parameters: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    was, now = dict(old.content["uses"]), dict(new.content["uses"])
    for name, value in now.items():
        if name in was and was[name] != value:
            parameter = parameters[name]
            yield Change(new.id, _lower(parameter["meaning"] or name), was[name], with_unit(value, parameter),
                         way(parameter, was[name], value))
    yield from _of_fields(old, new, moved=was != now)


def _of_fields(old: Shown, new: Shown, *, moved: bool) -> Iterator[Change]:
    before, after = old.content, new.content
    for name in ("severity", "weight"):
        if before[name] != after[name]:
            yield Change(new.id, name, str(before[name]), str(after[name]))
    if before["applicable"] != after["applicable"]:
        yield Change(new.id, "applies again" if after["applicable"] else "does not apply for a while")
    # Where a value moved, the texts it stands in differ by it; that they do is no news of its own.
    words = [said for name, said in WORDS.items() if before[name] != after[name] and not (moved and _only_values(name))]
    if words:
        yield Change(new.id, ", ".join(words))


def _only_values(name: str) -> bool:
    return name in {"text", "title", "check", "guidance", "evidence", "law"}


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
