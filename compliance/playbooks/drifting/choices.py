"""What a person may choose for an operation that lost its base, and the operation that comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from compliance.errors import InvalidInput
from compliance.playbooks.canonical import canonical_text
from compliance.playbooks.document import Operation, Verb
from compliance.playbooks.drift import MECHANICAL, DriftItem, State
from compliance.playbooks.drifting.faces import IN_WORDS, Face
from compliance.playbooks.effective import Effective, heading
from compliance.playbooks.merging import Verdict


class Choice(StrEnum):
    """Which side is taken."""

    OURS = "ours"
    MERGED = "merged"
    EDIT = "edit"
    THEIRS = "theirs"


WORDS = {
    Choice.OURS: "Keep ours", Choice.MERGED: "Take the merge", Choice.EDIT: "Write it",
    Choice.THEIRS: "Take the text above",
}
# What is refused on the new text cannot be kept as it is.
KEPT = frozenset({State.REVIEW, State.CONFLICT, State.ANCHOR_LOST}) | MECHANICAL
WRITABLE = frozenset({Verb.SET, Verb.REPLACE, Verb.ADD_TO})
LEFT = frozenset({State.ORPHAN, State.COLLISION, State.BLOCKED})  # other words would not help


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice; `text` is what was written, `read` that the words joined from both sides were read."""

    choice: Choice
    text: str = ""
    read: bool = False


def options(item: DriftItem, faces: tuple[Face, ...]) -> tuple[Choice, ...]:
    """What may be chosen, the most careful first."""
    found = [Choice.OURS] if item.state in KEPT else []
    if item.operation.verb is not Verb.ADD_TO and _merges(faces) and item.state not in MECHANICAL:
        found.append(Choice.MERGED)
    if item.operation.verb in WRITABLE and item.state not in LEFT:
        found.append(Choice.EDIT)
    return (*found, Choice.THEIRS)


def has_to_be_read(faces: tuple[Face, ...]) -> bool:
    """Whether a merge of these has words of both sides in one sentence."""
    return any(face.merged is not None and face.merged.verdict is Verdict.PROPOSAL for face in faces)


def decided(item: DriftItem, faces: tuple[Face, ...], chosen: Chosen, new: Effective) -> Operation | None:
    """The operation after a choice, None for the text above. Raises InvalidInput for what cannot be chosen."""
    field = heading(item.operation)
    if chosen.choice not in options(item, faces):
        raise InvalidInput(f"{field} cannot be settled so: it is {item.state.replace('-', ' ')}. Choose another way.")
    if chosen.choice is Choice.THEIRS:
        return None
    if chosen.choice is Choice.EDIT:
        return _written(_followed(item, new), chosen.text, field)
    if chosen.choice is Choice.MERGED:
        if has_to_be_read(faces) and not chosen.read:
            raise InvalidInput(f"{field}: words of both sides stand in one sentence. Read it, and say that you did.")
        return _merged(_followed(item, new), faces)
    return _followed(item, new)


def _merges(faces: tuple[Face, ...]) -> bool:
    merges = [face.merged for face in faces if face.merged is not None]
    return bool(merges) and all(merged.text is not None for merged in merges) and any(
        merged.verdict in {Verdict.MERGED, Verdict.PROPOSAL} for merged in merges)


def _followed(item: DriftItem, new: Effective) -> Operation:
    """The operation on the clause under its present id; without its anchor at the end of the section that had it."""
    operation = item.operation
    if operation.verb is not Verb.NEW:
        return replace(operation, target=item.clause) if item.clause else operation
    if item.state is State.ANCHOR_LOST and operation.clause is not None:
        gone = new.retired.get(operation.after or operation.before)
        section = gone.section if gone else operation.clause.section
        return replace(operation, after="", before="", clause=replace(operation.clause, section=section))
    after, before = (new.aliases.get(anchor, anchor) for anchor in (operation.after, operation.before))
    return replace(operation, after=after, before=before)


def _written(operation: Operation, text: str, field: str) -> Operation:
    if not text.strip():
        raise InvalidInput(f"{field}: write what it shall say, or take the text above.")
    if operation.verb is Verb.SET:
        return replace(operation, value=" ".join(text.split()))
    return replace(operation, text=canonical_text(text))


def _merged(operation: Operation, faces: tuple[Face, ...]) -> Operation:
    taken = {face.field: face.merged.text for face in faces if face.merged is not None and face.merged.text is not None}
    if operation.verb is Verb.CHANGE:
        return replace(operation, facts=tuple(_fact(key, value, taken) for key, value in operation.facts))
    return replace(operation, text=taken["text"], title=taken.get("title", operation.title))


def _fact(key: str, value: str, taken: Mapping[str, str]) -> tuple[str, str]:
    return key, " ".join(taken[key].split()) if key in IN_WORDS and key in taken else value
