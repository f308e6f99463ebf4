"""Who may do what where: the roles, their permissions, and the two questions every command and query asks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, column, false, or_, select, table, true

from compliance.db import unindexed
from compliance.errors import Forbidden, NotFound
from compliance.wording import joined, with_article

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
NODES = table("nodes", column("id"), column("path"))
ROOT = "/"
MARKET_SLASHES = 3  # "/apac/my/": a longer path is a site's


class Role(StrEnum):
    """The roles; a person holds them over a node of the network, a vendor, or both."""

    AUTHOR = "author"
    PLAYBOOK_OWNER = "playbook_owner"
    LEGAL_REVIEWER = "legal_reviewer"
    REGIONAL_LEAD = "regional_lead"
    PROGRAMME_MANAGER = "programme_manager"
    AUDITOR = "auditor"
    REVIEWER = "reviewer"
    SITE_LEAD = "site_lead"
    VENDOR_LEAD = "vendor_lead"
    VENDOR_MANAGER = "vendor_manager"
    CONTINUITY_LEAD = "continuity_lead"
    GLOBAL_HEAD = "global_head"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Permission(StrEnum):
    """What a role allows, said as a person would say it: the value completes "You may not …"."""

    VIEW_NETWORK = "see this part of the network"
    MANAGE_NETWORK = "change sites, vendors and calendars"
    MANAGE_PEOPLE = "manage people and their roles"
    VIEW_PEOPLE = "see people"
    VIEW_JOURNAL = "read the journal"
    VIEW_PLAYBOOK = "read playbooks"
    VIEW_DRAFT = "read drafts"
    IMPORT_PLAYBOOK = "import playbooks"
    WRITE_PLAYBOOK = "write playbooks"
    PUBLISH_PLAYBOOK = "publish a playbook"
    CONSENT_LEGALLY = "give legal consent"
    REQUEST_OVERRIDE = "ask for an override"
    DECIDE_LOCALLY = "decide on a stricter local rule"
    DECIDE_OVERRIDE = "decide on an override"
    HEAR_APPEAL = "decide on an appeal"
    REQUEST_WAIVER = "ask for a waiver"
    DECIDE_WAIVER = "decide on a waiver"
    TRANSLATE = "translate playbooks"
    ADOPT_VERSION = "declare a version live"
    VIEW_AUDIT = "see audits"
    PLAN_AUDIT = "plan or cancel audits"
    CONDUCT_AUDIT = "conduct audits"
    REVIEW_AUDIT = "review audits"
    VIEW_UNANNOUNCED = "see unannounced audits"
    VIEW_WORKING_PAPERS = "see the working papers of an audit"
    VIEW_FINDING = "see findings"
    VIEW_INTERNAL_NOTES = "read internal notes"
    RAISE_FINDING = "raise findings"
    RESPOND_TO_FINDING = "answer findings"
    DECIDE_FINDING = "decide disputes and grades"
    VIEW_ACTION = "see actions"
    WORK_ON_ACTION = "work on actions"
    RAISE_ACTION = "raise actions"
    APPROVE_PLAN = "approve plans"
    VERIFY_ACTION = "verify and close actions"
    EXTEND_ACTION = "extend actions"
    VIEW_CONTINUITY = "see continuity plans and exercises"
    KEEP_PLAN = "write continuity plans"
    APPROVE_CONTINUITY = "approve continuity plans and reviews"
    RECORD_EXERCISE = "record exercises"
    VIEW_REPORT = "read reports"
    MAKE_REPORT = "make reports"


P = Permission
_SEE = frozenset({P.VIEW_NETWORK, P.VIEW_PLAYBOOK, P.VIEW_AUDIT, P.VIEW_FINDING, P.VIEW_ACTION, P.VIEW_CONTINUITY,
                  P.VIEW_PEOPLE})
_INSIDE = _SEE | {P.VIEW_UNANNOUNCED, P.VIEW_WORKING_PAPERS, P.VIEW_INTERNAL_NOTES, P.VIEW_REPORT}
_AUDITEE = _SEE | {P.RESPOND_TO_FINDING, P.WORK_ON_ACTION}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AUTHOR: _SEE | {P.VIEW_DRAFT, P.IMPORT_PLAYBOOK, P.WRITE_PLAYBOOK, P.TRANSLATE},
    Role.PLAYBOOK_OWNER: _INSIDE | {P.VIEW_DRAFT, P.IMPORT_PLAYBOOK, P.WRITE_PLAYBOOK, P.PUBLISH_PLAYBOOK,
                                    P.DECIDE_LOCALLY, P.DECIDE_OVERRIDE, P.DECIDE_WAIVER, P.TRANSLATE,
                                    P.DECIDE_FINDING, P.APPROVE_PLAN, P.EXTEND_ACTION, P.MAKE_REPORT},
    # Reads what the law has to say yes to, and decides nothing alone.
    Role.LEGAL_REVIEWER: _INSIDE | {P.VIEW_DRAFT, P.CONSENT_LEGALLY},
    # Somebody besides the continuity lead approves what that lead wrote: hence continuity here as well.
    Role.REGIONAL_LEAD: _INSIDE | {P.REQUEST_OVERRIDE, P.DECIDE_LOCALLY, P.REQUEST_WAIVER, P.DECIDE_WAIVER,
                                   P.TRANSLATE, P.ADOPT_VERSION, P.VIEW_DRAFT, P.APPROVE_PLAN, P.EXTEND_ACTION,
                                   P.WORK_ON_ACTION, P.RAISE_ACTION, P.MAKE_REPORT, P.APPROVE_CONTINUITY},
    Role.PROGRAMME_MANAGER: _INSIDE | {P.PLAN_AUDIT, P.APPROVE_PLAN, P.MAKE_REPORT},
    Role.AUDITOR: _INSIDE | {P.CONDUCT_AUDIT, P.RAISE_FINDING, P.VERIFY_ACTION},
    Role.REVIEWER: _INSIDE | {P.REVIEW_AUDIT, P.RAISE_FINDING, P.DECIDE_FINDING, P.RAISE_ACTION, P.VERIFY_ACTION},
    Role.SITE_LEAD: _AUDITEE | {P.REQUEST_OVERRIDE, P.REQUEST_WAIVER, P.TRANSLATE, P.ADOPT_VERSION, P.RAISE_ACTION,
                                P.VIEW_REPORT, P.KEEP_PLAN},
    Role.VENDOR_LEAD: _AUDITEE | {P.REQUEST_WAIVER, P.ADOPT_VERSION, P.KEEP_PLAN, P.VIEW_REPORT},
    Role.VENDOR_MANAGER: _INSIDE | {P.APPROVE_PLAN, P.RAISE_ACTION, P.WORK_ON_ACTION, P.MAKE_REPORT},
    Role.CONTINUITY_LEAD: _INSIDE | {P.KEEP_PLAN, P.APPROVE_CONTINUITY, P.RECORD_EXERCISE, P.APPROVE_PLAN,
                                     P.VERIFY_ACTION, P.RAISE_ACTION, P.WORK_ON_ACTION, P.MAKE_REPORT},
    Role.GLOBAL_HEAD: _INSIDE | {P.VIEW_JOURNAL, P.HEAR_APPEAL, P.DECIDE_WAIVER, P.MAKE_REPORT, P.EXTEND_ACTION,
                                 P.RAISE_ACTION},
    # No power over content: an administrator keeps people and the network, and sees only what that needs.
    Role.ADMINISTRATOR: frozenset({P.VIEW_NETWORK, P.MANAGE_NETWORK, P.MANAGE_PEOPLE, P.VIEW_PEOPLE, P.VIEW_JOURNAL,
                                   P.VIEW_PLAYBOOK}),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: the path of its node ("/apac/my/kul1/", "/" for the whole network) and its vendor."""

    path: str
    vendor_id: UUID | None = None


