"""Who runs what at which site: the pairs a version is adopted by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from compliance import clock, db
from compliance.access import Actor, Permission, Place, visible_to
from compliance.network.models import Node, Operation, Site, SiteLifecycle, Vendor


@dataclass(frozen=True, slots=True)
class Run:
    """A site and who runs something there. `today` is the day there."""

    site: Site
    vendor: Vendor | None
    operations: Sequence[Operation]
    today: date

    @property
    def vendor_id(self) -> UUID | None:
        return self.vendor.id if self.vendor else None

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    @property
    def since(self) -> date:
        return min(each.from_on for each in self.operations)

    @property
    def operator(self) -> str:
        return self.vendor.name if self.vendor else "In-house"

    @property
    def region(self) -> str:
        market = self.site.parent
        return market.parent.name if market and market.parent else ""

    def lobs(self, on: date) -> frozenset[str]:
        """The lines of business run on a day, in lower case; none before the first and after the last day."""
        return frozenset(each.lob.casefold() for each in self.operations
                         if each.from_on <= on and (each.until_on is None or on < each.until_on))


def runs(actor: Actor, *, region: str = "", site_id: UUID | None = None,
         permission: Permission = Permission.VIEW_AUDIT) -> list[Run]:
    """By the path of the site, each with its market and region, in one statement; closed sites are left out.

    `region` is the code of a region or market; only where the actor holds the permission.
    """
    statement = visible_to(actor, _operations(), Operation, permission).order_by(Site.path, Operation.from_on)
    if region:
        inside = select(Node.path).where(Node.code == region.lower()).scalar_subquery()
        statement = statement.where(Site.path.startswith(inside))
    if site_id is not None:
        statement = statement.where(Site.id == site_id)
    return _grouped(db.session.scalars(statement).unique().all())


def runs_of(actor: Actor, home: tuple[UUID, UUID | None] | None, led: Sequence[tuple[str, UUID | None]]) -> list[Run]:
    """Those of a home site and employer, and of the (path, vendor) pairs of sites that somebody leads."""
    here: list[Any] = [(Site.path == path) & (Operation.vendor_id == vendor_id) if vendor_id else Site.path == path
                       for path, vendor_id in led]
    if home is not None:
        here.append((Site.id == home[0]) & Operation.vendor_id.is_not_distinct_from(home[1]))
    if not here:
        return []
    statement = visible_to(actor, _operations(), Operation, Permission.VIEW_PLAYBOOK).where(or_(*here))
    return _grouped(db.session.scalars(statement.order_by(Site.path, Operation.from_on)).unique().all())


def _operations() -> Any:
    return select(Operation).join(Operation.site).where(Site.lifecycle != SiteLifecycle.CLOSED).options(
        contains_eager(Operation.site).joinedload(Site.parent).joinedload(Node.parent), joinedload(Operation.vendor))


def _grouped(found: Sequence[Operation]) -> list[Run]:
    together: dict[tuple[UUID, UUID | None], list[Operation]] = {}
    for operation in found:
        together.setdefault((operation.site_id, operation.vendor_id), []).append(operation)
    days = {zone: clock.today(zone) for zone in {each.site.zone or "UTC" for each in found}}
    return [Run(each[0].site, each[0].vendor, each, days[each[0].site.zone or "UTC"]) for each in together.values()]
