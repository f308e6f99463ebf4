"""Findings as JSON: the list by cursor, one, and closing what answers one."""

from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from compliance.access import Permission
from compliance.actions.closing import why_not_closed
from compliance.actions.queries import get_action
from compliance.actions.views.blueprint import in_transaction
from compliance.errors import InvalidInput
from compliance.findings import commands
from compliance.findings.models import Finding
from compliance.findings.presenting import FindingView, late_by, view_of_finding
from compliance.findings.queries import findings, get_finding
from compliance.findings.views.answering import finding_for
from compliance.findings.views.lists import filters_sent
from compliance.paging import PAGE
from compliance.web.request import actor, json_body

bp = Blueprint("findings_api", __name__, url_prefix="/api/v1/findings")


@bp.get("")
def index() -> Response:
    """The list with the filters of the page; `next` is the cursor of the following rows, null at the end."""
    size = request.args.get("limit", str(PAGE))
    if not size.isdecimal():
        raise InvalidInput("The limit is a whole number.")
    found = findings(actor(), filters_sent(), sort=request.args.get("sort", "due"),
                     cursor=request.args.get("after", ""), limit=int(size))
    return jsonify({"findings": [_line(row) for row in found.rows], "next": found.next or None})


@bp.get("/<reference>")
def show(reference: str) -> Response:
    finding = get_finding(actor(), reference)
    return jsonify(_whole(view_of_finding(actor(), finding)))


@bp.post("/<reference>/closure")
def close(reference: str) -> Response:
    """Verify and close: `{"met": true, "note": "…", "version": 3}`, the version being that of its open action.

    Without an open action `{"version": 7}` closes the finding itself.
    """
    sent = json_body()
    finding = finding_for(Permission.VERIFY_ACTION, reference)
    view = view_of_finding(actor(), finding)
    version = sent.get("version") if isinstance(sent.get("version"), int) else None
    if view.current is None or view.can_close:
        in_transaction(commands.close_finding, actor(), finding, seen=version)
    else:
        if not isinstance(sent.get("met"), bool):
            raise InvalidInput("Say whether the criterion is met.", {"met": ["true or false"]})
        action = get_action(actor(), view.current.action.reference)
        in_transaction(commands.verify_finding, actor(), finding, action, met=sent["met"],
                       note=str(sent.get("note", "")), seen=version)
    return jsonify(_whole(view_of_finding(actor(), get_finding(actor(), reference))))


def _line(row: Finding) -> dict[str, Any]:
    return {
        "reference": row.reference, "title": row.title, "kind": row.kind, "severity": row.severity,
        "status": row.status, "site": row.site.code, "vendor": row.vendor.code if row.vendor else None,
        "playbook": row.playbook.key if row.playbook else None, "clause": row.clause_id or None,
        "issued_on": _day(row.issued_on), "due_on": _day(row.close_due_on), "working_days_late": late_by(row),
        "owner": row.owner.name if row.owner else None, "source": row.source_reference, "version": row.version,
    }


def _whole(view: FindingView) -> dict[str, Any]:
    finding = view.finding
    said = {name: getattr(finding, name) for name in ("criterion", "condition", "risk", "extent", "recommendation")}
    return _line(finding) | said | {
        "first_severity": finding.first_severity, "plan_due_on": _day(finding.plan_due_on),
        "dispute_until": _day(finding.dispute_until), "closed_on": _day(finding.closed_on),
        "repeat_of": finding.repeat_of.reference if finding.repeat_of else None, "reopened": finding.reopened,
        "actions": [{
            "reference": action.reference, "status": action.status, "due_on": _day(action.due_on),
            "version": action.version, "still_needs": [refusal.message for refusal in why_not_closed(action)]
            if view.current and action.id == view.current.action.id and action.closed_at is None else [],
        } for action in view.actions],
        "evidence": [{"id": str(piece.id), "name": piece.name, "sha256": piece.sha256} for piece in view.evidence],
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
