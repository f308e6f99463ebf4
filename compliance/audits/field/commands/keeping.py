"""The bytes of a photograph or signature: kept by their digest, and made evidence of what they were announced for."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, require_somewhere
from compliance.audits.field import kinds
from compliance.audits.field.kinds import NotTaken, Work
from compliance.audits.field.models import FieldEpoch, FieldMedia, MediaState
from compliance.errors import InvalidInput
from compliance.files import intake, store
from compliance.files.intake import MOST_BYTES, Upload
from compliance.files.models import Evidence
from compliance.files.photos import TooManyPixels

# What the first bytes say: a name keeps the ending the photograph had before the tablet made it smaller.
STARTS = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG", ".png"), (b"RIFF", ".webp"))
NOT_ANNOUNCED = "The operation that announces this photograph has not arrived. It is sent first."
ARRIVED_WRONG = "The photograph was changed on its way. It is sent again."
KEPT = frozenset({MediaState.STORED, MediaState.HELD, MediaState.REMOVED})


@dataclass(frozen=True, slots=True)
class Kept:
    """`new` is False where the bytes were here before."""

    media_id: UUID
    state: MediaState
    new: bool


def keep_media(actor: Actor, media_id: UUID, sha256: str, upload: Upload) -> Kept:
    """Let accepted bytes be the photograph that was announced; while its work takes nothing they wait with the rest."""
    require_somewhere(actor, Permission.CONDUCT_AUDIT, Permission.RECORD_EXERCISE, Permission.VIEW_AUDIT)
    db.session.scalars(select(FieldEpoch.rev).with_for_update()).one()
    media = find_media(actor, media_id, sha256)
    if media.state in KEPT:
        return Kept(media_id, media.state, new=False)
    work = kinds.load(actor, [media.work], lock=True)[media.work]
    media.kept_sha256, media.kept_size, media.media_type = upload.sha256, len(upload.data), upload.media_type
    media.width, media.height, media.stored_at = upload.width, upload.height, clock.now()
    media.refusal = media.refusal_code = ""
    if work.why_held(actor) is not None:
        media.state = MediaState.HELD
        return Kept(media_id, media.state, new=True)
    make_evidence(actor, work, media, upload)
    return Kept(media_id, media.state, new=True)


def make_evidence(actor: Actor, work: Work, media: FieldMedia, upload: Upload) -> Evidence:
    """Attach what arrived to what it was announced for."""
    evidence = work.attach(actor, media.item, upload, caption=media.caption, kind=media.kind)
    media.state, media.evidence_id = MediaState.STORED, evidence.id
    return evidence


def find_media(actor: Actor, media_id: UUID, sha256: str) -> FieldMedia:
    """What was announced under this id with this digest by the actor, or in a work they carry out.

    Raises NotTaken "not_announced" for anything else.
    """
    media = db.session.scalar(select(FieldMedia).where(
        FieldMedia.media_id == media_id, FieldMedia.sha256 == sha256).execution_options(populate_existing=True))
    if media is not None and media.person_id != actor.id:
        work = kinds.load(actor, [media.work]).get(media.work)
        media = media if work is not None and work.why_held(actor) is None else None
    if media is None:
        raise NotTaken("not_announced", NOT_ANNOUNCED)
    return media


def accepted(media: FieldMedia, body: bytes) -> Upload:
    """The bytes looked at, made anew and in the store. Raises NotTaken with the code hash, size, pixels or kind.

    Call it outside a transaction: it decodes a picture and writes to the disk.
    """
    if hashlib.sha256(body).hexdigest() != media.sha256:
        raise NotTaken("hash", ARRIVED_WRONG)
    if len(body) > MOST_BYTES:
        raise NotTaken("size", f"A photograph has at most {MOST_BYTES // 1024**2} MB.")
    ending = next((ending for start, ending in STARTS if body.startswith(start)), PurePath(media.name).suffix)
    try:
        upload = intake.accept(body, f"{PurePath(media.name).stem}{ending}")
    except TooManyPixels as refused:
        raise NotTaken("pixels", str(refused)) from refused
    except InvalidInput as refused:
        raise NotTaken("kind", str(refused)) from refused
    if upload.media_type != "image/jpeg":
        raise NotTaken("kind", f"{media.name} is no photograph. Add it on the page of the clause instead.")
    return upload


def note_refusal(media_id: UUID, refused: NotTaken) -> None:
    """Remember why bytes were refused; those that came broken are waited for again."""
    media = db.session.get(FieldMedia, media_id)
    if media is not None and media.state in (MediaState.ANNOUNCED, MediaState.REFUSED):
        media.refusal, media.refusal_code = str(refused), refused.code
        media.state = MediaState.ANNOUNCED if refused.code == "hash" else MediaState.REFUSED


def missing_media(actor: Actor, reference: str, asked: Mapping[UUID, str]) -> list[UUID]:
    """Those photographs whose bytes the server does not hold: never sent, refused, or lost with a disk."""
    work = kinds.load(actor, [reference]).get(reference)
    mine = FieldMedia.work == reference
    if work is None or not work.may_read(actor):
        mine &= FieldMedia.person_id == actor.id
    found = {media.media_id: media for media in db.session.scalars(select(FieldMedia).where(mine))}
    return [media_id for media_id, sha in asked.items() if not holds(found.get(media_id), sha)]


def holds(media: FieldMedia | None, sha256: str) -> bool:
    """Whether the bytes are here, in the table and on the disk."""
    if media is None or media.sha256 != sha256:
        return False
    if media.state is MediaState.REMOVED:
        return True
    return media.state in KEPT and media.kept_sha256 is not None and store.has(media.kept_sha256)
