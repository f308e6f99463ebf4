"""The local rules in force, as a report lists them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from compliance import db
from compliance.access import ROOT, Actor, visible_to
from compliance.network.models import Node
from compliance.overview.queries.scope import Scope
from compliance.playbooks.models import Override, OverrideVersion, Playbook, VersionStatus


def overrides_in(actor: Actor, scope: Scope, on: date) -> list[dict[str, Any]]:
    """Those that hold somewhere in the scope, in one statement, with since when they need another look."""
    statement = visible_to(actor, select(
        Override.id, Override.scope, Override.kind, Override.vendor_id, Playbook.prefix, Node.path,
        OverrideVersion.number, OverrideVersion.effective_on, OverrideVersion.until_on, OverrideVersion.stale_from,
        OverrideVersion.effect, OverrideVersion.approved_by).join(OverrideVersion.override).join(
            Override.playbook).join(Node, Node.id == Override.node_id, isouter=True), OverrideVersion).where(
        OverrideVersion.status == VersionStatus.APPROVED, OverrideVersion.effective_on <= on)
    if scope.playbook_id is not None:
        statement = statement.where(Override.playbook_id == scope.playbook_id)
    rows = db.session.execute(statement.order_by(OverrideVersion.effective_on, OverrideVersion.approved_at))
    held = {row.id: row for row in rows}
    kept = [row for row in held.values() if (row.until_on is None or on < row.until_on) and _touches(row, scope)]
    return [{
        "scope": row.scope.upper(), "layer": str(row.kind), "playbook": row.prefix, "version": row.number,
        "effect": row.effect.value, "effective_on": row.effective_on.isoformat(),
        "until_on": row.until_on.isoformat() if row.until_on else "", "approved_by": row.approved_by,
        "stale_since": row.stale_from.isoformat() if row.stale_from and row.stale_from <= on else "",
    } for row in sorted(kept, key=lambda row: (row.prefix, row.scope))]


def _touches(row: Any, scope: Scope) -> bool:
    """Above or below the node of the scope; a vendor's own rule only where that vendor is in it."""
    if row.vendor_id is not None:
        return not scope.vendor or row.vendor_id == scope.vendor_id
    path = row.path or ROOT
    return bool(path.startswith(scope.path) or scope.path.startswith(path))
