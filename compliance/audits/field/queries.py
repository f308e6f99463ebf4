"""Reading what tablets sent: held work for those who decide on it, and where auditors disagree."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import Actor, visible_to
from compliance.audits.field import kinds
from compliance.audits.field.models import FieldMedia, FieldOperation, MediaState
from compliance.audits.field.standing import standings
from compliance.errors import NotFound

MOST_HELD = 500


def held_operations(actor: Actor, reference: str = "") -> Sequence[FieldOperation]:
    """Held operations nobody has decided on yet, of works in sight, by work in the order they came."""
    statement = visible_to(actor, select(FieldOperation), FieldOperation).where(FieldOperation.waiting.is_(True))
    if reference:
        statement = statement.where(FieldOperation.work == reference)
    return db.session.scalars(statement.options(
        joinedload(FieldOperation.person), joinedload(FieldOperation.site), joinedload(FieldOperation.vendor))
        .order_by(FieldOperation.work, FieldOperation.rev).limit(MOST_HELD)).all()


def held_counts(actor: Actor) -> dict[str, int]:
    """How many held operations wait, by work in sight."""
    statement = visible_to(actor, select(FieldOperation.work, func.count()), FieldOperation)
    return dict(db.session.execute(statement.where(FieldOperation.waiting.is_(True)).group_by(
        FieldOperation.work).order_by(FieldOperation.work)).tuples())


def held_media(actor: Actor, reference: str) -> Sequence[FieldMedia]:
    """Photographs of a work that wait with held operations, here already or only announced."""
    return db.session.scalars(visible_to(actor, select(FieldMedia), FieldMedia).where(
        FieldMedia.work == reference, FieldMedia.state.in_((MediaState.HELD, MediaState.ANNOUNCED, MediaState.REFUSED)))
        .order_by(FieldMedia.announced_at, FieldMedia.media_id)).all()


def conflicts_of(actor: Actor, reference: str) -> list[dict[str, Any]]:
    """Where auditors of a work disagree, as a tablet is told it. Raises NotFound for who may not read it."""
    work = kinds.load(actor, [reference]).get(reference)
    if work is None or not work.may_read(actor):
        raise NotFound
    return standings({reference: work})[reference].conflicts()
