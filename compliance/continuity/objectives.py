"""What continuity is held to: recovery objectives, what exercises measured, and the lives of plan and exercise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from compliance.rates import Rate
from compliance.refusals import Refusal
from compliance.transitions import Transitions
from compliance.wording import joined, on_day


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


# A tabletop talks recovery through: nothing is switched over, so there may be no time to measure.
MEASURED_TYPES = frozenset({ExerciseType.FUNCTIONAL, ExerciseType.FULL_SCALE, ExerciseType.UNANNOUNCED})

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


@dataclass(frozen=True, slots=True)
class Activity:
    """What a plan keeps going: how long it may be down (MTPD), when it is to be back (RTO), at what level (MBCO)."""

    name: str
    tier: int
    rto_minutes: int
    mtpd_minutes: int
    mbco_percent: float = 100
    strategy: str = ""


def activity_refusals(activity: Activity) -> list[Refusal]:
    """Why the objectives of an activity do not hold together."""
    refusals = []
    if activity.rto_minutes >= activity.mtpd_minutes:
        rto, mtpd = duration(activity.rto_minutes), duration(activity.mtpd_minutes)
        message = f"{activity.name} is to be back after {rto} but may be down for {mtpd} at most; recover it sooner."
        refusals.append(Refusal("rto", message))
    if not 0 < activity.mbco_percent <= 100:
        refusals.append(Refusal("mbco", f"The minimum level of {activity.name} lies above 0 and up to 100 %."))
    if activity.tier == 1 and not activity.strategy.strip():
        refusals.append(Refusal("strategy", f"{activity.name} is tier 1: write how it is recovered."))
    return refusals


@dataclass(frozen=True, slots=True)
class PlanRole:
    role: str
    primary: str
    deputy: str


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What approving a continuity plan depends on; `bia_on` is the day of the impact analysis behind it.

    `review_on`, when given, is the day the plan is to be looked at again.
    """

    author_id: str
    approver_id: str
    bia_on: date | None
    activities: Sequence[Activity]
    roles: Sequence[PlanRole]
    purpose: str
    activation: str
    deactivation: str
    recovery: str
    review_on: date | None = None


BIA_MONTHS = 12


def plan_approval_refusals(plan: PlanFacts, today: date) -> list[Refusal]:
    """Why a continuity plan may not be approved."""
    return [
        *_approver(plan),
        *_impact_analysis(plan, today),
        *_next_review(plan, today),
        *_contents(plan),
        *(refusal for activity in plan.activities for refusal in activity_refusals(activity)),
    ]


def _approver(plan: PlanFacts) -> Iterator[Refusal]:
    if plan.approver_id == plan.author_id:
        yield Refusal("own_plan", "You wrote this plan, so somebody else approves it.")


def _impact_analysis(plan: PlanFacts, today: date) -> Iterator[Refusal]:
    if plan.bia_on is None:
        yield Refusal("bia", "Link the impact analysis this plan rests on.")
    elif plan.bia_on + relativedelta(months=BIA_MONTHS) < today:
        yield Refusal(
            "bia", f"The impact analysis is of {on_day(plan.bia_on, today)}; renew it, it is over a year old."
        )


def _next_review(plan: PlanFacts, today: date) -> Iterator[Refusal]:
    if plan.review_on is not None and plan.review_on <= today:
        yield Refusal("review_on", f"The next review is set for {on_day(plan.review_on, today)}; set a day to come.")


def _contents(plan: PlanFacts) -> Iterator[Refusal]:
    parts = (
        ("its purpose", plan.purpose),
        ("when it is activated, and who decides", plan.activation),
        ("when it is deactivated", plan.deactivation),
        ("the order of recovery", plan.recovery),
    )
    missing = [part for part, text in parts if not text.strip()]
    if missing:
        yield Refusal("contents", f"The plan does not say {joined(missing, 'and')}.")
    if not plan.activities:
        yield Refusal("activities", "Name at least one activity the plan recovers.")
    if not plan.roles:
        yield Refusal("roles", "Name who does what, with a deputy for each.")
    for role in plan.roles:
        if not role.primary or not role.deputy or role.primary == role.deputy:
            yield Refusal("role", f"{role.role} needs a person and a deputy who is somebody else.")


