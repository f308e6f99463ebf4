"""Reading people: who they are, what they hold where, how they are signed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from compliance import clock, db
from compliance.access import (
    EVERYWHERE,
    ROLE_PERMISSIONS,
    ROOT,
    SYSTEM,
    Actor,
    Permission,
    Place,
    Role,
    may,
    visible_to,
)
from compliance.access import in_force as grants_of_day
from compliance.accounts.models import LoginSession, Person, RoleGrant
from compliance.accounts.tokens import SESSION_IDLE
from compliance.errors import InvalidInput, NotFound
from compliance.journal import Event, JournalEntry
from compliance.network.models import Node, Site, Vendor
from compliance.paging import PAGE, Page, Sort, page

BY_NAME = Sort(Person.name, Person.id, lambda person: person.name)


def get_person(actor: Actor, person_id: UUID | None) -> Person:
    """Somebody in sight, with employer and grants. Raises NotFound for nobody and for those out of sight."""
    person = db.session.scalar(
        visible_to(actor, select(Person), Person).where(Person.id == person_id)
        .options(joinedload(Person.vendor), _grants()))
    if person is None:
        raise NotFound
    return person


def _grants() -> ORMOption:
    return selectinload(Person.grants).options(joinedload(RoleGrant.node), joinedload(RoleGrant.vendor))


def get_grant(actor: Actor, grant_id: UUID) -> RoleGrant:
    """A grant of somebody in sight, with person, node and vendor."""
    grant = db.session.scalar(
        visible_to(actor, select(RoleGrant).join(RoleGrant.person), Person).where(RoleGrant.id == grant_id)
        .options(joinedload(RoleGrant.person), joinedload(RoleGrant.node), joinedload(RoleGrant.vendor)))
    if grant is None:
        raise NotFound
    return grant


def get_by_email(actor: Actor, email: str) -> Person:
    """Somebody in sight by address. Raises InvalidInput that names the field of a form, `manager`."""
    person: Person | None = db.session.scalar(
        visible_to(actor, select(Person), Person).where(Person.email == email.strip().lower()))
    if person is None:
        said = f"Nobody here has the address {email}. Add them first, or leave it empty."
        raise InvalidInput(said, {"manager": [said]})
    return person


def people(actor: Actor, *, search: str = "", role: Role | None = None, vendor: str = "", active: bool | None = True,
           cursor: str = "", limit: int = PAGE) -> Page[Person]:
    """People in sight by name, with employer and grants; `vendor` is a code or "company" for our own people."""
    return page(_people(actor, search, role, vendor, active), BY_NAME, cursor, limit)


def all_people(actor: Actor, *, search: str = "", role: Role | None = None, vendor: str = "",
               active: bool | None = True) -> Sequence[Person]:
    """The same people, all of them, for a file."""
    return db.session.scalars(_people(actor, search, role, vendor, active).order_by(Person.name, Person.id)).all()


def _people(actor: Actor, search: str, role: Role | None, vendor: str, active: bool | None) -> Select[Person]:
    statement = visible_to(actor, select(Person), Person).options(joinedload(Person.vendor), _grants())
    if search:
        statement = statement.where(or_(Person.name.icontains(search, autoescape=True),
                                        Person.email.icontains(search, autoescape=True)))
    if role is not None:
        statement = statement.where(exists(select(RoleGrant.id).where(
            RoleGrant.person_id == Person.id, RoleGrant.role == role, in_force(clock.today()))))
    if vendor:
        statement = statement.where(Person.vendor_id.is_(None) if vendor == "company" else Person.vendor_id.in_(
            select(Vendor.id).where(Vendor.code == vendor.upper())))
    if active is not None:
        statement = statement.where(Person.active.is_(active))
    return statement


def grants_today(person: Person) -> list[RoleGrant]:
    """Of the grants loaded with somebody, those in force."""
    today = clock.today()
    return [grant for grant in person.grants if grants_of_day(grant.from_on, grant.until_on, today)]


@dataclass(frozen=True, slots=True)
class Around:
    """Who and where somebody belongs to besides their roles."""

    home_site: Site | None
    manager: Person | None


def around(person: Person) -> Around:
    """Home site and manager of somebody in sight."""
    return Around(db.session.get(Site, person.home_site_id) if person.home_site_id else None,
                  db.session.get(Person, person.manager_id) if person.manager_id else None)


def holders(place: Place, permission: Permission) -> list[Person]:
    """The active people who hold a permission at a place today, by name: those to choose a person from."""
    roles = [role for role in Role if permission in ROLE_PERMISSIONS[role]]
    return holders_of(place, roles)


def holders_of(place: Place, roles: Sequence[Role]) -> list[Person]:
    """The active people who hold one of some roles at a place today, by name, with their employers."""
    held = select(RoleGrant.id).join(Node, Node.id == RoleGrant.node_id).where(
        RoleGrant.person_id == Person.id, RoleGrant.role.in_(roles), in_force(clock.today()),
        Node.path.in_(paths_above(place.path)),
        or_(RoleGrant.vendor_id.is_(None), RoleGrant.vendor_id == place.vendor_id))
    return list(db.session.scalars(
        select(Person).where(Person.active.is_(True), exists(held)).options(joinedload(Person.vendor))
        .order_by(Person.name, Person.id)))


def paths_above(path: str) -> list[str]:
    """ "/apac/my/" gives "/", "/apac/" and "/apac/my/": the nodes a grant at which covers a place."""
    parts = path.strip("/").split("/") if path != ROOT else []
    return [ROOT, *("/" + "/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1))]


def in_force(on: date) -> ColumnElement[bool]:
    """The grants of a day: half-open, as `access.in_force`."""
    return and_(RoleGrant.from_on <= on, or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on))


def administrators(but: UUID | None = None) -> int:
    """How many active people hold the administrator's role today, one left out."""
    statement = select(func.count(Person.id.distinct())).join(RoleGrant, RoleGrant.person_id == Person.id).where(
        Person.active.is_(True), RoleGrant.role == Role.ADMINISTRATOR, in_force(clock.today()))
    return db.session.scalar(statement if but is None else statement.where(Person.id != but)) or 0


