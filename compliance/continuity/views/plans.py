"""Pages of continuity plans: the register, one plan, writing it, and what its approver decides."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import clock, exports, journal
from compliance.access import Permission, require, require_somewhere
from compliance.continuity import commands, queries
from compliance.continuity.exporting import PLANS, every
from compliance.continuity.models import ContinuityPlan
from compliance.continuity.objectives import PlanStatus
from compliance.continuity.operators import get_operator, operators
from compliance.continuity.presenting import measured_by_name, plan_refusals, plan_steps, planned, status_of
from compliance.continuity.schemas import NoteSchema, ReasonSchema, contents_sent, plan_schema, rows_sent
from compliance.continuity.telling import told
from compliance.continuity.views.filters import chosen, one_of
from compliance.continuity.views.overview import bp
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.network.queries import site_choices, vendor_choices
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.web.words import sentence

Answer = Response | tuple[str, int]


@bp.get("/plans")
def plans() -> str:
    asked = _asked()
    found = queries.plans(actor(), **asked, cursor=request.args.get("after", ""))
    return render_template(
        "continuity/plans.html", found=found, sort=asked["sort"], sites=site_choices(actor()),
        vendors=vendor_choices(actor()),
        statuses=list(PlanStatus), status_of=status_of, today=clock.today())


@bp.get("/plans.<kind>")
def export_plans(kind: str) -> Response:
    who, asked = actor(), _asked()
    rows = every(lambda **page: queries.plans(who, **page), asked)
    return exports.file_response(kind, "continuity-plans", PLANS, rows)


def _asked() -> dict[str, Any]:
    return chosen("site", "vendor", "search") | {
        "status": one_of(PlanStatus, "status"), "due": bool(request.args.get("due")),
        "sort": request.args.get("sort", "review")}


@bp.get("/plans/<reference>")
def plan(reference: str) -> str:
    who = actor()
    shown = queries.get_plan(who, reference)
    exercises = queries.exercises_of(who, shown)
    return render_template(
        "continuity/plan.html", plan=shown, status=status_of(shown), steps=plan_steps(shown), exercises=exercises,
        others=queries.plans_before(who, shown), measured=measured_by_name(exercises), form=Form(ReasonSchema()),
        refusals=plan_refusals(shown, who), history=told(journal.history(shown), who, shown.site.zone or "UTC"))


@bp.route("/plans/new", methods=["GET", "POST"])
def new_plan() -> Answer:
    require_somewhere(actor(), Permission.KEEP_PLAN)
    key = request.args.get("at", "")
    if not key:
        return render_template("continuity/choose.html", title="Write a plan", button="Begin the plan",
                               choices=operators(actor(), Permission.KEEP_PLAN), hidden=[]), 200
    at = get_operator(actor(), key, Permission.KEEP_PLAN)
    grows_from = queries.current_plan(at.site.id, at.vendor_id)
    form = _plan_form(planned(grows_from) | {"version": "", "review_on": "", "title": _title(at.name)})
    if form.submitted_and_valid():
        try:
            with transaction():
                made = commands.add_plan(actor(), site=at.site, vendor_id=at.vendor_id,
                                         contents=contents_sent(form.data))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{made.reference} is a draft now. Submit it when it is complete.")
            return redirect(url_for(".plan", reference=made.reference))
    return render_template("continuity/plan_form.html", form=form, at=at, plan=None, before=grows_from,
                           rows=_rows(form)), form.status


@bp.route("/plans/<reference>/edit", methods=["GET", "POST"])
def edit_plan(reference: str) -> Answer:
    draft = _plan_for(Permission.KEEP_PLAN, reference)
    form = _plan_form(planned(draft))
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.change_plan(actor(), draft, contents=contents_sent(form.data), version=form.data["version"])
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("The draft is saved.")
            return redirect(url_for(".plan", reference=draft.reference))
    return render_template("continuity/plan_form.html", form=form, at=None, plan=draft, before=None,
                           rows=_rows(form)), form.status


def _plan_for(permission: Permission, reference: str) -> ContinuityPlan:
    """The plan whose form is asked for, by somebody who may send it."""
    plan = queries.get_plan(actor(), reference)
    require(actor(), permission, plan)
    return plan


def _plan_form(initial: dict[str, Any]) -> Form:
    """Two rows more than are filled, so that a table can grow without a script."""
    sent, more = (request.form, 0) if request.method == "POST" else (initial, 2)
    return Form(plan_schema(rows_sent(sent, "a", 1) + more, rows_sent(sent, "r", 1) + more), initial)


def _rows(form: Form) -> dict[str, int]:
    names = form.schema.fields
    return {"activities": sum(name.endswith("_name") for name in names), "roles": sum(
        name.endswith("_role") for name in names)}


def _title(name: str) -> str:
    return f"Continuity plan {name}"


@bp.post("/plans/<reference>/submit")
def submit_plan(reference: str) -> Answer:
    return _decided(_plan_for(Permission.KEEP_PLAN, reference), "It waits for its approver now.", NoteSchema(),
                    commands.submit_plan)


@bp.post("/plans/<reference>/approve")
def approve_plan(reference: str) -> Answer:
    return _decided(_plan_for(Permission.APPROVE_CONTINUITY, reference), "This plan is current now.", NoteSchema(),
                    commands.approve_plan)


@bp.post("/plans/<reference>/return")
def return_plan(reference: str) -> Answer:
    return _decided(_plan_for(Permission.APPROVE_CONTINUITY, reference), "It went back to its author with your reason.",
                    ReasonSchema(), commands.return_plan)


def _decided(decided: ContinuityPlan, said: str, schema: Any, command: Any) -> Answer:
    """One step of a plan from its page; refused, the page shows why and keeps what was typed."""
    form = Form(schema, {"version": decided.version}, {"Status": sentence(decided.status)})
    if form.submitted_and_valid():
        try:
            with transaction():
                command(actor(), decided, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(said)
            return redirect(url_for(".plan", reference=decided.reference))
    return render_template("continuity/decide.html", form=form, plan=decided, again=request.path), form.status
