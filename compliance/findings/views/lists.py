"""The list of findings, its exports, and one finding."""

from collections.abc import Mapping
from datetime import date

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from compliance import exports
from compliance.actions.queries.today import task_of
from compliance.actions.views.lists import choices, named
from compliance.db import transaction
from compliance.findings.lifecycle import FindingKind, FindingStatus
from compliance.findings.presenting import late_by, lateness, view_of_finding
from compliance.findings.queries import FindingFilters, all_findings, findings, get_finding
from compliance.findings.queries.listing import answers_to, playbook_choices
from compliance.findings.views.blueprint import bp
from compliance.journal import Event, record
from compliance.network.calendars import SiteCalendar
from compliance.network.queries import days_at_sites
from compliance.web.look import url_with
from compliance.web.request import actor

TEXTS = ("status", "severity", "kind", "region", "site", "vendor", "playbook", "clause", "owner", "q")


def filters_sent() -> FindingFilters:
    """What the address asks for; without a status, what is open."""
    sent = {name: request.args.get(name, "") for name in TEXTS}
    if "status" not in request.args:
        sent["status"] = "open"
    return FindingFilters(**sent, overdue=_ticked("overdue"), repeat=_ticked("repeat"))


def _ticked(name: str) -> bool:
    return request.args.get(name, "") not in ("", "0")


@bp.get("")
def index() -> str:
    filters, sort = filters_sent(), request.args.get("sort", "due")
    found = findings(actor(), filters, sort=sort, cursor=request.args.get("after", ""))
    answers = answers_to(found.rows)
    rows = [(row, task_of(answers[row.id]) if row.id in answers else None, late_by(row)) for row in found.rows]
    return render_template(
        "findings/index.html", rows=rows, filters=filters, sort=sort, more=bool(found.next),
        next=url_with(after=found.next) if found.next else "", choices=choices(),
        playbooks=playbook_choices(actor()), statuses=named(FindingStatus), kinds=named(FindingKind))


@bp.get("/export.<kind>")
def export(kind: str) -> Response:
    """The list as it is seen, whole."""
    make = {"csv": exports.csv_response, "xlsx": exports.xlsx_response}.get(kind) or abort(404)
    filters, who = filters_sent(), actor()
    with transaction():
        record(who, Event.LIST_EXPORTED, None, list="findings", format=kind)
    return make("findings", _columns(days_at_sites()), all_findings(who, filters, request.args.get("sort", "due")))


def _columns(days: Mapping[str, tuple[SiteCalendar, date]]) -> list[exports.Column]:
    """`days` are the calendar and the day of each site by its code."""
    return [
        ("Reference", "reference"), ("Title", "title"), ("Kind", "kind"),
        ("Severity", "severity"), ("First severity", "first_severity"),
        ("Status", "status"), ("Site", "site"),
        ("Vendor", lambda row: row.vendor or "in-house"),
        ("Clause", lambda row: f"{row.clause_id} {row.playbook_version}".strip()),
        ("Source", "source_reference"), ("Owner", "owner"),
        ("Issued", "issued_on"), ("Plan due", "plan_due_on"),
        ("Due", "close_due_on"), ("Working days late", lambda row: lateness(row, *days[row.site])),
        ("Repeat", lambda row: bool(row.repeat)), ("Closed", "closed_on"),
        ("Condition", "condition"), ("Risk", "risk"),
    ]


@bp.get("/<reference>")
def show(reference: str) -> str:
    finding = get_finding(actor(), reference)
    view = view_of_finding(actor(), finding)
    return render_template("findings/show.html", finding=finding, view=view, zone=finding.site.zone or "UTC",
                           day=view.today)
