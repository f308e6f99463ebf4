"""Where an override stands after the text above it changed: twelve states, and the moves that need nobody."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from compliance.playbooks.digests import OBLIGATION_FIELDS
from compliance.playbooks.document import LOCK_RANK, SEVERITY_RANK, Clause, Lock, Operation, Override, Severity, Verb
from compliance.playbooks.effective import (
    Effective,
    EffectiveClause,
    EffectiveParameter,
    Layer,
    Rules,
    ScopeKind,
    Trust,
    operation_key,
)
from compliance.playbooks.judgement import refusal
from compliance.playbooks.merging import Merge, Verdict, merge
from compliance.playbooks.moving import Home
from compliance.playbooks.operations import (
    NEEDS_APPROVAL,
    Effect,
    basis_digest,
    changed,
    effect_of,
    extended,
    names_used,
    replaced,
)
from compliance.playbooks.parameters import Comparison, canonical_value, compare
from compliance.playbooks.refusals import Reason
from compliance.playbooks.wording import same_words


class State(StrEnum):
    """How an operation stands to the new text above it."""

    CURRENT = "current"  # nothing it rests on moved
    CLEAN = "clean"  # only other fields moved
    REVIEW = "review"  # the same field moved; a merge is offered
    CONFLICT = "conflict"  # the same field moved and no merge is to be had
    REDUNDANT = "redundant"  # the text above now says the same
    INVERTED = "inverted"  # was as strict or stricter, is looser now
    OUT_OF_RANGE = "out-of-range"
    ORPHAN = "orphan"  # its clause or parameter is gone
    RENAMED = "renamed"  # followed by the former id
    BLOCKED = "blocked"  # locked above since
    COLLISION = "collision"  # the id is used above now
    ANCHOR_LOST = "anchor-lost"  # stands at the end of its section


MECHANICAL = frozenset({State.CURRENT, State.CLEAN, State.RENAMED, State.REDUNDANT})
# Refused operations need no flag on the checklist: the text above holds and the refusal is reported.
HELD = frozenset({State.REVIEW, State.CONFLICT, State.INVERTED})
# Worst first: an operation with several facts stands as badly as the worst of them.
GRAVITY = (State.INVERTED, State.CONFLICT, State.REVIEW)

PARAMETER_FIELDS = ("value", "unit", "stricter", "range", "meaning", "lock")
RESTED_ON_BY_SET = frozenset({"value", "unit", "stricter"})
FIELD_OF_FACT = {"locked": "lock"}

# What the judge would say of the operation on the new parent; any other refusal is for a person, so a conflict.
STATE_OF_REFUSAL = {
    Reason.NO_SUCH_CLAUSE: State.ORPHAN,
    Reason.OUT_OF_RANGE: State.OUT_OF_RANGE,
    Reason.LOCKED: State.BLOCKED,
    Reason.UNLOCKING: State.BLOCKED,
    Reason.ID_TAKEN: State.COLLISION,
}
STATE_OF_REFUSED_SET = {Reason.NO_SUCH_PARAMETER: State.ORPHAN, Reason.NOT_A_VALUE: State.OUT_OF_RANGE}
# Approvals and dates are judged when the playbook is resolved; here they only decide whether a look is due.
NOT_DRIFT = frozenset({Reason.LOOSER_WITHOUT_APPROVAL, Reason.WAIVER_WITHOUT_APPROVAL})


@dataclass(frozen=True, slots=True)
class DriftItem:
    """One operation and its state.

    `clause` is the present id of its clause ("" for a parameter), `moved` the fields above that changed (a parameter
    used by the clause as `{{name}}`), `merges` what is offered per field, `detail` what else a person wants to know.
    """

    operation: Operation
    state: State
    clause: str = ""
    moved: tuple[str, ...] = ()
    merges: tuple[tuple[str, Merge], ...] = ()
    detail: str = ""

    @property
    def mechanical(self) -> bool:
        """Whether accepting it takes nobody's judgement."""
        return self.state in MECHANICAL


@dataclass(frozen=True, slots=True)
class _Case:
    override: Override
    operation: Operation
    old: Effective
    new: Effective
    elsewhere: Mapping[str, Home]


