"""The small form pages of an action: one step each, nothing typed is lost."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import clock
from compliance.access import Permission
from compliance.actions import commands
from compliance.actions.closure import DEFAULT_CLOSURE_RULES
from compliance.actions.models import Action, ActionStep
from compliance.actions.planning import ActionPlan, PlanStep, RootCause, RootCauseCategory
from compliance.actions.queries import get_action
from compliance.actions.schemas import MOST_STEPS, CauseSchema, ContainmentSchema, NoteSchema, PlanSchema
from compliance.actions.views.blueprint import (
    Answer,
    action_for,
    bp,
    home_of,
    in_transaction,
    people_to_choose,
    source_of,
    step_page,
)
from compliance.errors import NotFound
from compliance.files.commands import attach
from compliance.files.intake import Upload
from compliance.files.queries import get_evidence
from compliance.web import words
from compliance.web.forms import Form
from compliance.web.request import actor


@bp.route("/<reference>/containment", methods=["GET", "POST"])
def containment(reference: str) -> Answer:
    action = action_for(Permission.WORK_ON_ACTION, reference)
    local = clock.now().astimezone(ZoneInfo(action.site.zone or "UTC"))
    form = Form(ContainmentSchema(), {"version": action.version, "on": local.date(), "at": f"{local:%H:%M}"})

    def work(uploads: list[Upload]) -> None:
        in_transaction(commands.contain, actor(), action, what=form.data["what"], contained_at=_when(action, form),
                       uploads=uploads, seen=form.data["version"])

    return step_page(action, form, "containment", work, said="Containment is reported.")


def _when(action: Action, form: Form) -> datetime | None:
    """The local day and time as an instant; now when no day was given."""
    day, at = form.data["on"], form.data["at"] or time(0, 0)
    return datetime.combine(day, at, ZoneInfo(action.site.zone or "UTC")) if day else None


@bp.route("/<reference>/cause", methods=["GET", "POST"])
def cause(reference: str) -> Answer:
    action = action_for(Permission.WORK_ON_ACTION, reference)
    form = Form(CauseSchema(), {
        "version": action.version, "cause": action.cause, "method": action.cause_method,
        "category": action.cause_category, "human_error": action.human_error, "extent": action.extent,
        "affects_others": "" if action.extent_elsewhere is None else "yes" if action.extent_elsewhere else "no"})

    def work(_uploads: list[Upload]) -> None:
        in_transaction(commands.state_cause, actor(), action, root_cause=_cause(form), seen=form.data["version"])

    return step_page(action, form, "cause", work, said="The root cause is stated. The plan is next.",
                     categories=[(each.value, words.sentence(each)) for each in RootCauseCategory])


def _cause(form: Form) -> RootCause:
    said = form.data
    return RootCause(said["cause"], said["method"], said["category"],
                     {"yes": True, "no": False}.get(said["affects_others"]), said["extent"], said["human_error"])


@bp.route("/<reference>/plan", methods=["GET", "POST"])
def plan(reference: str) -> Answer:
    action = action_for(Permission.WORK_ON_ACTION, reference)
    form = Form(PlanSchema(), {"version": action.version, **_planned(action)})
    rows = min(int(form.value("rows") or 3) + ("more" in request.form), MOST_STEPS) if _is_number(form) else 3

    def work(_uploads: list[Upload]) -> None:
        in_transaction(commands.submit_plan, actor(), action, plan=_plan(form), seen=form.data["version"])

    people, least = people_to_choose(action), DEFAULT_CLOSURE_RULES.soak_days(action.severity)
    if "more" in request.form:
        return render_template("actions/plan.html", form=form, action=action, source=source_of(action),
                               home=home_of(action), rows=rows, people=people, least=least, most=MOST_STEPS), 200
    return step_page(action, form, "plan", work, said="The plan is submitted to its approver.",
                     rows=rows, people=people, least=least, most=MOST_STEPS)


def _is_number(form: Form) -> bool:
    return str(form.value("rows") or "3").isdecimal()


def _planned(action: Action) -> dict[str, object]:
    """The plan as it stands, so that one sent back is not typed again."""
    started: dict[str, object] = {
        "criterion": action.criterion, "metric": action.metric, "target": action.target, "sample": action.sample,
        "soak_days": action.soak_days if action.soak_days is not None
        else DEFAULT_CLOSURE_RULES.soak_days(action.severity), "rows": max(3, len(action.plan))}
    for step in action.plan:
        started |= {f"text_{step.position}": step.text, f"owner_{step.position}": step.owner_id,
                    f"due_{step.position}": step.due_on}
    return started


def _plan(form: Form) -> ActionPlan:
    said = form.data
    steps = [PlanStep(said[f"text_{n}"], said[f"owner_{n}"], said[f"due_{n}"]) for n in range(1, MOST_STEPS + 1)]
    return ActionPlan([step for step in steps if step.text.strip() or step.due], said["criterion"], said["metric"],
                      said["target"], said["sample"], said["soak_days"])


@bp.route("/<reference>/steps/<int:position>", methods=["GET", "POST"])
def step(reference: str, position: int) -> Answer:
    action = action_for(Permission.WORK_ON_ACTION, reference)
    this = _step(action, position)
    form = Form(NoteSchema(), {"version": action.version})

    def work(uploads: list[Upload]) -> None:
        in_transaction(commands.do_step, actor(), action, this, note=form.data["note"], uploads=uploads,
                       seen=form.data["version"])

    return step_page(action, form, "step", work, said=f"Step {position} is reported done.", step=this)


def _step(action: Action, position: int) -> ActionStep:
    found = [each for each in action.plan if each.position == position]
    if not found:
        raise NotFound
    return found[0]


@bp.route("/<reference>/implementation", methods=["GET", "POST"])
def implementation(reference: str) -> Answer:
    action = action_for(Permission.WORK_ON_ACTION, reference)
    form = Form(NoteSchema(), {"version": action.version})

    def work(uploads: list[Upload]) -> None:
        in_transaction(commands.implement, actor(), action, uploads=uploads, seen=form.data["version"])

    return step_page(action, form, "implementation", work, said="Reported as implemented. Now it has to hold.")


@bp.route("/<reference>/evidence", methods=["GET", "POST"])
def evidence(reference: str) -> Answer:
    action = action_for(Permission.WORK_ON_ACTION, reference)
    form = Form(NoteSchema())

    def attach_all(uploads: list[Upload]) -> None:
        for upload in uploads:
            attach(actor(), Permission.WORK_ON_ACTION, action, upload, caption=form.data["note"])

    return step_page(action, form, "evidence", lambda uploads: in_transaction(attach_all, uploads),
                     said="The evidence is attached.")


@bp.post("/<reference>/evidence/<uuid:evidence_id>/opened")
def open_evidence(reference: str, evidence_id: UUID) -> Response:
    """Note that this person opened a piece of evidence, and show it."""
    action, piece = get_action(actor(), reference), get_evidence(actor(), evidence_id)
    in_transaction(commands.view_evidence, actor(), action, [piece])
    return redirect(url_for("files.show", evidence_id=evidence_id))