EVERYWHERE = Place(ROOT)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over everything below `path`; with a vendor, only over what is that vendor's there."""

    role: Role
    path: str
    vendor_id: UUID | None = None
    label: str = ""

    def covers(self, place: Place) -> bool:
        return place.path.startswith(self.path) and self.vendor_id in (None, place.vendor_id)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: a person with the grants in force today, or the product itself."""

    id: UUID
    name: str
    grants: tuple[Grant, ...]
    vendor_id: UUID | None = None  # the employer; None for the company's own people
    session_id: UUID | None = field(default=None, compare=False)

    @property
    def roles(self) -> str:
        return ", ".join(f"{g.role.label}, {g.label}" if g.label else g.role.label for g in self.grants)


SYSTEM = Actor(UUID(int=0), "Plumbline", tuple(Grant(role, ROOT) for role in Role))


class Located(Protocol):
    """A record access is decided on. `seen_with` is the permission that lets it be seen at all."""

    seen_with: ClassVar[Permission]

    @property
    def place(self) -> Place: ...


class Individual(Located, Protocol):
    """Somebody, who is placed where those who manage people reach them."""

    id: Any


class Placed:
    """Mixin for tables with `site_id` and `vendor_id`: the pair access is decided on."""

    seen_with: ClassVar[Permission]

    @classmethod
    def within(cls, scopes: Iterable[Grant]) -> ColumnElement[bool]:
        """The rows of this table that the given grants cover."""
        return placed_within(cls.site_id, cls.vendor_id, scopes)  # type: ignore[attr-defined]  # columns of the model

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:  # noqa: ARG003
        """What this actor may not see although it lies in scope; None when nothing is."""
        return None


class Published:
    """Mixin for what is published to everybody who may read it anywhere: playbooks and their versions."""

    @classmethod
    def within(cls, scopes: Iterable[Grant]) -> ColumnElement[bool]:
        return true() if tuple(scopes) else false()

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:  # noqa: ARG003
        return None


def placed_within(site_id: Any, vendor_id: Any, scopes: Iterable[Grant]) -> ColumnElement[bool]:
    """A condition on a site and a vendor column; a sub-select on paths, never a list of ids that grows."""
    conditions: list[ColumnElement[bool]] = []
    for scope in set(scopes):
        here: list[ColumnElement[bool]] = []
        if scope.path != ROOT:
            here.append(at_or_below(site_id, scope.path))
        if scope.vendor_id is not None:
            here.append(vendor_id == scope.vendor_id)
        if not here:
            return true()
        conditions.append(and_(*here))
    return or_(*conditions) if conditions else false()


def at_or_below(site_id: Any, path: str) -> ColumnElement[bool]:
    """A condition on a site column: one site by its index, the many of a market or region as a sub-select."""
    if path.count("/") > MARKET_SLASHES:
        here: ColumnElement[bool] = site_id == select(NODES.c.id).where(NODES.c.path == path).scalar_subquery()
        return here
    inside = select(NODES.c.id).where(NODES.c.path.startswith(path, autoescape=True))
    return unindexed(site_id).in_(inside)


def kept_from(actor: Actor, permission: Permission, model: Any,
              rows: ColumnElement[bool]) -> ColumnElement[bool] | None:
    """These rows of a table, where no grant of the actor that carries the permission covers them; None for no row.

    Asked per place: an auditor of one site who leads another is its auditee there.
    """
    scopes = reach(actor, permission)
    if any(scope.path == ROOT and scope.vendor_id is None for scope in scopes):
        return None
    return and_(rows, ~model.within(scopes)) if scopes else rows


def reach(actor: Actor, permission: Permission) -> tuple[Grant, ...]:
    """The actor's grants that carry a permission."""
    return tuple(grant for grant in actor.grants if permission in ROLE_PERMISSIONS[grant.role])


