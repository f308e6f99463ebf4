"""Lists of audits: filtered, sorted, paged, at the same number of statements whatever they hold."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from compliance import clock, db
from compliance.access import Actor, visible_to
from compliance.audits.lifecycle import REVIEWED, AuditStatus
from compliance.audits.models import Audit, AuditCriteria, AuditMember, AuditProgramme
from compliance.network.models import Site, Vendor
from compliance.paging import MOST, PAGE, Page, Sort, page
from compliance.playbooks.models import Playbook

# An audit that is none of these is late once its due day is over.
DONE = (*REVIEWED, AuditStatus.CANCELLED)
OPEN = tuple(status for status in AuditStatus if status not in DONE)
SORTS: Mapping[str, Sort] = {
    "-planned": Sort(Audit.planned_from, Audit.id, lambda audit: audit.planned_from, descending=True),
    "planned": Sort(Audit.planned_from, Audit.id, lambda audit: audit.planned_from),
    "due": Sort(Audit.due_on, Audit.id, lambda audit: audit.due_on),
    "-due": Sort(Audit.due_on, Audit.id, lambda audit: audit.due_on, descending=True),
    "-reference": Sort(Audit.reference, Audit.id, lambda audit: audit.reference, descending=True),
    "reference": Sort(Audit.reference, Audit.id, lambda audit: audit.reference),
}


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What a list is narrowed by; "" and False narrow by nothing. Codes and references, never ids.

    `status` is a status, or "open" for all that are not done.
    """

    status: str = ""
    site: str = ""
    vendor: str = ""
    playbook: str = ""
    programme: str = ""
    lead_id: UUID | None = None
    mine: bool = False
    overdue: bool = False


def audits(actor: Actor, wanted: AuditFilter = AuditFilter(), *, sort: str = "-planned", cursor: str = "",
           limit: int = PAGE) -> Page[Audit]:
    """Audits in sight with site, vendor, lead, playbooks and results, in four statements at most."""
    statement = visible_to(actor, select(Audit), Audit).where(*_conditions(actor, wanted)).options(
        joinedload(Audit.site), joinedload(Audit.vendor), joinedload(Audit.lead),
        selectinload(Audit.criteria).joinedload(AuditCriteria.playbook))
    return page(statement, SORTS.get(sort, SORTS["-planned"]), cursor, limit)


def all_audits(actor: Actor, wanted: AuditFilter, *, sort: str = "-planned") -> Iterator[Audit]:
    """Every audit of a list, page by page: for an export, whose memory must stay flat."""
    cursor = ""
    while True:
        found = audits(actor, wanted, sort=sort, cursor=cursor, limit=MOST)
        yield from found.rows
        cursor = found.next
        if not cursor:
            return


def my_audits(actor: Actor) -> Sequence[Audit]:
    """What somebody on audit teams has to do: planned to submitted, the earliest first."""
    mine = visible_to(actor, select(Audit), Audit).where(_mine(actor.id), Audit.status.in_(OPEN))
    statement = mine.options(
        joinedload(Audit.site), joinedload(Audit.vendor), joinedload(Audit.lead),
        selectinload(Audit.criteria).joinedload(AuditCriteria.playbook))
    return db.session.scalars(statement.order_by(Audit.planned_from, Audit.id).limit(MOST)).all()


def is_overdue(audit: Audit) -> bool:
    """Whether the due day is over at the site and the audit not reviewed."""
    return audit.status not in DONE and clock.today(audit.site.zone or "UTC") > audit.due_on


def overdue_here() -> ColumnElement[bool]:
    """The same as a condition. All zones of the world share three dates at most, so it stays short."""
    by_day: dict[date, list[str]] = defaultdict(list)
    for zone in db.session.scalars(select(Site.zone).distinct()):
        by_day[clock.today(zone or "UTC")].append(zone or "UTC")
    late = [and_(Audit.due_on < day, Audit.site_id.in_(select(Site.id).where(Site.zone.in_(zones))))
            for day, zones in by_day.items()]
    return and_(Audit.status.not_in(DONE), or_(false(), *late))


def _conditions(actor: Actor, wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.status == "open":
        yield Audit.status.in_(OPEN)
    elif wanted.status:
        yield Audit.status == wanted.status if wanted.status in set(AuditStatus) else false()
    if wanted.site:
        yield Audit.site_id.in_(select(Site.id).where(Site.code == wanted.site.upper()))
    if wanted.vendor:
        yield _run_by(wanted.vendor)
    if wanted.lead_id is not None:
        yield Audit.lead_id == wanted.lead_id
    if wanted.mine:
        yield _mine(actor.id)
    if wanted.overdue:
        yield overdue_here()
    yield from _groupings(wanted)


def _groupings(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.programme:
        yield Audit.programme_id.in_(
            select(AuditProgramme.id).where(AuditProgramme.reference == wanted.programme.upper()))
    if wanted.playbook:
        yield exists(select(AuditCriteria.id).join(AuditCriteria.playbook).where(
            AuditCriteria.audit_id == Audit.id,
            or_(Playbook.prefix == wanted.playbook.upper(), Playbook.key == wanted.playbook.lower())))


def _run_by(vendor: str) -> ColumnElement[bool]:
    if vendor == "in-house":
        return Audit.vendor_id.is_(None)
    return Audit.vendor_id.in_(select(Vendor.id).where(Vendor.code == vendor.upper()))


def _mine(person_id: UUID) -> ColumnElement[bool]:
    return exists(select(AuditMember.person_id).where(
        AuditMember.audit_id == Audit.id, AuditMember.person_id == person_id))
