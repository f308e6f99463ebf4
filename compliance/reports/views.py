"""Reports: the list, making one, reading it, taking it out in five formats."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from compliance import clock
from compliance.access import Permission, require_somewhere
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.exports import XLSX
from compliance.network.queries import get_node, get_vendor, nodes_above_sites, sites, vendors
from compliance.overview.periods import Period, this_quarter
from compliance.reports import pdf, presenting, prose, sheets
from compliance.reports.commands import make_report, note_export
from compliance.reports.content import canonical
from compliance.reports.models import Report
from compliance.reports.queries.records import get_report, reports
from compliance.reports.schemas import ReportSchema
from compliance.web.forms import Form
from compliance.web.request import actor

bp = Blueprint("reports", __name__, url_prefix="/reports", template_folder="templates")


@bp.get("")
def index() -> str:
    found = reports(actor(), request.args.get("after", ""))
    return render_template("reports/index.html", found=found)


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer | tuple[str, int]:
    require_somewhere(actor(), Permission.MAKE_REPORT)
    form = Form(ReportSchema(), _asked())
    if form.submitted_and_valid():
        try:
            report = _make(form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{report.reference} is frozen. It will never change.")
            return redirect(url_for(".show", reference=report.reference))
    return render_template("reports/new.html", form=form, nodes=_nodes(), vendors=_vendors()), form.status


def _make(asked: dict[str, Any]) -> Report:
    node = get_node(actor(), asked["node"])
    vendor = get_vendor(actor(), asked["vendor"]) if asked["vendor"] else None
    with transaction():
        return make_report(actor(), node=node, vendor=vendor, period=Period(asked["since"], asked["until"]),
                           title=asked["title"])


@bp.get("/<reference>")
def show(reference: str) -> str:
    report = get_report(actor(), reference)
    return render_template("reports/show.html", report=report, s=report.snapshot,
                           **presenting.pictures(report.snapshot))


@bp.get("/<reference>.pdf")
def as_pdf(reference: str) -> Response:
    report = _taken(reference, "pdf")
    return _file(report, "pdf", "application/pdf", pdf.pdf_of(report.snapshot, report.digest))


@bp.get("/<reference>.xlsx")
def as_xlsx(reference: str) -> Response:
    report = _taken(reference, "xlsx")
    return _file(report, "xlsx", XLSX, sheets.xlsx_of(report.snapshot, report.digest))


@bp.get("/<reference>.csv")
def as_csv(reference: str) -> Response:
    report = _taken(reference, "csv")
    return _file(report, "csv", "text/csv; charset=utf-8", sheets.csv_of(report.snapshot))


@bp.get("/<reference>.json")
def as_json(reference: str) -> Response:
    """The canonical snapshot: the SHA-256 of this file is the digest."""
    report = _taken(reference, "json")
    return _file(report, "json", "application/json", canonical(report.snapshot))


@bp.get("/<reference>.md")
def as_markdown(reference: str) -> Response:
    report = _taken(reference, "md")
    return _file(report, "md", "text/markdown; charset=utf-8",
                 prose.markdown_of(report.snapshot, report.digest).encode())


def _taken(reference: str, kind: str) -> Report:
    report = get_report(actor(), reference)
    with transaction():
        note_export(actor(), report, kind)
    return report


def _file(report: Report, kind: str, media_type: str, content: bytes) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"{report.reference}.{kind}")
    return response


def _asked() -> dict[str, Any]:
    """The quarter so far, and the scope of the page that led here."""
    period = this_quarter(clock.today())
    return {"node": request.args.get("node", ""), "vendor": request.args.get("vendor", ""),
            "since": period.since.isoformat(), "until": period.until.isoformat()}


def _nodes() -> list[tuple[str, str]]:
    above = [("" if node.parent_id is None else node.code, "The whole network" if node.parent_id is None else node.name)
             for node in nodes_above_sites(actor(), Permission.MAKE_REPORT)]
    return above + [(site.code, f"{site.code} {site.name}") for site in sites(
        actor(), permission=Permission.MAKE_REPORT)]


def _vendors() -> list[tuple[str, str]]:
    return [("", "All, and in-house"), *((vendor.code, vendor.name) for vendor in vendors(actor()))]
