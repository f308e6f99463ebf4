"""What came from a tablet and waits for whoever leads the work: kept aside, or answered in two ways."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import Actor, Permission, visible_to
from compliance.actions.queries.today import Task
from compliance.audits.field.models import FieldOperation
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Assessment, Audit
from compliance.continuity.models import Exercise
from compliance.network.queries import calendar_of
from compliance.overview import addresses

MOST = 20
ASIDE = "From a tablet, after it could count: take it over or set it aside."
BOTH = "Two auditors gave different answers: choose which holds."


def late_audits(actor: Actor) -> list[Task]:
    """Audits this person leads with something kept aside or seen differently."""
    aside = select(FieldOperation.work).where(FieldOperation.waiting.is_(True))
    disputed = exists().where(Assessment.audit_id == Audit.id, Assessment.conflicts > 0)
    rows = db.session.execute(
        visible_to(actor, select(Audit, Audit.reference.in_(aside)), Audit).where(
            Audit.lead_id == actor.id,
            or_(Audit.reference.in_(aside),
                (Audit.status == AuditStatus.IN_PROGRESS) & or_(Audit.conflicts > 0, disputed)))
        .options(joinedload(Audit.site)).order_by(Audit.planned_until, Audit.id).limit(MOST))
    return [_task(audit, ASIDE if kept else BOTH) for audit, kept in rows]


def late_exercises(actor: Actor) -> list[Task]:
    """Exercises this person leads of which something was kept aside."""
    aside = select(FieldOperation.work).where(FieldOperation.waiting.is_(True))
    rows = db.session.scalars(
        visible_to(actor, select(Exercise), Exercise).where(
            Exercise.lead_id == actor.id, Exercise.reference.in_(aside))
        .options(joinedload(Exercise.site)).order_by(Exercise.planned_on, Exercise.id).limit(MOST))
    return [_task(exercise, ASIDE) for exercise in rows]


def _task(record: Any, why: str) -> Task:
    url = addresses.held(record.reference)
    today = calendar_of(record.site).local_date(clock.now())
    return Task(title=f"{record.site.code} {record.site.name}: what came from the floor", why=why,
                site=record.site.code, reference=record.reference, url=url, step="Decide", step_url=url, severity=None,
                due_on=today, today=today, city=record.site.name, late_by=None)


SOURCES: Sequence[tuple[Permission, Callable[[Actor], list[Task]]]] = (
    (Permission.CONDUCT_AUDIT, late_audits), (Permission.RECORD_EXERCISE, late_exercises),
)
