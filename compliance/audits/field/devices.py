"""The tablets somebody works with: which they are, what they still hold, and taking one out of use."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.accounts.models import LoginSession, Person
from compliance.audits.field.models import FieldDevice
from compliance.errors import NotFound, RuleViolation
from compliance.journal import Event, record
from compliance.wording import counted


def tablets_of(actor: Actor, person: Person) -> list[tuple[FieldDevice, str]]:
    """The tablets of a person, the one that was here last first, each with what its browser calls itself.

    For themself and for who manages people. What a tablet holds is told as a number: an administrator keeps tablets,
    and reads nobody's work.
    """
    _their_keeper(actor, person)
    rows = db.session.execute(
        select(FieldDevice, LoginSession.device).outerjoin(LoginSession, LoginSession.id == FieldDevice.session_id)
        .where(FieldDevice.person_id == person.id).options(joinedload(FieldDevice.revoked_by))
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


def revoke(actor: Actor, tablet: FieldDevice, person: Person) -> None:
    """Take a tablet out of use: its session ends at once, and nothing more is taken from it under this name.

    What it holds stays on it and can still be brought in as a backup file.
    """
    _their_keeper(actor, person)
    if tablet.revoked_at is not None:
        raise RuleViolation("This tablet is out of use already.")
    tablet.revoked_at, tablet.revoked_by_id = clock.now(), actor.id
    if tablet.session_id is not None:
        db.session.execute(update(LoginSession).where(
            LoginSession.id == tablet.session_id, LoginSession.ended_at.is_(None)).values(ended_at=clock.now()))
    record(actor, Event.FIELD_DEVICE_REVOKED, person, tablet=str(tablet.device), held=_held(tablet))


def allow(actor: Actor, tablet: FieldDevice, person: Person) -> None:
    """Let a tablet that was found again send its work; a wipe that was asked for is taken back with it."""
    _their_keeper(actor, person)
    if tablet.revoked_at is None and not _waits_for_wipe(tablet):
        raise RuleViolation("This tablet is in use already.")
    tablet.revoked_at = tablet.revoked_by_id = tablet.wipe_asked_at = tablet.wiped_at = None
    record(actor, Event.FIELD_DEVICE_ALLOWED, person, tablet=str(tablet.device))


def ask_wipe(actor: Actor, tablet: FieldDevice, person: Person) -> None:
    """Ask a tablet to remove what it holds when it is next in touch; unsent work only once it was sent or saved."""
    _their_keeper(actor, person)
    if _waits_for_wipe(tablet):
        raise RuleViolation("This tablet removes what it holds at its next contact already.")
    tablet.wipe_asked_at, tablet.wiped_at = clock.now(), None
    record(actor, Event.FIELD_DEVICE_WIPE_ASKED, person, tablet=str(tablet.device), held=_held(tablet))


def note_wiped(actor: Actor, device: UUID) -> None:
    """The tablet says that nothing of its person is left on it. Said twice, it is no error."""
    tablet = device_of(actor, device)
    if tablet is None:
        raise NotFound
    if tablet.wiped_at is None:
        tablet.wiped_at, tablet.unsent_ops, tablet.unsent_media = clock.now(), 0, 0
        record(actor, Event.FIELD_DEVICE_WIPED, db.session.get_one(Person, actor.id), tablet=str(device))


def _their_keeper(actor: Actor, person: Person) -> None:
    if actor.id != person.id:
        require(actor, Permission.MANAGE_PEOPLE, person)


def _waits_for_wipe(tablet: FieldDevice) -> bool:
    return tablet.wipe_asked_at is not None and tablet.wiped_at is None


def _held(tablet: FieldDevice) -> str | None:
    """What it said it still holds, for the journal; None for nothing."""
    if not tablet.unsent_ops + tablet.unsent_media:
        return None
    return f"{counted(tablet.unsent_ops, 'answer')}, {counted(tablet.unsent_media, 'photo')}"
