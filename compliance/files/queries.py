"""Reading evidence: what supports a record, one piece by its id, and where the same file was used before."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from compliance import db
from compliance.access import Actor, Permission, may, visible_to
from compliance.errors import NotFound
from compliance.files.models import Evidence


class Known(Protocol):
    """A record by what evidence remembers of it."""

    id: Any
    __tablename__: Any


def evidence_of(actor: Actor, *subjects: Known) -> dict[UUID, list[Evidence]]:
    """The evidence of some records that the actor may see, oldest first, in one statement; withdrawn pieces are out."""
    found: dict[UUID, list[Evidence]] = {subject.id: [] for subject in subjects}
    if not subjects:
        return found
    pairs = [(subject.__tablename__, subject.id) for subject in subjects]
    statement = visible_to(actor, select(Evidence), Evidence).where(
        tuple_(Evidence.subject_type, Evidence.subject_id).in_(pairs), Evidence.withdrawn_at.is_(None))
    for evidence in db.session.scalars(
            statement.options(joinedload(Evidence.site)).order_by(Evidence.added_at, Evidence.id)):
        found[evidence.subject_id].append(evidence)
    return found


def get_evidence(actor: Actor, evidence_id: UUID) -> Evidence:
    """One piece in sight; a withdrawn one only for those who see working papers."""
    evidence: Evidence | None = db.session.scalar(
        visible_to(actor, select(Evidence), Evidence).where(Evidence.id == evidence_id)
        .options(joinedload(Evidence.site)))
    if evidence is None or (evidence.withdrawn_at and not may(actor, Permission.VIEW_WORKING_PAPERS, evidence)):
        raise NotFound
    return evidence


def used_before(actor: Actor, evidence: Iterable[Evidence]) -> set[UUID]:
    """Which of these pieces are a file that an earlier record already had: an old photo shown again."""
    earlier = aliased(Evidence)
    ids = [piece.id for piece in evidence]
    statement = select(Evidence.id).join(earlier, earlier.original_sha256 == Evidence.original_sha256).where(
        Evidence.id.in_(ids), earlier.added_at < Evidence.added_at,
        or_(earlier.subject_id != Evidence.subject_id, earlier.subject_type != Evidence.subject_type))
    return set(db.session.scalars(visible_to(actor, statement, Evidence)))
