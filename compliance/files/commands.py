"""Evidence is attached to a record and, when it was wrong, withdrawn with a reason; the bytes stay."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Located, Permission, require
from compliance.errors import InvalidInput, RuleViolation
from compliance.files.intake import Upload
from compliance.files.models import Evidence
from compliance.journal import Event, record


class Supported(Located, Protocol):
    """A record evidence can support: placed on a site and a vendor, its site loaded."""

    id: Any
    __tablename__: Any
    site_id: Any
    vendor_id: Any
    site: Any


def attach(actor: Actor, permission: Permission, subject: Supported, upload: Upload, *, caption: str = "",
           working: bool = False) -> Evidence:
    """Let an accepted file support a record; the same file twice is one piece of evidence, as after a lost answer."""
    require(actor, permission, subject)
    present = _present(subject, upload)
    if present is not None:
        return present
    evidence = Evidence(
        subject_type=subject.__tablename__, subject_id=subject.id, site_id=subject.site_id, site=subject.site,
        vendor_id=subject.vendor_id, sha256=upload.sha256, original_sha256=upload.original_sha256,
        name=upload.name, media_type=upload.media_type,
        size=len(upload.data), width=upload.width, height=upload.height,
        taken_at=_instant(upload.taken_at, subject.site.zone), added_at=clock.now(), added_by_id=actor.id,
        added_by_name=actor.name, caption=caption.strip(), working=working)
    db.session.add(evidence)
    db.session.flush()
    record(actor, Event.EVIDENCE_ADDED, subject, evidence=evidence.id, name=upload.name, sha256=evidence.sha256)
    return evidence


def _present(subject: Supported, upload: Upload) -> Evidence | None:
    present: Evidence | None = db.session.scalar(select(Evidence).where(
        Evidence.subject_type == subject.__tablename__, Evidence.subject_id == subject.id,
        Evidence.original_sha256 == upload.original_sha256, Evidence.withdrawn_at.is_(None)))
    return present


def _instant(taken: datetime | None, zone: str | None) -> datetime | None:
    """A camera that wrote no offset showed the clock of the place it was at."""
    if taken is None:
        return None
    return (taken if taken.tzinfo else taken.replace(tzinfo=ZoneInfo(zone or "UTC"))).astimezone(UTC)


@dataclass
class _Subject:
    """The record of a piece of evidence, as far as the journal asks."""

    id: UUID
    __tablename__: str
    name: str


def caption(actor: Actor, permission: Permission, evidence: Evidence, *, caption: str) -> None:
    """Say anew what evidence shows; its bytes stay."""
    require(actor, permission, evidence)
    evidence.caption = caption.strip()
    subject = _Subject(evidence.subject_id, evidence.subject_type, evidence.name)
    record(actor, Event.EVIDENCE_CAPTIONED, subject, evidence=evidence.id, caption=evidence.caption)


def withdraw(actor: Actor, permission: Permission, evidence: Evidence, *, reason: str) -> None:
    """Take evidence back. It is no longer shown, counts for nothing, and its bytes and its reason stay."""
    require(actor, permission, evidence)
    if evidence.withdrawn_at is not None:
        raise RuleViolation(f"{evidence.name} was withdrawn before.")
    if not reason.strip():
        raise InvalidInput("Say why it is withdrawn.", {"reason": ["Say why it is withdrawn."]})
    evidence.withdrawn_at = clock.now()
    evidence.withdrawn_reason = reason.strip()
    subject = _Subject(evidence.subject_id, evidence.subject_type, evidence.name)
    record(actor, Event.EVIDENCE_WITHDRAWN, subject, evidence=evidence.id, name=evidence.name, reason=reason.strip())
