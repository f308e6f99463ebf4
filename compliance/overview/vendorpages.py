"""The page of a vendor, for its manager and, of their own company alone, for its people."""

from typing import Any

from compliance import clock
from compliance.access import Actor
from compliance.network.queries import get_vendor, operations_of
from compliance.overview import presenting
from compliance.overview.queries import vendors as parts
from compliance.overview.queries.heatmap import heatmap
from compliance.overview.queries.playbooks import library, stale_overrides
from compliance.overview.queries.scope import Scope


def vendor_page(actor: Actor, code: str) -> dict[str, Any]:
    """What `overview/vendor.html` shows."""
    vendor, today = get_vendor(actor, code), clock.today()
    scope = Scope(vendor=vendor.code, vendor_id=vendor.id)
    heat = heatmap(actor, scope, library(actor, today).columns, stale_overrides(actor, today), on=today)
    operations = operations_of(actor, vendor)
    return {
        "vendor": vendor, "groups": presenting.heat_groups(heat, {}), "columns": presenting.heat_columns(heat.columns),
        "sites": len(heat.lines), "operations": operations,
        "lobs": sorted({each.lob for each in operations if each.until_on is None or each.until_on > today}),
        "findings": parts.open_findings_of(actor, vendor), "comparison": parts.compared(actor, vendor),
        "audits": parts.audits_of(actor, vendor), "contract": parts.contract_of(vendor),
    }
