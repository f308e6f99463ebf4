"""What stands in a work, as tablets are told it: values with their heads, photographs, conflicts, the receipt."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from compliance import clock, db, journal
from compliance.access import Actor
from compliance.audits.field import kinds
from compliance.audits.field.epochs import epoch
from compliance.audits.field.kinds import Work
from compliance.audits.field.merging import Field, Key, Operation, Verdict, derived_head, is_empty, same
from compliance.audits.field.models import FieldEpoch, FieldMedia, FieldOperation, MediaState
from compliance.errors import NotFound
from compliance.files.models import Evidence

# A page may have noted its time a moment before it commits: what is that old is told again.
SLACK = timedelta(seconds=15)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a tablet has read: the last operation, and until when changes of the page are known to it."""

    rev: int = 0
    at: datetime = BEGINNING

    def __str__(self) -> str:
        return f"{self.rev}.{int(self.at.timestamp() * 1000)}"


def read_cursor(text: str) -> Cursor:
    """What a tablet was handed; anything else is the beginning."""
    rev, _, at = text.partition(".")
    if not (rev.isdigit() and at.isdigit() and len(rev) < 11 and len(at) < 15):
        return Cursor()
    return Cursor(int(rev), BEGINNING + timedelta(milliseconds=int(at)))


def cursor_at(rev: int) -> Cursor:
    return Cursor(rev, clock.now() - SLACK)


@dataclass
class Standing:
    """A work with the operations that still speak and the photographs it has; `fields` moves on as they come."""

    work: Work
    live: dict[UUID, FieldOperation] = field(default_factory=dict)
    media: dict[UUID, FieldMedia] = field(default_factory=dict)
    fields: dict[Key, Field] = field(default_factory=dict)
    judged: set[Key] = field(default_factory=set)  # the places something was said about in this batch

    def at(self, key: Key) -> Field:
        """A place of the work as it stands now; kept once it was asked for."""
        if key not in self.fields:
            self.fields[key] = self._read(key)
        return self.fields[key]

    def _read(self, key: Key) -> Field:
        stands = self.work.stands(key)
        mine = self.spoken.get(key, ())
        sides = [each for each in mine if is_side(each)]
        heads = [each for each in mine if each not in sides and same(each.value, stands.value)]
        return Field(stands.value, partial(derived, self.work, key), tuple(each.op_id for each in heads),
                     tuple(as_side(each) for each in sides), frozenset(each.person_id for each in heads))

    @cached_property
    def spoken(self) -> dict[Key, list[FieldOperation]]:
        """What tablets said before this batch, by its place."""
        found: dict[Key, list[FieldOperation]] = {}
        for each in self.live.values():
            if each.kind in ("set", "resolve"):
                found.setdefault((each.item, each.field), []).append(each)
        return found

    def places(self) -> set[Key]:
        """Every place somebody has said something about."""
        return {*self.work.fields(), *self.spoken, *self.fields}

    def disputed(self) -> list[Key]:
        return sorted(key for key in {*self.spoken, *self.fields} if self.at(key).sides)

    def told(self, key: Key) -> dict[str, Any]:
        """The value that stands, its head, and who gave it when by our clock."""
        present, stands = self.at(key), self.work.stands(key)
        said = self.live.get(present.head) if present.head else None
        by, by_id, at = ((said.author, said.person_id, given_at(said)) if said is not None
                         else (stands.by, stands.by_id, stands.at))
        return {"op_id": _text(present.head), "value": present.value, "by": by, "by_id": _text(by_id),
                "at": at.isoformat() if at else None}

    def conflicts(self) -> list[dict[str, Any]]:
        """Where auditors disagree: what stands, and every side that does not."""
        return [{"item": item, "field": name, "head": self.told((item, name)), "others": [
            _side(self.live[side.op_id]) for side in self.at((item, name)).sides]} for item, name in self.disputed()]

    def open_sides(self, items: Collection[str]) -> dict[str, int]:
        """How many sides are open at each of these items."""
        found = dict.fromkeys(items, 0)
        for key in self.disputed():
            if key[0] in found:
                found[key[0]] += len(self.at(key).sides)
        return found

    def answers(self) -> list[dict[str, Any]]:
        """Everything that has a value, and what was taken back: its head is needed to answer anew."""
        return [self.change(key) for key in sorted(self.places()) if self.at(key).head]

    def change(self, key: Key) -> dict[str, Any]:
        told = self.told(key)
        return {"work": self.work.reference, "item": key[0], "field": key[1], "kind": "set", "value": told["value"],
                "head": told["op_id"], "by": told["by"], "by_id": told["by_id"], "at": told["at"]}

    def receipt(self, answered: int) -> dict[str, Any] | None:
        """What the server vouches for once a sign-off was taken."""
        signed = [each for each in self.live.values() if each.kind == "signoff"]
        if not signed or not self.work.handed_over:
            return None
        stored = sum(each.state is MediaState.STORED and each.kind == "photo" for each in self.media.values())
        return {"answers": answered, "photos": stored, "at": signed[-1].received_at.isoformat()}

    def missing(self, person_id: UUID) -> list[str]:
        """Photographs this person announced whose bytes have not come."""
        return [str(each.media_id) for each in self.media.values()
                if each.state is MediaState.ANNOUNCED and each.person_id == person_id]


