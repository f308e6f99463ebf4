"""What is to be known of one vendor: where it works, how it stands there, and how others stand on the same clauses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import Actor, Permission, may, visible_to
from compliance.audits.models import Assessment, Audit, AuditCriteria, Standing
from compliance.audits.scoring import Conformity
from compliance.findings.lifecycle import OPEN_STATUSES
from compliance.findings.models import Finding
from compliance.network.models import Vendor
from compliance.playbooks.models import Playbook

MOST = 50
LEAST_SITES = 2  # a comparison with a single other site would be that site's result
NOTICES = (90, 60, 30)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One clause: conforming results of assessed ones, at this vendor and at everybody else."""

    clause_id: str
    title: str
    playbook: str
    mine: tuple[int, int]
    others: tuple[int, int]

    @property
    def gap(self) -> float:
        """How much lower the share here is, 0 to 1."""
        mine, others = (part / whole if whole else 0.0 for part, whole in (self.mine, self.others))
        return others - mine


def compared(actor: Actor, vendor: Vendor, limit: int = 12) -> list[Comparison]:
    """The clauses of the latest results, where the vendor is furthest behind the others first, in one statement.

    The others are one pooled figure over at least two sites, which names nobody; it is for those who may read
    internal notes, never for a vendor's own people.
    """
    if not may(actor, Permission.VIEW_INTERNAL_NOTES, vendor):
        return []
    mine = case((Standing.vendor_id == vendor.id, 1), else_=0).label("mine")
    met = func.sum(case((Assessment.conformity == Conformity.CONFORMITY, 1), else_=0))
    statement = select(
        Assessment.clause_id, func.max(Assessment.title), Playbook.prefix, mine, met, func.count(),
        func.count(Standing.site_id.distinct())).join(
        Standing, Standing.criteria_id == Assessment.criteria_id).join(
        Playbook, Playbook.id == Standing.playbook_id).where(Assessment.conformity.in_(
            (Conformity.CONFORMITY, Conformity.PARTIAL, Conformity.NONCONFORMITY))).group_by(
        Assessment.clause_id, Playbook.prefix, mine)
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for row in db.session.execute(visible_to(actor, statement, Standing)):
        found[row[0]][row[3]] = row
    both = [sides for sides in found.values() if {0, 1} <= sides.keys() and sides[0][6] >= LEAST_SITES]
    rows = [Comparison(sides[1][0], sides[1][1], sides[1][2], (int(sides[1][4]), sides[1][5]),
                       (int(sides[0][4]), sides[0][5])) for sides in both]
    return sorted(rows, key=lambda each: (-each.gap, each.clause_id))[:limit]


def open_findings_of(actor: Actor, vendor: Vendor) -> Sequence[Finding]:
    return db.session.scalars(
        visible_to(actor, select(Finding), Finding).where(
            Finding.vendor_id == vendor.id, Finding.status.in_(OPEN_STATUSES))
        .options(joinedload(Finding.site), joinedload(Finding.owner))
        .order_by(Finding.close_due_on, Finding.id).limit(MOST)).all()


def audits_of(actor: Actor, vendor: Vendor) -> Sequence[AuditCriteria]:
    """The results and plans of audits at this vendor, newest first."""
    return db.session.scalars(
        visible_to(actor, select(AuditCriteria).join(AuditCriteria.audit), Audit).where(
            AuditCriteria.vendor_id == vendor.id)
        .options(joinedload(AuditCriteria.audit).joinedload(Audit.site), joinedload(AuditCriteria.playbook))
        .order_by(Audit.planned_from.desc(), AuditCriteria.position, AuditCriteria.id).limit(MOST)).all()


@dataclass(frozen=True, slots=True)
class Contract:
    """When the contract ends, and the next day on which notice of that has to be thought of."""

    until: date
    days_left: int
    notice_on: date | None

    @property
    def tone(self) -> str:
        return "bad" if self.days_left <= NOTICES[-1] else "warn" if self.days_left <= NOTICES[0] else ""


def contract_of(vendor: Vendor) -> Contract | None:
    if vendor.contract_until is None:
        return None
    today = clock.today()
    ahead = [day for days in NOTICES if (day := vendor.contract_until - timedelta(days=days)) >= today]
    return Contract(vendor.contract_until, (vendor.contract_until - today).days, min(ahead, default=None))


