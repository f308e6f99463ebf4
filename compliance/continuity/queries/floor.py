"""Reading exercises for those who watch them: which there are to watch, and what was seen."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import Actor, Permission, reach, visible_to
from compliance.continuity.contents import activities_of
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus, PlanStatus
from compliance.continuity.observing import WHOLE, Line, Outcome, Seen, lines_of

TO_WATCH = (ExerciseStatus.PLANNED, ExerciseStatus.SCHEDULED)
AROUND = timedelta(days=14)  # who may record exercises sees on the tablet those of these days, and always their own
MOST = 50
HEADED = (joinedload(Exercise.site), joinedload(Exercise.vendor), joinedload(Exercise.lead))


def exercises_to_watch(actor: Actor) -> Sequence[Exercise]:
    """Those the actor leads, and those planned around today where they may record exercises."""
    today = clock.today()
    mine = Exercise.within(reach(actor, Permission.RECORD_EXERCISE))
    statement = visible_to(actor, select(Exercise), Exercise).where(
        Exercise.status.in_(TO_WATCH),
        or_(Exercise.lead_id == actor.id, mine & Exercise.planned_on.between(today - AROUND, today + AROUND)))
    return db.session.scalars(statement.options(*HEADED).order_by(Exercise.planned_on, Exercise.id).limit(MOST)).all()


def exercises_by_reference(actor: Actor, references: Collection[str], *, lock: bool) -> list[tuple[Exercise, bool]]:
    """Exercises whoever sees them, each with whether the actor does, in one statement."""
    seen = Exercise.id.in_(visible_to(actor, select(Exercise.id), Exercise))
    statement = select(Exercise, seen).where(Exercise.reference.in_(references)).options(*HEADED)
    if lock:
        statement = statement.with_for_update(of=Exercise)
    return [(row[0], bool(row[1])) for row in db.session.execute(statement)]


def plans_of(exercises: Collection[Exercise]) -> dict[str, ContinuityPlan]:
    """The plan in force for each, by the reference of the exercise, in one statement."""
    sites = {each.site_id for each in exercises}
    plans = db.session.scalars(select(ContinuityPlan).where(
        ContinuityPlan.site_id.in_(sites), ContinuityPlan.status == PlanStatus.CURRENT)).all() if sites else ()
    by_place = {(plan.site_id, plan.vendor_id): plan for plan in plans}
    return {each.reference: by_place[each.site_id, each.vendor_id] for each in exercises
            if (each.site_id, each.vendor_id) in by_place}


def lines_at(exercise: Exercise, plan: ContinuityPlan | None) -> dict[str, Line]:
    """What there is to look at, by item."""
    activities = activities_of(plan.activities) if plan else []
    return {line.id: line for line in lines_of(exercise.objective, activities, exercise.type)}


def seen_of(exercise: Exercise) -> dict[str, Seen]:
    """What was noted, by item."""
    return {item: _seen({name: said["value"] for name, said in fields.items()})
            for item, fields in exercise.observations.items() if item != WHOLE}


def _seen(values: Mapping[str, Any]) -> Seen:
    outcome = values.get("outcome")
    numbers = {name: value for name, value in values.items() if isinstance(value, int)}
    return Seen(Outcome(outcome) if outcome else None, values.get("note") or "", numbers)
