"""Finishing an audit: what still blocks it, what the closing meeting left behind, and handing it to review."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from compliance import clock
from compliance.access import Permission, require
from compliance.audits import commands, queries, score_rules
from compliance.audits.models import Audit
from compliance.audits.queries.states import as_answered, closing_of, results_of
from compliance.audits.schemas import ClosingSchema
from compliance.audits.submission import Blocker, submission_blockers
from compliance.audits.views.blueprint import Answer, bp
from compliance.audits.views.listing import result
from compliance.db import transaction
from compliance.errors import Forbidden, InvalidInput, RuleViolation
from compliance.web.forms import Form
from compliance.web.request import actor


@bp.route("/audits/<reference>/finish", methods=["GET", "POST"])
def finish(reference: str) -> Answer:
    audit = queries.get_audit(actor(), reference)
    require(actor(), Permission.CONDUCT_AUDIT, audit)
    if actor().id not in audit.team:
        raise Forbidden(f"Only the audit team finishes it. Its lead is {audit.lead.name}.")
    form = Form(ClosingSchema(), _initial(audit))
    if form.submitted_and_valid():
        submits = request.form.get("then") == "submit"
        try:
            with transaction():
                (commands.submit_audit if submits else commands.note_closing)(actor(), audit, **form.data)
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(f"{audit.reference} is with the reviewers." if submits else "Kept. The audit is still in progress.")
            return redirect(url_for(".show" if submits else ".finish", reference=audit.reference))
    return render_template("audits/finish.html", audit=audit, form=form, result=result, **_state(audit)), form.status


def _initial(audit: Audit) -> dict[str, Any]:
    return {"version": audit.version, "acknowledged_by": audit.acknowledged_by, "refusal_note": audit.refusal_note,
            "meeting_on": audit.closing_meeting_on.isoformat() if audit.closing_meeting_on else "",
            "not_assessed_reason": audit.not_assessed_reason, "conclusion": audit.conclusion}


def _state(audit: Audit) -> dict[str, Any]:
    assessments = queries.assessments_of(actor(), audit)
    rules, today = score_rules.rules_of(audit.score_rules), clock.today(audit.site.zone or "UTC")
    blockers = submission_blockers([as_answered(each) for each in assessments], closing_of(audit), today, rules)
    failed = [each for each in assessments if each.conformity in commands.FAILED]
    return {"of_clauses": [each for each in blockers if each.clause_id],
            "of_audit": [each for each in blockers if not each.clause_id and not _asked_here(each)],
            "results": results_of(audit, assessments), "failed": failed, "is_lead": actor().id == audit.lead_id}


def _asked_here(blocker: Blocker) -> bool:
    """What the form below asks for anyway."""
    return blocker.code in {"closing_meeting", "acknowledgement"}
