"""What audits saw of a clause that was waived, and the findings proposed since."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from compliance import db
from compliance.access import Actor, visible_to
from compliance.audits.lifecycle import REVIEWED
from compliance.audits.models import Assessment, Audit, AuditCriteria
from compliance.findings.models import Finding
from compliance.playbooks.waivers.models import Waiver


def seen_in(actor: Actor, waiver: Waiver, limit: int = 5) -> Sequence[Assessment]:
    """The latest reviewed answers to the clause of a waiver and to its control, with their audits."""
    here = Audit.vendor_id == waiver.vendor_id if waiver.vendor_id else Audit.vendor_id.is_(None)
    clause = (Assessment.clause_id == waiver.clause_id) | (Assessment.control_of == waiver.clause_id)
    return db.session.scalars(
        visible_to(actor, select(Assessment).join(Assessment.criteria).join(AuditCriteria.audit), Audit).where(
            Audit.site_id == waiver.site_id, here, Audit.status.in_(REVIEWED),
            AuditCriteria.playbook_id == waiver.playbook_id, clause)
        .options(contains_eager(Assessment.criteria).contains_eager(AuditCriteria.audit))
        .order_by(AuditCriteria.assessed_on.desc(), Assessment.position).limit(limit)).all()


def proposed(actor: Actor, waiver: Waiver) -> Sequence[Finding]:
    """The findings proposed for a waiver as far as the actor sees them, the latest first."""
    return db.session.scalars(
        visible_to(actor, select(Finding), Finding).where(
            Finding.source_type == Waiver.__tablename__, Finding.source_id == waiver.id)
        .options(joinedload(Finding.site), joinedload(Finding.playbook)).order_by(Finding.reference.desc())).all()
