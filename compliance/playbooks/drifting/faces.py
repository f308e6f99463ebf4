"""An operation beside the text above it as it was and as it is: what each side changed, and what a merge would say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from compliance.playbooks.comparison import Mark, redline
from compliance.playbooks.document import Operation, Verb
from compliance.playbooks.drift import FIELD_OF_FACT, PARAMETER_FIELDS, DriftItem
from compliance.playbooks.effective import Effective, EffectiveClause
from compliance.playbooks.merging import Merge, Verdict, merge
from compliance.playbooks.operations import extended
from compliance.playbooks.substitution import fill

Pieces = Sequence[tuple[Mark, str]]
IN_WORDS = frozenset({"guidance", "check", "law"})
VERDICT_WORDS = {
    Verdict.UNCHANGED: "Both say the same", Verdict.OURS: "Ours alone changed it", Verdict.THEIRS: "The text above",
    Verdict.MERGED: "Both, sentence by sentence", Verdict.PROPOSAL: "Both, joined word by word: read it",
    Verdict.CONFLICT: "Both changed it: write it",
}


@dataclass(frozen=True, slots=True)
class Face:
    """One field of an operation: above as it was, above as it is, ours, and what a merge of the three comes to.

    `merged` is None where there is nothing to put together: a value is one side's or the other's.
    """

    field: str
    old: str
    new: str
    ours: str
    merged: Merge | None = None

    @property
    def theirs_changed(self) -> Pieces:
        return _pieces(self.old, self.new)

    @property
    def ours_changed(self) -> Pieces:
        return _pieces(self.old, self.ours)


def filled(face: Face, values: Mapping[str, str]) -> Face:
    """A face with the values put in, for whoever reads it; what is written anew begins with the names."""
    def said(text: str) -> str:
        return fill(text, values)

    merged = face.merged and replace(
        face.merged, text=face.merged.text and said(face.merged.text), passages=tuple(
            replace(each, base=said(each.base), ours=said(each.ours), theirs=said(each.theirs),
                    text=each.text and said(each.text)) for each in face.merged.passages))
    return Face(face.field, said(face.old), said(face.new), said(face.ours), merged)


def faces(item: DriftItem, old: Effective, new: Effective) -> tuple[Face, ...]:
    """Everything of an operation that a person compares before deciding on it."""
    operation = item.operation
    if operation.verb is Verb.SET:
        return tuple(_of_value(operation, old, new))
    if operation.verb is Verb.NEW:
        above = new.find(operation.target)
        mine = operation.clause.text if operation.clause else ""
        return (Face("text", "", _of(above, "text"), mine),)
    before, after = clauses(item, old, new)
    of_verb = _of_facts if operation.verb is Verb.CHANGE else _of_words
    return tuple(of_verb(operation, before, after))


def clauses(item: DriftItem, old: Effective, new: Effective) -> tuple[EffectiveClause | None, EffectiveClause | None]:
    """The clause an operation is about, as it was above and as it is; None where it was, or is, not there."""
    target = item.operation.target
    after = new.find(item.clause or target)
    names: Iterable[str] = (target, *(after.clause.formerly if after else ()))
    return next((found for name in names if (found := old.find(name))), None), after


def _of_value(operation: Operation, old: Effective, new: Effective) -> Iterator[Face]:
    was, now = (each.parameters.get(operation.target) for each in (old, new))
    yield Face("value", was.value if was else "", now.value if now else "", operation.value)
    for name in PARAMETER_FIELDS[1:]:
        before, after = (str(getattr(each.parameter, name)) if each else "" for each in (was, now))
        if before != after:
            yield Face(name, before, after, "")


def _of_words(operation: Operation, was: EffectiveClause | None, now: EffectiveClause | None) -> Iterator[Face]:
    """The words of a clause. An addition stands below whatever they are; a waiver leaves them as they are."""
    before, after = _of(was, "text"), _of(now, "text")
    match operation.verb:
        case Verb.NOT_APPLICABLE:
            yield Face("text", before, after, "")
        case Verb.ADD_TO:
            whole = Merge(Verdict.MERGED, extended(now.clause, operation).text, ()) if now else None
            yield Face("text", before, after, f"{before}\n\n{operation.text}".strip(), whole)
        case _:
            yield Face("text", before, after, operation.text, merge(before, operation.text, after))
            if operation.title:
                titles = _of(was, "title"), operation.title, _of(now, "title")
                yield Face("title", titles[0], titles[2], titles[1], merge(*titles))


def _of_facts(operation: Operation, was: EffectiveClause | None, now: EffectiveClause | None) -> Iterator[Face]:
    for fact in dict.fromkeys(key for key, _ in operation.facts):
        mine = "\n".join(value for key, value in operation.facts if key == fact)
        before, after = (_of(entry, FIELD_OF_FACT.get(fact, fact)) for entry in (was, now))
        merged = merge(before, mine, after) if fact in IN_WORDS else None
        yield Face(fact, before, after, mine, merged)


def _of(entry: EffectiveClause | None, name: str) -> str:
    """A field as a person reads it, "" of a clause that is not there."""
    value = getattr(entry.clause, name) if entry else ""
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def _pieces(was: str, now: str) -> Pieces:
    if was and now:
        return redline(was, now)
    return [(Mark.INS, now)] if now else [(Mark.DEL, was)] if was else []
