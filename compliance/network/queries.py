"""Reading the network: sites, vendors, who runs what where on a day, and the calendar of a site."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from compliance import clock, db
from compliance.access import Actor, Permission, in_force, reach, visible_to
from compliance.errors import NotFound
from compliance.network.calendars import SATURDAY_AND_SUNDAY, SiteCalendar
from compliance.network.models import Market, Network, Node, NodeKind, Operation, Region, Site, SiteLifecycle, Vendor
from compliance.network.places import WEEKDAYS
from compliance.network.tables import COLUMNS

T = TypeVar("T")
# A site with its market and region: what a line about a site says of where it is.
WITH_ANCESTORS = joinedload(Site.parent).joinedload(Node.parent)


def root() -> Network:
    """The top of the tree. Raises NotFound before an installation has a network."""
    network: Network | None = db.session.scalar(select(Network))
    if network is None:
        raise NotFound("There is no network yet. Add the first administrator; that founds it.")
    return network


def get_site(actor: Actor, code: str) -> Site:
    """The site of a code in either case, with its market and region loaded."""
    return _found(visible_to(actor, select(Site), Site).where(Site.code == code.upper()).options(WITH_ANCESTORS))


def get_node(actor: Actor, code: str) -> Node:
    """A region, market or site by its code; "" and "network" are the root."""
    statement = visible_to(actor, select(Node), Node)
    if code.lower() in {"", "network"}:
        return _found(statement.where(Node.parent_id.is_(None)))
    return _found(statement.where(Node.code.in_([code.lower(), code.upper()])))


def get_region(actor: Actor, code: str) -> Region:
    return _found(visible_to(actor, select(Region), Region).where(Region.code == code.lower()))


def get_market(actor: Actor, code: str) -> Market:
    return _found(visible_to(actor, select(Market), Market).where(Market.code == code.lower()))


def get_vendor(actor: Actor, code: str) -> Vendor:
    return _found(visible_to(actor, select(Vendor), Vendor).where(Vendor.code == code.upper()))


def get_operation(actor: Actor, operation_id: UUID) -> Operation:
    return _found(visible_to(actor, select(Operation), Operation).where(Operation.id == operation_id)
                  .options(joinedload(Operation.site), joinedload(Operation.vendor)))


def _found(statement: Select[T]) -> T:
    thing = db.session.scalar(statement)
    if thing is None:
        raise NotFound
    return thing


def taken_by(code: str) -> str | None:
    """The name of whatever has a code already, in sight or not; codes are stored in one case or the other."""
    cases = [code.lower(), code.upper()]
    named: str | None = db.session.scalar(select(Node.name).where(Node.code.in_(cases))) or \
        db.session.scalar(select(Vendor.name).where(Vendor.code.in_(cases)))
    return named


def sites(actor: Actor, *, on: date | None = None, lifecycle: SiteLifecycle | None = None, tier: str = "",
          vendor: str = "", permission: Permission | None = None) -> Sequence[Site]:
    """Sites in sight by path (so region by region), with market, region and operations, in two statements.

    `vendor` is a vendor's code, or "in-house", and counts those running something there `on` a day (ever, without
    one). `permission` narrows to the sites where the actor holds it.
    """
    statement = visible_to(actor, select(Site), Site, permission).options(
        WITH_ANCESTORS, selectinload(Site.operations.and_(_in_sight(actor))).joinedload(Operation.vendor)
    ).order_by(Site.path)
    if lifecycle is not None:
        statement = statement.where(Site.lifecycle == lifecycle)
    if tier:
        statement = statement.where(Site.tier == tier)
    if vendor:
        statement = statement.where(_run_by(actor, vendor, on))
    return db.session.scalars(statement).all()


def site_choices(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of every site in sight by code, for a filter: a select needs no more than that."""
    statement: Any = select(Site.code, Site.name)
    return [(row.code, row.name) for row in db.session.execute(visible_to(actor, statement, Site).order_by(Site.code))]


