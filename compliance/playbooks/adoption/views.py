"""The pages of adoption: the board, a version, a version at a site, and who has read what."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from compliance import exports
from compliance.access import Permission, Place, require, require_somewhere
from compliance.db import transaction
from compliance.errors import NotFound, PlumblineError
from compliance.files import intake
from compliance.files.queries import evidence_of
from compliance.network.queries import nodes_above_sites
from compliance.playbooks.adoption import commands, lifecycle, queries, sheets
from compliance.playbooks.adoption.queries import Line, Run
from compliance.playbooks.adoption.schemas import AttestationSchema, LiveSchema
from compliance.playbooks.queries import get_stay, playbooks
from compliance.web.forms import Form
from compliance.web.request import actor, uploaded

bp = Blueprint("adoption", __name__, url_prefix="/adoption", template_folder="templates")
Answer = Redirect | tuple[str, int]
COLUMNS, SITES, NAMED = 6, 40, 30


@bp.get("")
def index() -> str | Response:
    require_somewhere(actor(), Permission.VIEW_AUDIT)
    asked = {name: request.args.get(name, "").strip() for name in ("region", "playbook")}
    rows = queries.board(actor(), region=asked["region"], playbook=asked["playbook"],
                         late=bool(request.args.get("late")))
    if kind := request.args.get("format"):
        return exports.file_response(kind, "adoption", sheets.BOARD, sheets.board_rows(rows))
    return render_template("adoption/index.html", rows=rows, asked=asked, late=bool(request.args.get("late")),
                           options=_options(), **_matrix(rows))


@bp.get("/mine")
def mine() -> str:
    return render_template("adoption/mine.html", asked=queries.asked_of(actor()), why=sheets.WHY)


@bp.get("/readers/<site>")
def readers(site: str) -> str | Response:
    stay = get_stay(actor(), site, vendor=request.args.get("vendor", ""))
    vendor_id = stay.vendor.id if stay.vendor else None
    require(actor(), Permission.ADOPT_VERSION, Place(stay.site.path, vendor_id))
    run = _run(stay.site.id, vendor_id)
    found = queries.readers(actor(), run)
    if kind := request.args.get("format"):
        return exports.file_response(kind, f"readers-{run.site.code}", sheets.READERS, sheets.reader_rows(found))
    return render_template("adoption/readers.html", run=run, stay=stay, readers=found, why=sheets.WHY)


@bp.get("/<key>/<number>")
def version(key: str, number: str) -> str | Response:
    require_somewhere(actor(), Permission.VIEW_AUDIT)
    row = queries.row(actor(), key, number, region=request.args.get("region", "").strip())
    if kind := request.args.get("format"):
        return exports.file_response(kind, f"adoption-{key}-{number}", sheets.BOARD, row.lines)
    start = _start()
    return render_template("adoption/version.html", row=row, options=_options(), start=start, size=SITES,
                           lines=row.lines[start:start + SITES], late=row.late[:NAMED])


@bp.get("/<key>/<number>/<site>")
def place(key: str, number: str, site: str) -> str:
    line = _line(key, number, site)
    return _page(line, _attestation(line), _going_live(line))


@bp.post("/<key>/<number>/<site>/notice")
def notice(key: str, number: str, site: str) -> Redirect:
    with transaction():
        commands.acknowledge_notice(actor(), _line(key, number, site))
    flash(f"{site} has acknowledged the notice. Next: train, and enter who has attested.")
    return _back(key, number, site)


@bp.post("/<key>/<number>/<site>/attestation")
def attest(key: str, number: str, site: str) -> Answer:
    form = _attestation(_may_adopt(key, number, site))
    said = form.data if form.submitted_and_valid() else None
    if said and _done(form, lambda: commands.attest(
            actor(), _line(key, number, site), attested=said["attested"], heads=said["heads"], seen=said["version"])):
        flash("The numbers are recorded.")
        return _back(key, number, site)
    line = _line(key, number, site)
    return _page(line, form, _going_live(line)), form.status


@bp.post("/<key>/<number>/<site>/live")
def go_live(key: str, number: str, site: str) -> Answer:
    form = _going_live(_may_adopt(key, number, site))
    said = form.data if form.submitted_and_valid() else None
    files = _accepted(form) if said else []
    if said and not form.problem and _done(form, lambda: commands.declare_live(
            actor(), _line(key, number, site), live_on=said["live_on"], note=said["note"], uploads=files,
            seen=said["version"])):
        flash(f"{site} is live on {number}.")
        return _back(key, number, site)
    line = _line(key, number, site)
    return _page(line, _attestation(line), form), form.status


def _line(key: str, number: str, site: str) -> Line:
    return queries.line(actor(), key, number, site=site, vendor=request.values.get("vendor", ""))


def _may_adopt(key: str, number: str, site: str) -> Line:
    line = _line(key, number, site)
    require(actor(), Permission.ADOPT_VERSION, line)
    return line


def _attestation(line: Line) -> Form:
    done = line.adoption
    return Form(AttestationSchema(), {
        "version": done.version if done else "", "attested": done.attested if done and done.heads else "",
        "heads": (done.heads if done else None) or line.run.site.headcount or ""})


def _going_live(line: Line) -> Form:
    return Form(LiveSchema(), {"version": line.adoption.version if line.adoption else "",
                               "live_on": line.run.today.isoformat()})


def _accepted(form: Form) -> list[intake.Upload]:
    try:
        return [intake.accept(data, name) for data, name in uploaded("file")]
    except PlumblineError as error:
        form.reject(error)
        return []


def _done(form: Form, work: Callable[[], object]) -> bool:
    try:
        with transaction():
            work()
    except PlumblineError as error:
        form.reject(error)
        return False
    return True


def _back(key: str, number: str, site: str) -> Redirect:
    return redirect(url_for(".place", key=key, number=number, site=site, vendor=request.values.get("vendor") or None))


def _page(line: Line, attestation: Form, going_live: Form) -> str:
    evidence = evidence_of(actor(), line.adoption)[line.adoption.id] if line.adoption else []
    needed = None
    if line.adoption and line.adoption.heads:
        needed = lifecycle.still_to_attest(line.adoption.heads, line.adoption.attested or 0)
    return render_template("adoption/place.html", line=line, attestation=attestation, going_live=going_live,
                           evidence=evidence, needed=needed, statuses=list(lifecycle.AdoptionStatus),
                           rules=lifecycle.RULES)


def _run(site_id: Any, vendor_id: Any) -> Run:
    """Raises NotFound where nobody runs anything any more."""
    for run in queries.runs(actor(), site_id=site_id):
        if run.vendor_id == vendor_id:
            return run
    raise NotFound


def _options() -> dict[str, list[tuple[str, str]]]:
    nodes = [(node.code, node.name) for node in nodes_above_sites(actor()) if node.parent_id is not None]
    return {"region": [("", "Everywhere"), *nodes],
            "playbook": [("", "All playbooks"), *((each.prefix, each.title) for each in playbooks(actor()))]}


def _start() -> int:
    """Which place of a long list the page begins with; what is no number is the first."""
    return max(0, request.args.get("from", 0, type=int))


def _matrix(rows: list[queries.Row]) -> dict[str, Any]:
    """The sites of this page against the newest versions: a cell is the line of both, where there is one."""
    shown = rows[:COLUMNS]
    cells = {(line.run.place, row.told.version.id): line for row in shown for line in row.lines}
    places = sorted({line.run.place: line.run for row in shown for line in row.lines}.values(),
                    key=lambda run: (run.site.path, run.operator))
    start = _start()
    page = places[start:start + SITES]
    return {"columns": shown, "total": len(places), "start": start, "size": SITES, "left_out": len(rows) - len(shown),
            "places": [(run, [cells.get((run.place, row.told.version.id)) for row in shown]) for run in page]}