def may(actor: Actor, permission: Permission, subject: Located | Place) -> bool:
    """Whether the actor may do this with this; templates hide buttons with the same question."""
    place = subject if isinstance(subject, Place) else subject.place
    return any(grant.covers(place) for grant in reach(actor, permission))


def may_anywhere(actor: Actor, permission: Permission) -> bool:
    return bool(reach(actor, permission))


def require(actor: Actor, permission: Permission, subject: Located | Place) -> None:
    """Let the actor pass, or refuse: NotFound when the subject is out of sight, Forbidden when it is in sight."""
    if may(actor, permission, subject):
        return
    if not isinstance(subject, Place) and not _in_sight(actor, subject):
        raise NotFound
    raise Forbidden(refusal(actor, permission))


def _in_sight(actor: Actor, subject: Located) -> bool:
    """What is published has the whole network as its place, and is in sight of whoever reads anything of it."""
    if isinstance(subject, Published):
        return may_anywhere(actor, subject.seen_with)
    return may(actor, subject.seen_with, subject)


def require_somewhere(actor: Actor, *permissions: Permission) -> None:
    """Let those pass who hold one of these anywhere: where exactly is asked of each record that follows."""
    if not any(may_anywhere(actor, permission) for permission in permissions):
        raise Forbidden(refusal(actor, permissions[0]))


def require_oneself(actor: Actor, person_id: UUID) -> None:
    """Let only the person themself pass, whatever roles others hold."""
    if actor.id != person_id:
        raise Forbidden("Only the person themself can do this.")


def require_oneself_or(actor: Actor, permission: Permission, person: Individual) -> None:
    """Let the person themself pass, and whoever holds the permission over them."""
    if actor.id != person.id:
        require(actor, permission, person)


def refusal(actor: Actor, permission: Permission) -> str:
    """Why not, and who may."""
    holders = [with_article(role.label.lower()) for role in Role if permission in ROLE_PERMISSIONS[role]]
    return f"You ({actor.roles or 'no role'}) may not {permission.value} here. Ask {joined(holders, 'or')}."


def visible_to(actor: Actor, statement: S, model: Any, permission: Permission | None = None) -> S:
    """The statement, narrowed to the rows of `model` the actor may see (or may use `permission` on)."""
    statement = statement.where(model.within(reach(actor, permission or model.seen_with)))
    withheld = model.withheld(actor)
    return statement if withheld is None else statement.where(~withheld)


def in_force(valid_from: date, valid_until: date | None, on: date) -> bool:
    """Half-open: a grant until the first holds no more on the first."""
    return valid_from <= on and (valid_until is None or on < valid_until)
