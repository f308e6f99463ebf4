"""Weigh an override before it is decided on: what each operation does, whether it may, and whose word it needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from compliance.playbooks.document import Lock, Operation, Override, Verb
from compliance.playbooks.effective import (
    GLOBAL,
    Effective,
    EffectiveClause,
    Layer,
    Rules,
    ScopeKind,
    Trust,
    heading,
    operation_key,
)
from compliance.playbooks.judgement import refusal
from compliance.playbooks.nearness import nearest
from compliance.playbooks.operations import NEEDS_APPROVAL, Effect, basis_digest, effect_of, users_of
from compliance.playbooks.parameters import lock_of
from compliance.playbooks.refusals import SENTENCES, Reason

# What most needs somebody's attention first.
GRAVITY = (Effect.WAIVE, Effect.LOOSEN, Effect.REWORD, Effect.TIGHTEN, Effect.ADD, Effect.NONE)
EFFECT_WORDS = {
    Effect.WAIVE: "Leaves a clause out", Effect.LOOSEN: "Looser", Effect.REWORD: "Other words",
    Effect.TIGHTEN: "Stricter", Effect.ADD: "Adds", Effect.NONE: "Neutral",
}
LOCK_WORDS = {Lock.FLOOR: "It may be made stricter, never weaker.", Lock.FIXED: "Nobody below may change it."}
LONGEST_LENIENCY = relativedelta(months=12)
# These are what the decision is there for.
FOR_THE_APPROVER = frozenset({Reason.LOOSER_WITHOUT_APPROVAL, Reason.WAIVER_WITHOUT_APPROVAL})


@dataclass(frozen=True, slots=True)
class Weighed:
    """One operation against what stands above it. `basis` is what its approval would rest on, `owner` the scope whose
    owner decides ("" for the override's own), `against` why it could never hold, and `refused` also says where."""

    operation: Operation
    effect: Effect
    basis: str
    owner: str
    refused: str = ""
    against: str = ""

    @property
    def key(self) -> str:
        return operation_key(self.operation)

    @property
    def heading(self) -> str:
        return heading(self.operation)

    @property
    def needs_approval(self) -> bool:
        return self.effect in NEEDS_APPROVAL


def weigh(parent: Effective, kind: ScopeKind, override: Override, on: date) -> tuple[Weighed, ...]:
    """Every operation of an override, weighed on a date."""
    # What it waits for is another matter: whoever approves it now has the present text before them.
    layer = Layer(kind, override.scope, replace(override, written_against=parent.chain))
    return tuple(_weighed(parent, layer, operation, on) for operation in override.operations)


def gravest(effects: Iterable[Effect]) -> Effect:
    return min(effects, key=GRAVITY.index, default=Effect.NONE)


def _weighed(parent: Effective, layer: Layer, operation: Operation, on: date) -> Weighed:
    effect = effect_of(parent, operation)
    found = refusal(parent, layer, operation, Rules(on, Trust.CLAIMED))
    why = ""
    if found and found.reason not in FOR_THE_APPROVER:
        hint = found.detail or _hint(parent, operation, found.reason)
        why = f"{SENTENCES[found.reason]} {hint}".strip()
    why = why or _weakens_what_is_locked(parent, operation, effect)
    why = why or (_too_lenient(operation, layer.override.effective) if effect in NEEDS_APPROVAL else "")
    refused = f"{heading(operation)} ({layer.scope}, line {operation.line}): {why}" if why else ""
    return Weighed(operation, effect, basis_digest(parent, operation), _owner(parent, operation, effect), refused, why)


def lock_on(parent: Effective, operation: Operation) -> tuple[Lock, str]:
    """The lock on what an operation is about, and the layer that set it."""
    if operation.verb is not Verb.SET:
        target = parent.find(operation.target)
        return (target.clause.lock, target.origins["lock"].layer) if target else (Lock.OPEN, "")
    entry = parent.parameters.get(operation.target)
    if entry is None:
        return Lock.OPEN, ""
    first = next((each for each in parent.playbook.parameters if each.name == operation.target), entry.parameter)
    return entry.lock, GLOBAL if lock_of(first) is entry.lock else entry.origin.layer


def lock_told(parent: Effective, operation: Operation) -> str:
    """The lock on what an operation is about, in words; "" where there is none.

    A value with a direction may go the other way with leave, so that alone is no lock: a locked clause that uses it is.
    """
    locked = _locked_user(parent, operation)
    if locked is not None:
        return f"{locked.id} uses it, locked by {locked.origins['lock'].layer}. {LOCK_WORDS[locked.clause.lock]}"
    lock, layer = lock_on(parent, operation)
    if lock is Lock.OPEN or not layer:
        return ""
    if operation.verb is Verb.SET and lock is Lock.FLOOR:
        return "Stricter at any time, looser only with leave."
    return f"Locked by {layer}. {LOCK_WORDS[lock]}"


def _locked_user(parent: Effective, operation: Operation) -> EffectiveClause | None:
    users = users_of(parent, operation.target) if operation.verb is Verb.SET else []
    return next((entry for entry in users if entry.clause.lock is not Lock.OPEN), None)


def _hint(parent: Effective, operation: Operation, reason: Reason) -> str:
    """What helps whoever reads a refusal: the word they may have meant, or whose lock it is."""
    if reason in {Reason.NO_SUCH_CLAUSE, Reason.NO_SUCH_PARAMETER}:
        known = parent.parameters if operation.verb is Verb.SET else parent.by_id
        meant = nearest(operation.target, known)
        return f"Did you mean “{meant}”?" if meant else ""
    lock, layer = lock_on(parent, operation)
    return f"The lock is from {layer}. {LOCK_WORDS[lock]}" if reason is Reason.LOCKED and lock in LOCK_WORDS else ""


def _weakens_what_is_locked(parent: Effective, operation: Operation, effect: Effect) -> str:
    """A value moved the wrong way weakens every clause that uses it: those behind a lock are not for sale."""
    locked = _locked_user(parent, operation) if effect in {Effect.LOOSEN, Effect.REWORD} else None
    if locked is None:
        return ""
    return (f"{locked.id} uses it, and {locked.origins['lock'].layer} has locked that clause. "
            f"{LOCK_WORDS[locked.clause.lock]}")


def _too_lenient(operation: Operation, effective: date) -> str:
    if operation.review_by is None:
        return "What is made looser, or left out, ends some day. Add “Review by” with a date within twelve months."
    if operation.review_by > effective + LONGEST_LENIENCY:
        return f"It would hold until {operation.review_by}. Twelve months are the most; choose an earlier “Review by”."
    return ""


def _owner(parent: Effective, operation: Operation, effect: Effect) -> str:
    """A looser text is for the owner of the layer that asks for it, other words for the owner of the layer above."""
    if effect is Effect.REWORD:
        return parent.chain[-1][0]
    if effect not in NEEDS_APPROVAL:
        return ""
    return max(_asking(parent, operation), key=[scope for scope, _ in parent.chain].index, default=GLOBAL)


def _asking(parent: Effective, operation: Operation) -> set[str]:
    """The layers that had a say in what is made looser: a region that had asked for more is the one to ask for less."""
    if operation.verb is Verb.SET:
        above = parent.parameters.get(operation.target)
        return {above.origin.layer} if above else set()
    target = parent.find(operation.target)
    return {origin.layer for origin in target.origins.values()} if target else set()


def missing_consent(weighed: Sequence[Weighed], given: Iterable[str]) -> list[str]:
    """What an approver has to say yes to by name, and has not."""
    agreed = set(given)
    verbs = {Effect.LOOSEN: "asks for less than the layer above", Effect.WAIVE: "leaves a clause out for a while"}
    return [f"{each.heading} {verbs[each.effect]}. Agree to it by name, or decline the override."
            for each in weighed if each.needs_approval and each.key not in agreed]
