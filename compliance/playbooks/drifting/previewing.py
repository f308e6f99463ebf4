"""What a version of an override, a draft as well, would change at a site: nothing of it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, visible_to
from compliance.errors import NotFound
from compliance.network.models import Operation, Site
from compliance.playbooks import choosing
from compliance.playbooks.choosing import ORDER, Chosen
from compliance.playbooks.comparison import compare
from compliance.playbooks.document import Override as Text
from compliance.playbooks.effective import Approval, Effective, Layer, Rules, operation_key
from compliance.playbooks.effectiveness import layer_on, resolve_chosen
from compliance.playbooks.models import Override, OverrideVersion
from compliance.playbooks.operations import basis_digest
from compliance.playbooks.parsing import parse_override
from compliance.playbooks.queries.comparing import ComparedClause, by_clause
from compliance.playbooks.queries.places import Stay, get_stay
from compliance.playbooks.resolution import apply_layer

MOST_SITES = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """What would hold at a site from a day on beside what holds there now; `refused` are operations that do nothing."""

    stay: Stay
    on: date
    clauses: Sequence[ComparedClause]
    same: int
    refused: Sequence[str]


def sites_below(actor: Actor, override: Override) -> list[tuple[str, str]]:
    """The sites in sight at which an override has a say, as (code, name). Needs its node loaded."""
    statement = visible_to(actor, select(Site), Site)
    if override.node is not None:
        statement = statement.where(Site.path.startswith(override.node.path, autoescape=True))
    else:
        statement = statement.where(Site.id.in_(
            select(Operation.site_id).where(Operation.vendor_id == override.vendor_id)))
    rows = db.session.scalars(statement.order_by(Site.code).limit(MOST_SITES))
    return [(row.code, f"{row.code} {row.name}") for row in rows]


def preview(actor: Actor, version: OverrideVersion, code: str) -> Preview:
    """Raises NotFound for a site it does not reach, TextProblems for a draft that cannot be read."""
    override = version.override
    on = max(version.effective_on, clock.today())
    stay = get_stay(actor, code, vendor=override.vendor.code if override.vendor else "", on=on)
    if override.node is not None and not stay.site.path.startswith(override.node.path):
        raise NotFound
    vendor_id = stay.vendor.id if stay.vendor else None
    found = choosing.candidates(override.playbook_id, choosing.scope_codes(stay.site.path), vendor_id)
    chosen = choosing.pick(found, on)
    if chosen is None:
        raise NotFound(f"No version of {override.playbook.title} is in force at {stay.site.code} then.")
    before, after = resolve_chosen(chosen), _with(version, chosen)
    clauses = by_clause(before, after, compare(before, after))
    refused = [issue.sentence for issue in after.issues if issue.refused and issue.layer == override.scope]
    return Preview(stay, on, clauses, len(after.clauses) - len(clauses), refused)


def _with(version: OverrideVersion, chosen: Chosen) -> Effective:
    """The chain with this version in the place of the one that holds, as if all of it had been agreed to."""
    override, rules = version.override, Rules(chosen.on)
    depth = ORDER[override.kind]
    effective = resolve_chosen(chosen.above(depth))
    text = parse_override(version.source, playbook=override.playbook.prefix)
    layer = Layer(override.kind, override.scope, text, approvals=_agreed(effective, text))
    effective = apply_layer(effective, layer, rules)
    for lower in (each for each in chosen.layers if each.depth > depth):
        effective = apply_layer(effective, layer_on(lower, effective, chosen), rules)
    return effective


def _agreed(parent: Effective, text: Text) -> tuple[Approval, ...]:
    return tuple(Approval(operation_key(each), basis_digest(parent, each), "") for each in text.operations)
