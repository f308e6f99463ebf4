"""Bringing rows of a file into the network: each row is tried, told of, and kept or undone."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from marshmallow import EXCLUDE, Schema, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import EVERYWHERE, Actor, Permission, require
from compliance.errors import InvalidInput, PlumblineError, RuleViolation
from compliance.journal import Event, record
from compliance.network import schemas
from compliance.network.changing import Change
from compliance.network.commands.nodes import add_market, add_region, add_site, change_site, rename_node
from compliance.network.commands.vendors import add_vendor, change_vendor, end_operation, start_operation
from compliance.network.models import Market, Node, Operation, Region, Site, Vendor
from compliance.network.tables import KINDS, Row

N = TypeVar("N", bound=Node)
T = TypeVar("T")


class Verdict(StrEnum):
    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row does, or why it cannot: `notes` are changes or, when refused, "Time zone: …" with the remedy."""

    row: Row
    code: str
    verdict: Verdict
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Every row in the order of the file; `applied` says whether anything was kept."""

    outcomes: Sequence[Outcome]
    applied: bool
    counts: Counter[Verdict] = field(default_factory=Counter)

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.verdict is Verdict.REFUSED]

    @property
    def would_change(self) -> bool:
        return bool(self.counts[Verdict.ADD] or self.counts[Verdict.CHANGE])


class _Undone(Exception):
    """Takes a whole import back."""


def import_network(actor: Actor, rows: Sequence[Row], *, apply: bool, all_or_nothing: bool = False) -> Report:
    """Try every row and report it. Without `apply`, or with one refused and `all_or_nothing`, nothing is kept.

    A dry run is a real run that is undone: what it reports is what would happen.
    """
    require(actor, Permission.MANAGE_NETWORK, EVERYWHERE)
    outcomes: dict[int, Outcome] = {}
    counts: Counter[Verdict] = Counter()
    kept = apply
    try:
        with db.savepoint():
            for at in sorted(range(len(rows)), key=lambda at: _rank(rows[at])):
                outcomes[at] = _tried(actor, rows[at])
                counts[outcomes[at].verdict] += 1
            if not apply or (all_or_nothing and counts[Verdict.REFUSED]):
                raise _Undone
            record(actor, Event.NETWORK_IMPORTED, None, **{verdict.value: counts[verdict] for verdict in Verdict})
    except _Undone:
        kept = False
    return Report([outcomes[at] for at in range(len(rows))], kept, counts)


def _rank(row: Row) -> int:
    """Regions before the markets in them, and so on, wherever they stand in the file."""
    return KINDS.index(row.kind) if row.kind in KINDS else len(KINDS)


def _tried(actor: Actor, row: Row) -> Outcome:
    code = row.cells.get("code") or row.cells.get("site") or "?"
    bring = BRINGERS.get(row.kind)
    if bring is None:
        return Outcome(row, code, Verdict.REFUSED, (f"Kind: {row.kind} is none of {', '.join(KINDS)}.",))
    try:
        with db.savepoint():
            return bring(actor, row)
    except ValidationError as error:
        return Outcome(row, code, Verdict.REFUSED, _told(row, error.normalized_messages()))
    except InvalidInput as error:
        return Outcome(row, code, Verdict.REFUSED, _told(row, error.fields) or (str(error),))
    except PlumblineError as error:
        return Outcome(row, code, Verdict.REFUSED, (str(error),))


def _told(row: Row, messages: dict[str, Any]) -> tuple[str, ...]:
    """Each message under the heading its column has in the file."""
    return tuple(f"{row.headings.get(name, name.replace('_', ' '))}: {message}"
                 for name, found in messages.items() for message in found)


def _loaded(schema: Schema, row: Row, *, partly: bool = False, **more: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = schema.load({**row.cells, **more}, unknown=EXCLUDE, partial=partly)
    return loaded


def _outcome(row: Row, code: str, found: Sequence[Change]) -> Outcome:
    return Outcome(row, code, Verdict.CHANGE if found else Verdict.SAME, tuple(str(change) for change in found))


def _region(actor: Actor, row: Row) -> Outcome:
    fields = _loaded(schemas.RegionSchema(), row)
    present = _node(Region, fields["code"])
    if present is None:
        add_region(actor, **fields)
        return Outcome(row, fields["code"], Verdict.ADD)
    return _outcome(row, present.code, rename_node(actor, present, name=fields["name"]))


def _market(actor: Actor, row: Row) -> Outcome:
    fields = _loaded(schemas.MarketSchema(), row)
    region = _needed(_node(Region, fields["region"]), "region", fields.pop("region"))
    present = _node(Market, fields["code"])
    if present is None:
        add_market(actor, region, **fields)
        return Outcome(row, fields["code"], Verdict.ADD)
    _stays(present, region)
    return _outcome(row, present.code, rename_node(actor, present, name=fields["name"]))


def _site(actor: Actor, row: Row) -> Outcome:
    present = _node(Site, row.cells.get("code", "").upper())
    if present is None:
        fields = _loaded(schemas.SiteSchema(), row)
        market = _needed(_node(Market, fields["market"]), "market", fields.pop("market"))
        add_site(actor, market, **fields)
        return Outcome(row, fields["code"], Verdict.ADD)
    if "market" in row.cells:
        _stays(present, _needed(_node(Market, row.cells["market"].lower()), "market", row.cells["market"]))
    country = row.cells.get("country") or present.country
    fields = _loaded(schemas.SiteSettingsSchema(), row, partly=True, country=country)
    return _outcome(row, present.code, change_site(actor, present, **fields))


def _vendor(actor: Actor, row: Row) -> Outcome:
    present = _vendor_of(row.cells.get("code", ""))
    if present is None:
        fields = _loaded(schemas.VendorSchema(), row)
        add_vendor(actor, **fields)
        return Outcome(row, fields["code"], Verdict.ADD)
    fields = _loaded(schemas.VendorSettingsSchema(), row, partly=True)
    return _outcome(row, present.code, change_vendor(actor, present, **fields))


def _operation(actor: Actor, row: Row) -> Outcome:
    fields = _loaded(schemas.OperationRowSchema(), row)
    site = _needed(_node(Site, fields["site"]), "site", fields.pop("site"))
    code = fields.pop("vendor") or "IN-HOUSE"
    vendor = None if code == "IN-HOUSE" else _needed(_vendor_of(code), "vendor", code)
    present = _operation_of(site, vendor, fields)
    if present is None:
        start_operation(actor, site, vendor, **fields)
        who = vendor.name if vendor else "The company itself"
        return Outcome(row, site.code, Verdict.ADD, (f"{who} runs {fields['lob']}",))
    if fields["until_on"] in (None, present.until_on):
        return Outcome(row, site.code, Verdict.SAME)
    end_operation(actor, present, until_on=fields["until_on"])
    return Outcome(row, site.code, Verdict.CHANGE, (f"{present.lob} until {fields['until_on'].isoformat()}",))


BRINGERS: dict[str, Callable[[Actor, Row], Outcome]] = {
    "region": _region, "market": _market, "vendor": _vendor, "site": _site, "operation": _operation,
}


def _node(kind: type[N], code: str) -> N | None:
    return db.session.scalar(select(kind).where(kind.code == code))


def _vendor_of(code: str) -> Vendor | None:
    return db.session.scalar(select(Vendor).where(Vendor.code == code.upper()))


def _operation_of(site: Site, vendor: Vendor | None, fields: dict[str, Any]) -> Operation | None:
    whose = Operation.vendor_id.is_(None) if vendor is None else Operation.vendor_id == vendor.id
    return db.session.scalar(select(Operation).where(
        Operation.site_id == site.id, whose, func.lower(Operation.lob) == fields["lob"].lower(),
        Operation.from_on == fields["from_on"]).options(joinedload(Operation.site), joinedload(Operation.vendor)))


def _needed(thing: T | None, kind: str, code: str) -> T:
    if thing is None:
        said = f"There is no {kind} {code}. Add a row for it to this file, or add it first."
        raise InvalidInput(said, {kind: [said]})
    return thing


def _stays(node: Node, parent: Node) -> None:
    if node.parent_id != parent.id:
        raise RuleViolation(f"{node.code} lies elsewhere in the tree than under {parent.code}. What records point at "
                            "does not move: close it and add a new one.")
