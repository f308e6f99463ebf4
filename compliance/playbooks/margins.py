"""What stands in the margin of a clause: which layer said what, who approved it and why, and what needs a look."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.playbooks.changes import way, with_unit
from compliance.playbooks.effective import GLOBAL

LOCKS = {"floor": "may be made stricter, never weaker", "fixed": "nobody below may change it"}
DONE = {
    "Replace": "reworded", "Add": "added to", "Change": "changed", "New": "added", "Not": "does not apply",
    "Set": "set",
}
FIELD_WORDS = {
    "severity": "severity", "weight": "weight", "evidence": "evidence", "check": "check", "guidance": "guidance",
    "law": "law", "lock": "lock",
}


class Placed(Protocol):
    """A clause as a page has it (see `effectiveness.ClauseOnPage`)."""

    @property
    def id(self) -> str: ...
    @property
    def content(self) -> Mapping[str, Any]: ...
    @property
    def origins(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def sentences(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def issues(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter that a layer moved: the values it replaced with who said them, and the one in force."""

    meaning: str
    replaced: tuple[tuple[str, str], ...]
    now: str
    layer: str
    way: str
    why: str
    approver: str
    approved_on: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one operation of a layer did to the clause."""

    layer: str
    version: str
    what: str
    why: str
    approver: str
    approved_on: str
    review_by: str


@dataclass(frozen=True, slots=True)
class Margin:
    """All of it, for one clause."""

    values: tuple[Value, ...]
    said: tuple[Said, ...]
    lock: str
    locked_by: str
    issues: tuple[Mapping[str, Any], ...]

    @property
    def as_global(self) -> bool:
        return not (self.values or self.said or self.issues)


def margin_of(clause: Placed, parameters: Mapping[str, Mapping[str, Any]]) -> Margin:
    """The margin of a clause; `parameters` as the chain keeps them."""
    values = tuple(found for name, _ in clause.content["uses"] if (found := _value(parameters[name])))
    lock = LOCKS.get(clause.content["lock"], "")
    return Margin(values, tuple(_operations(clause)), lock, clause.origins["lock"]["layer"] if lock else "",
                  tuple(clause.issues))


def layers_of(clause: Placed, parameters: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The layers below the global one that had a say in a clause, the most local last."""
    said = [origin["layer"] for origin in clause.origins.values()]
    said += [sentence["layer"] for sentence in clause.sentences]
    said += [step["layer"] for name, _ in clause.content["uses"] for step in parameters[name]["trail"]]
    return [layer for layer in dict.fromkeys(said) if layer != GLOBAL]


def _value(parameter: Mapping[str, Any]) -> Value | None:
    trail = parameter["trail"]
    if len(trail) < 2:
        return None
    last = trail[-1]
    return Value(
        parameter["meaning"], tuple((step["value"], step["layer"]) for step in trail[:-1]),
        with_unit(last["value"], parameter), last["layer"], way(parameter, trail[-2]["value"], last["value"]),
        last.get("why", ""), last.get("approver", ""), last.get("approved_on", ""))


def _operations(clause: Placed) -> Iterator[Said]:
    fields: dict[tuple[str, str], list[str]] = {}
    origins: dict[tuple[str, str], Mapping[str, Any]] = {}
    for name, origin in clause.origins.items():
        if origin.get("operation"):
            fields.setdefault((origin["layer"], origin["operation"]), []).append(name)
            origins[origin["layer"], origin["operation"]] = origin
    for sentence in clause.sentences:
        if sentence.get("operation"):
            origins.setdefault((sentence["layer"], sentence["operation"]), sentence)
    for key, origin in origins.items():
        yield Said(
            origin["layer"], origin["version"], _what(clause, key, fields.get(key, [])), origin.get("why", ""),
            origin.get("approver", ""), origin.get("approved_on", ""), origin.get("review_by", ""))


def _what(clause: Placed, key: tuple[str, str], fields: Sequence[str]) -> str:
    layer, operation = key
    verb = operation.split(" ", 1)[0]
    if verb == "Change":
        named = [word for name, word in FIELD_WORDS.items() if name in fields]
        return f"{', '.join(named) or 'clause'} {DONE[verb]}"
    if verb in {"Add", "Replace"}:
        numbers = [str(at) for at, said in enumerate(clause.sentences, 1)
                   if (said["layer"], said.get("operation")) == (layer, operation) and said["text"].strip()]
        noun = "sentence" if len(numbers) == 1 else "sentences"
        span = numbers[0] if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}" if numbers else ""
        return f"{noun} {span} {'added' if verb == 'Add' else 'in other words'}" if numbers else DONE[verb]
    return DONE.get(verb, verb.lower())
