"""Apply the operations of one layer, one by one, to what holds above it."""

from collections.abc import Mapping
from dataclasses import replace

from compliance.playbooks.digests import OBLIGATION_FIELDS
from compliance.playbooks.document import Clause, Operation, Section, Verb
from compliance.playbooks.effective import (
    Effective,
    EffectiveClause,
    EffectiveParameter,
    Issue,
    Layer,
    Origin,
    Rules,
    heading,
    operation_key,
)
from compliance.playbooks.judgement import approval_of, refusal, signatory
from compliance.playbooks.operations import (
    NEEDS_APPROVAL,
    asked_lock,
    changed,
    effect_of,
    extended,
    names_used,
    replaced,
)
from compliance.playbooks.parameters import canonical_value
from compliance.playbooks.placement import Ground, Place, place_for
from compliance.playbooks.refusals import Reason

CLAUSE_AFTER = {
    Verb.REPLACE: replaced,
    Verb.ADD_TO: extended,
    Verb.NOT_APPLICABLE: lambda clause, _operation: replace(clause, applicable=False),
    Verb.CHANGE: changed,
}


def uses(clause: Clause, parameters: Mapping[str, EffectiveParameter]) -> tuple[tuple[str, str], ...]:
    """The (parameter, value) pairs a clause rests on, by name."""
    names = names_used(clause)
    return tuple((name, parameters[name].value) for name in sorted(names) if name in parameters) if names else ()


class Draft:
    """What holds while a layer is being applied. Operations are judged against the parent, never against the draft:
    what a layer may do does not depend on what else it does."""

    def __init__(self, parent: Effective, layer: Layer, rules: Rules) -> None:
        self.parent, self.layer, self.rules = parent, layer, rules
        self.parameters = dict(parent.parameters)
        self.clauses = dict(parent.by_id)
        self.order = [entry.id for entry in parent.clauses]
        self.sections = list(parent.sections)
        self.anchors = dict(parent.anchors)
        self.issues: list[Issue] = []
        self.moved: set[str] = set()  # parameters whose value is no longer the parent's
        self.touched: set[str] = set()  # clauses whose own content is no longer the parent's
        self.signed = signatory(layer.approver, layer.override.approved, rules)

    def take(self, operation: Operation) -> None:
        """Apply an operation, or report why the parent's text holds."""
        if refused := refusal(self.parent, self.layer, operation, self.rules):
            self._report(operation, refused.reason, refused.detail)
            return
        if operation.verb is Verb.SET:
            self._set(operation)
        elif operation.verb is Verb.NEW:
            self._add(operation)
        else:
            self._alter(operation)
        if operation_key(operation) in self.layer.waiting:
            self._report(operation, Reason.STALE)

    def finished(self) -> Effective:
        """What holds below the layer. A clause that neither changed nor rests on what did is the parent's own value."""
        override = self.layer.override
        return Effective(
            playbook=self.parent.playbook,
            chain=(*self.parent.chain, (override.scope, str(override.version))),
            parameters=self.parameters,
            clauses=tuple(self._settled(self.clauses[clause_id]) for clause_id in self.order),
            sections=tuple(self.sections),
            issues=(*self.parent.issues, *self.issues),
            anchors=self.anchors,
            kind=self.layer.kind,
        )

    def _settled(self, entry: EffectiveClause) -> EffectiveClause:
        if entry.id in self.touched or (self.moved and not self.moved.isdisjoint(names_used(entry.clause))):
            return replace(entry, uses=uses(entry.clause, self.parameters))
        return entry

    def _set(self, operation: Operation) -> None:
        above = self.parameters[operation.target]
        value = canonical_value(above.parameter, operation.value)
        assert value is not None, "the judge lets only values through"
        lock = asked_lock(operation) or above.parameter.lock
        if (value, lock) == (above.value, above.parameter.lock):
            return
        trail = above.trail if value == above.value else (*above.trail, (value, self._origin(operation)))
        self.parameters[operation.target] = EffectiveParameter(replace(above.parameter, value=value, lock=lock), trail)
        if value != above.value:
            self.moved.add(operation.target)

    def _alter(self, operation: Operation) -> None:
        found = self.parent.find(operation.target)
        assert found is not None, "the judge lets only clauses through that are there"
        if found.id != operation.target:
            self._report(operation, Reason.RENAMED, f"It is {found.id} now.")
        entry = self.clauses[found.id]
        after = CLAUSE_AFTER[operation.verb](entry.clause, operation)
        fields = [name for name in OBLIGATION_FIELDS if getattr(after, name) != getattr(entry.clause, name)]
        if not fields:
            return
        origin = self._origin(operation)
        texts = (*entry.texts, (after.text, origin)) if "text" in fields else entry.texts
        origins = {**entry.origins, **dict.fromkeys(fields, origin)}
        self.clauses[found.id] = EffectiveClause(after, (), origins, texts)
        self.touched.add(found.id)

    def _add(self, operation: Operation) -> None:
        assert operation.clause is not None, "the judge lets no addition through without its clause"
        place = self._place(operation)
        if place.section and place.section not in {section.title for section in self.sections}:
            self.sections.append(Section(place.section))
        clause = replace(operation.clause, section=place.section)
        origin = self._origin(operation)
        self.clauses[clause.id] = EffectiveClause(
            clause, (), dict.fromkeys(OBLIGATION_FIELDS, origin), ((clause.text, origin),)
        )
        self.order.insert(place.index, clause.id)
        self.touched.add(clause.id)
        if place.anchor:
            self.anchors[clause.id] = place.anchor

    def _place(self, operation: Operation) -> Place:
        wanted = operation.after or operation.before
        anchor = wanted if wanted in self.clauses else self.parent.aliases.get(wanted)
        retired = self.parent.retired.get(wanted)
        section_of = {clause_id: entry.clause.section for clause_id, entry in self.clauses.items()}
        ground = Ground(self.order, section_of, self.sections, self.anchors)
        place = place_for(ground, operation, anchor, retired.section if retired else "")
        if place.lost:
            self._report(operation, Reason.ANCHOR_LOST, f"It was {wanted}.")
        elif anchor and anchor != wanted:
            self._report(operation, Reason.RENAMED, f"{wanted} is {anchor} now.")
        return place

    def _origin(self, operation: Operation) -> Origin:
        own = approval_of(self.layer, operation, self.rules)
        signed = own if own and effect_of(self.parent, operation) in NEEDS_APPROVAL else self.signed
        return Origin(
            layer=self.layer.scope,
            version=str(self.layer.override.version),
            operation=heading(operation),
            why=operation.why or (operation.text if operation.verb is Verb.NOT_APPLICABLE else ""),
            approver=signed.name,
            approved_on=signed.on,
            claimed=signed.claimed,
            review_by=operation.review_by,
        )

    def _report(self, operation: Operation, reason: Reason, detail: str = "") -> None:
        clause = ""
        if operation.verb is not Verb.SET:
            found = self.parent.find(operation.target)
            clause = found.id if found else operation.target
        self.issues.append(Issue(heading(operation), clause, reason, self.layer.scope, detail))
