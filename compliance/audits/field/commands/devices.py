"""Keeping tablets: taking one out of use, letting it in again, and emptying it."""

from uuid import UUID

from sqlalchemy import update

from compliance import clock, db
from compliance.access import Actor, Permission, require_oneself_or
from compliance.accounts.models import LoginSession, Person
from compliance.audits.field.models import FieldDevice
from compliance.audits.field.queries.devices import device_of
from compliance.errors import NotFound, RuleViolation
from compliance.journal import Event, record
from compliance.wording import counted


def revoke(actor: Actor, tablet: FieldDevice) -> None:
    """Take a tablet out of use: its session ends at once, and nothing more is taken from it under this name.

    What it holds stays on it and can still be brought in as a backup file.
    """
    require_oneself_or(actor, Permission.MANAGE_PEOPLE, tablet.person)
    if tablet.revoked_at is not None:
        raise RuleViolation("This tablet is out of use already.")
    tablet.revoked_at, tablet.revoked_by_id = clock.now(), actor.id
    if tablet.session_id is not None:
        db.session.execute(update(LoginSession).where(
            LoginSession.id == tablet.session_id, LoginSession.ended_at.is_(None)).values(ended_at=clock.now()))
    record(actor, Event.FIELD_DEVICE_REVOKED, tablet.person, tablet=str(tablet.device), held=_held(tablet))


def allow(actor: Actor, tablet: FieldDevice) -> None:
    """Let a tablet that was found again send its work; a wipe that was asked for is taken back with it."""
    require_oneself_or(actor, Permission.MANAGE_PEOPLE, tablet.person)
    if tablet.revoked_at is None and not _waits_for_wipe(tablet):
        raise RuleViolation("This tablet is in use already.")
    tablet.revoked_at = tablet.revoked_by_id = tablet.wipe_asked_at = tablet.wiped_at = None
    record(actor, Event.FIELD_DEVICE_ALLOWED, tablet.person, tablet=str(tablet.device))


def ask_wipe(actor: Actor, tablet: FieldDevice) -> None:
    """Ask a tablet to remove what it holds when it is next in touch; unsent work only once it was sent or saved."""
    require_oneself_or(actor, Permission.MANAGE_PEOPLE, tablet.person)
    if _waits_for_wipe(tablet):
        raise RuleViolation("This tablet removes what it holds at its next contact already.")
    tablet.wipe_asked_at, tablet.wiped_at = clock.now(), None
    record(actor, Event.FIELD_DEVICE_WIPE_ASKED, tablet.person, tablet=str(tablet.device), held=_held(tablet))


def note_wiped(actor: Actor, device: UUID) -> None:
    """The tablet says that nothing of its person is left on it. Said twice, it is no error."""
    tablet = device_of(actor, device)
    if tablet is None:
        raise NotFound
    if tablet.wiped_at is None:
        tablet.wiped_at, tablet.unsent_ops, tablet.unsent_media = clock.now(), 0, 0
        record(actor, Event.FIELD_DEVICE_WIPED, db.session.get_one(Person, actor.id), tablet=str(device))


def _waits_for_wipe(tablet: FieldDevice) -> bool:
    return tablet.wipe_asked_at is not None and tablet.wiped_at is None


def _held(tablet: FieldDevice) -> str | None:
    """What it said it still holds, for the journal; None for nothing."""
    if not tablet.unsent_ops + tablet.unsent_media:
        return None
    return f"{counted(tablet.unsent_ops, 'answer')}, {counted(tablet.unsent_media, 'photo')}"
