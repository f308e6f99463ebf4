"""What an override would do if it held: the sites it reaches, and what the text at one of them would read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from compliance import db
from compliance.access import Actor, visible_to
from compliance.errors import NotFound
from compliance.network.models import Operation, Site
from compliance.network.queries import running, vendor_ids_at
from compliance.playbooks import choosing
from compliance.playbooks.choosing import ORDER, Chosen
from compliance.playbooks.comparison import Mark, compare, redline
from compliance.playbooks.document import Override as OverrideText
from compliance.playbooks.effective import (
    Approval,
    Approver,
    Effective,
    EffectiveClause,
    Layer,
    Rules,
    ScopeKind,
    operation_key,
)
from compliance.playbooks.effectiveness import layer_of, resolve_chosen
from compliance.playbooks.models import Override, OverrideVersion
from compliance.playbooks.operations import basis_digest
from compliance.playbooks.resolution import apply_layer
from compliance.playbooks.substitution import fill

SHOWN = 12
SEEN_ANYHOW = frozenset({"text", "applicable", ""})  # the words show it, values among them


@dataclass(frozen=True, slots=True)
class Reach:
    """The sites below an override that the reader sees: the first of them by code, and how many there are."""

    codes: Sequence[str]
    count: int

    @property
    def words(self) -> str:
        more = self.count - len(self.codes)
        return ", ".join(self.codes) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Redrawn:
    """One clause at a site, before and after: its words with the change in them, and the facts that move."""

    id: str
    title: str
    pieces: Sequence[tuple[Mark, str]]
    facts: Sequence[tuple[str, str, str]]  # name, before, after
    added: bool = False
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class AtSite:
    """What a site would read on a day, clause by clause where that is not what it reads without."""

    site: Site
    on: date
    clauses: Sequence[Redrawn]


def reach(actor: Actor, override: Override, on: date) -> Reach:
    """In two statements."""
    statement: Select[Any] = visible_to(actor, select(Site.code), Site).where(_reached(override, on))
    codes = db.session.scalars(statement.order_by(Site.code).limit(SHOWN)).all()
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    return Reach(codes, db.session.scalar(counted) or 0)


def _reached(override: Override, on: date) -> ColumnElement[bool]:
    if override.node is not None:
        path = override.node.path
        return or_(Site.path == path, Site.path.startswith(path, autoescape=True))
    return exists(select(Operation.id).where(
        Operation.site_id == Site.id, Operation.vendor_id == override.vendor_id, running(on)))


def site_reached(actor: Actor, override: Override, code: str, on: date) -> Site | None:
    """The site asked for, or the first one; None when the override reaches no site. Raises NotFound for another."""
    statement = visible_to(actor, select(Site), Site).where(_reached(override, on)).order_by(Site.code)
    if code:
        statement = statement.where(Site.code == code.upper())
    site: Site | None = db.session.scalars(statement.limit(1)).first()
    if site is None and code:
        raise NotFound
    return site


def at_site(version: OverrideVersion, text: OverrideText, site: Site, on: date) -> AtSite:
    """The text at a site on a day without an override and with it.

    One that holds there is taken away; any other is put in the place of what its scope says now, as if all it asks
    for were approved.
    """
    override = version.override
    vendor_id = override.vendor_id or _only_vendor(site, on)
    chosen = choosing.pick(
        choosing.candidates(override.playbook_id, choosing.scope_codes(site.path), vendor_id), on)
    if chosen is None:
        return AtSite(site, on, ())
    if any(layer.id == version.id for layer in chosen.layers):
        without = replace(chosen, layers=tuple(layer for layer in chosen.layers if layer.id != version.id))
        return AtSite(site, on, redrawn(resolve_chosen(without), resolve_chosen(chosen)))
    return AtSite(site, on, redrawn(resolve_chosen(chosen), _with(chosen, override.kind, text)))


def _with(chosen: Chosen, kind: ScopeKind, text: OverrideText) -> Effective:
    depth, rules = ORDER[kind], Rules(chosen.on)
    parent = resolve_chosen(chosen.above(depth))
    found = apply_layer(parent, _approved(parent, kind, text), rules)
    for candidate in (each for each in chosen.layers if each.depth > depth):
        found = apply_layer(found, layer_of(candidate), rules)
    return found


def _only_vendor(site: Site, on: date) -> UUID | None:
    vendors = vendor_ids_at(site, on)
    return next(iter(vendors)) if len(vendors) == 1 else None


def _approved(parent: Effective, kind: ScopeKind, text: OverrideText) -> Layer:
    pinned = replace(text, written_against=parent.chain)
    leave = tuple(Approval(operation_key(each), basis_digest(parent, each), "") for each in text.operations)
    return Layer(kind, text.scope, pinned, Approver("asked for"), leave)


def redrawn(before: Effective, after: Effective) -> list[Redrawn]:
    """The clauses that would be otherwise, in the order of the new text."""
    facts: dict[str, list[tuple[str, str, str]]] = {}
    for difference in compare(before, after):
        if difference.clause and difference.field not in SEEN_ANYHOW and not difference.field.startswith("{{"):
            facts.setdefault(difference.clause, []).append((difference.field, difference.old, difference.new))
    found = []
    for entry in after.clauses:
        earlier = before.find(entry.id)
        if earlier is None or earlier.digest != entry.digest:
            found.append(_redrawn(earlier, entry, before, after, facts.get(entry.id, [])))
    return found


def _redrawn(earlier: EffectiveClause | None, entry: EffectiveClause, before: Effective, after: Effective,
             facts: list[tuple[str, str, str]]) -> Redrawn:
    old = fill(earlier.clause.text, before.values) if earlier else ""
    new = fill(entry.clause.text, after.values)
    out = not entry.clause.applicable and (earlier is None or earlier.clause.applicable)
    return Redrawn(entry.id, fill(entry.clause.title, after.values), redline(old, new), facts,
                   added=earlier is None, left_out=out)
