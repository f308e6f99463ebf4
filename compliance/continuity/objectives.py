"""What continuity is measured by: recovery objectives, exercise results, readiness, and the lives of plan and exercise."""

from enum import StrEnum

from compliance.transitions import Transitions


class PlanStatus(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    CURRENT = "current"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class ExerciseStatus(StrEnum):
    PLANNED = "planned"
    SCHEDULED = "scheduled"
    CONDUCTED = "conducted"
    AAR_DRAFT = "aar_draft"
    AAR_APPROVED = "aar_approved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ExerciseType(StrEnum):
    TABLETOP = "tabletop"
    CALL_TREE = "call_tree"
    FUNCTIONAL = "functional"
    FULL_SCALE = "full_scale"
    UNANNOUNCED = "unannounced"


PLAN_TRANSITIONS = Transitions(
    "plan",
    {
        PlanStatus.DRAFT: frozenset({PlanStatus.REVIEW}),
        PlanStatus.REVIEW: frozenset({PlanStatus.APPROVED, PlanStatus.DRAFT}),
        PlanStatus.APPROVED: frozenset({PlanStatus.CURRENT, PlanStatus.DRAFT}),
        PlanStatus.CURRENT: frozenset({PlanStatus.SUPERSEDED, PlanStatus.RETIRED}),
        PlanStatus.SUPERSEDED: frozenset(),
        PlanStatus.RETIRED: frozenset(),
    },
)

EXERCISE_TRANSITIONS = Transitions(
    "exercise",
    {
        ExerciseStatus.PLANNED: frozenset({ExerciseStatus.SCHEDULED, ExerciseStatus.CANCELLED}),
        ExerciseStatus.SCHEDULED: frozenset({ExerciseStatus.CONDUCTED, ExerciseStatus.CANCELLED}),
        ExerciseStatus.CONDUCTED: frozenset({ExerciseStatus.AAR_DRAFT}),
        ExerciseStatus.AAR_DRAFT: frozenset({ExerciseStatus.AAR_APPROVED}),
        ExerciseStatus.AAR_APPROVED: frozenset({ExerciseStatus.CLOSED}),
        ExerciseStatus.CLOSED: frozenset(),
        ExerciseStatus.CANCELLED: frozenset(),
    },
)


def check_plan_transition(current: PlanStatus, target: PlanStatus) -> None:
    """Raise RuleViolation unless a continuity plan may go from `current` to `target`."""
    PLAN_TRANSITIONS.check(current, target)


def check_exercise_transition(current: ExerciseStatus, target: ExerciseStatus) -> None:
    """Raise RuleViolation unless an exercise may go from `current` to `target`."""
    EXERCISE_TRANSITIONS.check(current, target)
