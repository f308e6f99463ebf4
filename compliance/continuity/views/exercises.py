"""Pages of exercises: the register, one exercise, planning it and recording what it measured."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import clock, exports, journal
from compliance.access import Actor, Permission, Place, require, require_somewhere
from compliance.accounts.queries import get_person, holders
from compliance.actions.closing import why_not_closed
from compliance.actions.lifecycle import OPEN_STATUSES
from compliance.actions.queries import get_action
from compliance.continuity import commands, presenting, queries
from compliance.continuity.contents import activities_of, recoveries_of
from compliance.continuity.exporting import EXERCISES, every
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import MEASURED_TYPES, ExerciseType, recovery_in_words
from compliance.continuity.operators import Operator, get_operator, operators
from compliance.continuity.schemas import ExerciseSchema, ReasonSchema, record_schema, record_sent
from compliance.continuity.telling import told
from compliance.continuity.views.filters import chosen, one_of
from compliance.continuity.views.overview import bp
from compliance.continuity.watching import seen_differently, seen_lines
from compliance.db import transaction
from compliance.errors import InvalidInput, PlumblineError
from compliance.network.queries import site_choices, vendor_choices
from compliance.web.forms import Form
from compliance.web.request import actor

Answer = Response | tuple[str, int]
UNTESTED = "It answers a missed recovery time, and no re-test has met the target yet."
TYPES = [(kind.value, kind.value.replace("_", " ").capitalize()) for kind in ExerciseType]


@bp.get("/exercises")
def exercises() -> str:
    asked = _asked()
    found = queries.exercises(actor(), **asked, cursor=request.args.get("after", ""))
    return render_template(
        "continuity/exercises.html", found=found, sort=asked["sort"], sites=site_choices(actor()),
        vendors=vendor_choices(actor()),
        types=TYPES, outcome_of=presenting.outcome_of, today=clock.today())


@bp.get("/exercises.<kind>")
def export_exercises(kind: str) -> Response:
    who, asked = actor(), _asked()
    rows = every(lambda **page: queries.exercises(who, **page), asked)
    return exports.file_response(kind, "exercises", EXERCISES, rows)


def _asked() -> dict[str, Any]:
    return chosen("site", "vendor", "search", "outcome") | {
        "type": one_of(ExerciseType, "type"), "sort": request.args.get("sort", "-planned")}


@bp.get("/exercises/<reference>")
def exercise(reference: str) -> str:
    who = actor()
    shown = queries.get_exercise(who, reference)
    plan = shown.plan or queries.current_plan(shown.site_id, shown.vendor_id)
    actions = queries.actions_of(who, shown)
    return render_template(
        "continuity/exercise.html", exercise=shown, outcome=presenting.outcome_of(shown), actions=actions,
        steps=presenting.exercise_steps(shown), call_tree=presenting.call_tree(shown), waiting=_waiting(who, actions),
        recovery=presenting.recovery_rows(shown), review_due=presenting.review_due(shown), today=clock.today(),
        sentences=[recovery_in_words(recovery) for recovery in recoveries_of(shown.results)],
        retests=queries.retests_of(who, shown), seen=_seen(who, shown, plan), disputed=seen_differently(shown, plan),
        wrote=str(who.id) in shown.review_author_ids,
        history=told(journal.history(shown), who, shown.site.zone or "UTC"))


def _seen(who: Actor, shown: Exercise, plan: ContinuityPlan | None) -> list[dict[str, Any]]:
    """What was watched, with its photographs by their addresses."""
    return [line | {"photos": [
        {"url": url_for("files.show", evidence_id=each.id), "name": each.caption or each.name, "note": "",
         "thumb": url_for("files.thumb", evidence_id=each.id) if each.is_photo else ""} for each in line["photos"]]}
        for line in seen_lines(who, shown, plan)]


def _waiting(who: Actor, actions: Any) -> list[tuple[Any, list[str]]]:
    """The open actions that need a re-test, each with everything closing still needs."""
    waiting = [action for action in actions if action.needs_retest and action.status in OPEN_STATUSES]
    return [(action, [UNTESTED if each.code == "retest" else each.message
                      for each in why_not_closed(get_action(who, action.reference))])
            for action in waiting]


@bp.route("/exercises/new", methods=["GET", "POST"])
def new_exercise() -> Answer:
    require_somewhere(actor(), Permission.RECORD_EXERCISE)
    who, repeats = actor(), _repeated(request.values.get("retest", ""))
    key = request.args.get("at", "") or (_key(repeats) if repeats else "")
    if not key:
        return render_template("continuity/choose.html", title="Plan an exercise", button="Plan it here",
                               choices=operators(who, Permission.RECORD_EXERCISE), hidden=[]), 200
    at = get_operator(who, key, Permission.RECORD_EXERCISE)
    form = Form(ExerciseSchema(), _begun(repeats))
    if form.submitted_and_valid():
        try:
            with transaction():
                made = _planned(at, form.data, repeats)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{made.reference} is on the calendar.")
            return redirect(url_for(".exercise", reference=made.reference))
    return _exercise_form(form, at, repeats, None)


def _planned(at: Operator, data: dict[str, Any], repeats: Exercise | None) -> Exercise:
    if data["type"] is None:
        raise InvalidInput("Choose what kind of exercise it is.", {"type": ["Choose what kind of exercise it is."]})
    return commands.plan_exercise(
        actor(), site=at.site, vendor_id=at.vendor_id, type=data["type"], title=data["title"],
        planned_on=data["planned_on"], lead=get_person(actor(), data["lead"]), objective=data["objective"],
        scenario=data["scenario"], retest_of=repeats)


def exercise_for(permission: Permission, reference: str) -> Exercise:
    """The exercise whose form is asked for, by somebody who may send it."""
    exercise = queries.get_exercise(actor(), reference)
    require(actor(), permission, exercise)
    return exercise


def _repeated(reference: str) -> Exercise | None:
    return queries.get_exercise(actor(), reference) if reference else None


def _key(exercise: Exercise) -> str:
    return Operator(exercise.site, exercise.vendor).key


def _begun(repeats: Exercise | None) -> dict[str, Any]:
    if repeats is None:
        return {}
    return {"title": f"Re-test: {repeats.title}", "type": repeats.type.value, "objective": repeats.objective,
            "scenario": repeats.scenario, "lead": repeats.lead_id}


@bp.route("/exercises/<reference>/schedule", methods=["GET", "POST"])
def schedule(reference: str) -> Answer:
    moved = exercise_for(Permission.RECORD_EXERCISE, reference)
    form = Form(ExerciseSchema(), {name: getattr(moved, name) for name in (
        "title", "planned_on", "objective", "scenario", "version")} | {"lead": moved.lead_id}, {
        "Title": moved.title, "Day": moved.planned_on.isoformat(), "Lead": moved.lead.name,
        "Objective": moved.objective, "Scenario": moved.scenario})
    if form.submitted_and_valid():
        given = {name: form.data[name] for name in ("title", "planned_on", "objective", "scenario", "version")}
        try:
            with transaction():
                lead = get_person(actor(), form.data["lead"])
                commands.schedule_exercise(actor(), moved, lead=lead, **given)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{moved.reference} is scheduled.")
            return redirect(url_for(".exercise", reference=reference))
    return _exercise_form(form, Operator(moved.site, moved.vendor), None, moved)


@bp.route("/exercises/<reference>/record", methods=["GET", "POST"])
def record(reference: str) -> Answer:
    held = exercise_for(Permission.RECORD_EXERCISE, reference)
    plan = queries.current_plan(held.site_id, held.vendor_id)
    activities = activities_of(plan.activities) if plan else []
    names = [activity.name for activity in activities]
    form = Form(record_schema(names), {name: getattr(held, name) for name in ("objective", "scenario", "version")} | {
        "conducted_on": min(held.planned_on, clock.today(held.site.zone or "UTC"))})
    if form.submitted_and_valid():
        try:
            with transaction():
                action = commands.record_exercise(
                    actor(), held, conducted=record_sent(form.data, names), version=form.data["version"])
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"Recorded. {action.reference} was raised: a recovery time was missed." if action else "Recorded.")
            return redirect(url_for(".exercise", reference=reference))
    return render_template("continuity/record.html", form=form, exercise=held, plan=plan, activities=activities,
                           owed=queries.owed_by_retest(held)), form.status


@bp.route("/exercises/<reference>/cancel", methods=["GET", "POST"])
def cancel(reference: str) -> Answer:
    given_up = exercise_for(Permission.RECORD_EXERCISE, reference)
    form = Form(ReasonSchema(), {"version": given_up.version})
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.cancel_exercise(actor(), given_up, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{given_up.reference} is cancelled.")
            return redirect(url_for(".exercise", reference=reference))
    return render_template("continuity/cancel.html", form=form, exercise=given_up), form.status


def _exercise_form(form: Form, at: Operator, repeats: Exercise | None, exercise: Exercise | None) -> Answer:
    leads = [(person.id, person.name)
             for person in holders(Place(at.site.path, at.vendor_id), Permission.KEEP_PLAN)]
    types = [pair for pair in TYPES if not repeats or pair[0] in MEASURED_TYPES]
    return render_template("continuity/exercise_form.html", form=form, at=at, repeats=repeats, exercise=exercise,
                           leads=leads, types=types), form.status
