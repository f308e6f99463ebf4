"""Keeping people: who they are, which roles they hold where, and their way in."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import EVERYWHERE, ROOT, SYSTEM, Actor, Permission, Place, Role, require, require_oneself
from compliance.accounts import dominance, passwords, signing_in
from compliance.accounts.dominance import Held
from compliance.accounts.models import LoginSession, Person, RoleGrant
from compliance.accounts.queries import administrators, find_by_email
from compliance.errors import InvalidInput, RuleViolation
from compliance.journal import Event, record
from compliance.network.models import Network, Node, Site, Vendor

MANAGE = Permission.MANAGE_PEOPLE
LAST = "This is the only administrator. Make somebody else administrator first: nobody could give roles any more."


def add_person(actor: Actor, *, name: str, email: str, vendor: Vendor | None = None, title: str = "",
               zone: str = "UTC", home_site: Site | None = None, manager: Person | None = None) -> Person:
    """Somebody who can be given roles. The employer (None: the company itself) never changes afterwards."""
    require(actor, MANAGE, Place(ROOT, vendor.id if vendor else None))
    email = _unused(email)
    person = Person(
        name=name, email=email, title=title, zone=zone, vendor_id=vendor.id if vendor else None, vendor=vendor,
        home_site_id=home_site.id if home_site else None, manager_id=manager.id if manager else None)
    db.session.add(person)
    db.session.flush()
    record(actor, Event.PERSON_ADDED, person, employer=vendor.code if vendor else None)
    return person


def change_person(actor: Actor, person: Person, *, name: str, email: str, title: str = "", zone: str = "UTC",
                  home_site: Site | None = None, manager: Person | None = None, version: int | None = None) -> None:
    require(actor, MANAGE, person)
    db.check_version(person, version)
    if manager is not None and manager.id == person.id:
        raise RuleViolation("Nobody is their own manager. Choose somebody else, or nobody.")
    if email.strip().lower() != person.email:
        email = _unused(email)
    fields: dict[str, Any] = {
        "name": name, "email": email.strip().lower(), "title": title, "zone": zone,
        "home_site_id": home_site.id if home_site else None, "manager_id": manager.id if manager else None}
    changed = {key: [getattr(person, key), value] for key, value in fields.items() if getattr(person, key) != value}
    for key, value in fields.items():
        setattr(person, key, value)
    if changed:
        record(actor, Event.PERSON_CHANGED, person, **changed)


def change_own_zone(actor: Actor, person: Person, *, zone: str) -> None:
    """The zone the person's own dates and clock are shown in."""
    require_oneself(actor, person.id)
    if person.zone != zone:
        record(actor, Event.PERSON_CHANGED, person, zone=[person.zone, zone])
        person.zone = zone


def deactivate_person(actor: Actor, person: Person, *, version: int | None = None) -> None:
    """Shut somebody out at once. What they hold and own stays in their name until it is given to others."""
    require(actor, MANAGE, person)
    db.check_version(person, version)
    if actor.id == person.id:
        raise RuleViolation("You cannot deactivate yourself. Ask another administrator.")
    if not person.active:
        raise RuleViolation(f"{person.name} is inactive already.")
    _keep_an_administrator(person)
    person.active = False
    signing_in.end_sessions(person.id)
    signing_in.void_links(person.id)
    record(actor, Event.PERSON_DEACTIVATED, person)


def reactivate_person(actor: Actor, person: Person, *, version: int | None = None) -> None:
    """Let somebody in again, with the roles that are still in force; they need a new one-time link."""
    require(actor, MANAGE, person)
    db.check_version(person, version)
    if person.active:
        raise RuleViolation(f"{person.name} is active already.")
    person.active = True
    person.password_hash = None
    record(actor, Event.PERSON_CHANGED, person, active=[False, True])


