"""Who plans for what: a site together with whoever runs something there, as an address names the two."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from compliance import clock
from compliance.access import Actor, Permission, Place, may
from compliance.errors import NotFound
from compliance.network.models import Operation, Site, Vendor
from compliance.network.queries import get_site, operations_at, sites

IN_HOUSE = "in-house"


@dataclass(frozen=True, slots=True)
class Operator:
    """`vendor` is None for what the company runs itself."""

    site: Site
    vendor: Vendor | None

    @property
    def vendor_id(self) -> UUID | None:
        return self.vendor.id if self.vendor else None

    @property
    def key(self) -> str:
        """ "CEB1:PDS": what a form and an address say."""
        return f"{self.site.code}:{self.vendor.code if self.vendor else IN_HOUSE}"

    @property
    def name(self) -> str:
        return f"{self.site.code} {self.site.name}, {self.vendor.name if self.vendor else 'in-house'}"


def operators(actor: Actor, permission: Permission) -> list[Operator]:
    """Every site and operator the actor holds a permission for, by site, in two statements."""
    return [operator for site in sites(actor, permission=permission)
            for operator in _at(site, site.operations) if may(actor, permission, Place(site.path, operator.vendor_id))]


def get_operator(actor: Actor, key: str, permission: Permission) -> Operator:
    """The site and operator of a key. Raises NotFound for one that is not there, or not for this actor."""
    code, _, vendor = key.partition(":")
    site = get_site(actor, code)
    for operator in _at(site, operations_at(site)):
        here = Place(site.path, operator.vendor_id)
        if operator.key == f"{site.code}:{vendor}" and may(actor, permission, here):
            return operator
    raise NotFound


def _at(site: Site, operations: Iterable[Operation]) -> list[Operator]:
    """Those who run something at a site today or will; who has left plans nothing more."""
    today = clock.today(site.zone or "UTC")
    vendors = {operation.vendor_id: operation.vendor for operation in operations
               if operation.until_on is None or operation.until_on > today}
    return sorted((Operator(site, vendor) for vendor in vendors.values()), key=lambda operator: operator.key)
