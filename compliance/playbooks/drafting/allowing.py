"""What the text above a place lets differ there, of one clause, and what it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.playbooks.document import Operation, Override, Verb
from compliance.playbooks.drafting.changing import WAYS
from compliance.playbooks.effective import Effective, EffectiveClause, Layer, Rules, ScopeKind, Trust
from compliance.playbooks.judgement import refusal
from compliance.playbooks.refusals import SENTENCES
from compliance.playbooks.weighing import FOR_THE_APPROVER, lock_told

ANY = "…"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to differ; `against` says why it cannot be taken there, "" where it can."""

    key: str
    label: str
    hint: str
    against: str = ""

    @property
    def options(self) -> tuple[str, str, str]:
        return self.key, self.label, self.hint


def ways(parent: Effective, entry: EffectiveClause, kind: ScopeKind, scope: str, on: date) -> tuple[Way, ...]:
    """Every way the form knows, but for a value where the clause rests on none; judged by what judges the text."""
    layer = Layer(kind, scope, Override(parent.key, scope, 1, "", on, (), written_against=parent.chain))
    trials = dict(_trials(parent, entry, on))
    return tuple(Way(key, label, hint, _against(parent, layer, trials[key], on)) for key, label, hint in WAYS
                 if trials[key] or key == "clause")


def _trials(parent: Effective, entry: EffectiveClause, on: date) -> Iterator[tuple[str, list[Operation]]]:
    """For each way the mildest that anybody could want of it: what is refused then is refused whatever is typed."""
    clause = entry.clause
    yield "value", [Operation(Verb.SET, name, value=parent.values[name], why=ANY) for name, _ in entry.uses]
    yield "words", [Operation(Verb.REPLACE, clause.id, text=f"{clause.text}\n\n{ANY}", why=ANY)]
    yield "add", [Operation(Verb.ADD_TO, clause.id, text=ANY, why=ANY)]
    yield "facts", [Operation(Verb.CHANGE, clause.id, facts=(("weight", str(clause.weight + 1)),), why=ANY)]
    yield "nothing", [Operation(Verb.NOT_APPLICABLE, clause.id, text=ANY, why=ANY, review_by=on + timedelta(days=1))]
    yield "clause", []


def _against(parent: Effective, layer: Layer, trials: list[Operation], on: date) -> str:
    reasons = [_reason(parent, layer, trial, on) for trial in trials]
    return reasons[0] if reasons and all(reasons) else ""


def _reason(parent: Effective, layer: Layer, trial: Operation, on: date) -> str:
    found = refusal(parent, layer, trial, Rules(on, Trust.CLAIMED))
    if found is None or found.reason in FOR_THE_APPROVER:
        return ""
    return lock_told(parent, trial) or SENTENCES[found.reason]
