"""Plans, exercises and readiness for programs: what the pages show, page by page."""

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from compliance.continuity import queries
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseType, PlanStatus
from compliance.continuity.presenting import review_due, status_of
from compliance.continuity.views.filters import chosen, one_of
from compliance.web.request import actor

bp = Blueprint("continuity_api", __name__, url_prefix="/api/v1/continuity")


@bp.get("/plans")
def plans() -> Response:
    asked: dict[str, Any] = chosen("site", "vendor", "search")
    found = queries.plans(
        actor(), **asked, status=one_of(PlanStatus, "status"), due=bool(request.args.get("due")),
        sort=request.args.get("sort", "review"), cursor=request.args.get("after", ""))
    return jsonify(plans=[_plan(plan) for plan in found.rows], next=found.next)


@bp.get("/plans/<reference>")
def plan(reference: str) -> Response:
    shown = queries.get_plan(actor(), reference)
    texts = {name: getattr(shown, name) for name in ("purpose", "activation", "deactivation", "recovery", "activities",
                                                      "roles", "version")}
    return jsonify(_plan(shown) | texts)


@bp.get("/exercises")
def exercises() -> Response:
    asked: dict[str, Any] = chosen("site", "vendor", "search", "outcome")
    found = queries.exercises(
        actor(), **asked, type=one_of(ExerciseType, "type"), sort=request.args.get("sort", "-planned"),
        cursor=request.args.get("after", ""))
    return jsonify(exercises=[_exercise(exercise) for exercise in found.rows], next=found.next)


@bp.get("/exercises/<reference>")
def exercise(reference: str) -> Response:
    shown = queries.get_exercise(actor(), reference)
    due = review_due(shown)
    return jsonify(_exercise(shown) | {
        "objective": shown.objective, "scenario": shown.scenario, "participants": shown.participants,
        "results": shown.results, "timeline": shown.timeline, "strengths": shown.strengths,
        "improvements": [{name: row[name] for name in ("text", "capability", "due_on", "action_reference",
                                                       "no_action_reason")} for row in shown.improvements],
        "plan": shown.plan.reference if shown.plan else None, "review_due": due.isoformat() if due else None,
        "retest_of": shown.retest_of.reference if shown.retest_of else None, "version": shown.version,
        "actions": [action.reference for action in queries.actions_of(actor(), shown)]})


@bp.get("/readiness")
def readiness() -> Response:
    found = queries.readiness_of_sites(actor(), region=request.args.get("region", ""),
                                       cursor=request.args.get("after", ""))
    return jsonify(sites=[_standing(standing) for standing in found.rows], next=found.next)


def _plan(plan: ContinuityPlan) -> dict[str, Any]:
    return {
        "reference": plan.reference, "site": plan.site.code, "vendor": plan.vendor.code if plan.vendor else None,
        "title": plan.title, "status": plan.status.value, "due_for_review": status_of(plan) == "due_for_review",
        "review_wanted": plan.review_wanted, "bia_on": plan.bia_on.isoformat() if plan.bia_on else None,
        "review_on": plan.review_on.isoformat(), "author": plan.author.name,
        "approved_by": plan.approved_by.name if plan.approved_by else None,
        "approved_at": plan.approved_at.isoformat() if plan.approved_at else None,
        "url": url_for("continuity.plan", reference=plan.reference),
    }


def _exercise(exercise: Exercise) -> dict[str, Any]:
    return {
        "reference": exercise.reference, "site": exercise.site.code,
        "vendor": exercise.vendor.code if exercise.vendor else None, "type": exercise.type.value,
        "title": exercise.title, "status": exercise.status.value, "planned_on": exercise.planned_on.isoformat(),
        "conducted_on": exercise.conducted_on.isoformat() if exercise.conducted_on else None,
        "passed": exercise.passed, "missed": exercise.missed, "called": exercise.call_tree_called,
        "acknowledged": exercise.call_tree_acknowledged, "lead": exercise.lead.name,
        "url": url_for("continuity.exercise", reference=exercise.reference),
    }


def _standing(standing: queries.SiteReadiness) -> dict[str, Any]:
    found = standing.readiness
    return {
        "site": standing.site.code, "ready": found.is_ready, "index": found.index, "raw": found.raw,
        "caps": list(found.caps), "components": [
            {"name": each.name, "weight": each.weight, "share": each.share, "part": each.rate.part,
             "of": each.rate.whole} for each in found.components],
    }
