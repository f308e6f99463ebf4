"""The list of audits, and the same as a file."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from compliance import exports
from compliance.audits import queries
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit, AuditCriteria
from compliance.audits.queries import AuditFilter
from compliance.audits.views.blueprint import bp
from compliance.network.queries import site_choices, vendor_choices
from compliance.playbooks.queries import playbooks
from compliance.rates import shown
from compliance.web.request import actor, id_argument


@bp.get("/audits")
def index() -> str:
    wanted, sort = _filter(), request.args.get("sort", "-planned")
    page = queries.audits(actor(), wanted, sort=sort, cursor=request.args.get("after", ""))
    return render_template(
        "audits/index.html", page=page, wanted=wanted, sort=sort, result=result, is_overdue=queries.is_overdue,
        sites=[(code, f"{code} {name}") for code, name in site_choices(actor())], vendors=vendor_choices(actor()),
        playbooks=[(playbook.prefix, playbook.title) for playbook in playbooks(actor())],
        programmes=[(each.reference, each.name) for each in queries.programmes(actor())],
        statuses=[(status.value, status.value.replace("_", " ").capitalize()) for status in AuditStatus])


@bp.get("/audits.<any(csv, xlsx):kind>")
def export(kind: str) -> Response:
    rows = queries.all_audits(actor(), _filter(), sort=request.args.get("sort", "-planned"))
    columns: list[exports.Column] = [
        ("Reference", lambda audit: audit.reference), ("Status", lambda audit: audit.status),
        ("Site", lambda audit: audit.site.code),
        ("Vendor", lambda audit: audit.vendor.name if audit.vendor else "in-house"),
        ("Playbooks", lambda audit: ", ".join(each.playbook.title for each in audit.criteria)),
        ("Lead auditor", lambda audit: audit.lead.name), ("First day", lambda audit: audit.planned_from),
        ("Last day", lambda audit: audit.planned_until), ("Due", lambda audit: audit.due_on),
        ("Overdue", queries.is_overdue), ("Clauses", lambda audit: audit.clauses),
        ("Answered", lambda audit: audit.answered), ("Results", lambda audit: "; ".join(_results(audit)))]
    return exports.file_response(kind, "audits", columns, rows)


def result(criteria: Any) -> str:
    """The score as it is shown, never on the wrong side of a limit; "not rated" where there is none."""
    return "not rated" if criteria.score is None else shown(criteria.score, (90, 80, 65))


def _results(audit: Audit) -> list[str]:
    return [f"{each.playbook.prefix} {each.rating} {result(each)}{_unwaived(each)}" for each in audit.criteria
            if each.rating]


def _unwaived(criteria: AuditCriteria) -> str:
    """The second number beside a score with something waived in it."""
    if not criteria.waived:
        return ""
    without = "not rated" if criteria.score_without_waivers is None else f"{criteria.score_without_waivers:.1f}"
    return f" (with waived clauses counted as not met: {without})"


def _filter() -> AuditFilter:
    args = request.args
    return AuditFilter(
        status=args.get("status", ""), site=args.get("site", ""), vendor=args.get("vendor", ""),
        playbook=args.get("playbook", ""), programme=args.get("programme", ""), lead_id=id_argument("lead"),
        mine=bool(args.get("mine")), overdue=bool(args.get("overdue")))
