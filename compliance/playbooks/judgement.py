"""Decide whether an operation may be applied: the outcome of any doubt is the text of the layer above."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from compliance.playbooks.document import Lock, Operation, Verb
from compliance.playbooks.effective import (
    Approval,
    Approver,
    Effective,
    EffectiveClause,
    Layer,
    Rules,
    ScopeKind,
    Trust,
    operation_key,
)
from compliance.playbooks.operations import (
    CHANGEABLE,
    NEEDS_APPROVAL,
    Effect,
    basis_digest,
    changed,
    effect_of,
    gives_way_at_once,
    names_used,
    unlocks,
)
from compliance.playbooks.parameters import Comparison, canonical_value, compare, lock_of, within_range
from compliance.playbooks.refusals import Reason
from compliance.playbooks.substitution import names_in

# A chain that was resolved is kept under this: by other rules the same texts are resolved anew.
RULES = "2"
CLAIM = re.compile(r"(?P<name>.*?)\s*(?P<on>\d{4}-\d{2}-\d{2})?", re.ASCII)
VENDOR_EFFECTS = frozenset({Effect.NONE, Effect.TIGHTEN, Effect.ADD})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an operation is not applied; `detail` names what exactly is wrong."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One operation before the judge."""

    parent: Effective
    layer: Layer
    operation: Operation
    rules: Rules

    @property
    def clause(self) -> EffectiveClause:
        target = self.parent.find(self.operation.target)
        assert target is not None, "judged only after _clause_exists"
        return target


def refusal(parent: Effective, layer: Layer, operation: Operation, rules: Rules) -> Refusal | None:
    """Why this operation may not be applied to `parent`, or None when it may."""
    case = Case(parent, layer, operation, rules)
    return next((found for check in CHECKS[operation.verb] if (found := check(case))), None)


def approval_of(layer: Layer, operation: Operation, rules: Rules) -> Approver | None:
    """Who approved the operation itself, whatever it rested on."""
    if rules.trust is Trust.CLAIMED:
        return claimed_approver(operation.approved)
    recorded = _recorded(layer, operation)
    return Approver(recorded.approver, recorded.approved_on) if recorded else None


def claimed_approver(claim: str) -> Approver | None:
    """ "m.okafor 2026-01-08" as a claim, "" as nobody."""
    found = CLAIM.fullmatch(claim.strip())
    if not claim.strip() or not found:
        return None
    try:
        on = date.fromisoformat(found["on"]) if found["on"] else None
    except ValueError:
        return Approver(claim.strip(), claimed=True)
    return Approver(found["name"], on, claimed=True)


def signatory(approver: Approver | None, claim: str, rules: Rules) -> Approver:
    """Who stands behind a whole text: the recorded approver, else (where claims count) who the file names."""
    if approver is None and rules.trust is Trust.CLAIMED:
        approver = claimed_approver(claim)
    return approver or Approver("")


def _recorded(layer: Layer, operation: Operation) -> Approval | None:
    key = operation_key(operation)
    return next((approval for approval in layer.approvals if approval.operation == key), None)


def _clause_exists(case: Case) -> Refusal | None:
    target = case.operation.target
    if case.parent.find(target):
        return None
    retired = case.parent.retired.get(target)
    return Refusal(Reason.NO_SUCH_CLAUSE, f"{target} was retired in {retired.retired}." if retired else "")


def _named_once(case: Case) -> Refusal | None:
    verb, present = case.operation.verb, case.clause.id
    if present == case.operation.target:
        return None
    others = case.layer.override.operations
    return Refusal(Reason.TWICE) if any(o.verb is verb and o.target == present for o in others) else None


def _parameter_exists(case: Case) -> Refusal | None:
    return None if case.operation.target in case.parent.parameters else Refusal(Reason.NO_SUCH_PARAMETER)


def _has_text(case: Case) -> Refusal | None:
    return None if case.operation.text.strip() else Refusal(Reason.INCOMPLETE, "The text is missing.")


def _has_facts(case: Case) -> Refusal | None:
    return None if case.operation.facts else Refusal(Reason.INCOMPLETE, "No fact is named.")


def _has_clause(case: Case) -> Refusal | None:
    clause = case.operation.clause
    return None if clause and clause.text.strip() else Refusal(Reason.INCOMPLETE, "The text is missing.")


def _has_reason_and_date(case: Case) -> Refusal | None:
    if not (case.operation.text.strip() or case.operation.why.strip()):
        return Refusal(Reason.INCOMPLETE, "Say why the clause does not apply.")
    return None if case.operation.review_by else Refusal(Reason.INCOMPLETE, "Say by when it is reviewed.")


def _not_yet_due(case: Case) -> Refusal | None:
    due = case.operation.review_by
    if due is None or case.rules.on < due:
        return None
    # Half-open like every period here: on the day itself the clause is back. A tightening has no reason to lapse.
    return Refusal(Reason.PAST_REVIEW_BY) if effect_of(case.parent, case.operation) in NEEDS_APPROVAL else None


def _known_names(case: Case) -> Refusal | None:
    operation = case.operation
    names = set(names_in(operation.title, operation.text, *(value for _, value in operation.facts)))
    if operation.clause:
        names |= names_used(operation.clause)
    missing = sorted(names - case.parent.parameters.keys())
    return Refusal(Reason.NO_SUCH_PARAMETER, f"Unknown: {', '.join(missing)}.") if missing else None


