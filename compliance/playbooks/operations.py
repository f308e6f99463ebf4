"""What an operation would do to the obligation above it: its effect, the clause it makes, what an approval rests on."""

from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

from compliance.playbooks.digests import digest
from compliance.playbooks.document import LOCK_RANK, SEVERITY_RANK, Clause, Lock, Operation, Severity, Verb
from compliance.playbooks.effective import Effective, EffectiveClause
from compliance.playbooks.parameters import Comparison, canonical_value, compare, lock_of
from compliance.playbooks.substitution import names_in

CHANGEABLE = frozenset({"severity", "weight", "evidence", "guidance", "check", "law", "locked"})
REWORDING = frozenset({"guidance", "check", "law"})


class Effect(StrEnum):
    """What an operation does to the obligation, which decides who has to approve it."""

    NONE = "none"
    TIGHTEN = "tighten"
    ADD = "add"
    REWORD = "reword"
    LOOSEN = "loosen"
    WAIVE = "waive"


NEEDS_APPROVAL = frozenset({Effect.LOOSEN, Effect.WAIVE})


@lru_cache(maxsize=100_000)
def names_used(clause: Clause) -> frozenset[str]:
    """The parameters a clause refers to anywhere in what it says."""
    texts = clause.title, clause.text, clause.check, clause.guidance, clause.law, *clause.evidence
    return frozenset(names_in(*texts))


def users_of(effective: Effective, parameter: str) -> list[EffectiveClause]:
    """The clauses that refer to a parameter, in their order."""
    return [entry for entry in effective.clauses if parameter in names_used(entry.clause)]


def basis_digest(parent: Effective, operation: Operation) -> str:
    """What an approval of this operation rests on, to be stored with it; "" when there is nothing to rest on.

    For a clause its digest above; for a parameter its definition and value above with the clauses that use it.
    """
    if operation.verb is not Verb.SET:
        target = parent.find(operation.target)
        return target.digest if target and operation.verb is not Verb.NEW else ""
    if operation.target not in parent.parameters:
        return ""
    above = parent.parameters[operation.target].parameter
    users = [entry.digest for entry in users_of(parent, above.name)]
    return digest([above.name, above.value, above.unit, above.stricter, above.range, lock_of(above), users])


def effect_of(parent: Effective, operation: Operation) -> Effect:
    """The effect on what `parent` asks; NONE also for what cannot be applied at all."""
    match operation.verb:
        case Verb.SET:
            return _effect_of_set(parent, operation)
        case Verb.NOT_APPLICABLE:
            return Effect.WAIVE
        case Verb.ADD_TO | Verb.NEW:
            return Effect.ADD
    target = parent.find(operation.target)
    if target is None:
        return Effect.NONE
    if operation.verb is Verb.REPLACE:
        return Effect.NONE if replaced(target.clause, operation) == target.clause else Effect.REWORD
    return _effect_of_change(target.clause, operation)


def _effect_of_set(parent: Effective, operation: Operation) -> Effect:
    if operation.target not in parent.parameters:
        return Effect.NONE
    above = parent.parameters[operation.target].parameter
    value = canonical_value(above, operation.value)
    match compare(above, value, above.value) if value is not None else Comparison.EQUAL:
        case Comparison.EQUAL:
            return Effect.TIGHTEN if operation.facts else Effect.NONE
        case Comparison.STRICTER:
            return Effect.TIGHTEN
        case Comparison.LOOSER:
            return Effect.LOOSEN
    # Without a direction nobody can tell: behind a lock that counts as looser, since any doubt goes to the text above.
    return Effect.REWORD if lock_of(above) is Lock.OPEN else Effect.LOOSEN


def _effect_of_change(clause: Clause, operation: Operation) -> Effect:
    try:
        after = changed(clause, operation)
    except ValueError:
        return Effect.NONE
    if SEVERITY_RANK[after.severity] < SEVERITY_RANK[clause.severity] or after.weight < clause.weight:
        return Effect.LOOSEN
    if any(getattr(after, name) != getattr(clause, name) for name in REWORDING):
        return Effect.REWORD
    return Effect.NONE if after == clause else Effect.TIGHTEN


def gives_way_at_once(parent: Effective, operation: Operation) -> bool:
    """Whether the text above holds as soon as this waits for review: a clause it rests on must be looked at first.

    Never for what only asks for more: waiting would make a place looser because the text above became stricter.
    """
    if effect_of(parent, operation) is Effect.TIGHTEN:
        return False
    if operation.verb is Verb.SET:
        return any(entry.clause.must_rebase for entry in users_of(parent, operation.target))
    target = parent.find(operation.target)
    return target is not None and target.clause.must_rebase


def replaced(clause: Clause, operation: Operation) -> Clause:
    return replace(clause, text=operation.text, title=operation.title or clause.title)


def extended(clause: Clause, operation: Operation) -> Clause:
    return replace(clause, text=f"{clause.text}\n\n{operation.text}" if clause.text else operation.text)


def changed(clause: Clause, operation: Operation) -> Clause:
    """The clause with the facts of a "Change" in it; evidence is added to, everything else replaced.

    Raises ValueError for a severity, weight or lock that is none.
    """
    facts = dict(operation.facts)
    asked = [value for key, value in operation.facts if key == "evidence" and value not in clause.evidence]
    return replace(
        clause,
        severity=Severity(facts["severity"].lower()) if "severity" in facts else clause.severity,
        weight=_weight(facts["weight"]) if "weight" in facts else clause.weight,
        evidence=clause.evidence + tuple(dict.fromkeys(asked)),
        guidance=facts.get("guidance", clause.guidance),
        check=facts.get("check", clause.check),
        law=facts.get("law", clause.law),
        lock=Lock(facts["locked"].lower()) if "locked" in facts else clause.lock,
    )


def _weight(raw: str) -> int:
    if not (raw.isascii() and raw.isdecimal()):
        raise ValueError(f"{raw!r} is no weight")
    return int(raw)


def asked_lock(operation: Operation) -> Lock | None:
    """The lock an operation sets, if it sets one; raises ValueError for a word that is no lock."""
    raw = dict(operation.facts).get("locked")
    return Lock(raw.lower()) if raw is not None else None


def unlocks(operation: Operation, lock: Lock) -> bool:
    asked = asked_lock(operation)
    return asked is not None and LOCK_RANK[asked] < LOCK_RANK[lock]
