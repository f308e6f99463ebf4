"""Plans, exercises and readiness as their pages show them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from compliance import clock
from compliance.access import Actor, Permission, may, refusal
from compliance.continuity.contents import activities_of
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import (
    CALL_TREE_LEAST_PERCENT,
    ExerciseStatus,
    PlanStatus,
    aar_due,
    duration,
    plan_approval_refusals,
)
from compliance.continuity.queries import SiteReadiness, Tally
from compliance.continuity.readiness import DEFAULT_READINESS_RULES
from compliance.rates import Rate, shown
from compliance.refusals import Refusal
from compliance.wording import counted

SHORT = ("Plans current", "Impact analyses", "Recovery in time", "Call tree", "Actions on time")
LEAST = DEFAULT_READINESS_RULES.least_ready
SOON = timedelta(days=30)
PLAN_PATH = (PlanStatus.DRAFT, PlanStatus.REVIEW, PlanStatus.CURRENT)
ENDED = (PlanStatus.SUPERSEDED, PlanStatus.RETIRED)
PLAN_WORDS = {PlanStatus.REVIEW: "In review"}


def status_of(plan: ContinuityPlan, today: date | None = None) -> str:
    """The state a tag shows: a current plan that is due says so, and a plan in review waits for somebody."""
    today = today or clock.today(plan.site.zone or "UTC")
    if plan.is_due(today):
        return "due_for_review"
    return "in_review" if plan.status is PlanStatus.REVIEW else plan.status.value


def currency(standing: SiteReadiness) -> dict[str, Any]:
    """One line of the grid: how current each thing is, as (state, words) pairs."""
    facts, today = standing.facts, clock.today(standing.site.zone or "UTC")
    return {
        "standing": standing, "plan": _plan_cell(standing, today), "analysis": _analysis_cell(standing),
        "exercise": _exercise_cell(facts.last_exercise, today), "call_tree": facts.call_tree,
        "actions": facts.actions_not_overdue, "overdue": standing.actions_overdue,
    }


def _plan_cell(standing: SiteReadiness, today: date) -> tuple[str, str, str]:
    rate = standing.facts.plans_current
    if len(standing.plans) < rate.whole or not standing.plans:
        missing = int(rate.whole) - len(standing.plans)
        return "missing", "No plan" if not standing.plans else f"{missing} of {rate.whole:g} missing", ""
    due = [plan for plan in standing.plans if plan.is_due(today)]
    if due:
        return "due_for_review", "Due for review", due[0].reference
    return "current", "Current", standing.plans[0].reference


def _analysis_cell(standing: SiteReadiness) -> tuple[str, date | None]:
    days = [plan.bia_on for plan in standing.plans if plan.bia_on]
    rate = standing.facts.bia_current
    return ("current" if rate.whole and rate.part == rate.whole else "lapsed"), (min(days) if days else None)


def _exercise_cell(last: date | None, today: date) -> tuple[str, date | None]:
    if last is None:
        return "missing", None
    return ("lapsed" if (today - last).days > 366 else "current"), last


def dots(rows: Sequence[SiteReadiness]) -> list[tuple[str, list[tuple[float, bool]]]]:
    """Per component the share of each site in percent, and whether that site is not ready."""
    return [
        (name, [(100 * standing.readiness.components[at].share, not standing.readiness.is_ready) for standing in rows])
        for at, name in enumerate(SHORT)]


def key_numbers(rows: Sequence[SiteReadiness], tally: Tally, *, whole: bool) -> list[dict[str, Any]]:
    ready = sum(standing.readiness.is_ready for standing in rows)
    return [
        {"name": "Sites ready", "value": ready, "unit": f"of {len(rows)}",
         "note": "all sites in your scope" if whole else "of those on this page"},
        {"name": "Plans due for review", "value": tally.plans_due, "unit": f"of {tally.plans}",
         "note": f"{counted(tally.waiting, 'plan')} waiting for approval"},
        {"name": "Exercises that missed", "value": tally.missed, "unit": f"of {tally.held}",
         "note": "held in the last 12 months"},
        {"name": "Reviews owed", "value": tally.reviews_owed, "note": "due 30 days after the exercise"},
        {"name": "Open actions overdue", "value": tally.actions_overdue, "unit": f"of {tally.actions}",
         "note": "readiness, and improvements of exercises"},
    ]


def failover_gaps(rows: Sequence[SiteReadiness]) -> list[dict[str, str]]:
    """Tier 1 activities of current plans that no other site takes over."""
    return [
        {"site": standing.site.code or "", "activity": activity.name, "reference": plan.reference}
        for standing in rows for plan in standing.plans for activity in activities_of(plan.activities)
        if activity.tier == 1 and not activity.failover]


def plan_steps(plan: ContinuityPlan) -> list[dict[str, str]]:
    path = [*PLAN_PATH, *(status for status in ENDED if status is plan.status)]
    at = path.index(PlanStatus.CURRENT if plan.status is PlanStatus.APPROVED else plan.status)
    return [{"label": PLAN_WORDS.get(step, step.value.capitalize()), "note": "",
             "state": "done" if position < at else "now" if position == at else ""}
            for position, step in enumerate(path)]


def plan_refusals(plan: ContinuityPlan, actor: Actor) -> list[Refusal]:
    """What stands against the next step of a plan, for this person."""
    wanted = Permission.KEEP_PLAN if plan.status is PlanStatus.DRAFT else Permission.APPROVE_CONTINUITY
    if not may(actor, wanted, plan):
        return [Refusal("permission", refusal(actor, wanted))]
    approver = str(actor.id) if plan.status is PlanStatus.REVIEW else ""
    return plan_approval_refusals(plan.facts_for(approver), clock.today(plan.site.zone or "UTC"))


def measured_by_name(exercises: Sequence[Exercise]) -> dict[str, tuple[Exercise, dict[str, Any]]]:
    """The last measurement of each activity; `exercises` newest first."""
    latest: dict[str, tuple[Exercise, dict[str, Any]]] = {}
    for exercise in exercises:
        for row in exercise.results:
            latest.setdefault(row["name"], (exercise, row))
    return latest


EXERCISE_PATH = (
    (ExerciseStatus.PLANNED, "Planned"), (ExerciseStatus.SCHEDULED, "Scheduled"), (ExerciseStatus.CONDUCTED, "Held"),
    (ExerciseStatus.AAR_DRAFT, "Review written"), (ExerciseStatus.AAR_APPROVED, "Review approved"),
    (ExerciseStatus.CLOSED, "Closed"),
)


def exercise_steps(exercise: Exercise) -> list[dict[str, str]]:
    """The path of an exercise; one that was cancelled stopped where it was."""
    order = [status for status, _ in EXERCISE_PATH]
    at = order.index(exercise.status) if exercise.status in order else -1
    notes = {ExerciseStatus.SCHEDULED: exercise.planned_on, ExerciseStatus.CONDUCTED: exercise.conducted_on}
    return [{"label": label, "note": f"{notes[status]:%d %b %Y}".lstrip("0") if notes.get(status) else "",
             "state": "done" if position < at or status is exercise.status is ExerciseStatus.CLOSED
             else "now" if position == at else ""}
            for position, (status, label) in enumerate(EXERCISE_PATH)]


def outcome_of(exercise: Exercise) -> tuple[str, str]:
    """(state, word) of what an exercise showed."""
    if exercise.status is ExerciseStatus.CANCELLED:
        return "cancelled", "Cancelled"
    if exercise.conducted_on is None:
        late = exercise.planned_on < clock.today(exercise.site.zone or "UTC")
        return ("late", "Not held") if late else (exercise.status.value, exercise.status.value.capitalize())
    words = {True: ("met", "Met"), False: ("missed", "Missed"), None: ("conducted", "Held, not all measured")}
    return words[exercise.passed]


def call_tree(exercise: Exercise) -> dict[str, Any] | None:
    """How the call tree went, against its target."""
    called, acknowledged = exercise.call_tree_called, exercise.call_tree_acknowledged
    if not called or acknowledged is None:
        return None
    percent = Rate(acknowledged, called).percent or 0.0
    return {"part": acknowledged, "whole": called, "percent": shown(percent, [CALL_TREE_LEAST_PERCENT]),
            "target": CALL_TREE_LEAST_PERCENT, "met": percent >= CALL_TREE_LEAST_PERCENT}


def recovery_rows(exercise: Exercise) -> list[tuple[str, float | None, float]]:
    return [(row["name"], row["measured_minutes"], row["target_minutes"]) for row in exercise.results]


def review_due(exercise: Exercise) -> date | None:
    """The day by which the review of an exercise that was held is to be approved; None once it is."""
    if exercise.conducted_on is None or exercise.review_approved_at is not None:
        return None
    return aar_due(exercise.conducted_on)


def planned(plan: ContinuityPlan | None) -> dict[str, Any]:
    """What the form of a plan starts with: the draft itself, or the current plan the next one grows from."""
    if plan is None:
        return {}
    begun: dict[str, Any] = {
        name: getattr(plan, name) for name in ("title", "bia_on", "review_on", "purpose", "activation", "deactivation",
                                               "recovery", "version")}
    return begun | dict(_cells(plan))


def _cells(plan: ContinuityPlan) -> Iterator[tuple[str, Any]]:
    for at, row in enumerate(plan.activities):
        for name in ("name", "tier", "strategy", "failover"):
            yield f"a{at}_{name}", row[name]
        yield f"a{at}_rto", duration(row["rto_minutes"])
        yield f"a{at}_mtpd", duration(row["mtpd_minutes"])
        yield f"a{at}_mbco", f"{row['mbco_percent']:g}"
    for at, row in enumerate(plan.roles):
        for name in ("role", "primary", "deputy", "contact"):
            yield f"r{at}_{name}", row[name]


def reviewed(exercise: Exercise) -> dict[str, Any]:
    """What the form of a review starts with."""
    begun: dict[str, Any] = {name: getattr(exercise, name) for name in ("strengths", "plan_changes", "timeline",
                                                                         "version")}
    for at, row in enumerate(exercise.improvements):
        begun |= {f"i{at}_text": row["text"], f"i{at}_capability": row["capability"], f"i{at}_owner": row["owner_id"],
                  f"i{at}_due": row["due_on"] or "", f"i{at}_reason": row["no_action_reason"]}
    return begun
