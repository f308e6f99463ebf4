"""The pages of waivers: the register, one waiver with what can be done now, and the request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import exports, journal
from compliance.access import Permission, Place, may, require, require_somewhere
from compliance.accounts.queries import get_person
from compliance.db import transaction
from compliance.errors import InvalidInput, NotFound, RuleViolation
from compliance.network.queries import site_choices, vendor_choices
from compliance.playbooks.effectiveness import ClauseOnPage
from compliance.playbooks.models import Playbook
from compliance.playbooks.queries import Stay, get_playbook, get_stay, playbooks
from compliance.playbooks.waivers import commands, presenting, queries
from compliance.playbooks.waivers.lifecycle import RENEWABLE, State, decider, why_not
from compliance.playbooks.waivers.models import Waiver
from compliance.playbooks.waivers.queries import Line, WaiverFilter
from compliance.playbooks.waivers.schemas import AskSchema, WordSchema, as_asked
from compliance.playbooks.waivers.subjects import ClauseAt, Subject, subject_of, today_at
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.web.words import sentence

bp = Blueprint("waivers", __name__, template_folder="templates")
Answer = Response | tuple[str, int] | str
P = Permission
COLUMNS: list[exports.Column] = [
    ("Reference", lambda line: line.waiver.reference), ("State", lambda line: line.state),
    ("Playbook", lambda line: line.waiver.playbook.title), ("Clause", lambda line: line.waiver.clause_id),
    ("Title", lambda line: line.waiver.clause_title), ("Severity", lambda line: line.waiver.severity),
    ("Site", lambda line: line.waiver.site.code),
    ("Run by", lambda line: line.waiver.vendor.name if line.waiver.vendor else "in-house"),
    ("From", lambda line: line.waiver.from_on), ("Until", lambda line: line.waiver.until_on),
    ("Lapses on", lambda line: line.lapsed_on), ("Renewal", lambda line: line.waiver.renewal),
    ("Compensating control", lambda line: line.waiver.control),
    ("Owner of the control", lambda line: line.waiver.control_owner.name),
    ("Asked for by", lambda line: line.waiver.requested_by.name),
    ("Asked for at", lambda line: line.waiver.requested_at), ("Decision", lambda line: line.waiver.decision),
]


@dataclass(frozen=True, slots=True)
class Act:
    """What may be done about a waiver with a word of reason."""

    permission: Permission
    take: Callable[..., None]
    word: str  # what its command calls the reason
    done: str


ACTS = {
    "approve": Act(P.DECIDE_WAIVER, commands.approve_waiver, "decision", "is granted."),
    "decline": Act(P.DECIDE_WAIVER, commands.decline_waiver, "reason", "is declined. Whoever asked reads why."),
    "revoke": Act(P.DECIDE_WAIVER, commands.revoke_waiver, "reason", "is revoked. The clause is asked again."),
    "close": Act(P.REQUEST_WAIVER, commands.close_waiver, "reason", "is closed. The clause is asked as for everybody."),
}


@dataclass(frozen=True, slots=True)
class Here:
    """What the page of an effective playbook says of waivers, clause by clause."""

    stay: Stay
    playbook: Playbook
    lines: Mapping[str, Line]
    asks: bool  # whether the reader may ask for one here, now

    @property
    def on(self) -> date:
        return self.stay.on

    def url(self, clause: ClauseOnPage) -> str:
        return url_for("waivers.new", site=self.stay.site.code, playbook=self.playbook.key, clause=clause.id,
                       vendor=self.stay.vendor.code if self.stay.vendor else "in-house")

    def why_not(self, clause: ClauseOnPage) -> str:
        """In two words, what the request would be told at length; "" for a clause that can be waived."""
        refusals = why_not(ClauseAt(clause, "", self.on).here)
        return {"critical": "Critical: never waived", "locked": "Locked: never waived"}.get(
            refusals[0].code, "Nothing to waive") if refusals else ""


@bp.app_context_processor
def beside() -> dict[str, Any]:
    """The page of an effective playbook stands below waivers, so its template asks for them by this name."""
    return {"waivers_here": waivers_here}


def waivers_here(stay: Stay, playbook: Playbook) -> Here:
    vendor_id = stay.vendor.id if stay.vendor else None
    granted = queries.granted_at(actor(), stay.site, vendor=stay.vendor, on=stay.on)
    asks = stay.on == today_at(stay.site) and stay.known_on is None and may(
        actor(), P.REQUEST_WAIVER, Place(stay.site.path, vendor_id))
    return Here(stay, playbook, {line.waiver.clause_id: line for line in granted
                                 if line.waiver.playbook_id == playbook.id}, asks)


@bp.get("/waivers")
def index() -> str:
    wanted, sort = _filter(), request.args.get("sort", "requested")
    page = queries.waivers(actor(), wanted, sort=sort, cursor=request.args.get("after", ""))
    return render_template(
        "waivers/index.html", page=page, wanted=wanted, sort=sort, vendors=vendor_choices(actor()),
        sites=[(code, f"{code} {name}") for code, name in site_choices(actor())],
        playbooks=[(playbook.prefix, playbook.title) for playbook in playbooks(actor())],
        states=[(state.value, sentence(state)) for state in State])


@bp.get("/waivers.<any(csv, xlsx):kind>")
def export(kind: str) -> Response:
    rows = queries.all_waivers(actor(), _filter(), sort=request.args.get("sort", "requested"))
    return exports.file_response(kind, "waivers", COLUMNS, rows)


@bp.route("/waivers/new", methods=["GET", "POST"])
def new() -> Answer:
    """The clause is in the address, so that it can be read, and refused, before anything is typed."""
    require_somewhere(actor(), P.REQUEST_WAIVER)
    try:
        subject = _subject()
        return _choose() if subject is None else _ask(subject)
    except NotFound as error:
        return _choose(f"{error} Check the site, the playbook and the clause."), 404


def _ask(subject: Subject) -> Answer:
    require(actor(), P.REQUEST_WAIVER, subject.place)
    form = Form(AskSchema(), {"from_on": today_at(subject.site).isoformat()})
    if form.submitted_and_valid():
        try:
            with transaction():
                waiver = commands.request_waiver(actor(), subject, as_asked(form.data), seen=form.data["digest"],
                                                 control_owner=get_person(actor(), form.data["control_owner"]))
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            return _asked(waiver)
    return _form_page(subject, form), form.status


@bp.route("/waivers/<reference>/renew", methods=["GET", "POST"])
def renew(reference: str) -> Answer:
    waiver = queries.get_waiver(actor(), reference)
    require(actor(), P.REQUEST_WAIVER, waiver)
    form = Form(AskSchema(), _further(waiver))
    if form.submitted_and_valid():
        try:
            with transaction():
                renewal = commands.renew_waiver(
                    actor(), waiver, as_asked(form.data), seen=form.data["digest"], version=form.data["version"],
                    control_owner=get_person(actor(), form.data["control_owner"]))
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            return _asked(renewal)
    return _form_page(subject_of(waiver), form, renews=waiver), form.status


@bp.get("/waivers/<reference>")
def show(reference: str) -> Answer:
    waiver = queries.get_waiver(actor(), reference)
    return _page(waiver, Form(WordSchema(), {"version": waiver.version}))


@bp.post("/waivers/<reference>/<any(approve, decline, revoke, close):act>")
def take(reference: str, act: str) -> Answer:
    waiver, doing = queries.get_waiver(actor(), reference), ACTS[act]
    require(actor(), doing.permission, waiver)
    form = Form(WordSchema(), {"version": waiver.version}, {"Status": sentence(waiver.status)})
    if form.submitted_and_valid():
        try:
            with transaction():
                doing.take(actor(), waiver, version=form.data["version"], **{doing.word: form.data["reason"]})
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(f"{waiver.reference} {doing.done}")
            return redirect(url_for(".show", reference=waiver.reference))
    return _page(queries.get_waiver(actor(), reference), form)


def _asked(waiver: Waiver) -> Response:
    flash(f"{waiver.reference} is asked for. {sentence(waiver.decider)} decides.")
    return redirect(url_for(".show", reference=waiver.reference))


def _page(waiver: Waiver, form: Form) -> tuple[str, int]:
    line, zone = queries.line_of(waiver), waiver.site.zone or "UTC"
    return render_template(
        "waivers/show.html", waiver=waiver, line=line, form=form, standing=presenting.standing(line),
        path=presenting.path(line), why_not=queries.why_not_to_decide(actor(), waiver), zone=zone,
        decides=waiver.status == "requested" and may(actor(), P.DECIDE_WAIVER, waiver),
        renewable=line.state in RENEWABLE, renewals=queries.renewals_of(actor(), waiver),
        clause_url=_clause_url(waiver), ends=line.is_holding,
        history=presenting.told(journal.history(waiver), zone)), form.status


def _form_page(subject: Subject, form: Form, *, renews: Waiver | None = None) -> str:
    clause = _read(subject, form)
    return render_template(
        "waivers/new.html", subject=subject, form=form, clause=clause, here=clause.here, renews=renews,
        refusals=[refusal.message for refusal in why_not(clause.here)], today=today_at(subject.site),
        who=decider(clause.here.severity, renews.renewal + 1 if renews else 0),
        owners=queries.owners_for(actor(), subject.place), line=queries.line_of(renews) if renews else None)


def _read(subject: Subject, form: Form) -> ClauseAt:
    """The clause on the first day that is asked for: what would be granted is what has to be read."""
    today = today_at(subject.site)
    try:
        first = max(date.fromisoformat(str(form.value("from_on"))), today)
    except ValueError:
        first = today
    return subject.clause_on(first)


def _further(waiver: Waiver) -> dict[str, Any]:
    """A renewal begins where the first ends, and says again what the first said."""
    first = max(waiver.until_on, today_at(waiver.site))
    return {"version": waiver.version, "from_on": first.isoformat(), "until_on": "", "rationale": waiver.rationale,
            "risk": waiver.risk, "control": waiver.control, "control_owner": waiver.control_owner_id}


def _choose(problem: str = "") -> str:
    found = [(each.key, each.title) for each in playbooks(actor())]
    return render_template("waivers/choose.html", playbooks=found, problem=problem)


def _subject() -> Subject | None:
    args = {name: request.args.get(name, "").strip() for name in ("site", "playbook", "clause", "vendor")}
    if not (args["site"] and args["playbook"] and args["clause"]):
        return None
    stay = get_stay(actor(), args["site"], vendor=args["vendor"])
    return Subject(stay.site, stay.vendor, get_playbook(actor(), args["playbook"]), args["clause"].upper())


def _clause_url(waiver: Waiver) -> str:
    address = url_for("playbooks.effective", key=waiver.playbook.key, site=waiver.site.code,
                      vendor=waiver.vendor.code if waiver.vendor else "in-house")
    return f"{address}#{waiver.clause_id}"


def _filter() -> WaiverFilter:
    args = request.args
    return WaiverFilter(site=args.get("site", ""), vendor=args.get("vendor", ""), playbook=args.get("playbook", ""),
                        state=args.get("state", ""), expiring=bool(args.get("expiring")))