def is_due_for_review(review_on: date, today: date, wanted_because: str = "") -> bool:
    """Past its review date, or before it because the plan was activated or an exercise of it failed."""
    return today > review_on or bool(wanted_because)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What an exercise measured of one activity; None where it was not measured."""

    name: str
    target_minutes: int
    measured_minutes: int | None
    mbco_percent: float = 100
    achieved_percent: float | None = None

    @property
    def met(self) -> bool | None:
        """In time and at the minimum level; None while one of the two is unknown and the other not missed."""
        if self.measured_minutes is not None and self.measured_minutes > self.target_minutes:
            return False
        if self.achieved_percent is not None and self.achieved_percent < self.mbco_percent:
            return False
        return None if self.measured_minutes is None or self.achieved_percent is None else True


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """`passed` is None while something was not measured and nothing missed."""

    met: tuple[str, ...]
    missed: tuple[str, ...]
    unmeasured: tuple[str, ...]
    passed: bool | None


CALL_TREE_LEAST_PERCENT = 90
_CALL_TREE = "Call tree"


def exercise_result(recoveries: Sequence[Recovery], call_tree: Rate | None = None) -> ExerciseResult:
    """One missed target fails an exercise: recovery is not averaged. `call_tree` counts who acknowledged in time."""
    outcomes = [(recovery.name, recovery.met) for recovery in recoveries]
    if call_tree is not None and call_tree.percent is not None:
        outcomes.append((_CALL_TREE, call_tree.percent >= CALL_TREE_LEAST_PERCENT))
    met, missed, unmeasured = (tuple(name for name, was in outcomes if was is wanted) for wanted in (True, False, None))
    passed = False if missed else (None if unmeasured or not met else True)
    return ExerciseResult(met, missed, unmeasured, passed)


def recovery_in_words(recovery: Recovery) -> str:
    """ "Moderation was back after 5 h, 1 h later than its target of 4 h." """
    if recovery.measured_minutes is None:
        return f"{recovery.name} was not measured; its target is {duration(recovery.target_minutes)}."
    gap = recovery.measured_minutes - recovery.target_minutes
    target = duration(recovery.target_minutes)
    against = f"{duration(gap)} later than its target of {target}" if gap > 0 else f"within its target of {target}"
    return f"{recovery.name} was back after {duration(recovery.measured_minutes)}, {against}."


def duration(minutes: int) -> str:
    """ "4 h", "1 h 30 min", "45 min"."""
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class ExerciseFacts:
    """What an exercise must have on record once it was conducted."""

    objective: str
    scenario: str
    participants: int | None
    recoveries: Sequence[Recovery]
    called: int | None = None
    acknowledged: int | None = None


def conduct_refusals(kind: ExerciseType, facts: ExerciseFacts) -> list[Refusal]:
    """Why an exercise cannot be recorded as conducted."""
    return [*_described(facts), *_measured(kind, facts)]


def _described(facts: ExerciseFacts) -> Iterator[Refusal]:
    if not facts.objective.strip():
        yield Refusal("objective", "Write what the exercise was to show.")
    if not facts.scenario.strip():
        yield Refusal("scenario", "Write the scenario and what was injected.")
    if not facts.participants:
        yield Refusal("participants", "Record how many people took part.")


def _measured(kind: ExerciseType, facts: ExerciseFacts) -> Iterator[Refusal]:
    if kind is ExerciseType.CALL_TREE:
        if not facts.called or facts.acknowledged is None:
            yield Refusal("call_tree", "Record how many were called and how many acknowledged in time.")
        elif not 0 <= facts.acknowledged <= facts.called:
            yield Refusal("call_tree", f"{facts.acknowledged} acknowledged of {facts.called} called; correct one.")
    if kind not in MEASURED_TYPES:
        return
    if not facts.recoveries:
        yield Refusal("recoveries", "Record the time and level each activity reached.")
    for recovery in facts.recoveries:
        if recovery.met is None:
            yield Refusal("recovery", f"Record the time and level {recovery.name} reached.")


AAR_DAYS = 30


def aar_due(conducted_on: date) -> date:
    """The day by which the after-action review is approved."""
    return conducted_on + timedelta(days=AAR_DAYS)


@dataclass(frozen=True, slots=True)
class Improvement:
    """An area for improvement, with the action it became or the signed reason why there is none."""

    text: str
    action_reference: str = ""
    no_action_reason: str = ""
    no_action_signed_by: str = ""


def aar_approval_refusals(author_id: str, approver_id: str) -> list[Refusal]:
    """Why this person may not approve an after-action review."""
    if author_id == approver_id:
        return [Refusal("own_review", "You wrote this after-action review, so somebody else approves it.")]
    return []


def exercise_closing_refusals(improvements: Sequence[Improvement]) -> list[Refusal]:
    """Why an exercise stays open: each area for improvement becomes an action, or somebody signs why not."""
    return [
        Refusal("improvement", f"Raise an action for “{improvement.text}”, or sign why there is none.")
        for improvement in improvements
        if not improvement.action_reference
        and not (improvement.no_action_reason.strip() and improvement.no_action_signed_by)
    ]