def drift(
    override: Override,
    old_parent: Effective,
    new_parent: Effective,
    *,
    elsewhere: Mapping[str, Home] = MappingProxyType({}),
) -> tuple[DriftItem, ...]:
    """The state of each operation, in file order, when what holds above goes from the old parent to the new one.

    `elsewhere` (see `moving.moved_clauses`) lets an orphan say which other playbook keeps its clause now.
    """
    cases = (_Case(override, operation, old_parent, new_parent, elsewhere) for operation in override.operations)
    return tuple(JUDGES[case.operation.verb](case) for case in cases)


def waiting(items: Iterable[DriftItem]) -> frozenset[str]:
    """The keys of operations that stay in force flagged, or not at all where the clause says `Must rebase`."""
    return frozenset(operation_key(item.operation) for item in items if item.state in HELD)


def rebase(
    override: Override,
    old_parent: Effective,
    new_parent: Effective,
    decisions: Mapping[str, Operation | None] | None = None,
) -> Override:
    """The override brought onto the new parent, as far as that is mechanical or was decided.

    `decisions` maps an operation key to what a person chose in its place (itself to keep it, None to drop it). While an
    operation waits for one, the override stays written against the old parent. Onto the same parent it is itself.
    """
    if _identity(old_parent) == _identity(new_parent):
        return override
    chosen = decisions or {}
    items = drift(override, old_parent, new_parent)
    undecided = [item for item in items if not item.mechanical and operation_key(item.operation) not in chosen]
    operations = tuple(after for item in items if (after := _after(item, chosen, new_parent)) is not None)
    against = override.written_against if undecided else new_parent.chain
    if operations == override.operations and against == override.written_against:
        return override
    return replace(override, operations=operations, written_against=against)


def _identity(parent: Effective) -> tuple[str, str]:
    return parent.lineage_digest, parent.content_digest


def _after(item: DriftItem, chosen: Mapping[str, Operation | None], parent: Effective) -> Operation | None:
    operation = item.operation
    if operation_key(operation) in chosen:
        return chosen[operation_key(operation)]
    if item.state is State.REDUNDANT:
        return None
    if item.state is not State.RENAMED:
        return operation
    if operation.verb is not Verb.NEW:
        return replace(operation, target=item.clause)
    after, before = (parent.aliases.get(anchor, anchor) for anchor in (operation.after, operation.before))
    return replace(operation, after=after, before=before)


def _on_parameter(case: _Case) -> DriftItem:
    operation, new = case.operation, case.new.parameters.get(case.operation.target)
    old = case.old.parameters.get(operation.target)
    moved = _moved_definition(old, new)
    if new and effect_of(case.new, operation) is Effect.NONE and _canonical(new, operation) == new.value:
        return DriftItem(operation, State.REDUNDANT, moved=moved)
    if refused := _refused(case):
        return DriftItem(operation, refused, moved=moved)
    assert new is not None, "a missing parameter is refused"
    return DriftItem(operation, _state_of_set(case, old, new, moved), moved=moved)


def _state_of_set(
    case: _Case, old: EffectiveParameter | None, new: EffectiveParameter, moved: Collection[str]
) -> State:
    if old is None:
        return State.REVIEW
    if not RESTED_ON_BY_SET.isdisjoint(moved):
        fell = _looser(new, case.operation) and not _looser(old, case.operation)
        return State.INVERTED if fell else State.REVIEW
    needed, needs = (effect_of(parent, case.operation) in NEEDS_APPROVAL for parent in (case.old, case.new))
    if needs and not needed:
        return State.BLOCKED
    if _approval_lapses(case):
        return State.REVIEW
    return State.CLEAN if moved else State.CURRENT


def _looser(above: EffectiveParameter, operation: Operation) -> bool:
    value = _canonical(above, operation)
    return value is not None and compare(above.parameter, value, above.value) is Comparison.LOOSER


def _canonical(above: EffectiveParameter, operation: Operation) -> str | None:
    return canonical_value(above.parameter, operation.value)


def _moved_definition(old: EffectiveParameter | None, new: EffectiveParameter | None) -> tuple[str, ...]:
    if old is None or new is None:
        return ()
    return tuple(name for name in PARAMETER_FIELDS if getattr(old.parameter, name) != getattr(new.parameter, name))


