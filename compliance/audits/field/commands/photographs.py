"""Photographs and signatures as operations: a set that only grows and is taken from, with no order to argue about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.audits.field.commands.judging import Bench
from compliance.audits.field.kinds import NotTaken, Work
from compliance.audits.field.merging import Verdict
from compliance.audits.field.models import FieldMedia, FieldOperation, MediaState
from compliance.audits.field.reading import NO_TEXT, SHA, Sent, as_instant, as_uuid
from compliance.audits.field.standing import Standing
from compliance.errors import PlumblineError
from compliance.files.intake import LONGEST_NAME, MOST_BYTES, clean_name
from compliance.files.models import Evidence

LONGEST_CAPTION = 2000
TAKEN_BACK = "Taken back on the tablet."
AGAIN = "Another photograph was announced under the same id before."


@dataclass(frozen=True, slots=True)
class Announced:
    """A photograph as its operation tells of it."""

    media_id: UUID
    sha256: str
    name: str
    caption: str
    size: int
    taken_at: datetime | None


def judge_photo(bench: Bench, sent: Sent) -> FieldOperation:
    """The verdict on what adds a photograph or signature, takes one back, or says anew what one shows."""
    judge = {"photo.remove": _remove, "photo.caption": _caption}.get(sent.kind, _add)
    try:
        verdict = judge(bench, sent, bench.standings[sent.work])
    except NotTaken as refused:
        return bench.reject(sent, refused.code, str(refused))
    except PlumblineError as refused:
        return bench.reject(sent, "invalid", str(refused))
    return bench.keep(sent, verdict, value=sent.value)


def announce(bench: Bench, sent: Sent, *, work: Work | None) -> None:
    """Let the bytes of a photograph come although its work does not take it now: somebody may adopt it."""
    try:
        told = announced(sent.value)
    except NotTaken:
        return
    standing = bench.standings.get(sent.work)
    if work is not None and standing is not None and told.media_id not in standing.media:
        standing.media[told.media_id] = _row(bench, sent, standing, told)


def announced(value: Any) -> Announced:
    """Raises NotTaken with what is wrong."""
    told = value if isinstance(value, dict) else {}
    media_id, sha, size = as_uuid(told.get("media_id")), told.get("sha256"), told.get("size", 0)
    if media_id is None or not isinstance(sha, str) or not SHA.fullmatch(sha):
        raise NotTaken("invalid", "A photograph has a `media_id` and the `sha256` of its bytes.")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= MOST_BYTES:
        raise NotTaken("size", f"A photograph has at most {MOST_BYTES // 1024**2} MB.")
    name = _short(told, "name", LONGEST_NAME * 2) or "photo.jpg"
    return Announced(media_id, sha, clean_name(name), _short(told, "caption", LONGEST_CAPTION), size,
                     as_instant(told.get("taken_at")))


def _short(told: Mapping[str, Any], name: str, longest: int) -> str:
    value = told.get(name) or ""
    if not isinstance(value, str) or len(value) > longest or NO_TEXT.search(value):
        raise NotTaken("invalid", f"`{name}` is a text of at most {longest} characters.")
    return value.strip()


def _add(bench: Bench, sent: Sent, standing: Standing) -> Verdict:
    told = announced(sent.value)
    if sent.kind == "photo.add" and sent.item not in standing.work.subjects.values():
        raise NotTaken("unknown_item", f"{sent.work} has no item {sent.item or 'without a name'} for photographs.")
    present = standing.media.get(told.media_id)
    if present is None:
        standing.media[told.media_id] = _row(bench, sent, standing, told)
        return Verdict.APPLIED
    if present.sha256 != told.sha256 or present.item != sent.item:
        raise NotTaken("reused", AGAIN)
    return Verdict.MERGED


def _row(bench: Bench, sent: Sent, standing: Standing, told: Announced) -> FieldMedia:
    """A signature carries the name of who signed; that is what its evidence is called."""
    signed = sent.kind == "signature"
    said = sent.value if isinstance(sent.value, dict) else {}
    who = ", ".join(str(said[name]) for name in ("name", "role") if isinstance(said.get(name), str) and said[name])
    return FieldMedia(
        media_id=told.media_id, sha256=told.sha256, op_id=sent.op_id, person_id=bench.actor.id, work=sent.work,
        site_id=standing.work.site_id, vendor_id=standing.work.vendor_id, item=sent.item,
        kind="signature" if signed else "photo", state=MediaState.ANNOUNCED, refusal="", refusal_code="",
        name="signature.png" if signed else told.name, caption=f"Signature of {who}" if signed else told.caption,
        size=told.size, media_type="", taken_at=told.taken_at, announced_at=bench.now)


def _remove(bench: Bench, sent: Sent, standing: Standing) -> Verdict:
    """Taking back what is not there is done already."""
    media, evidence = _named(sent, standing)
    said = sent.value if isinstance(sent.value, dict) else {}
    if media is not None:
        if media.state is MediaState.REMOVED:
            return Verdict.MERGED
        media.state = MediaState.REMOVED
    shared = media is not None and any(
        each.evidence_id == media.evidence_id and each.state is MediaState.STORED for each in standing.media.values())
    if evidence is not None and evidence.withdrawn_at is None and not shared:
        standing.work.withdraw(bench.actor, _item(standing, evidence), evidence,
                               reason=_short(said, "reason", LONGEST_CAPTION) or TAKEN_BACK)
    return Verdict.APPLIED if media is not None or evidence is not None else Verdict.MERGED


def _caption(bench: Bench, sent: Sent, standing: Standing) -> Verdict:
    """The last to arrive holds: a caption is no answer, and every wording stays among the operations."""
    media, evidence = _named(sent, standing)
    caption = _short(sent.value if isinstance(sent.value, dict) else {}, "caption", LONGEST_CAPTION)
    if media is None and evidence is None:
        raise NotTaken("unknown_photo", "There is no such photograph to describe.")
    if media is not None:
        media.caption = caption
    if evidence is not None and evidence.withdrawn_at is None:
        standing.work.caption(bench.actor, _item(standing, evidence), evidence, caption)
    return Verdict.APPLIED


def _named(sent: Sent, standing: Standing) -> tuple[FieldMedia | None, Evidence | None]:
    """A photograph of this work under the id of its tablet, or of its evidence where it came by the page."""
    media_id = as_uuid(sent.value.get("media_id")) if isinstance(sent.value, dict) else None
    if media_id is None:
        raise NotTaken("invalid", "Say which photograph by its `media_id`.")
    media = standing.media.get(media_id)
    evidence_id = media.evidence_id if media else media_id
    asked = select(Evidence).where(Evidence.id == evidence_id).options(joinedload(Evidence.site))
    evidence = db.session.scalar(asked) if evidence_id else None
    if evidence is not None and evidence.subject_id not in standing.work.subjects:
        evidence = None
    return media, evidence


def _item(standing: Standing, evidence: Evidence) -> str:
    return standing.work.subjects[evidence.subject_id]
