"""What a layer does to the controls above it, as OSCAL profiles say it: set, leave out, take away, add."""

from collections.abc import Iterable, Iterator, Sequence

from compliance.playbooks.document import Clause, Operation, Verb
from compliance.playbooks.effective import Effective
from compliance.playbooks.oscal.controls import part
from compliance.playbooks.oscal.vocabulary import (
    EVIDENCE,
    GUIDANCE,
    OBJECTIVE,
    STATEMENT,
    Json,
    control_id,
    part_id,
    present,
    props,
    with_inserts,
)

PARTS_OF_FACTS = {"guidance": GUIDANCE, "check": OBJECTIVE}
PROPS_OF_FACTS = {"severity": "severity", "weight": "weight", "law": "law", "lock": "locked"}


def settings(above: Effective, below: Effective, operations: Iterable[Operation]) -> list[Json]:
    """The values a layer sets, with its reasons."""
    found = []
    for operation in operations:
        if operation.verb is not Verb.SET:
            continue
        old, new = above.parameters[operation.target], below.parameters[operation.target]
        locked = new.parameter.lock if new.parameter.lock is not old.parameter.lock else ""
        if new.value != old.value or locked:
            found.append(present({"param-id": operation.target, "values": [new.value],
                                  "props": props([("locked", locked), *_reasons(operation)])}))
    return found


def left_out(above: Effective, below: Effective, operations: Iterable[Operation]) -> list[tuple[str, str]]:
    """The clauses that no longer apply, each with the reason; those a layer above had left out already are not told."""
    found = []
    for operation in operations:
        entry = above.find(operation.target) if operation.verb is Verb.NOT_APPLICABLE else None
        if entry and entry.clause.applicable and not below.by_id[entry.id].clause.applicable:
            found.append((entry.id, operation.text or operation.why))
    return found


def alters(above: Effective, below: Effective, operations: Iterable[Operation], scope: str) -> list[Json]:
    """What is said otherwise of the clauses that are still there.

    What takes something away stands in an alteration of its own: there are resolvers that pass over a whole alteration
    with `removes` in it, and what only adds should not be lost with it.
    """
    found = []
    for operation in sorted(operations, key=lambda each: list(Verb).index(each.verb)):
        if operation.verb not in MAKERS:
            continue
        entry = above.find(operation.target)
        if entry and below.by_id[entry.id].clause.applicable:
            found += list(MAKERS[operation.verb](entry.clause, below.by_id[entry.id].clause, operation, scope))
    return found


def _replaced(old: Clause, new: Clause, operation: Operation, _scope: str) -> Iterator[Json]:
    added = present({"position": "starting", "title": with_inserts(new.title) if new.title != old.title else "",
                     "parts": [part(old.id, STATEMENT, operation.text)], "props": props(_reasons(operation))})
    yield {"control-id": control_id(old.id), "removes": [{"by-id": part_id(old.id, STATEMENT)}], "adds": [added]}


def _extended(old: Clause, _new: Clause, operation: Operation, scope: str) -> Iterator[Json]:
    statement = part_id(old.id, STATEMENT)
    item = present({"id": f"{statement}.{scope}", "name": "item", "prose": with_inserts(operation.text),
                    "props": props(_reasons(operation))})
    yield {"control-id": control_id(old.id), "adds": [{"by-id": statement, "position": "ending", "parts": [item]}]}


def _changed(old: Clause, new: Clause, operation: Operation, _scope: str) -> Iterator[Json]:
    said = [(name, getattr(new, field)) for field, name in PROPS_OF_FACTS.items()
            if getattr(new, field) != getattr(old, field)]
    asked = [part(old.id, EVIDENCE, text, number) for number, text in enumerate(new.evidence, 1)
             if number > len(old.evidence)]
    yield {"control-id": control_id(old.id), "adds": [present({
        "position": "ending", "props": props([*said, *_reasons(operation)]), "parts": asked})]}
    for field, name in PARTS_OF_FACTS.items():
        if getattr(new, field) != getattr(old, field):
            removed = [{"by-id": part_id(old.id, name)}] if getattr(old, field) else []
            yield present({"control-id": control_id(old.id), "removes": removed, "adds": [
                {"position": "ending", "parts": [part(old.id, name, getattr(new, field))]}]})


def place_props(operation: Operation) -> Sequence[Json]:
    """Where a local clause stands, and why it is there."""
    return props([("after", operation.after), ("before", operation.before), *_reasons(operation)])


def _reasons(operation: Operation) -> list[tuple[str, object]]:
    return [("why", operation.why), ("claimed-approval", operation.approved), ("review-by", operation.review_by)]


MAKERS = {Verb.REPLACE: _replaced, Verb.ADD_TO: _extended, Verb.CHANGE: _changed}
