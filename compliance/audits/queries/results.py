"""Results of audits: how sites stand on playbooks, how that moved, and how much of the programme was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import Actor, visible_to
from compliance.audits.coverage import MandatoryAudit, programme_coverage
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit, AuditCriteria, Standing
from compliance.network.models import Site
from compliance.rates import Rate

COUNTED = (AuditStatus.REVIEWED, AuditStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Quarter:
    """The pooled result of a quarter; `n` counts the playbooks audited, `rate` is points over weight."""

    year: int
    number: int
    rate: Rate
    n: int

    @property
    def label(self) -> str:
        return f"{self.year} Q{self.number}"


def standings(actor: Actor, *, site_id: UUID | None = None, playbook_id: UUID | None = None) -> Sequence[Standing]:
    """The latest reviewed result of each site on each playbook, in one statement: the cells of the heatmap."""
    statement = visible_to(actor, select(Standing), Standing)
    if site_id is not None:
        statement = statement.where(Standing.site_id == site_id)
    if playbook_id is not None:
        statement = statement.where(Standing.playbook_id == playbook_id)
    return db.session.scalars(statement).all()


def results(actor: Actor, *, site_id: UUID, playbook_id: UUID | None = None) -> Sequence[AuditCriteria]:
    """Every reviewed result of a site, newest first, with audit and playbook, in one statement."""
    statement = visible_to(actor, select(AuditCriteria).join(AuditCriteria.audit), AuditCriteria).where(
        AuditCriteria.site_id == site_id, Audit.status.in_(COUNTED)).options(
        joinedload(AuditCriteria.audit), joinedload(AuditCriteria.playbook))
    if playbook_id is not None:
        statement = statement.where(AuditCriteria.playbook_id == playbook_id)
    return db.session.scalars(statement.order_by(AuditCriteria.assessed_on.desc(), AuditCriteria.id)).all()


def trend(actor: Actor, *, since: date, until: date, path: str = "/", playbook_id: UUID | None = None) -> list[Quarter]:
    """Reviewed results below a node per quarter, pooled from points and weight; a quarter without any is left out.

    Grouped by day in the database: neither database has a quarter the other understands.
    """
    pooled: Any = select(
        AuditCriteria.assessed_on, func.sum(AuditCriteria.points), func.sum(AuditCriteria.weight), func.count(),
    ).join(AuditCriteria.audit).join(AuditCriteria.site)
    statement = visible_to(actor, pooled, AuditCriteria).where(
        Audit.status.in_(COUNTED), AuditCriteria.assessed_on.between(since, until), AuditCriteria.weight > 0)
    if path != "/":
        statement = statement.where(Site.path.startswith(path, autoescape=True))
    if playbook_id is not None:
        statement = statement.where(AuditCriteria.playbook_id == playbook_id)
    pools: dict[tuple[int, int], list[float]] = {}
    for day, points, weight, n in db.session.execute(statement.group_by(AuditCriteria.assessed_on)):
        pool = pools.setdefault((day.year, (day.month + 2) // 3), [0.0, 0.0, 0])
        pool[0], pool[1], pool[2] = pool[0] + points, pool[1] + weight, pool[2] + n
    return [Quarter(*quarter, Rate(points, weight), int(n)) for quarter, (points, weight, n) in sorted(pools.items())]


def coverage(actor: Actor, *, since: date, until: date) -> Rate:
    """Mandatory audits reviewed within a window, of those due in it, in two statements."""
    due: Any = select(Audit.id, Audit.due_on, Audit.reviewed_at, Audit.status)
    rows = db.session.execute(
        visible_to(actor, due, Audit).where(Audit.mandatory.is_(True), Audit.due_on.between(since, until))).all()
    standing_in: Any = select(Audit.replaces_id, Audit.id).where(Audit.replaces_id.is_not(None))
    replaced = {row.replaces_id: row.id for row in db.session.execute(visible_to(actor, standing_in, Audit))}
    mandatory = [
        MandatoryAudit(str(row.id), row.due_on, row.reviewed_at.date() if row.reviewed_at else None,
                       row.status is AuditStatus.CANCELLED, str(replaced.get(row.id, ""))) for row in rows]
    return programme_coverage(mandatory, since, until)
