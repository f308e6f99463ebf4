"""What a root cause and a plan must say before anybody may act on them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.actions.closure import DEFAULT_CLOSURE_RULES, ClosureRules, PersonFacts
from compliance.playbooks.document import Severity
from compliance.refusals import Refusal
from compliance.wording import counted, joined


class RootCauseMethod(StrEnum):
    FIVE_WHYS = "five_whys"
    FISHBONE = "fishbone"
    OTHER = "other"


class RootCauseCategory(StrEnum):
    """Human error is no category: it is what a cause looks like from outside."""

    PROCEDURE_UNCLEAR = "procedure_unclear"
    PROCEDURE_MISSING = "procedure_missing"
    VERSION_NOT_ADOPTED = "version_not_adopted"
    TRAINING = "training"
    TOOLING = "tooling"
    STAFFING = "staffing_and_scheduling"
    SUPERVISION = "supervision"
    VENDOR_MANAGEMENT = "vendor_management"
    ACCESS = "access_and_facilities"
    DATA = "data_and_reporting"
    LOCAL_LAW = "local_law_conflict"
    CULTURE = "culture_and_incentives"


@dataclass(frozen=True, slots=True)
class RootCause:
    """`affects_others` answers the extent review (other sites, other lines of business); None is not answered.

    `human_error` is a symptom somebody noted beside the cause.
    """

    cause: str
    method: RootCauseMethod | None
    category: RootCauseCategory | None
    affects_others: bool | None
    extent: str = ""
    human_error: bool = False


@dataclass(frozen=True, slots=True)
class PlanStep:
    text: str
    owner: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ActionPlan:
    steps: Sequence[PlanStep]
    criterion: str = ""
    metric: str = ""
    target: str = ""
    sample: str = ""
    soak_days: int | None = None


_PERSON = (
    "(human|operator|operational|agent|moderator|reviewer|analyst|staff|employee|worker"
    "|person(nel|al)?|individual|user|manual)"
)
_FAULT = "(errors?|mistakes?|oversights?|faults?|slips?|negligence|failures?|lapses?)"
_BLAME = re.compile(
    rf"\b(the |an? )?{_PERSON} (simply )?(forgot|made (an? )?{_FAULT})\b"
    rf"|\b{_PERSON}('s)? {_FAULT}\b"
    rf"|\b(carelessness|careless|forgetfulness|inattention|negligence|oversight|mistakes?)\b"
)
_FILLER = re.compile(
    rf"\b({_PERSON}|an?|the|of|by|to|due|because|was|were|is|it|this|caused?|root|from|on|in|at|and|simpl[ey]|just|only|pure(ly)?"
    r"|one|single|isolated|some|our|their|his|her|team|night|day|shift)\b"
)


def root_cause_refusals(root_cause: RootCause) -> list[Refusal]:
    """Why a root cause is not accepted yet."""
    return list(_root_cause(root_cause))


def _root_cause(root_cause: RootCause) -> Iterator[Refusal]:
    stated = bool(root_cause.cause.strip())
    if not stated and not root_cause.human_error:
        yield Refusal("cause", "Write what made this possible.")
    elif not stated or is_only_human_error(root_cause.cause):
        yield Refusal(
            "human_error",
            "Human error is where the question starts. Write what let the error happen and go unnoticed: "
            "a procedure, a tool, a roster, training.",
        )
    if root_cause.method is None:
        yield Refusal("method", "Say how the cause was found: 5 whys, fishbone, or another method.")
    if root_cause.category is None:
        yield Refusal("category", "Choose the category the cause belongs to.")
    if root_cause.affects_others is None:
        yield Refusal("extent", "Answer the extent review: are other sites or lines of business affected?")
    elif not root_cause.extent.strip():
        asked = "which are affected" if root_cause.affects_others else "where you looked"
        yield Refusal("extent_note", f"Say {asked}, so that the answer on other sites can be checked.")


def is_only_human_error(cause: str) -> bool:
    """Whether a cause blames a person and names nothing else."""
    text = " ".join(cause.lower().split())
    rest = _BLAME.sub(" ", text)
    return rest != text and re.search(r"\w", _FILLER.sub(" ", rest)) is None


def plan_refusals(
    plan: ActionPlan, severity: Severity | None, rules: ClosureRules = DEFAULT_CLOSURE_RULES
) -> list[Refusal]:
    """Why a plan may not be submitted yet."""
    return [*_steps(plan), *_measure(plan), *_soak(plan, severity, rules)]


def plan_approval_refusals(owner: PersonFacts, approver: PersonFacts) -> list[Refusal]:
    """Why a person may not approve a plan."""
    if approver.id == owner.id:
        return [Refusal("own_plan", "You own this action, so you cannot approve its plan. Ask your approver to.")]
    if owner.id in approver.stands_in_for:
        return [
            Refusal("deputy", f"You stand in for {owner.name}, who owns this action, so you cannot approve its plan.")
        ]
    return []


def _steps(plan: ActionPlan) -> Iterator[Refusal]:
    if not plan.steps:
        yield Refusal("steps", "Write at least one step, with who does it and by when.")
    for number, step in enumerate(plan.steps, 1):
        missing = [
            what
            for what, given in (("what is done", step.text.strip()), ("an owner", step.owner), ("a due date", step.due))
            if not given
        ]
        if missing:
            yield Refusal("step", f"Step {number} needs {joined(missing, 'and')}.")


def _measure(plan: ActionPlan) -> Iterator[Refusal]:
    if not plan.criterion.strip():
        yield Refusal("criterion", "State now what will show that it worked: after the work is done it is too late.")
    parts = (("the metric", plan.metric), ("the target", plan.target), ("the sample", plan.sample))
    missing = [what for what, text in parts if not text.strip()]
    if missing:
        yield Refusal("measure", f"The effectiveness criterion needs {joined(missing, 'and')}.")


def _soak(plan: ActionPlan, severity: Severity | None, rules: ClosureRules) -> Iterator[Refusal]:
    least = rules.soak_days(severity)
    if plan.soak_days is None:
        yield Refusal("soak", f"Say how many days the result must hold before it is checked, {least} or more.")
    elif plan.soak_days < least:
        yield Refusal(
            "soak_short",
            f"A soak of {counted(plan.soak_days, 'day')} is too short for a {severity} action: it is {least} or more.",
        )
