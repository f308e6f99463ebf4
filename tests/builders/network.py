"""A network to test in: Asia-Pacific, Malaysia, sites in Kuala Lumpur, and vendors."""

import itertools
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from compliance import db
from compliance.network.models import (
    Market,
    Network,
    Node,
    Operation,
    Region,
    Site,
    SiteLifecycle,
    Vendor,
    VendorStatus,
)
from tests.builders.saving import save

LONG_AGO = date(2020, 1, 1)
numbers = itertools.count(1)
N = TypeVar("N", bound=Node)


def a_network() -> Network:
    """The root, made when it is not there yet."""
    return _existing(Network, "network") or save(Network(code="network", name="Lumora", path="/"))


def a_region(code: str = "apac", name: str = "Asia Pacific") -> Region:
    """The region of a code, made when it is not there yet."""
    return _existing(Region, code) or save(Region(code=code, name=name, path=f"/{code}/", parent_id=a_network().id))


def a_market(code: str = "my", name: str = "Malaysia", region: Region | None = None) -> Market:
    """The market of a code, made when it is not there yet."""
    region = region or a_region()
    path = f"{region.path}{code}/"
    return _existing(Market, code) or save(Market(code=code, name=name, path=path, parent_id=region.id))


def a_site(code: str = "", market: Market | None = None, **fields: Any) -> Site:
    """A live site; codes count on from KUL1 when none is given."""
    market = market or a_market()
    code = code or f"KUL{next(numbers)}"
    valid = {"name": "Kuala Lumpur", "zone": "Asia/Kuala_Lumpur", "country": "MY", "subdivision": None,
             "weekend_days": [5, 6], "extra_holidays": [], "languages": ["en", "ms"], "headcount": 120, "tier": "high",
             "lifecycle": SiteLifecycle.LIVE, "note": None}
    return save(Site(code=code, path=f"{market.path}{code.lower()}/", parent_id=market.id, **valid | fields))


def a_vendor(code: str = "", **fields: Any) -> Vendor:
    number = next(numbers)
    valid = {"name": f"Vendor {number}", "status": VendorStatus.LIVE, "notice_days": 14, "contract_until": None}
    return save(Vendor(code=code or f"V{number}", **valid | fields))


def an_operation(site: Site | None = None, vendor: Vendor | None = None, lob: str = "Core", *,
                 from_on: date = LONG_AGO, until_on: date | None = None) -> Operation:
    """A line of business run at a site, in-house without a vendor."""
    site = site or a_site()
    return save(Operation(site_id=site.id, vendor_id=vendor.id if vendor else None, lob=lob, from_on=from_on,
                          until_on=until_on))


def _existing(kind: type[N], code: str) -> N | None:
    return db.session.scalar(select(kind).where(kind.code == code))
