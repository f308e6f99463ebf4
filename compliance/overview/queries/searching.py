"""Search: sites, vendors, clauses, findings, audits, actions, waivers: by reference or words, one statement each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from compliance import db
from compliance.access import Actor, Permission, may_anywhere, visible_to
from compliance.actions.models import Action
from compliance.audits.models import Audit, AuditCriteria
from compliance.containing import holds
from compliance.findings.models import Finding
from compliance.network.models import Site, Vendor
from compliance.overview import addresses
from compliance.playbooks.searching import queries as clauses
from compliance.playbooks.searching.queries import Hit as ClauseHit
from compliance.playbooks.searching.queries import Wanted
from compliance.playbooks.waivers.models import Waiver

MOST = 10
LONGEST = 100
WORDS = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is called, where it is, and why it matched."""

    title: str
    reference: str
    url: str
    note: str = ""
    status: str = ""
    clause: ClauseHit | None = None  # shown with what was found in it


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind; `more` when there are others the list shows, at `url`."""

    name: str
    hits: Sequence[Hit]
    more: bool = False
    url: str = ""


def search(actor: Actor, text: str) -> list[Group]:
    """What of the actor's sight holds every word, in the same few statements however much that is."""
    words = text[:LONGEST].split()[:WORDS]
    if not words:
        return []
    found = (_sites(actor, words), _vendors(actor, words), _clauses(actor, text[:LONGEST]), _findings(actor, words),
             _actions(actor, words), _audits(actor, words), _waivers(actor, words))
    return [group for group in found if group.hits]


def _each(words: Iterable[str], *columns: Any) -> ColumnElement[bool]:
    """Every word stands in one of the columns. LIKE, and no word index: Thai and Chinese have no spaces to index by."""
    return and_(*(or_(*(holds(column, word) for column in columns)) for word in words))


def _sites(actor: Actor, words: list[str]) -> Group:
    statement = visible_to(actor, select(Site), Site).where(_each(words, Site.code, Site.name))
    return _group("Sites", [Hit(site.name, site.code, addresses.site(site.code), f"Risk tier {site.tier or 'not set'}")
                            for site in _first(statement.order_by(Site.code))], "")


def _vendors(actor: Actor, words: list[str]) -> Group:
    statement = visible_to(actor, select(Vendor), Vendor).where(_each(words, Vendor.code, Vendor.name))
    return _group("Vendors", [Hit(vendor.name, vendor.code, addresses.vendor(vendor.code), status=_key(vendor.status))
                              for vendor in _first(statement.order_by(Vendor.name))], "")


def _clauses(actor: Actor, text: str) -> Group:
    """Clauses that hold somewhere in sight, also by the words of their translations."""
    found = clauses.search(actor, Wanted(q=text), limit=MOST)
    hits = [Hit(hit.plain_title, hit.clause.clause_id, "", clause=hit) for hit in found.rows]
    return Group("Clauses", hits, bool(found.next), addresses.listing("playbooks/clauses", q=text))


def _findings(actor: Actor, words: list[str]) -> Group:
    statement: Select[Any] = visible_to(actor, select(Finding).join(Finding.site), Finding).where(
        _each(words, Finding.reference, Finding.title, Finding.condition, Finding.clause_id, Site.code))
    rows = _first(statement.options(joinedload(Finding.site)).order_by(Finding.issued_at.desc(), Finding.id))
    return _group("Findings", [
        Hit(row.title, row.reference, addresses.finding(row.reference), f"{row.site.code}, {row.clause_id}",
            _key(row.status)) for row in rows], addresses.listing("findings", q=" ".join(words)))


def _actions(actor: Actor, words: list[str]) -> Group:
    statement: Select[Any] = visible_to(actor, select(Action).join(Action.site), Action).where(
        _each(words, Action.reference, Action.title, Site.code))
    rows = _first(statement.options(joinedload(Action.site)).order_by(Action.raised_at.desc(), Action.id))
    return _group("Actions", [
        Hit(row.title, row.reference, addresses.action(row.reference), row.site.code, _key(row.status))
        for row in rows], addresses.listing("actions", q=" ".join(words)))


def _audits(actor: Actor, words: list[str]) -> Group:
    statement: Select[Any] = visible_to(actor, select(Audit).join(Audit.site), Audit).where(
        _each(words, Audit.reference, Site.code, Site.name))
    rows = _first(statement.options(
        joinedload(Audit.site), selectinload(Audit.criteria).joinedload(AuditCriteria.playbook)).order_by(
        Audit.planned_from.desc(), Audit.id))
    return _group("Audits", [
        Hit(f"{row.site.code} {row.site.name}", row.reference, addresses.audit(row.reference),
            ", ".join(criteria.playbook.prefix for criteria in row.criteria), _key(row.status))
        for row in rows] if may_anywhere(actor, Permission.VIEW_AUDIT) else [], addresses.listing("audits"))


def _waivers(actor: Actor, words: list[str]) -> Group:
    statement: Select[Any] = visible_to(actor, select(Waiver).join(Waiver.site), Waiver).where(
        _each(words, Waiver.reference, Waiver.clause_id, Waiver.clause_title, Waiver.control, Site.code))
    rows = _first(statement.options(joinedload(Waiver.site)).order_by(Waiver.requested_at.desc(), Waiver.id))
    return _group("Waivers", [
        Hit(f"{row.clause_id} {row.clause_title}", row.reference, addresses.waiver(row.reference), row.site.code)
        for row in rows], addresses.listing("waivers"))


def _first(statement: Select[Any]) -> Sequence[Any]:
    return db.session.scalars(statement.limit(MOST + 1)).all()


def _group(name: str, hits: Sequence[Hit], url: str) -> Group:
    return Group(name, hits[:MOST], len(hits) > MOST, url)


def _key(status: Any) -> str:
    return str(status.value).replace(" ", "_")
