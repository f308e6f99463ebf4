"""What an action waits for, from whom and by when: the clock that counts at each step of its life."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from compliance.actions.closure import DEFAULT_CLOSURE_RULES, ClosureRules
from compliance.actions.escalation import EscalationLevel, escalation_level
from compliance.actions.lifecycle import ActionKind, ActionStatus, needs_containment, needs_root_cause
from compliance.network.calendars import SiteCalendar
from compliance.playbooks.document import Severity


class Step(StrEnum):
    """The next step; the value is the last part of its address."""

    CONTAIN = "containment"
    CAUSE = "cause"
    PLAN = "plan"
    APPROVE = "approval"
    WORK = "steps"
    VERIFY = "verification"
    NONE = ""


LABELS = {
    Step.CONTAIN: "Contain", Step.CAUSE: "Write cause", Step.PLAN: "Write plan", Step.APPROVE: "Decide on plan",
    Step.WORK: "Add evidence", Step.VERIFY: "Verify", Step.NONE: "Open",
}
ASKS = {
    Step.CONTAIN: "Say what stopped the harm, with evidence.",
    Step.CAUSE: "State the root cause and whether it is so elsewhere.",
    Step.PLAN: "Write the plan and what will show that it worked.",
    Step.APPROVE: "The plan waits for its approver.",
    Step.WORK: "Do the steps of the plan and attach what shows it.",
    Step.VERIFY: "The result is checked by the verifier.",
    Step.NONE: "",
}


@dataclass(frozen=True, slots=True)
class State:
    """What the clocks of an action depend on; `implemented_on` is the local day, `soak_days` the plan's own."""

    status: ActionStatus
    kind: ActionKind
    severity: Severity | None
    due_on: date
    plan_due_on: date | None = None
    contain_due_at: datetime | None = None
    implemented_on: date | None = None
    soak_days: int | None = None


def next_step(state: State) -> Step:
    """The one step that comes next."""
    if state.status is ActionStatus.OPEN and needs_containment(state.severity):
        return Step.CONTAIN
    if state.status is ActionStatus.REOPENED:
        return Step.CAUSE
    if state.status in (ActionStatus.OPEN, ActionStatus.CONTAINED):
        return Step.CAUSE if needs_root_cause(state.kind) else Step.PLAN
    return {
        ActionStatus.ROOT_CAUSE: Step.PLAN, ActionStatus.PLAN_SUBMITTED: Step.APPROVE,
        ActionStatus.PLAN_APPROVED: Step.WORK, ActionStatus.IMPLEMENTED: Step.VERIFY,
        ActionStatus.EFFECTIVENESS_CHECK: Step.VERIFY,
    }.get(state.status, Step.NONE)


def due(state: State, calendar: SiteCalendar, rules: ClosureRules = DEFAULT_CLOSURE_RULES) -> date:
    """The local day by which the next step is due; for a verification the day from which it can be done."""
    step = next_step(state)
    if step is Step.CONTAIN and state.contain_due_at is not None:
        return calendar.local_date(state.contain_due_at)
    if step in (Step.CONTAIN, Step.CAUSE, Step.PLAN) and state.plan_due_on is not None:
        return min(state.plan_due_on, state.due_on) if state.status is not ActionStatus.REOPENED else state.due_on
    if step is Step.VERIFY and state.implemented_on is not None:
        return state.implemented_on + timedelta(days=max(state.soak_days or 0, rules.soak_days(state.severity)))
    return state.due_on


def is_late(state: State, calendar: SiteCalendar, now: datetime) -> bool:
    """Whether the step it waits for is overdue. Verifying is never late: what soaks has been done."""
    step = next_step(state)
    if step in (Step.NONE, Step.VERIFY):
        return False
    if step is Step.CONTAIN and state.contain_due_at is not None and now.replace(microsecond=0) > state.contain_due_at:
        return True
    return calendar.is_overdue(due(state, calendar), now)


def level(state: State, calendar: SiteCalendar, now: datetime) -> EscalationLevel:
    """Who hears of it, from the working days the implementation is late; nobody once it is implemented."""
    if next_step(state) in (Step.NONE, Step.VERIFY):
        return EscalationLevel.NONE
    return escalation_level(calendar.business_days_late(state.due_on, calendar.local_date(now)), state.severity)
