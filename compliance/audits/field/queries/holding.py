"""What was kept aside and what auditors disagree on, as whoever leads the work reads and settles it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import Actor
from compliance.audits.field import kinds
from compliance.audits.field.kinds import Work
from compliance.audits.field.models import FieldMedia, FieldOperation, MediaState
from compliance.audits.field.reading import as_uuid
from compliance.audits.field.standing import given_at, standings
from compliance.errors import NotFound

FIELDS = {
    "conformity": "Answer", "note": "Note", "reason": "Reason", "sample_size": "Checked", "sample_failed": "Failed",
    "finding_title": "Finding", "finding_risk": "Risk", "proposed_severity": "Severity",
    "proposed_action": "Proposed action", "read_in": "Read in", "written_in": "Written in",
    "meeting_on": "Closing meeting", "acknowledged_by": "Acknowledged by", "refusal_note": "Refusal",
    "not_assessed_reason": "Not assessed", "conclusion": "Conclusion",
}
KINDS = {"photo.add": "Photo", "photo.remove": "Photo taken back", "photo.caption": "Caption",
         "signature": "Signature", "signoff": "Sign-off"}
CLOCK_IS_OFF_MS = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Held:
    """One operation that was kept aside. `at` is when it was made by our clock; `skew_ms` how wrong the tablet's was.

    `photo` names bytes that are here to be looked at; `waits` says that its bytes have not come.
    """

    op_id: UUID
    item: str
    what: str
    field: str
    value: Any
    author: str
    sender: str
    device: UUID
    at: datetime
    received_at: datetime
    skew_ms: int
    why: str
    photo: UUID | None
    waits: bool

    @property
    def clock_is_off(self) -> bool:
        return abs(self.skew_ms) >= CLOCK_IS_OFF_MS


@dataclass(frozen=True, slots=True)
class Side:
    """One answer in a disagreement; the one that `stands` needs no id to be kept."""

    op_id: str
    value: Any
    by: str
    at: datetime | None
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A place of a work with every answer somebody gave to it and nobody chose between."""

    item: str
    field: str
    what: str
    sides: Sequence[Side]


@dataclass(frozen=True, slots=True)
class Late:
    """What waits for whoever leads a work, in numbers."""

    held: int = 0
    authors: tuple[str, ...] = ()


def get_work(actor: Actor, reference: str) -> Work:
    """A piece of field work whose answers the actor may read. Raises NotFound for any other."""
    work = kinds.load(actor, [reference]).get(reference)
    if work is None or not work.may_read(actor):
        raise NotFound
    return work


def held_in(work: Work) -> list[Held]:
    """What was kept aside of a work and not settled, in the order it came, in two statements."""
    rows = db.session.scalars(
        select(FieldOperation).where(FieldOperation.work == work.reference, FieldOperation.waiting.is_(True))
        .options(joinedload(FieldOperation.person)).order_by(FieldOperation.rev)).all()
    named = {media_id for row in rows if (media_id := _media_id(row)) is not None}
    return [_held(row, media) for row, media in zip(rows, _media(rows, named), strict=True)]


def _media(rows: Sequence[FieldOperation], named: Collection[UUID]) -> list[FieldMedia | None]:
    found: Mapping[UUID, FieldMedia] = {media.media_id: media for media in db.session.scalars(
        select(FieldMedia).where(FieldMedia.media_id.in_(named)))} if named else {}
    return [found.get(_media_id(row) or row.op_id) for row in rows]


def _media_id(row: FieldOperation) -> UUID | None:
    return as_uuid(row.value.get("media_id")) if isinstance(row.value, dict) else None


def _held(row: FieldOperation, media: FieldMedia | None) -> Held:
    announces = row.kind in ("photo.add", "signature")
    there = media is not None and media.kept_sha256 is not None
    return Held(
        op_id=row.op_id, item=row.item, what=KINDS.get(row.kind) or FIELDS.get(row.field, row.field), field=row.field,
        value=_shown(row), author=row.author, sender=row.person.name, device=row.device, at=given_at(row),
        received_at=row.received_at, skew_ms=row.skew_ms, why=row.message,
        photo=media.media_id if media is not None and there and announces else None,
        waits=announces and (media is None or media.state is MediaState.ANNOUNCED))


def _shown(row: FieldOperation) -> Any:
    if not isinstance(row.value, dict):
        return row.value
    return row.value.get("caption") or row.value.get("name") or ""


def late_of(references: Collection[str]) -> dict[str, Late]:
    """How much was kept aside of each of these works, in one statement; works with nothing are left out."""
    if not references:
        return {}
    rows = db.session.execute(
        select(FieldOperation.work, FieldOperation.author, func.count())
        .where(FieldOperation.work.in_(references), FieldOperation.waiting.is_(True))
        .group_by(FieldOperation.work, FieldOperation.author).order_by(FieldOperation.author))
    found: dict[str, Late] = {}
    for work, author, number in rows:
        before = found.get(work, Late())
        found[work] = Late(before.held + number, (*before.authors, author))
    return found


def conflicts_in(work: Work) -> list[Disagreement]:
    """Where auditors disagree in a work, place by place."""
    found = standings({work.reference: work})[work.reference].conflicts()
    return [Disagreement(each["item"], each["field"], FIELDS.get(each["field"], each["field"]), (
        _side(each["head"], stands=True), *(_side(other) for other in each["others"]))) for each in found]


def _side(told: Mapping[str, Any], *, stands: bool = False) -> Side:
    at = datetime.fromisoformat(told["at"]) if told["at"] else None
    return Side("" if stands else told["op_id"], told["value"], told["by"], at, stands)


def held_photo(work: Work, media_id: UUID) -> FieldMedia:
    """A photograph that waits with a work. Raises NotFound for one whose bytes are not here."""
    media = db.session.scalar(select(FieldMedia).where(
        FieldMedia.media_id == media_id, FieldMedia.work == work.reference, FieldMedia.kept_sha256.is_not(None)))
    if media is None:
        raise NotFound
    return media