def grant_role(actor: Actor, person: Person, *, role: Role, node: Node, vendor: Vendor | None = None,
               from_on: date | None = None, until_on: date | None = None) -> RoleGrant:
    """Give a role over a node and all below it; with a vendor, over what that vendor does there alone."""
    require(actor, MANAGE, Place(node.path, vendor.id if vendor else None))
    if actor.id == person.id:
        raise RuleViolation("You cannot give a role to yourself. Ask another administrator.")
    wanted = Held(role, node.path, vendor.id if vendor else None, from_on or clock.today(), until_on)
    reasons = dominance.reasons_against(wanted, person.vendor_id, _held(person))
    if reasons:
        raise RuleViolation(reasons[0], reasons)
    grant = RoleGrant(person_id=person.id, person=person, role=role, node_id=node.id, node=node, vendor=vendor,
                      vendor_id=wanted.vendor_id, from_on=wanted.from_on, until_on=until_on,
                      granted_by_id=None if actor == SYSTEM else actor.id)
    db.session.add(grant)
    db.session.flush()
    record(actor, Event.ROLE_GRANTED, person, role=role.value, node=node.code, vendor=vendor.code if vendor else None,
           from_on=wanted.from_on, until_on=until_on)
    return grant


def revoke_role(actor: Actor, grant: RoleGrant, *, version: int | None = None) -> None:
    """End a role today; whoever loses it signs in anew, so that no open page shows what is no longer theirs."""
    require(actor, MANAGE, grant)
    db.check_version(grant, version)
    today = clock.today()
    if grant.until_on is not None and grant.until_on <= today:
        raise RuleViolation("This role has ended already.")
    if grant.role is Role.ADMINISTRATOR:
        _keep_an_administrator(grant.person)
    grant.until_on = max(today, grant.from_on)
    signing_in.end_sessions(grant.person_id, but=actor.session_id)
    record(actor, Event.ROLE_REVOKED, grant.person, role=grant.role.value, node=grant.node.code,
           vendor=grant.vendor.code if grant.vendor else None)


def give_link(actor: Actor, person: Person) -> str:
    """The token of a one-time link, which is told once; the journal and the person's own account say who gave it."""
    require(actor, MANAGE, person)
    if not person.active:
        raise RuleViolation(f"{person.name} is inactive. Let them in again first.")
    return signing_in.issue_link(actor, person)


def set_password(actor: Actor, person: Person, *, password: str, present: str = "") -> None:
    """Set one's own password and end every other session; the present one is asked for, but not after a link."""
    require_oneself(actor, person.id)
    login = db.session.get(LoginSession, actor.session_id) if actor.session_id else None
    if person.password_hash and not (login and login.by_link) and not signing_in.is_password_of(person, present):
        raise InvalidInput("The present password is not right.", {"present": ["This is not your present password."]})
    problem = passwords.problem_with(password, (person.name, person.email))
    if problem:
        raise InvalidInput(problem, {"password": [problem]})
    person.password_hash = signing_in.hasher.hash(password)
    signing_in.end_sessions(person.id, but=actor.session_id)
    record(actor, Event.PASSWORD_SET, person)


def sign_out_everywhere(actor: Actor, person: Person) -> None:
    """End the sessions of somebody else, as when a device is lost."""
    require(actor, MANAGE, person)
    signing_in.end_sessions(person.id, but=actor.session_id)
    record(actor, Event.SESSION_ENDED, person)


def end_own_sessions(actor: Actor, person: Person) -> None:
    """End every session of one's own but the present one."""
    require_oneself(actor, person.id)
    signing_in.end_sessions(person.id, but=actor.session_id)
    record(actor, Event.SESSION_ENDED, person)


def add_first_administrator(actor: Actor, *, name: str, email: str) -> Person:
    """The one person no administrator adds: only into an installation that has none, from its command line."""
    require(actor, MANAGE, EVERYWHERE)
    if administrators():
        raise RuleViolation("There is an administrator already. They add people, under People.")
    root = db.session.scalars(select(Network)).one()
    person = find_by_email(email) or add_person(actor, name=name, email=email)
    grant_role(actor, person, role=Role.ADMINISTRATOR, node=root)
    return person


def _unused(email: str) -> str:
    plain = email.strip().lower()
    if find_by_email(plain) is not None:
        said = f"{plain} belongs to somebody who is here already."
        raise InvalidInput(said, {"email": [said]})
    return plain


def _held(person: Person) -> list[Held]:
    rows = db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person.id).options(joinedload(RoleGrant.node)))
    return [Held(row.role, row.node.path, row.vendor_id, row.from_on, row.until_on) for row in rows]


def _keep_an_administrator(person: Person) -> None:
    if administrators(but=person.id) == 0 and any(held.role is Role.ADMINISTRATOR for held in _held(person)):
        raise RuleViolation(LAST)
