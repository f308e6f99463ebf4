"""Sessions: opened by a one-time link or a password, kept in a table, ended at will."""

from datetime import date
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from compliance import clock, db, journal
from compliance.access import Actor, Grant
from compliance.accounts import limits
from compliance.accounts.models import LoginSession, OneTimeLink, Person, RoleGrant
from compliance.accounts.tokens import (
    LINK_LIFE,
    SEEN_EVERY,
    SESSION_IDLE,
    SESSION_LONGEST,
    TABLET_LONGEST,
    digest,
    new_token,
)
from compliance.errors import RuleViolation
from compliance.journal import Event

hasher = PasswordHasher()
# Checked when the account is unknown, so that the time an answer takes does not tell who has an account.
NOBODY = hasher.hash(new_token())
REFUSED = "The e-mail address and password do not match an active account."


def actor_for(person: Person, session_id: UUID | None = None) -> Actor:
    """The person with the grants in force today."""
    today = clock.today()
    rows = db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.from_on <= today, _not_ended(today))
        .options(joinedload(RoleGrant.node), joinedload(RoleGrant.vendor)).order_by(RoleGrant.from_on, RoleGrant.id))
    return Actor(person.id, person.name, tuple(_grant(row) for row in rows), person.vendor_id, session_id)


def _not_ended(today: date):  # type: ignore[no-untyped-def]  # SQLAlchemy's or_ over mixed operands
    return or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > today)


def _grant(row: RoleGrant) -> Grant:
    where = row.vendor.name if row.vendor is not None else row.node.name
    return Grant(row.role, row.node.path, row.vendor_id, where)


def session_of(token: str) -> LoginSession | None:
    """The live session of a token, with its person; None when it ended, lapsed, or the person was deactivated."""
    found = db.session.scalar(
        select(LoginSession).where(LoginSession.token_hash == digest(token)).options(joinedload(LoginSession.person)))
    now = clock.now()
    if found is None or found.ended_at is not None or not found.person.active:
        return None
    idle = TABLET_LONGEST if found.tablet else SESSION_IDLE
    return found if now < found.expires_at and now < found.seen_at + idle else None


def needs_touch(login: LoginSession) -> bool:
    return clock.now() - login.seen_at > SEEN_EVERY


def touch(session_id: UUID) -> None:
    db.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=clock.now()))


def keep_for_tablet(session_id: UUID) -> None:
    """Let the session of a tablet last: thirty days from when it was opened, used or not."""
    login = db.session.get(LoginSession, session_id)
    if login is not None and not login.tablet:
        login.tablet, login.expires_at = True, login.opened_at + TABLET_LONGEST


def issue_link(actor: Actor, person: Person) -> str:
    """A token that signs the person in once; earlier unused ones stop working."""
    now = clock.now()
    void_links(person.id)
    token = new_token()
    db.session.add(OneTimeLink(token_hash=digest(token), person_id=person.id, issued_at=now,
                               expires_at=now + LINK_LIFE))
    journal.record(actor, Event.LINK_ISSUED, person)
    return token


def void_links(person_id: UUID) -> None:
    """Let no link given before sign the person in."""
    db.session.execute(update(OneTimeLink).where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None))
                       .values(used_at=clock.now()))


def link_of(token: str) -> OneTimeLink | None:
    """The unused link of a token, with its person."""
    found = db.session.scalar(
        select(OneTimeLink).where(OneTimeLink.token_hash == digest(token)).options(joinedload(OneTimeLink.person)))
    if found is None or found.used_at is not None or clock.now() >= found.expires_at or not found.person.active:
        return None
    return found


def enter_by_link(token: str, device: str) -> str:
    """Use a one-time link up and open a session; returns its token. Raises RuleViolation when the link is spent."""
    link = link_of(token)
    if link is None:
        raise RuleViolation("This link was used already or is too old. Ask your administrator for a new one.")
    claimed = db.session.execute(
        update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None)).values(used_at=clock.now()))
    if claimed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result is a cursor result
        raise RuleViolation("This link was used a moment ago. Ask your administrator for a new one.")
    return _open(link.person, device, by_link=True)


def begin_attempt(email: str, address: str) -> UUID:
    """Count a try before anything is checked, so that tries sent at once count too. Raises TooManyAttempts."""
    limits.check(email, address)
    return limits.note(email, address)


def person_matching(email: str, password: str) -> Person | None:
    """The active person with that password. Call it outside a transaction: hashing takes long and must hold no lock."""
    person = db.session.scalar(select(Person).where(Person.email == email.strip().lower()))
    return person if is_password_of(person, password) else None


def is_password_of(person: Person | None, password: str) -> bool:
    """Takes equally long for nobody, so that the time does not tell who has an account."""
    known = person.password_hash if person is not None and person.active else None
    try:
        hasher.verify(known or NOBODY, password)
    except VerificationError:
        return False
    return known is not None


def enter_by_password(person: Person, attempt: UUID, device: str) -> str:
    """Open a session for somebody whose password was right; returns its token."""
    limits.succeeded(attempt)
    return _open(person, device)


def _open(person: Person, device: str, *, by_link: bool = False) -> str:
    now = clock.now()
    token = new_token()
    login = LoginSession(token_hash=digest(token), person_id=person.id, opened_at=now, seen_at=now,
                         expires_at=now + SESSION_LONGEST, device=device[:200], by_link=by_link)
    db.session.add(login)
    journal.record(Actor(person.id, person.name, ()), Event.SESSION_OPENED, person)
    return token


def leave(actor: Actor, session_id: UUID) -> None:
    """End one session; ending it twice is no error."""
    ended = db.session.execute(
        update(LoginSession).where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now()))
    if ended.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result is a cursor result
        journal.record(actor, Event.SESSION_ENDED, None)


def end_sessions(person_id: UUID, but: UUID | None = None) -> None:
    """End every session of a person, at once: after a new password, a lost role, or a leaver."""
    statement = update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
    if but is not None:
        statement = statement.where(LoginSession.id != but)
    db.session.execute(statement.values(ended_at=clock.now()))
