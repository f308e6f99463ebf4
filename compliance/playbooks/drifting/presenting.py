"""How drift is said: in words for pages, as plain values for programs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance import clock
from compliance.access import Actor
from compliance.playbooks.document import Verb
from compliance.playbooks.drafting.queries import authors_of
from compliance.playbooks.drift import HELD, DriftItem, State
from compliance.playbooks.drifting.choices import WORDS, Choice, has_to_be_read, options
from compliance.playbooks.drifting.comparing import Compared
from compliance.playbooks.drifting.faces import VERDICT_WORDS, Face, clauses, faces, filled
from compliance.playbooks.drifting.guards import against_accepting
from compliance.playbooks.effective import heading, operation_key
from compliance.playbooks.merging import Passage, Verdict
from compliance.playbooks.models import OperationDrift
from compliance.playbooks.operations import NEEDS_APPROVAL

SAID = {
    State.CURRENT: "Nothing it rests on moved.",
    State.CLEAN: "Other fields of it moved; what this says stands as before.",
    State.REVIEW: "The same words or values moved above. A merge is offered; read it before you take it.",
    State.CONFLICT: "Both changed the same sentence, and no merge is to be trusted. Somebody has to write it.",
    State.REDUNDANT: "The text above says the same by now. Nothing is left to differ.",
    State.INVERTED: "It was the stricter one and is the looser one now. The text above holds at once.",
    State.OUT_OF_RANGE: "Its value lies outside what the text above allows now. The value above holds.",
    State.ORPHAN: "What it was about is gone from the text above. It does nothing any more.",
    State.RENAMED: "The clause has another id above and was found under it.",
    State.BLOCKED: "The text above has been locked since. Its words hold.",
    State.COLLISION: "Its id is used above now, for something else. The clause above holds.",
    State.ANCHOR_LOST: "The clause it stood beside is gone. It stands at the end of its section.",
}
REFUSED = frozenset({State.INVERTED, State.OUT_OF_RANGE, State.ORPHAN, State.BLOCKED, State.COLLISION})
NO_MERGE = "What it rests on moved above. See whether it still says what is meant."
FIELDS = {"text": "Words", "title": "Title", "check": "Audit question", "guidance": "Guidance", "law": "Law",
          "severity": "Severity", "weight": "Weight", "evidence": "Evidence", "locked": "Lock", "value": "Value",
          "unit": "Unit", "stricter": "Stricter", "range": "Range", "meaning": "Meaning", "lock": "Lock"}


@dataclass(frozen=True, slots=True)
class ToSettle:
    """One operation on the page: what each side changed, what is offered, what may be chosen and what is preset."""

    position: int
    item: DriftItem
    row: OperationDrift | None
    title: str
    faces: Sequence[Face]
    options: Sequence[tuple[str, str]]
    preset: Mapping[str, Any]
    to_read: bool
    against: Sequence[str]  # why this reader could not accept it as it is
    values: Mapping[str, str]  # in force above it now

    @property
    def shown(self) -> Sequence[Face]:
        return [filled(face, self.values) for face in self.faces]

    @property
    def key(self) -> str:
        return operation_key(self.item.operation)

    @property
    def heading(self) -> str:
        is_value = self.item.operation.verb is Verb.SET
        return self.title if is_value and self.title else heading(self.item.operation)

    @property
    def under(self) -> str:
        """What stands under the heading: the title of its clause, or how the text names a value."""
        return heading(self.item.operation) if self.heading == self.title else self.title

    @property
    def said(self) -> str:
        merges = Choice.MERGED.value in dict(self.options)
        return NO_MERGE if self.item.state is State.REVIEW and not merges else SAID[self.item.state]

    @property
    def settled(self) -> bool:
        """Whether nobody has to do anything about it now."""
        return self.item.mechanical or (self.row is not None and self.row.accepted_at is not None)


def is_value(operation: str) -> bool:
    """Whether an operation, as it is stored, sets a value."""
    return operation.startswith(f"{Verb.SET} ")


def headed(operation: str, meanings: Mapping[str, str] | None = None) -> str:
    """ "replace ESC-03" as its heading reads; of a value what it means, where that is known."""
    meant = (meanings or {}).get(operation.partition(" ")[2]) if is_value(operation) else ""
    return meant or operation[:1].upper() + operation[1:]


def fields_said(moved: Sequence[str]) -> str:
    """The fields that moved, in words; a value by its name."""
    return ", ".join(FIELDS.get(name, name.replace("_", " ")) for name in moved).lower().replace("{{", "").replace(
        "}}", "")


def given_way(item: OperationDrift) -> bool:
    """Whether the text above holds in its place today: it was refused, its leave has ended, or its grace is over."""
    effect = item.override_version.effects.get(item.operation, "")
    lenient = item.state in HELD and effect in {str(each) for each in NEEDS_APPROVAL}
    over = item.over_on is not None and item.over_on <= clock.today()
    return item.from_on <= clock.today() and (item.state in REFUSED or lenient or over)


def state_words(state: State) -> str:
    return str(state).replace("-", " ").capitalize()


def told(actor: Actor, found: Compared, rows: Mapping[str, OperationDrift]) -> list[ToSettle]:
    """Every operation of an override that moved, in file order, with what this actor may do about it."""
    authors = authors_of(found.version)

    def against(row: OperationDrift) -> list[str]:
        return [reason.message for reason in against_accepting(actor, row, found, authors)]

    return [_told(found, position, rows.get(operation_key(item.operation)), against)
            for position, item in enumerate(found.items) if item.state is not State.CURRENT]


def _told(found: Compared, position: int, row: OperationDrift | None,
          against: Callable[[OperationDrift], list[str]]) -> ToSettle:
    item = found.items[position]
    seen = faces(item, found.old, found.new)
    choices = options(item, seen)
    before, after = clauses(item, found.old, found.new)
    entry = after or before
    title = item.operation.clause.title if item.operation.clause else entry.clause.title if entry else ""
    if item.operation.verb is Verb.SET and (above := found.new.parameters.get(item.operation.target)):
        title = above.parameter.meaning
    preset = {f"choice_{position}": _preset(item, row, choices), f"text_{position}": _text(item, seen)}
    return ToSettle(position, item, row, title, seen, [(each.value, WORDS[each]) for each in choices], preset,
                    Choice.MERGED in choices and has_to_be_read(seen), against(row) if row else [], found.new.values)


def _preset(item: DriftItem, row: OperationDrift | None, choices: Sequence[Choice]) -> str:
    """Nothing is chosen for anybody, but what was accepted before and what changes nothing."""
    kept = item.mechanical or (row is not None and row.accepted_at is not None)
    if kept and Choice.OURS in choices:
        return Choice.OURS.value
    return choices[0].value if len(choices) == 1 else ""


def _text(item: DriftItem, seen: Sequence[Face]) -> str:
    """What the box to write in begins with: the merge where there is one to trust or to read, else ours."""
    operation = item.operation
    if operation.verb is Verb.SET:
        return operation.value
    words = next((face for face in seen if face.field == "text"), None)
    if operation.verb is Verb.REPLACE and words and words.merged:
        return words.merged.text or "".join(_draft(passage) for passage in words.merged.passages).strip()
    return operation.text


def _draft(passage: Passage) -> str:
    return passage.ours if passage.text is None else passage.text


def merge_rows(face: Face) -> list[dict[str, Any]]:
    """The offered merge passage by passage, each with where it comes from; of a conflict both wordings."""
    passages = face.merged.passages if face.merged else ()
    return [{"n": number, "verdict": str(passage.verdict), "says": VERDICT_WORDS[passage.verdict],
             "text": passage.text, "ours": passage.ours.strip(), "theirs": passage.theirs.strip(),
             "open": passage.verdict in {Verdict.CONFLICT, Verdict.PROPOSAL}}
            for number, passage in enumerate(passages, 1) if passage.ours or passage.theirs]


def item_as_json(row: OperationDrift) -> dict[str, Any]:
    override = row.override_version.override
    return {
        "playbook": override.playbook.key, "scope": override.scope, "kind": str(override.kind),
        "number": row.override_version.number, "operation": row.operation, "clause": row.clause,
        "state": str(row.state), "moved": list(row.moved), "seen": row.seen, "against": row.against,
        "from": row.from_on.isoformat(), "until": row.until_on.isoformat() if row.until_on else None,
        "text_above_from": row.over_on.isoformat() if row.over_on else None,
        "accepted_at": row.accepted_at.isoformat() if row.accepted_at else None,
        "accepted_by": row.accepted_by or None,
    }


def settled_as_json(each: ToSettle) -> dict[str, Any]:
    return {
        "operation": each.key, "state": str(each.item.state), "clause": each.item.clause, "said": each.said,
        "moved": list(each.item.moved), "options": [value for value, _ in each.options], "read": each.to_read,
        "seen": each.row.seen if each.row else None, "against_accepting": list(each.against),
        "faces": [{"field": face.field, "old": face.old, "new": face.new, "ours": face.ours,
                   "merge": {"verdict": str(face.merged.verdict), "text": face.merged.text} if face.merged else None}
                  for face in each.faces],
    }
