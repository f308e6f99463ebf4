"""Adding regions, markets and sites, and changing what may change of a site."""

from typing import Any, TypeVar

from sqlalchemy import func, select

from compliance import clock, db
from compliance.access import EVERYWHERE, ROOT, Actor, Permission, require
from compliance.errors import RuleViolation
from compliance.journal import Event, record
from compliance.network import lifecycle as lifecycles
from compliance.network.changing import Change, changes
from compliance.network.lifecycle import SiteLifecycle
from compliance.network.models import Market, Network, Node, Operation, Region, Site
from compliance.network.places import refuse_taken
from compliance.network.queries import taken_by
from compliance.wording import counted

MANAGE = Permission.MANAGE_NETWORK
N = TypeVar("N", bound=Node)


def found_network(actor: Actor, *, name: str) -> Network:
    """The top of the tree; founding it twice changes nothing."""
    require(actor, MANAGE, EVERYWHERE)
    present: Network | None = db.session.scalar(select(Network))
    if present is not None:
        return present
    return _added(actor, Network(code="network", name=name, path=ROOT))


def add_region(actor: Actor, *, code: str, name: str) -> Region:
    require(actor, MANAGE, EVERYWHERE)
    refuse_taken(code, taken_by(code))
    root = db.session.scalars(select(Network)).one()
    return _added(actor, Region(code=code, name=name, path=f"{root.path}{code}/", parent_id=root.id, parent=root))


def add_market(actor: Actor, region: Region, *, code: str, name: str) -> Market:
    require(actor, MANAGE, region)
    refuse_taken(code, taken_by(code))
    return _added(actor, Market(code=code, name=name, path=f"{region.path}{code}/", parent_id=region.id, parent=region))


def add_site(actor: Actor, market: Market, *, code: str, name: str, **fields: Any) -> Site:
    """A site with the fields of `SiteSchema`; where it is in the tree never changes afterwards."""
    require(actor, MANAGE, market)
    refuse_taken(code, taken_by(code))
    path = f"{market.path}{code.lower()}/"
    return _added(actor, Site(code=code, name=name, path=path, parent_id=market.id, parent=market, **fields))


def rename_node(actor: Actor, node: Node, *, name: str, version: int | None = None) -> list[Change]:
    """Give a region or market another name; its code stays, since overrides and addresses use it."""
    require(actor, MANAGE, node)
    db.check_version(node, version)
    found = changes(node, {"name": name})
    if found:
        record(actor, Event.NODE_RENAMED, node, name=[node.name, name])
        node.name = name
    return found


def change_site(actor: Actor, site: Site, *, version: int | None = None, **fields: Any) -> list[Change]:
    """Change fields of `SiteSettingsSchema`; returns what differed."""
    require(actor, MANAGE, site)
    db.check_version(site, version)
    found = changes(site, fields)
    for change in found:
        if change.field == "lifecycle":
            lifecycles.SITE.check(change.before, change.after)
            _check_operations_ended(site, change.after)
        setattr(site, change.field, change.after)
    if found:
        record(actor, Event.SITE_CHANGED, site, **{change.field: [change.before, change.after] for change in found})
    return found


def _added(actor: Actor, node: N) -> N:
    db.session.add(node)
    db.session.flush()
    record(actor, Event.NODE_ADDED, node, path=node.path)
    return node


def _check_operations_ended(site: Site, target: SiteLifecycle) -> None:
    today = clock.today(site.zone or "UTC")
    running = db.session.scalar(select(func.count(Operation.id)).where(
        Operation.site_id == site.id, Operation.until_on.is_(None) | (Operation.until_on > today))) or 0
    if target is SiteLifecycle.CLOSED and running:
        raise RuleViolation(f"{site.code} still has {counted(running, 'operation')} running. End them first: a closed "
                            "site runs nothing.")
