"""One version of an override, told operation by operation against the text above it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from compliance import clock
from compliance.access import Actor
from compliance.playbooks import layers
from compliance.playbooks.comparison import Mark, redline
from compliance.playbooks.document import Operation, Override, Problem, Verb
from compliance.playbooks.drift import State
from compliance.playbooks.effective import Effective, heading, operation_key
from compliance.playbooks.models import OverrideVersion
from compliance.playbooks.moving import Home
from compliance.playbooks.operations import Effect
from compliance.playbooks.parsing import read_override
from compliance.playbooks.queries.moving import homes
from compliance.playbooks.substitution import fill
from compliance.playbooks.weighing import weigh


@dataclass(frozen=True, slots=True)
class ToldOperation:
    """What one operation does: to which clause or value, in which words, and how it stands to the text above now."""

    key: str
    heading: str
    clause_title: str
    effect: Effect
    old: str
    new: str
    pieces: Sequence[tuple[Mark, str]]
    facts: Sequence[tuple[str, str]]
    why: str
    law: str
    review_by: date | None
    drift: str
    approver: str
    home: Home | None = None  # of an orphan: which playbook keeps its clause now

    @property
    def is_value(self) -> bool:
        return self.key.startswith(f"{Verb.SET} ")

    @property
    def named(self) -> str:
        """As a page heads it: a value by what it means, everything else as its heading reads."""
        return self.clause_title if self.is_value and self.clause_title else self.heading


@dataclass(frozen=True, slots=True)
class ToldOverride:
    """A whole override; `problems` say why a draft cannot be read yet, and then there is no text."""

    text: Override | None
    operations: Sequence[ToldOperation]
    laws: Sequence[str]
    problems: Sequence[Problem] = ()


def told(actor: Actor, version: OverrideVersion) -> ToldOverride:
    """An override the actor has seen, with its playbook and node loaded."""
    text, problems = read_override(version.source, playbook=version.override.playbook.prefix)
    if text is None:
        return ToldOverride(None, (), (), problems)
    today = clock.today()
    on = max(version.effective_on, today)
    parent = layers.above(version.override, on) or layers.newest_text(version.override.playbook)
    effects = {key: Effect(effect) for key, effect in version.effects.items()}
    if parent is not None and version.approved_at is None:
        effects |= {each.key: each.effect for each in weigh(parent, version.override.kind, text, on)}
    drift = _drift_on(version, today)
    approvers = {given["operation"]: given["approver"] for given in version.approvals}
    operations = [
        _told(operation, parent, effects.get(operation_key(operation), Effect.NONE),
              drift.get(operation_key(operation), ""), approvers.get(operation_key(operation), ""))
        for operation in text.operations]
    if any(each.drift == State.ORPHAN for each in operations):
        operations = _with_homes(actor, version, text, operations)
    return ToldOverride(text, operations, list(dict.fromkeys(o.law for o in operations if o.law)))


def _with_homes(actor: Actor, version: OverrideVersion, text: Override,
                told_operations: Sequence[ToldOperation]) -> list[ToldOperation]:
    playbook = version.override.playbook
    found = homes(actor, playbook)
    return [replace(each, home=found.get(f"{playbook.key}/{operation.target}")) if each.drift == State.ORPHAN else each
            for each, operation in zip(told_operations, text.operations, strict=True)]


def _drift_on(version: OverrideVersion, on: date) -> dict[str, str]:
    begun = [entry for entry in version.drift if date.fromisoformat(entry["from"]) <= on]
    return {item["operation"]: item["state"] for item in begun[-1]["items"]} if begun else {}


def _told(operation: Operation, parent: Effective | None, effect: Effect, drift: str, approver: str) -> ToldOperation:
    parameter = parent.parameters.get(operation.target) if parent and operation.verb is Verb.SET else None
    unit = parameter.parameter.unit if parameter else ""
    facts = [(key.capitalize(), value) for key, value in operation.facts if key != "law"]
    law = dict(operation.facts).get("law", "") or (operation.clause.law if operation.clause else "")
    return ToldOperation(
        key=operation_key(operation), heading=heading(operation), clause_title=_title(operation, parent), effect=effect,
        old=parameter.value if parameter else "", new=f"{operation.value} {unit}".strip(),
        pieces=_pieces(operation, parent), facts=facts, law=law, review_by=operation.review_by, drift=drift,
        why=operation.why or (operation.text if operation.verb is Verb.NOT_APPLICABLE else ""), approver=approver)


def _title(operation: Operation, parent: Effective | None) -> str:
    """What the clause is called, or what the parameter means."""
    if operation.clause:
        return operation.clause.title
    if parent is None:
        return ""
    if operation.verb is Verb.SET:
        parameter = parent.parameters.get(operation.target)
        return parameter.parameter.meaning if parameter else ""
    found = parent.find(operation.target)
    return fill(found.clause.title, parent.values) if found else ""


def _pieces(operation: Operation, parent: Effective | None) -> list[tuple[Mark, str]]:
    """The words of the text above with the change in them."""
    values = parent.values if parent else {}
    if operation.clause:
        return [(Mark.INS, fill(operation.clause.text, values))]
    if operation.verb not in {Verb.REPLACE, Verb.ADD_TO}:
        return []
    found = parent.find(operation.target) if parent else None
    before = found.clause.text if found else ""
    after = operation.text if operation.verb is Verb.REPLACE else f"{before}\n\n{operation.text}".strip()
    return redline(fill(before, values), fill(after, values))