def _value_fits(case: Case) -> Refusal | None:
    above = case.parent.parameters[case.operation.target].parameter
    value = canonical_value(above, case.operation.value)
    if value is None:
        return Refusal(Reason.NOT_A_VALUE, f"The unit is {above.unit}." if above.unit else "")
    return None if within_range(above, value) else Refusal(Reason.OUT_OF_RANGE, f"The range is {above.range}.")


def _parameter_not_fixed(case: Case) -> Refusal | None:
    above = case.parent.parameters[case.operation.target].parameter
    value = canonical_value(above, case.operation.value)
    if lock_of(above) is not Lock.FIXED or value is None or compare(above, value, above.value) is Comparison.EQUAL:
        return None
    return Refusal(Reason.LOCKED)


def _parameter_lock_rises(case: Case) -> Refusal | None:
    return _lock_rises(case, lock_of(case.parent.parameters[case.operation.target].parameter))


def _clause_lock_rises(case: Case) -> Refusal | None:
    return _lock_rises(case, case.clause.clause.lock)


def _lock_rises(case: Case, lock: Lock) -> Refusal | None:
    try:
        return Refusal(Reason.UNLOCKING) if unlocks(case.operation, lock) else None
    except ValueError as wrong:
        return Refusal(Reason.NOT_A_VALUE, f"{wrong}.")


def _open(case: Case) -> Refusal | None:
    return None if case.clause.clause.lock is Lock.OPEN else Refusal(Reason.LOCKED)


def _not_fixed(case: Case) -> Refusal | None:
    return Refusal(Reason.LOCKED) if case.clause.clause.lock is Lock.FIXED else None


def _changeable_facts(case: Case) -> Refusal | None:
    wrong = sorted({key for key, _ in case.operation.facts} - CHANGEABLE)
    return Refusal(Reason.NOT_CHANGEABLE, f"Not changeable: {', '.join(wrong)}.") if wrong else None


def _facts_are_values(case: Case) -> Refusal | None:
    try:
        changed(case.clause.clause, case.operation)
    except ValueError as wrong:
        return Refusal(Reason.NOT_A_VALUE, f"{wrong}.")
    return None


def _above_the_floor(case: Case) -> Refusal | None:
    clause = case.clause.clause
    if clause.lock is not Lock.FLOOR:
        return None
    # A new audit question may ask for less without a word that shows it, so behind a floor it counts as weaker.
    asks_otherwise = changed(clause, case.operation).check != clause.check
    weaker = asks_otherwise or effect_of(case.parent, case.operation) is Effect.LOOSEN
    return Refusal(Reason.LOCKED) if weaker else None


def _vendor_may(case: Case) -> Refusal | None:
    if case.layer.kind is not ScopeKind.VENDOR or effect_of(case.parent, case.operation) in VENDOR_EFFECTS:
        return None
    return Refusal(Reason.VENDOR_MAY_ONLY_TIGHTEN_AND_ADD)


def _approved(case: Case) -> Refusal | None:
    effect = effect_of(case.parent, case.operation)
    if effect not in NEEDS_APPROVAL:
        return None
    if approval_of(case.layer, case.operation, case.rules) is None:
        waived = effect is Effect.WAIVE
        return Refusal(Reason.WAIVER_WITHOUT_APPROVAL if waived else Reason.LOOSER_WITHOUT_APPROVAL)
    if case.rules.trust is Trust.CLAIMED:
        return None
    recorded = _recorded(case.layer, case.operation)
    still_rests = recorded is not None and recorded.basis == basis_digest(case.parent, case.operation)
    return None if still_rests else Refusal(Reason.APPROVAL_LAPSED)


def _not_held_back(case: Case) -> Refusal | None:
    key = operation_key(case.operation)
    if key in case.layer.lapsed:
        return Refusal(Reason.GRACE_OVER)
    waits = key in case.layer.waiting and gives_way_at_once(case.parent, case.operation)
    return Refusal(Reason.WAITING_FOR_REVIEW) if waits else None


def _id_is_free(case: Case) -> Refusal | None:
    target = case.operation.target
    taken = case.parent.find(target) is not None or target in case.parent.retired
    return Refusal(Reason.ID_TAKEN) if taken else None


def _id_carries_scope(case: Case) -> Refusal | None:
    expected = f"{case.parent.playbook.prefix}-{case.layer.scope.upper()}-"
    if case.operation.target.startswith(expected):
        return None
    return Refusal(Reason.ID_WITHOUT_SCOPE_CODE, f"It has to start with {expected}.")


Check = Callable[[Case], Refusal | None]
CHECKS: dict[Verb, tuple[Check, ...]] = {
    Verb.SET: (
        _parameter_exists,
        _value_fits,
        _parameter_lock_rises,
        _not_held_back,
        _parameter_not_fixed,
        _vendor_may,
        _not_yet_due,
        _approved,
    ),
    Verb.REPLACE: (_clause_exists, _named_once, _has_text, _known_names, _not_held_back, _open, _vendor_may),
    Verb.ADD_TO: (_clause_exists, _named_once, _has_text, _known_names, _not_held_back, _not_fixed),
    Verb.NOT_APPLICABLE: (
        _clause_exists,
        _named_once,
        _has_reason_and_date,
        _not_held_back,
        _open,
        _vendor_may,
        _not_yet_due,
        _approved,
    ),
    Verb.CHANGE: (
        _clause_exists,
        _named_once,
        _has_facts,
        _changeable_facts,
        _facts_are_values,
        _known_names,
        _not_held_back,
        _not_fixed,
        _clause_lock_rises,
        _above_the_floor,
        _vendor_may,
        _not_yet_due,
        _approved,
    ),
    Verb.NEW: (_has_clause, _id_is_free, _id_carries_scope, _known_names),
}
