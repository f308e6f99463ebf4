"""Reading people: who they are, what they hold where, how they are signed in."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from compliance import clock, db
from compliance.access import ROLE_PERMISSIONS, ROOT, Actor, Permission, Place, Role, visible_to
from compliance.accounts.models import LoginSession, Person, RoleGrant
from compliance.accounts.tokens import SESSION_IDLE
from compliance.errors import NotFound
from compliance.network.models import Node, Vendor
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


def people(actor: Actor, *, search: str = "", role: Role | None = None, vendor: str = "", active: bool | None = True,
           cursor: str = "", limit: int = PAGE) -> Page[Person]:
    """People in sight by name, with employer and grants; `vendor` is a code or "company" for our own people."""
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
    return page(statement, BY_NAME, cursor, limit)


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


def administrators() -> int:
    """How many active people hold the administrator's role today."""
    return db.session.scalar(
        select(func.count(Person.id.distinct())).join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.active.is_(True), RoleGrant.role == Role.ADMINISTRATOR, in_force(clock.today()))) or 0


def find_by_email(email: str) -> Person | None:
    """Whoever signs in with an address; for the command line and for keeping addresses unique."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def live_sessions(person_id: UUID) -> Sequence[LoginSession]:
    """The sessions somebody is signed in with now, the one last used first."""
    now = clock.now()
    return db.session.scalars(
        select(LoginSession).where(
            LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now,
            LoginSession.seen_at > now - SESSION_IDLE).order_by(LoginSession.seen_at.desc(), LoginSession.id)).all()
