"""What a plan, a measurement and a review hold, as plain values that are stored as JSON and read back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from compliance.continuity.objectives import Activity, Improvement, PlanRole, Recovery
from compliance.refusals import Refusal
from compliance.wording import joined

Stored = dict[str, Any]


class Capability(StrEnum):
    """Which part of being able an improvement strengthens: the element an after-action review names."""

    PLANNING = "planning"
    ORGANISATION = "organisation"
    EQUIPMENT = "equipment"
    TRAINING = "training"
    EXERCISES = "exercises"


@dataclass(frozen=True, slots=True)
class PlannedActivity(Activity):
    """An activity with the site that takes it over, by code."""

    failover: str = ""


@dataclass(frozen=True, slots=True)
class Duty(PlanRole):
    """`contact` says how the role is reached when the usual ways are gone."""

    contact: str = ""


@dataclass(frozen=True, slots=True)
class PlanContents:
    """Everything the author of a plan writes."""

    title: str
    review_on: date
    purpose: str = ""
    activation: str = ""
    deactivation: str = ""
    recovery: str = ""
    activities: Sequence[PlannedActivity] = ()
    roles: Sequence[Duty] = ()
    bia_on: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What an exercise measured of one activity of the plan; None where it was not measured."""

    name: str
    minutes: int | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class ImprovementDraft:
    """An area for improvement: what becomes an action has an owner and a day, what does not has a reason."""

    text: str
    capability: Capability = Capability.PLANNING
    owner_id: str = ""
    due_on: date | None = None
    no_action_reason: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the author of an after-action review writes."""

    strengths: str
    improvements: Sequence[ImprovementDraft] = ()
    plan_changes: str = ""
    timeline: str = ""


@dataclass(frozen=True, slots=True)
class CallTree:
    """How many were called, and how many acknowledged in time."""

    called: int | None = None
    acknowledged: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What is known once an exercise was held. An empty objective or scenario keeps the planned one."""

    conducted_on: date
    participants: int | None
    measured: Sequence[Measured] = ()
    call_tree: CallTree = field(default_factory=CallTree)
    objective: str = ""
    scenario: str = ""
    timeline: str = ""


def activities_of(stored: Sequence[Mapping[str, Any]]) -> list[PlannedActivity]:
    return [PlannedActivity(**row) for row in stored]


def roles_of(stored: Sequence[Mapping[str, Any]]) -> list[Duty]:
    return [Duty(**row) for row in stored]


def as_stored(values: Sequence[PlannedActivity | Duty]) -> list[Stored]:
    return [asdict(value) for value in values]


def contents_refusals(contents: PlanContents, site_code: str) -> list[Refusal]:
    """Why a plan cannot even be kept as a draft: what would make its own tables ambiguous."""
    names = [activity.name.strip().casefold() for activity in contents.activities]
    refusals = [Refusal("twice", f"{activity.name} is listed twice; keep one line for it.")
                for at, activity in enumerate(contents.activities) if names[at] in names[:at]]
    return refusals + [
        Refusal("failover", f"{activity.name} cannot fail over to {site_code} itself; name another site.")
        for activity in contents.activities if activity.failover == site_code]


def recoveries(activities: Sequence[PlannedActivity], measured: Sequence[Measured]) -> list[tuple[int, Recovery]]:
    """(tier, what was measured against the plan's targets) of each activity measured, in the order of the plan."""
    by_name = {each.name: each for each in measured}
    return [
        (activity.tier, Recovery(activity.name, activity.rto_minutes, by_name[activity.name].minutes,
                                 activity.mbco_percent, by_name[activity.name].percent))
        for activity in activities if activity.name in by_name]


def measured_refusals(activities: Sequence[PlannedActivity], measured: Sequence[Measured]) -> list[Refusal]:
    """What was measured must be an activity of the plan: without a target there is nothing to hold it against."""
    known = {activity.name for activity in activities}
    return [Refusal("activity", f"The plan knows no activity “{each.name}”, so it has no target.")
            for each in measured if each.name not in known]


def results(measured: Sequence[tuple[int, Recovery]]) -> list[Stored]:
    return [asdict(recovery) | {"tier": tier, "met": recovery.met} for tier, recovery in measured]


def recoveries_of(stored: Sequence[Mapping[str, Any]]) -> list[Recovery]:
    names = ("name", "target_minutes", "measured_minutes", "mbco_percent", "achieved_percent")
    return [Recovery(**{name: row[name] for name in names}) for row in stored]


def missed_names(stored: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["name"] for row in stored if row["met"] is False]


def retest_refusals(owed: Sequence[str], measured: Sequence[Measured]) -> list[Refusal]:
    """A re-test measures at least what the exercise before it missed."""
    missing = [name for name in owed if name not in {each.name for each in measured}]
    if not missing:
        return []
    return [Refusal("retest", f"This is a re-test: measure {joined(missing, 'and')} again.")]


def review_refusals(review: Review) -> list[Refusal]:
    """Why a review cannot be kept."""
    refusals = [] if review.strengths.strip() else [Refusal("strengths", "Write what worked, so that it is kept.")]
    for draft in review.improvements:
        wants_action = bool(draft.owner_id and draft.due_on)
        if wants_action == bool(draft.no_action_reason.strip()):
            refusals.append(Refusal("improvement", f"“{draft.text}” needs either an owner and a day, "
                                                   "or the reason why nothing will be done."))
    return refusals


def improvements_of(stored: Sequence[Mapping[str, Any]]) -> list[Improvement]:
    names = ("text", "action_reference", "no_action_reason", "no_action_signed_by")
    return [Improvement(**{name: row[name] for name in names}) for row in stored]
