"""The tablets somebody works with: which they are, and what each still holds."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import Actor, Permission, require_oneself_or
from compliance.accounts.models import LoginSession, Person
from compliance.audits.field.models import FieldDevice
from compliance.errors import NotFound


def tablets_of(actor: Actor, person: Person) -> list[tuple[FieldDevice, str]]:
    """The tablets of a person, the one that was here last first, each with what its browser calls itself.

    For themself and for who manages people. What a tablet holds is told as a number: an administrator keeps tablets,
    and reads nobody's work.
    """
    require_oneself_or(actor, Permission.MANAGE_PEOPLE, person)
    rows = db.session.execute(
        select(FieldDevice, LoginSession.device).outerjoin(LoginSession, LoginSession.id == FieldDevice.session_id)
        .where(FieldDevice.person_id == person.id).options(
            joinedload(FieldDevice.revoked_by), joinedload(FieldDevice.person))
        .order_by(FieldDevice.last_sync_at.desc(), FieldDevice.id))
    return [(row[0], row[0].name or row[1] or "") for row in rows]


def device_of(actor: Actor, device: UUID) -> FieldDevice | None:
    """A tablet as the actor uses it; None before its first sync."""
    return db.session.scalar(
        select(FieldDevice).where(FieldDevice.device == device, FieldDevice.person_id == actor.id))


def get_tablet(actor: Actor, person: Person, device: UUID) -> FieldDevice:
    """A tablet of a person. Raises NotFound for one of somebody else."""
    found = next((each for each, _ in tablets_of(actor, person) if each.device == device), None)
    if found is None:
        raise NotFound
    return found