def _on_clause(case: _Case) -> DriftItem:
    operation, new = case.operation, case.new.find(case.operation.target)
    if new is None:
        return DriftItem(operation, State.ORPHAN, operation.target, detail=_what_became(case))
    old = _before(case.old, operation.target, new)
    moved = _moved_fields(old, new)
    if twin := _twin(case, new.id):
        return DriftItem(operation, State.CONFLICT, new.id, moved, detail=twin)
    if _says_the_same(operation, new.clause):
        return DriftItem(operation, State.REDUNDANT, new.id, moved)
    if refused := _refused(case):
        return DriftItem(operation, refused, new.id, moved)
    if old is None:
        return DriftItem(operation, State.REVIEW, new.id)
    return _compared(case, old, new, moved)


def _what_became(case: _Case) -> str:
    """ "3.3.0; it is WEL-02 of wellbeing now": the version that retired the clause, and the playbook that keeps it."""
    retired = case.new.retired.get(case.operation.target)
    home = case.elsewhere.get(f"{case.new.key}/{case.operation.target}")
    return "; ".join(filter(None, [retired.retired if retired else "", home.sentence if home else ""]))


def _compared(case: _Case, old: EffectiveClause, new: EffectiveClause, moved: tuple[str, ...]) -> DriftItem:
    operation = case.operation
    found = list(FACETS[operation.verb](operation, old.clause, new.clause))
    merges = tuple((field, merged) for field, _, merged in found if merged)
    states = {state for _, state, _ in found} | ({State.REVIEW} if _approval_lapses(case) else set())
    worst = next((state for state in GRAVITY if state in states), None)
    if worst is None and new.id != operation.target:
        worst = State.RENAMED
    return DriftItem(operation, worst or (State.CLEAN if moved else State.CURRENT), new.id, moved, merges)


def _before(old: Effective, target: str, new: EffectiveClause) -> EffectiveClause | None:
    """The clause as it was, also where the override names an id that came in with the new parent."""
    names = (target, *new.clause.formerly)
    return next((found for name in names if (found := old.find(name))), None)


def _moved_fields(old: EffectiveClause | None, new: EffectiveClause) -> tuple[str, ...]:
    if old is None:
        return ()
    fields = [name for name in OBLIGATION_FIELDS if getattr(old.clause, name) != getattr(new.clause, name)]
    was, now = dict(old.uses), dict(new.uses)
    values = [f"{{{{{name}}}}}" for name in was | now if was.get(name) != now.get(name)]
    return tuple(name for name in (*fields, *values) if name != "id")


def _twin(case: _Case, present: str) -> str:
    """Another target of the same verb that is the same clause by now, when two were merged or one was renamed."""
    rivals = (
        other.target
        for other in case.override.operations
        if other.verb is case.operation.verb and other.target != case.operation.target
    )
    return next((rival for rival in rivals if (found := case.new.find(rival)) and found.id == present), "")


def _says_the_same(operation: Operation, above: Clause) -> bool:
    match operation.verb:
        case Verb.REPLACE:
            return replaced(above, operation) == above
        case Verb.NOT_APPLICABLE:
            return not above.applicable
        case Verb.CHANGE:
            try:
                return changed(above, operation) == above
            except ValueError:
                return False
    return False


def _refused(case: _Case) -> State | None:
    """What the judge of resolution makes of the operation on the new parent, dates and approvals apart."""
    layer = Layer(ScopeKind.SITE, case.override.scope, case.override)
    found = refusal(case.new, layer, case.operation, Rules(date.min, Trust.CLAIMED))
    if found is None or found.reason in NOT_DRIFT:
        return None
    of_set = STATE_OF_REFUSED_SET if case.operation.verb is Verb.SET else {}
    return of_set.get(found.reason) or STATE_OF_REFUSAL.get(found.reason, State.CONFLICT)


def _approval_lapses(case: _Case) -> bool:
    """A loosening or waiver was approved for what stood there; once that moved somebody has to look again."""
    needs = effect_of(case.new, case.operation) in NEEDS_APPROVAL
    return needs and basis_digest(case.old, case.operation) != basis_digest(case.new, case.operation)


