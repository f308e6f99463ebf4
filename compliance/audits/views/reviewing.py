"""Reviewing an audit: each failed clause with note and evidence, its grade, then back to the team or done."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from compliance.access import Permission, require
from compliance.audits import commands, queries
from compliance.audits.commands import FAILED, Grade
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Assessment, Audit
from compliance.audits.schemas import ReviewSchema
from compliance.audits.views import cards
from compliance.audits.views.blueprint import Answer, bp
from compliance.audits.views.listing import result
from compliance.db import transaction
from compliance.errors import InvalidInput, RuleViolation
from compliance.files.queries import evidence_of
from compliance.playbooks.document import Severity
from compliance.web.forms import Form
from compliance.web.request import actor


@bp.route("/audits/<reference>/review", methods=["GET", "POST"])
def review(reference: str) -> Answer:
    audit = queries.get_audit(actor(), reference)
    require(actor(), Permission.REVIEW_AUDIT, audit)
    failed = [each for each in queries.assessments_of(actor(), audit) if each.conformity in FAILED]
    form = Form(ReviewSchema(), {"version": audit.version})
    if form.submitted_and_valid():
        returns = request.form.get("then") == "return"
        try:
            done = _return(audit, form.data) if returns else _complete(audit, failed, form.data)
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(done)
            return redirect(url_for(".show", reference=audit.reference))
    return render_template("audits/review.html", audit=audit, form=form, failed=_shown(failed), result=result,
                           waiting=audit.status is AuditStatus.SUBMITTED), form.status


def _return(audit: Audit, given: dict[str, Any]) -> str:
    with transaction():
        commands.return_audit(actor(), audit, comment=given["comment"], version=given["version"])
    return f"{audit.reference} is back with {audit.lead.name}."


def _complete(audit: Audit, failed: list[Assessment], given: dict[str, Any]) -> str:
    with transaction():
        findings = commands.review_audit(actor(), audit, grades=_grades(failed), comment=given["comment"],
                                         version=given["version"])
    return f"{audit.reference} is reviewed. {len(findings)} findings are issued and their clocks run."


def _grades(failed: list[Assessment]) -> dict[str, Grade]:
    """The grades of the form, by clause; one that is no grade is left as the playbook has it."""
    known = {severity.value: severity for severity in Severity}
    sent = {each.clause_id: request.form.get(f"grade-{each.clause_id}", "") for each in failed}
    return {clause: Grade(known[value], request.form.get(f"why-{clause}", ""))
            for clause, value in sent.items() if value in known}


def _shown(failed: list[Assessment]) -> list[dict[str, Any]]:
    texts, evidence = queries.texts_of(failed), evidence_of(actor(), *failed)
    return [{"a": each, "text": texts[each.clause_digest], "evidence": cards.photos(evidence[each.id]),
             "grade": request.form.get(f"grade-{each.clause_id}") or str(each.proposed_severity or each.severity),
             "why": request.form.get(f"why-{each.clause_id}", "")} for each in failed]
