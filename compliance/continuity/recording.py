"""What stands against recording an exercise, from its form and from what was seen on the floor."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from compliance import clock
from compliance.continuity.contents import Record, activities_of, measured_refusals, recoveries, retest_refusals
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseFacts, conduct_refusals
from compliance.continuity.observing import WHOLE, Line, record_of, unseen
from compliance.continuity.queries import owed_by_retest
from compliance.continuity.queries.floor import seen_of
from compliance.refusals import Refusal


def recording_refusals(exercise: Exercise, conducted: Record, plan: ContinuityPlan | None) -> list[Refusal]:
    """Everything that stands against recording an exercise like this."""
    activities = activities_of(plan.activities) if plan else []
    return [*(refusal for _, refusal in disputed(exercise)), *measured_refusals(activities, conducted.measured),
            *conduct_refusals(exercise.type, facts_of(exercise, conducted, plan)),
            *retest_refusals(owed_by_retest(exercise), conducted.measured)]


def disputed(exercise: Exercise) -> list[tuple[str, Refusal]]:
    """By item, where observers disagree and nobody has chosen: that stands against recording it from any door."""
    return [(item, Refusal("conflict", "Two observers saw it differently: choose what stands first."))
            for item in sorted(exercise.conflicts)]


def facts_of(exercise: Exercise, conducted: Record, plan: ContinuityPlan | None) -> ExerciseFacts:
    measured = recoveries(activities_of(plan.activities) if plan else [], conducted.measured)
    return ExerciseFacts(
        conducted.objective or exercise.objective, conducted.scenario or exercise.scenario, conducted.participants,
        [recovery for _, recovery in measured], conducted.call_tree.called, conducted.call_tree.acknowledged)


def what_is_missing(exercise: Exercise, lines: Mapping[str, Line], plan: ContinuityPlan | None
                    ) -> list[tuple[str, Refusal]]:
    """By item, everything that stands against recording the exercise from what was seen so far."""
    held_on = seen_value(exercise, WHOLE, "held_on")
    found = [*unseen(list(lines.values()), seen_of(exercise)), *disputed(exercise)]
    if held_on is None:
        found.append((WHOLE, Refusal("closing_meeting", "Say on which day it was held.")))
    elif date.fromisoformat(held_on) > clock.today(exercise.site.zone or "UTC"):
        found.append((WHOLE, Refusal("closing_meeting", "That day has not come at the site.")))
    if found:
        return found
    return [(WHOLE, each) for each in recording_refusals(exercise, as_record(exercise, lines, held_on), plan)]


def as_record(exercise: Exercise, lines: Mapping[str, Line], held_on: str) -> Record:
    """What was seen, as the command that records it takes it."""
    return record_of(list(lines.values()), seen_of(exercise), date.fromisoformat(held_on),
                     seen_value(exercise, WHOLE, "told") or "")


def seen_value(exercise: Exercise, item: str, field: str) -> Any:
    return exercise.observations.get(item, {}).get(field, {}).get("value")