Facet = tuple[str, State, Merge | None]


def _of_replacement(operation: Operation, old: Clause, new: Clause) -> Iterator[Facet]:
    yield from _reworded("text", operation.text, old, new)
    if operation.title:
        yield from _reworded("title", operation.title, old, new)


def _of_addition(operation: Operation, old: Clause, new: Clause) -> Iterator[Facet]:
    """A paragraph can always be added; whether it still makes sense below the new text is for a person."""
    if not same_words(old.text, new.text):
        yield "text", State.REVIEW, Merge(Verdict.MERGED, extended(new, operation).text, ())


def _of_change(operation: Operation, old: Clause, new: Clause) -> Iterator[Facet]:
    for fact, value in dict(operation.facts).items():
        field = FIELD_OF_FACT.get(fact, fact)
        if fact in {"guidance", "check", "law"}:
            yield from _reworded(field, value, old, new)
        elif getattr(old, field) != getattr(new, field):
            mine = getattr(changed(new, operation), field)
            if mine != getattr(new, field):
                yield field, _ranked(field, mine, old, new), None


def _of_nothing(_operation: Operation, _old: Clause, _new: Clause) -> Iterator[Facet]:
    """A waiver changes no wording: what it rests on is its approval's basis."""
    yield from ()


def _reworded(field: str, mine: str, old: Clause, new: Clause) -> Iterator[Facet]:
    was, now = getattr(old, field), getattr(new, field)
    if same_words(was, now) or mine == now:
        return
    merged = merge(was, mine, now)
    yield field, State.CONFLICT if merged.text is None else State.REVIEW, merged


def _ranked(field: str, mine: Severity | Lock | int, old: Clause, new: Clause) -> State:
    rank: Callable[[object], int] | None = RANK_OF.get(field)
    if rank is None:
        return State.REVIEW
    fell = rank(mine) < rank(getattr(new, field)) and rank(mine) >= rank(getattr(old, field))
    return State.INVERTED if fell else State.REVIEW


def _on_addition(case: _Case) -> DriftItem:
    operation = case.operation
    clause = operation.clause
    above = case.new.by_id.get(operation.target)
    if above and clause and replace(clause, section=above.clause.section) == above.clause:
        return DriftItem(operation, State.REDUNDANT, operation.target)
    if refused := _refused(case):
        return DriftItem(operation, refused, operation.target)
    moved = _moved_values(case, names_used(clause) if clause else ())
    state = _state_of_anchor(case) or (State.CLEAN if moved else State.CURRENT)
    return DriftItem(operation, state, operation.target, moved)


def _state_of_anchor(case: _Case) -> State | None:
    wanted = case.operation.after or case.operation.before
    own = {other.target for other in case.override.operations if other.verb is Verb.NEW}
    if not wanted or wanted in own or wanted in case.new.by_id:
        return None
    return State.RENAMED if wanted in case.new.aliases else State.ANCHOR_LOST


def _moved_values(case: _Case, names: Iterable[str]) -> tuple[str, ...]:
    was, now = case.old.values, case.new.values
    return tuple(f"{{{{{name}}}}}" for name in sorted(names) if was.get(name) != now.get(name))


RANK_OF: dict[str, Callable[[object], int]] = {
    "severity": lambda value: SEVERITY_RANK[Severity(str(value))],
    "weight": lambda value: int(str(value)),
    "lock": lambda value: LOCK_RANK[Lock(str(value))],
}

FACETS: dict[Verb, Callable[[Operation, Clause, Clause], Iterator[Facet]]] = {
    Verb.REPLACE: _of_replacement,
    Verb.ADD_TO: _of_addition,
    Verb.CHANGE: _of_change,
    Verb.NOT_APPLICABLE: _of_nothing,
}

JUDGES: dict[Verb, Callable[[_Case], DriftItem]] = {
    Verb.SET: _on_parameter,
    Verb.NEW: _on_addition,
    Verb.REPLACE: _on_clause,
    Verb.ADD_TO: _on_clause,
    Verb.CHANGE: _on_clause,
    Verb.NOT_APPLICABLE: _on_clause,
}