def find_by_email(email: str) -> Person | None:
    """Whoever signs in with an address; for the command line and for keeping addresses unique."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def live_sessions(person_id: UUID) -> Sequence[LoginSession]:
    """The sessions somebody is signed in with now, the one last used first."""
    now = clock.now()
    return db.session.scalars(
        select(LoginSession).where(
            LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now,
            or_(LoginSession.tablet, LoginSession.seen_at > now - SESSION_IDLE))
        .order_by(LoginSession.seen_at.desc(), LoginSession.id)).all()


def own_session(actor: Actor, session_id: UUID) -> LoginSession:
    """A session of the actor's own; another's is not found."""
    login: LoginSession | None = db.session.scalar(
        select(LoginSession).where(LoginSession.id == session_id, LoginSession.person_id == actor.id))
    if login is None:
        raise NotFound
    return login


def session_is_by_link(session_id: UUID | None) -> bool:
    return bool(db.session.scalar(select(LoginSession.by_link).where(LoginSession.id == session_id)))


def links_given(person_id: UUID, limit: int = 5) -> Sequence[JournalEntry]:
    """When and by whom one-time links were given for somebody: they are told, since a link signs in as them."""
    return db.session.scalars(
        select(JournalEntry).where(JournalEntry.subject_id == person_id, JournalEntry.event == Event.LINK_ISSUED.value)
        .order_by(JournalEntry.seq.desc()).limit(limit)).all()


def journal_entries(actor: Actor, *, event: Event | None = None, who: str = "", since: date | None = None,
                    until: date | None = None, before: int | None = None, limit: int = PAGE) -> Page[JournalEntry]:
    """Entries, newest first, for those who may read the journal; `next` is the number to ask for those before."""
    statement = _entries(actor, event, who, since, until)
    if before is not None:
        statement = statement.where(JournalEntry.seq < before)
    rows = db.session.scalars(statement.order_by(JournalEntry.seq.desc()).limit(limit + 1)).all()
    return Page(rows[:limit], str(rows[limit - 1].seq) if len(rows) > limit else "")


def all_journal_entries(actor: Actor, *, event: Event | None = None, who: str = "", since: date | None = None,
                        until: date | None = None) -> Iterator[JournalEntry]:
    """The same entries, all of them, oldest first and a thousand in memory at a time, for a file."""
    statement = _entries(actor, event, who, since, until).order_by(JournalEntry.seq)
    yield from db.session.scalars(statement.execution_options(yield_per=1000))


def _entries(actor: Actor, event: Event | None, who: str, since: date | None,
             until: date | None) -> Select[JournalEntry]:
    """Days are UTC days, both ends included."""
    statement = select(JournalEntry)
    if not may(actor, Permission.VIEW_JOURNAL, EVERYWHERE):
        statement = statement.where(false())
    if event is not None:
        statement = statement.where(JournalEntry.event == event.value)
    if who:
        named = JournalEntry.actor_id.in_(select(Person.id).where(Person.name.icontains(who, autoescape=True)))
        itself = who.casefold() in SYSTEM.name.casefold()
        statement = statement.where(or_(named, JournalEntry.actor_id == SYSTEM.id) if itself else named)
    if since is not None:
        statement = statement.where(JournalEntry.at >= datetime.combine(since, time.min, UTC))
    if until is not None:
        statement = statement.where(JournalEntry.at < datetime.combine(until + timedelta(days=1), time.min, UTC))
    return statement
