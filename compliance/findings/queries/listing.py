"""The list of findings: filtered, sorted and paged, in a number of statements that rows do not change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from compliance import db
from compliance.access import Actor, visible_to
from compliance.accounts.models import Person
from compliance.actions.models import Action
from compliance.actions.queries.lateness import has_ended, zones
from compliance.actions.queries.listing import one_of, person_id, place_conditions
from compliance.containing import holds
from compliance.errors import NotFound
from compliance.findings.lifecycle import FindingKind, FindingStatus
from compliance.findings.models import IS_OPEN, Finding
from compliance.network.models import Site, Vendor
from compliance.paging import PAGE, Page, Sort, every_row, page
from compliance.playbooks.document import Severity
from compliance.playbooks.models import Playbook

SORTS: dict[str, Sort] = {
    "due": Sort(Finding.close_due_on, Finding.id, lambda finding: finding.close_due_on),
    "-due": Sort(Finding.close_due_on, Finding.id, lambda finding: finding.close_due_on, descending=True),
    "issued": Sort(Finding.issued_at, Finding.id, lambda finding: finding.issued_at),
    "-issued": Sort(Finding.issued_at, Finding.id, lambda finding: finding.issued_at, descending=True),
    "severity": Sort(Finding.severity, Finding.id, lambda finding: finding.severity.value),
    "-severity": Sort(Finding.severity, Finding.id, lambda finding: finding.severity.value, descending=True),
}
EXPORTED = (
    Finding.reference, Finding.title, Finding.kind, Finding.severity, Finding.first_severity, Finding.status,
    Finding.clause_id, Finding.playbook_version, Finding.source_reference, Finding.issued_on, Finding.plan_due_on,
    Finding.close_due_on, Finding.implemented_at, Finding.closed_on, Finding.condition, Finding.risk,
    Finding.repeat_of_id.is_not(None).label("repeat"),
)
DRAFTS = Sort(Finding.raised_at, Finding.id, lambda finding: finding.raised_at, descending=True)


@dataclass(frozen=True, slots=True)
class FindingFilters:
    """As they stand in an address; an empty one does not narrow. `status` is "open" or the value of one status."""

    status: str = ""
    severity: str = ""
    kind: str = ""
    region: str = ""
    site: str = ""
    vendor: str = ""
    playbook: str = ""
    clause: str = ""
    owner: str = ""  # "me", or the id of a person
    overdue: bool = False
    repeat: bool = False
    q: str = ""


def findings(actor: Actor, filters: FindingFilters | None = None, *, sort: str = "due", cursor: str = "",
             limit: int = PAGE) -> Page[Finding]:
    """One page, with site, vendor, playbook and owner. Drafts only when they are asked for: they have no dates."""
    filters = filters or FindingFilters()
    return page(_statement(actor, filters), _order(filters, sort), cursor, limit)


def all_findings(actor: Actor, filters: FindingFilters, sort: str = "due") -> Iterator[Any]:
    """Every row of the list as it is filtered, for an export: columns alone, which cost a third of the records.

    A row has the columns of `EXPORTED` by name, and `site`, `vendor` and `owner` as codes and names.
    """
    columns: Any = select(*EXPORTED, Site.code.label("site"), Vendor.name.label("vendor"), Person.name.label("owner"))
    statement = visible_to(actor, columns.select_from(Finding).outerjoin(Finding.site).outerjoin(
        Finding.vendor).outerjoin(Finding.owner), Finding)
    return every_row(statement.where(*_conditions(actor, filters)), _order(filters, sort))


def _order(filters: FindingFilters, sort: str) -> Sort:
    return SORTS.get(sort, SORTS["due"]) if filters.status != FindingStatus.DRAFT.value else DRAFTS


def _statement(actor: Actor, filters: FindingFilters) -> Select[Any]:
    # An outer join: SQLite would turn an inner one round, read site by site, and sort what it found.
    statement = visible_to(actor, select(Finding).outerjoin(Finding.site), Finding).options(
        contains_eager(Finding.site), joinedload(Finding.vendor), joinedload(Finding.playbook),
        joinedload(Finding.owner))
    return statement.where(*_conditions(actor, filters))


def _conditions(actor: Actor, filters: FindingFilters) -> list[ColumnElement[bool]]:
    found = [_status(filters.status), *_values(filters)]
    if filters.playbook:
        found.append(Finding.playbook_id == _playbook_id(actor, filters.playbook))
    if filters.owner:
        found.append(Finding.owner_id == person_id(actor, filters.owner))
    if filters.repeat:
        found.append(Finding.repeat_of_id.is_not(None))
    if filters.overdue:
        found.append(overdue_finding(zones()))
    if filters.q.strip():
        found.append(_about(filters.q.strip()))
    return found + place_conditions(actor, Finding, filters)


def _values(filters: FindingFilters) -> Iterator[ColumnElement[bool]]:
    if filters.severity:
        yield Finding.severity == one_of(Severity, filters.severity)
    if filters.kind:
        yield Finding.kind == one_of(FindingKind, filters.kind)
    if filters.clause:
        yield Finding.clause_id == filters.clause.upper()


def _status(status: str) -> ColumnElement[bool]:
    if not status:
        return Finding.status != FindingStatus.DRAFT
    if status == "open":
        return IS_OPEN
    wanted: FindingStatus = one_of(FindingStatus, status)
    return Finding.status == wanted


def overdue_finding(known: Sequence[str]) -> ColumnElement[bool]:
    """Open, not implemented, its day over at the site; the select has to join the site."""
    return and_(IS_OPEN, Finding.implemented_at.is_(None),
                has_ended(Finding.close_due_on, Site.zone, known))


def _about(words: str) -> ColumnElement[bool]:
    return or_(*(holds(column, words) for column in (Finding.title, Finding.reference, Finding.condition)))


def _playbook_id(actor: Actor, prefix: str) -> UUID:
    found = db.session.scalar(
        visible_to(actor, select(Playbook.id), Playbook).where(Playbook.prefix == prefix.upper()))
    if found is None:
        raise NotFound
    return found


def answers_to(rows: Sequence[Finding]) -> dict[UUID, Action]:
    """The latest action of each finding of a page, with its site, in one statement."""
    found = db.session.scalars(
        select(Action).where(Action.source_type == Finding.__tablename__,
                             Action.source_id.in_([row.id for row in rows]))
        .options(joinedload(Action.site)).order_by(Action.raised_at, Action.id))
    return {action.source_id: action for action in found if action.source_id is not None}


def playbook_choices(actor: Actor) -> list[tuple[str, str]]:
    """(prefix, title) of every playbook, for a filter."""
    statement: Any = select(Playbook.prefix, Playbook.title)
    rows = db.session.execute(visible_to(actor, statement, Playbook).order_by(Playbook.prefix))
    return [(row.prefix, f"{row.prefix} {row.title}") for row in rows]
