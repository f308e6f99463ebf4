"""Turn what a form says shall differ somewhere into one operation of an override, or say what is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.errors import InvalidInput
from compliance.playbooks.canonical import canonical_line, canonical_text
from compliance.playbooks.document import Clause, Severity, Verb

Said = Mapping[str, Any]  # the fields of `schemas.LocalChangeSchema`
FACTS = ("severity", "weight", "evidence", "check", "guidance")


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as `editing.override_operation` takes it."""

    verb: Verb
    target: str
    fields: dict[str, Any]


# What a person may want to differ, in the order the form offers it: (way, label, hint).
WAYS = (
    ("value", "Another value", "A number of the clause: sooner, more often, higher."),
    ("words", "Other words", "The clause says it otherwise here; stricter words are decided near by."),
    ("add", "One paragraph more", "The clause holds as it is, and something is added."),
    ("facts", "Other facts", "Graver, other evidence, another question to ask."),
    ("nothing", "It does not apply here", "For a while, with something in its place; Legal and the owner decide."),
    ("clause", "A clause of our own", "Something the playbook does not ask for, after this clause."),
)


def operation_for(said: Said, clause_id: str, new_id: str) -> Asked:
    """The operation for what a form said of a clause. Raises InvalidInput naming the field that is missing."""
    way = said["way"]
    if way not in _MAKERS:
        raise InvalidInput("Say what shall differ.", {"way": ["Choose one of these."]})
    return _MAKERS[way](said, clause_id, new_id)


def clause_of(said: Said, clause_id: str, section: str = "") -> Clause:
    """A clause from the fields of `schemas.ClauseSchema`."""
    return Clause(
        id=clause_id, title=canonical_line(said["title"]), section=section, text=canonical_text(said["text"]),
        severity=Severity(said["severity"]), weight=int(said["weight"]), evidence=items(said["evidence"]),
        check=canonical_line(said.get("check", "")), guidance=canonical_line(said.get("guidance", "")),
        law=canonical_line(said.get("law", "")),
        **{name: said[name] for name in ("frequency", "lock", "must_rebase") if name in said},
        applies_to=tuple(part for line in items(said.get("applies_to", "")) for part in items(line, ",")))


def items(text: str, mark: str = "\n") -> tuple[str, ...]:
    """The items of a field that holds one a line."""
    return tuple(found for each in text.split(mark) if (found := canonical_line(each)))


def _needed(said: Said, *names: str) -> None:
    missing = {name: ["This is needed for what you chose."] for name in names if not str(said.get(name) or "").strip()}
    if missing:
        raise InvalidInput("Something that this needs is not said yet.", missing)


def _common(said: Said) -> dict[str, Any]:
    return {"why": canonical_line(said["why"]), "review_by": said.get("review_by")}


def _value(said: Said, _clause: str, _new: str) -> Asked:
    _needed(said, "parameter", "value")
    return Asked(Verb.SET, said["parameter"], {"value": canonical_line(said["value"]), **_common(said)})


def _words(said: Said, clause: str, _new: str) -> Asked:
    _needed(said, "words")
    return Asked(Verb.REPLACE, clause, {"text": canonical_text(said["words"]), **_common(said)})


def _add(said: Said, clause: str, _new: str) -> Asked:
    _needed(said, "paragraph")
    return Asked(Verb.ADD_TO, clause, {"text": canonical_text(said["paragraph"]), **_common(said)})


def _facts(said: Said, clause: str, _new: str) -> Asked:
    given = [(name, value) for name in FACTS for value in items(str(said.get(name) or ""))]
    if not given:
        raise InvalidInput("Nothing would differ.", {"severity": ["Fill in at least one of these facts."]})
    return Asked(Verb.CHANGE, clause, {"facts": tuple(given), **_common(said)})


def _nothing(said: Said, clause: str, _new: str) -> Asked:
    _needed(said, "review_by")
    return Asked(Verb.NOT_APPLICABLE, clause, _common(said))


def _clause(said: Said, clause: str, new: str) -> Asked:
    _needed(said, "title", "text", "severity", "weight", "evidence")
    return Asked(Verb.NEW, new, {"clause": clause_of(said, new), "after": clause, **_common(said)})


_MAKERS: dict[str, Callable[[Said, str, str], Asked]] = {
    "value": _value, "words": _words, "add": _add, "facts": _facts, "nothing": _nothing, "clause": _clause,
}
