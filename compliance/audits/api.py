"""Audits as data: the record, and one answer at a time."""

from typing import Any

from flask import Blueprint, Response, jsonify

from compliance.audits import commands, queries, score_rules
from compliance.audits.models import Assessment, Audit
from compliance.audits.queries.states import as_answered
from compliance.audits.schemas import AnswerSchema
from compliance.audits.submission import clause_blockers
from compliance.db import transaction
from compliance.errors import Conflict
from compliance.web.errors import problem
from compliance.web.request import actor, json_body

bp = Blueprint("audits_api", __name__, url_prefix="/api/v1/audits")


@bp.get("/<reference>")
def show(reference: str) -> Response:
    """An audit with its results and, for those who may read them, its answers."""
    audit = queries.get_audit(actor(), reference)
    response: Response = jsonify(told(audit) | {
        "assessments": [told_answer(each) for each in queries.assessments_of(actor(), audit)]})
    return response


@bp.put("/<reference>/assessments/<clause>")
def answer(reference: str, clause: str) -> Response:
    """Answer a clause. A 409 for a colleague's answer holds what stands now under `theirs`, with its version."""
    fields = AnswerSchema().load(json_body())
    try:
        with transaction():
            assessment = queries.get_assessment(actor(), reference, clause)
            commands.answer(actor(), assessment, **fields)
    except Conflict as clash:
        return _clash(clash, queries.get_assessment(actor(), reference, clause))
    audit = assessment.criteria.audit
    missing = clause_blockers(as_answered(assessment), score_rules.rules_of(audit.score_rules))
    response: Response = jsonify(told_answer(assessment) | {
        "answered": audit.answered, "clauses": audit.clauses, "missing": [each.message for each in missing]})
    return response


def _clash(clash: Conflict, present: Assessment) -> Response:
    response = problem(409, str(clash))
    body = dict(response.get_json()) | {"theirs": clash.theirs, "version": present.version}
    told_again: Response = jsonify(body)
    told_again.status_code, told_again.content_type = 409, response.content_type
    return told_again


def told(audit: Audit) -> dict[str, Any]:
    return {
        "reference": audit.reference, "status": audit.status, "site": audit.site.code,
        "vendor": audit.vendor.code if audit.vendor else None, "lead": audit.lead.name, "lobs": audit.lobs,
        "method": audit.method, "planned_from": audit.planned_from.isoformat(),
        "planned_until": audit.planned_until.isoformat(), "due_on": audit.due_on.isoformat(),
        "clauses": audit.clauses, "answered": audit.answered, "version": audit.version,
        "criteria": [{
            "playbook": each.playbook.key, "version": each.version or None, "content_digest": each.content_digest,
            "score": each.score, "rating": each.rating, "cap": each.cap, "conforming": each.conforming,
            "assessed": each.assessed, "waived": each.waived,
            "score_with_waived_as_not_met": each.score_without_waivers} for each in audit.criteria],
    }


def told_answer(assessment: Assessment) -> dict[str, Any]:
    return {
        "clause": assessment.clause_id, "digest": assessment.clause_digest, "version": assessment.version,
        "severity": assessment.severity, "weight": assessment.weight, "conformity": assessment.conformity,
        "note": assessment.note, "reason": assessment.reason, "sample_size": assessment.sample_size,
        "sample_failed": assessment.sample_failed, "evidence": assessment.evidence_count,
        "finding_title": assessment.finding_title, "finding_risk": assessment.finding_risk,
        "proposed_severity": assessment.proposed_severity, "proposed_action": assessment.proposed_action,
        "conflicts": assessment.conflicts, "read_in": assessment.read_in or None,
        "written_in": assessment.written_in or None,
        "waiver": assessment.waiver.reference if assessment.waiver else None,
        "control_of": assessment.control_of or None,
    }
