"""Resolve a playbook through the layers of a site: what holds there, who said so, and what was refused."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType

from compliance.playbooks.digests import OBLIGATION_FIELDS
from compliance.playbooks.document import PHASES, Clause, Operation, Playbook, Verb
from compliance.playbooks.draft import Draft, uses
from compliance.playbooks.effective import (
    GLOBAL,
    Approver,
    Effective,
    EffectiveClause,
    EffectiveParameter,
    Layer,
    Origin,
    Rules,
    ScopeKind,
)
from compliance.playbooks.judgement import signatory
from compliance.playbooks.placement import in_order_of_need

KINDS = tuple(ScopeKind)


def resolve(playbook: Playbook, layers: Sequence[Layer], rules: Rules, approver: Approver | None = None) -> Effective:
    """What the playbook says at the end of a chain of layers, widest first.

    The layers are those in force on `rules.on` (see `timeline`). Raises ValueError for layers that are no chain.
    """
    effective = base(playbook, rules, approver)
    for layer in layers:
        effective = apply_layer(effective, layer, rules)
    return effective


def base(playbook: Playbook, rules: Rules, approver: Approver | None = None) -> Effective:
    """The global playbook as it holds where no layer changes anything."""
    signed = signatory(approver, playbook.approved, rules)
    origin = Origin(GLOBAL, playbook.version, "", "", signed.name, signed.on, signed.claimed)
    origins = MappingProxyType(dict.fromkeys(OBLIGATION_FIELDS, origin))
    parameters = {p.name: EffectiveParameter(p, ((p.value, origin),)) for p in playbook.parameters}
    clauses = tuple(
        EffectiveClause(clause, uses(clause, parameters), origins, ((clause.text, origin),))
        for clause in playbook.clauses
        if not clause.retired
    )
    return Effective(playbook, ((GLOBAL, playbook.version),), parameters, clauses, playbook.sections)


def apply_layer(parent: Effective, layer: Layer, rules: Rules) -> Effective:
    """What holds below `parent` once the layer has had its say. Chains that share layers can share their results."""
    check_chain(parent, layer)
    draft = Draft(parent, layer, rules)
    for operation in _in_phases(layer.override.operations):
        draft.take(operation)
    return draft.finished()


def check_chain(parent: Effective, layer: Layer) -> None:
    """Raise ValueError for a layer that does not belong below `parent`: two overlays never meet at one level."""
    if layer.override.playbook != parent.key:
        raise ValueError(f"An override of {layer.override.playbook} cannot change {parent.key}.")
    if layer.override.scope != layer.scope:
        raise ValueError(f"An override for {layer.override.scope} cannot stand in the place of {layer.scope}.")
    if parent.kind is not None and KINDS.index(parent.kind) >= KINDS.index(layer.kind):
        raise ValueError(f"A {layer.kind} layer ({layer.scope}) cannot stand below a {parent.kind} layer.")


def in_scope(effective: Effective, lines_of_business: Collection[str]) -> Effective:
    """Only the clauses a site with these lines of business gets; one that names none is for all of them."""
    here = {line.casefold() for line in lines_of_business}
    kept = tuple(entry for entry in effective.clauses if _concerns(entry.clause, here))
    return effective if len(kept) == len(effective.clauses) else replace(effective, clauses=kept)


def _concerns(clause: Clause, here: Collection[str]) -> bool:
    return not clause.applies_to or any(line.casefold() in here for line in clause.applies_to)


def _in_phases(operations: Sequence[Operation]) -> Iterable[Operation]:
    for verb in PHASES:
        phase = [operation for operation in operations if operation.verb is verb]
        yield from in_order_of_need(phase) if verb is Verb.NEW else phase
