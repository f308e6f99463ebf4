"""The part of the network an overview is about: a node, a vendor, a tier, a playbook, in any combination."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select

from compliance import db
from compliance.access import ROOT, Actor, visible_to
from compliance.actions.models import Action
from compliance.audits.models import Audit, AuditCriteria
from compliance.errors import NotFound
from compliance.findings.models import Finding
from compliance.network.models import Node, Operation, Region, Site, Vendor
from compliance.network.places import TIERS
from compliance.network.queries import get_node, get_vendor, running
from compliance.playbooks.models import Playbook

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
IN_HOUSE = "in-house"


@dataclass(frozen=True, slots=True)
class Scope:
    """Empty parts do not narrow. `playbook` is a prefix, with its id once it was found."""

    path: str = ROOT
    code: str = ""
    name: str = ""
    vendor: str = ""
    vendor_id: UUID | None = None
    tier: str = ""
    playbook: str = ""
    playbook_id: UUID | None = None

    @property
    def filters(self) -> dict[str, str]:
        """As they stand in an address."""
        return {"region": self.code, "vendor": self.vendor, "tier": self.tier, "playbook": self.playbook}


def find_scope(actor: Actor, *, region: str = "", vendor: str = "", tier: str = "", playbook: str = "") -> Scope:
    """The scope of some filters. Raises NotFound for a node, vendor or playbook that is not in sight."""
    if tier and tier not in TIERS:
        raise NotFound
    node = get_node(actor, region) if region else None
    company = get_vendor(actor, vendor) if vendor and vendor != IN_HOUSE else None
    book = _playbook(actor, playbook) if playbook else None
    return Scope(
        path=node.path if node else ROOT, code=node.code if node else "", name=node.name if node else "",
        vendor=company.code if company else vendor, vendor_id=company.id if company else None, tier=tier,
        playbook=book.prefix if book else "", playbook_id=book.id if book else None)


def _playbook(actor: Actor, prefix: str) -> Playbook:
    found = db.session.scalar(visible_to(actor, select(Playbook), Playbook).where(Playbook.prefix == prefix.upper()))
    if found is None:
        raise NotFound
    return found


def narrowed(actor: Actor, statement: S, model: Any, scope: Scope) -> S:
    """The statement, narrowed to what of `model` the actor sees and the scope holds."""
    statement = visible_to(actor, statement, model)
    for condition in _conditions(model, scope):
        statement = statement.where(condition)
    return statement


def _conditions(model: Any, scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    where = [Site.path.startswith(scope.path, autoescape=True)] if scope.path != ROOT else []
    where += [Site.tier == scope.tier] if scope.tier else []
    if where:
        found.append(model.site_id.in_(select(Site.id).where(*where)))
    if scope.vendor:
        found.append(model.vendor_id.is_(None) if scope.vendor == IN_HOUSE else model.vendor_id == scope.vendor_id)
    if scope.playbook_id is not None:
        found.append(_on_playbook(model, scope.playbook_id))
    return found


def _on_playbook(model: Any, playbook_id: UUID) -> ColumnElement[bool]:
    if model is Audit:
        return Audit.id.in_(select(AuditCriteria.audit_id).where(AuditCriteria.playbook_id == playbook_id))
    if model is Action:
        return and_(Action.source_type == Finding.__tablename__, Action.source_id.in_(
            select(Finding.id).where(Finding.playbook_id == playbook_id)))
    return model.playbook_id == playbook_id  # type: ignore[no-any-return]  # a column of whatever model is asked about


def narrowed_sites(actor: Actor, statement: S, scope: Scope, on: date) -> S:
    """A select of sites in the same scope; a vendor's are those it works at on the day."""
    statement = visible_to(actor, statement, Site)
    if scope.path != ROOT:
        statement = statement.where(Site.path.startswith(scope.path, autoescape=True))
    if scope.tier:
        statement = statement.where(Site.tier == scope.tier)
    if scope.vendor:
        whose = Operation.vendor_id.is_(None) if scope.vendor == IN_HOUSE else Operation.vendor_id == scope.vendor_id
        statement = statement.where(Site.id.in_(select(Operation.site_id).where(whose, running(on))))
    return statement


@dataclass(frozen=True, slots=True)
class Choices:
    """What an overview can be narrowed to, as (value, label) pairs."""

    regions: list[tuple[str, str]]
    vendors: list[tuple[str, str]]


def choices(actor: Actor) -> Choices:
    """The regions and vendors in sight, in two statements."""
    regions = db.session.execute(visible_to(actor, select(Region.code, Region.name), Region).order_by(Region.path))
    vendors = db.session.execute(visible_to(actor, select(Vendor.code, Vendor.name), Vendor).order_by(Vendor.name))
    return Choices([(row.code, row.name) for row in regions], [(row.code, row.name) for row in vendors])


def above(site: Site) -> list[Node]:
    """The region and market of a site; it was loaded with both."""
    market = site.parent
    return [node for node in (market.parent if market else None, market) if node is not None]