def vendor_choices(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of every vendor in sight by name."""
    statement: Any = select(Vendor.code, Vendor.name)
    found = db.session.execute(visible_to(actor, statement, Vendor).order_by(Vendor.name))
    return [(row.code, row.name) for row in found]


def _run_by(actor: Actor, vendor: str, on: date | None) -> ColumnElement[bool]:
    whose = Operation.vendor_id.is_(None) if vendor == "in-house" else Operation.vendor_id.in_(
        select(Vendor.id).where(Vendor.code == vendor.upper()))
    conditions = [Operation.site_id == Site.id, whose, _in_sight(actor)]
    if on is not None:
        conditions.append(running(on))
    return exists(select(Operation.id).where(*conditions))


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    """At a shared site a vendor's people see what their own company runs, and not who else is there."""
    return Operation.within(reach(actor, Permission.VIEW_NETWORK))


def nodes_above_sites(actor: Actor, permission: Permission | None = None) -> Sequence[Node]:
    """Regions and markets in sight, by path, the root first when it is."""
    statement = visible_to(actor, select(Node), Node, permission).where(Node.kind != NodeKind.SITE)
    return db.session.scalars(statement.order_by(Node.path)).all()


def regions(actor: Actor) -> Sequence[Region]:
    return db.session.scalars(visible_to(actor, select(Region), Region).order_by(Region.path)).all()


def markets(actor: Actor) -> Sequence[Market]:
    return db.session.scalars(
        visible_to(actor, select(Market), Market).options(joinedload(Market.parent)).order_by(Market.path)).all()


def vendors(actor: Actor) -> Sequence[Vendor]:
    """Vendors in sight by name, with their operations and where those are, in two statements."""
    return db.session.scalars(
        visible_to(actor, select(Vendor), Vendor).order_by(Vendor.name)
        .options(selectinload(Vendor.operations.and_(_in_sight(actor))).joinedload(Operation.site))).all()


def operations_at(site: Site, on: date | None = None) -> list[Operation]:
    """What is run at a site on a day (ever, without one), whoever runs it: for rules, never to show."""
    statement = (select(Operation).where(Operation.site_id == site.id).options(joinedload(Operation.vendor))
                 .order_by(Operation.lob, Operation.from_on, Operation.id))
    return list(db.session.scalars(statement if on is None else statement.where(running(on))))


def operations_seen(actor: Actor, site: Site, on: date | None = None) -> list[Operation]:
    """`operations_at` as far as the actor may see them: for pages."""
    statement = (visible_to(actor, select(Operation), Operation).where(Operation.site_id == site.id)
                 .options(joinedload(Operation.vendor)).order_by(Operation.lob, Operation.from_on, Operation.id))
    return list(db.session.scalars(statement if on is None else statement.where(running(on))))


def operations_of(actor: Actor, vendor: Vendor, on: date | None = None) -> list[Operation]:
    """What a vendor runs on a day (ever, without one) at the sites the actor sees."""
    statement = (visible_to(actor, select(Operation), Operation).where(Operation.vendor_id == vendor.id)
                 .options(joinedload(Operation.site)).order_by(Operation.from_on, Operation.id))
    return list(db.session.scalars(statement if on is None else statement.where(running(on))))


def lobs_at(site: Site, vendor_id: UUID | None, on: date) -> frozenset[str]:
    """The lines of business a vendor (None: the company itself) runs at a site on a day."""
    mine = Operation.vendor_id.is_(None) if vendor_id is None else Operation.vendor_id == vendor_id
    return frozenset(db.session.scalars(
        select(Operation.lob).where(Operation.site_id == site.id, mine, running(on))))


def vendor_ids_at(site: Site, on: date) -> frozenset[UUID | None]:
    """Who runs anything at a site on a day; None stands for the company itself."""
    return frozenset(db.session.scalars(
        select(Operation.vendor_id).where(Operation.site_id == site.id, running(on)).distinct()))


def running_today(owner: Site | Vendor) -> list[Operation]:
    """Of the operations loaded with a site or vendor, those of the day it is there."""
    here = owner.zone if isinstance(owner, Site) else None
    today = clock.today(here or "UTC")
    return [each for each in owner.operations if in_force(each.from_on, each.until_on, today)]


def running(on: date) -> ColumnElement[bool]:
    """The operations of a day: half-open, so one until the first has ended on the first."""
    return and_(Operation.from_on <= on, or_(Operation.until_on.is_(None), Operation.until_on > on))


def calendar_of(site: Site) -> SiteCalendar:
    weekend = SATURDAY_AND_SUNDAY if site.weekend_days is None else frozenset(site.weekend_days)
    return SiteCalendar(
        zone=site.zone or "UTC", weekend=weekend, country=site.country or "", subdivision=site.subdivision or "",
        extra_holidays=frozenset(date.fromisoformat(day) for day in site.extra_holidays or ()))


def days_at_sites() -> dict[str, tuple[SiteCalendar, date]]:
    """The calendar of every site and the day it is there now, by its code; nothing of it is shown."""
    now = clock.now()
    calendars = {site.code: calendar_of(site) for site in db.session.scalars(select(Site))}
    return {code: (calendar, calendar.local_date(now)) for code, calendar in calendars.items()}


def as_rows(actor: Actor) -> Iterator[dict[str, Any]]:
    """The network in sight as the rows an import takes, parents first; importing them changes nothing."""
    blank: dict[str, Any] = dict.fromkeys(COLUMNS)
    for region in regions(actor):
        yield blank | {"kind": "region", "code": region.code, "name": region.name}
    for market in markets(actor):
        yield blank | {"kind": "market", "code": market.code, "name": market.name,
                       "region": market.parent.code if market.parent else None}
    for vendor in vendors(actor):
        yield blank | {"kind": "vendor", "code": vendor.code, "name": vendor.name, "status": vendor.status.value,
                       "notice_days": vendor.notice_days, "contract_until": vendor.contract_until}
    everywhere = sites(actor)
    for site in everywhere:
        yield blank | _site_row(site)
    for site in everywhere:
        for each in sorted(site.operations, key=lambda operation: (operation.from_on, operation.lob)):
            yield blank | {"kind": "operation", "site": site.code, "vendor": each.vendor.code if each.vendor else None,
                           "lob": each.lob, "from_on": each.from_on, "until_on": each.until_on}


def _site_row(site: Site) -> dict[str, Any]:
    return {
        "kind": "site", "code": site.code, "name": site.name, "market": site.parent.code if site.parent else None,
        "zone": site.zone, "country": site.country, "subdivision": site.subdivision, "tier": site.tier,
        "weekend_days": ", ".join(WEEKDAYS[day] for day in site.weekend_days or ()), "headcount": site.headcount,
        "extra_holidays": ", ".join(site.extra_holidays or ()), "languages": ", ".join(site.languages or ()),
        "lifecycle": site.lifecycle.value if site.lifecycle else None, "note": site.note}