def is_side(operation: FieldOperation) -> bool:
    """A live conflict nobody has settled; a settled one that is live agreed with what was chosen."""
    return operation.verdict is Verdict.CONFLICT and operation.settled_at is None


def as_side(operation: FieldOperation) -> Operation:
    return Operation(operation.op_id, operation.value, operation.parent, operation.person_id)


def derived(work: Work, key: Key, value: Any) -> UUID:
    """The head of a value that came by the page."""
    return derived_head(work.id, "\n".join(key), journal.canonical("" if is_empty(value) else value))


def given_at(operation: FieldOperation) -> datetime:
    """When it was said, by our clock: the tablet's, less what it was ahead when it sent."""
    if operation.client_at is None:
        return operation.received_at
    return operation.client_at - timedelta(milliseconds=operation.skew_ms)


def _side(operation: FieldOperation) -> dict[str, Any]:
    return {"op_id": str(operation.op_id), "value": operation.value, "by": operation.author,
            "by_id": str(operation.person_id), "at": given_at(operation).isoformat(), "device": str(operation.device)}


def _text(found: UUID | None) -> str | None:
    return str(found) if found else None


def standings(works: Mapping[str, Work]) -> dict[str, Standing]:
    """The works with what tablets said of them, in two statements."""
    found = {reference: Standing(work) for reference, work in works.items()}
    if found:
        for operation in db.session.scalars(select(FieldOperation).where(
                FieldOperation.work.in_(found), FieldOperation.live.is_(True)).order_by(FieldOperation.rev)):
            found[operation.work].live[operation.op_id] = operation
        for media in db.session.scalars(select(FieldMedia).where(FieldMedia.work.in_(found)).order_by(
                FieldMedia.announced_at, FieldMedia.media_id)):
            found[media.work].media[media.media_id] = media
    return found


def told(actor: Actor, reference: str) -> dict[str, Any]:
    """Everything of a work that moves, for its snapshot. Raises NotFound for who may not read it."""
    rev = db.session.scalars(select(FieldEpoch.rev)).one()  # before what it counts: what comes between is told again
    work = kinds.load(actor, [reference]).get(reference)
    if work is None or not work.may_read(actor):
        raise NotFound
    standing = standings({reference: work})[reference]
    pictures = evidence_since({reference: standing}, None)
    return entry(actor, standing, rev) | {
        "epoch": epoch(), "answers": standing.answers(), "photos": list(photos(standing, pictures))}


def entry(actor: Actor, standing: Standing, rev: int) -> dict[str, Any]:
    """A work in the answer to a tablet; to somebody who may not read it, that it is not theirs."""
    work = standing.work
    if not work.may_read(actor):
        return unknown(work.reference, rev)
    told = work.told(actor)
    return told | {
        "reference": work.reference, "cursor": str(cursor_at(rev)), "conflicts": standing.conflicts(),
        "receipt": standing.receipt(told["answered"]), "media_missing": standing.missing(actor.id)}


def unknown(reference: str, rev: int) -> dict[str, Any]:
    """The same words for what there is not and what is out of sight."""
    return {"reference": reference, "status": "", "cursor": str(cursor_at(rev)), "on_team": False,
            "message": kinds.OUT_OF_SIGHT, "lead": None, "answered": 0, "clauses": 0, "results": [], "blockers": [],
            "conflicts": [], "receipt": None, "media_missing": []}


def evidence_since(found: Mapping[str, Standing], since: datetime | None) -> Sequence[Evidence]:
    """The evidence of works: all that stands, or what came or went since an instant."""
    subjects = [subject for standing in found.values() for subject in standing.work.subjects]
    statement = select(Evidence).where(Evidence.subject_id.in_(subjects)).order_by(Evidence.added_at, Evidence.id)
    if since is None:
        statement = statement.where(Evidence.withdrawn_at.is_(None))
    else:
        statement = statement.where(or_(Evidence.added_at >= since, Evidence.withdrawn_at >= since))
    return db.session.scalars(statement).all() if subjects else []


def photos(standing: Standing, evidence: Sequence[Evidence]) -> Iterator[dict[str, Any]]:
    """What supports each item, under the name the tablet that took it gave it."""
    subjects = standing.work.subjects
    names: dict[UUID | None, FieldMedia] = {
        each.evidence_id: each for each in standing.media.values() if each.state is MediaState.STORED}
    for each in evidence:
        media = names.get(each.id)
        if each.subject_id in subjects:
            yield {
                "media_id": str(media.media_id if media else each.id), "item": subjects[each.subject_id],
                "sha256": media.sha256 if media else each.original_sha256, "name": each.name, "caption": each.caption,
                "by": each.added_by_name, "by_id": str(each.added_by_id), "at": each.added_at.isoformat(),
                "size": each.size, "thumb": f"/evidence/{each.id}/thumb" if each.is_photo else "",
                "withdrawn": each.withdrawn_at is not None}
