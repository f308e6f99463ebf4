"""What was waived, as a report lists it: the waivers of the period, and the scores with and without them."""

from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from compliance import db
from compliance.access import Actor
from compliance.audits.lifecycle import REVIEWED
from compliance.audits.models import Audit, AuditCriteria
from compliance.overview.periods import Period
from compliance.overview.queries.scope import Scope, narrowed
from compliance.playbooks.waivers.lifecycle import HOLDING, WaiverStatus
from compliance.playbooks.waivers.models import Waiver
from compliance.playbooks.waivers.queries import PLACE, Line, lines_of


def waivers_in(actor: Actor, scope: Scope, period: Period) -> list[dict[str, Any]]:
    """Those granted and in force now or to come, and those that ended in the period; what ends first stands first."""
    statement = select(Waiver).where(
        Waiver.decided_on.is_not(None), Waiver.until_on >= period.since,
        or_(Waiver.status == WaiverStatus.APPROVED, Waiver.ended_on >= period.since))
    found = db.session.scalars(narrowed(actor, statement, Waiver, scope).options(
        *PLACE, joinedload(Waiver.control_owner)).order_by(Waiver.until_on, Waiver.reference)).all()
    return [_waiver(line) for line in lines_of(found)]


def _waiver(line: Line) -> dict[str, Any]:
    waiver = line.waiver
    return {
        "reference": waiver.reference, "site": waiver.site.code,
        "operator": waiver.vendor.name if waiver.vendor else "in-house", "playbook": waiver.playbook.prefix,
        "clause": waiver.clause_id, "title": waiver.clause_title, "severity": waiver.severity.value,
        "state": line.state.value, "holds": line.state in HOLDING, "renewal": waiver.renewal,
        "from_on": waiver.from_on.isoformat(), "until_on": waiver.until_on.isoformat(),
        "lapsed_on": _iso(line.lapsed_on), "ended_on": _iso(waiver.ended_on), "control": waiver.control,
        "control_owner": waiver.control_owner.name,
    }


def scores_with_waivers(actor: Actor, scope: Scope, period: Period) -> list[dict[str, Any]]:
    """The results of the period with something waived in them, each with the second number beside the first."""
    statement = select(AuditCriteria).join(AuditCriteria.audit).where(
        AuditCriteria.waived > 0, Audit.status.in_(REVIEWED),
        AuditCriteria.assessed_on.between(period.since, period.until))
    found = db.session.scalars(narrowed(actor, statement, AuditCriteria, scope).options(
        contains_eager(AuditCriteria.audit), joinedload(AuditCriteria.site), joinedload(AuditCriteria.playbook))
        .order_by(AuditCriteria.assessed_on, AuditCriteria.id)).all()
    return [{
        "audit": each.audit.reference, "site": each.site.code, "playbook": each.playbook.prefix,
        "assessed_on": _iso(each.assessed_on), "score": each.score, "n": each.assessed, "waived": each.waived,
        "score_without": each.score_without_waivers,
    } for each in found]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
