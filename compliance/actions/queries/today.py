"""What waits for somebody among the actions: their own next steps, plans to decide on, results to verify."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from compliance import clock, db
from compliance.access import Actor, Permission, visible_to
from compliance.actions import dueness
from compliance.actions.approving import plan_approvers
from compliance.actions.commands.raising import roles_at
from compliance.actions.dueness import Step
from compliance.actions.lifecycle import ActionStatus
from compliance.actions.models import Action, ActionStep
from compliance.actions.queries.lateness import UNDONE
from compliance.network.calendars import SiteCalendar
from compliance.network.queries import calendar_of
from compliance.playbooks.document import Severity

SOON = timedelta(days=7)
MOST = 200
OWNERS_TURN = tuple(status for status in UNDONE if status is not ActionStatus.PLAN_SUBMITTED)
CHECKED = (ActionStatus.IMPLEMENTED, ActionStatus.EFFECTIVENESS_CHECK)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `late_by` is in working days of the site, None while not late; `due_on` its local date."""

    title: str
    why: str
    reference: str
    url: str
    step: str  # the label of its button
    step_url: str
    severity: Severity | None
    due_on: date
    today: date
    site: str
    city: str
    late_by: int | None = None
    note: str = ""  # what the date means, when it is no plain due date
    source: str = ""  # the reference of what raised it

    @property
    def is_soon(self) -> bool:
        return self.due_on <= self.today + SOON


def state_of(action: Action, calendar: SiteCalendar) -> dueness.State:
    return dueness.State(
        action.status, action.kind, action.severity, action.due_on, action.plan_due_on, action.contain_due_at,
        calendar.local_date(action.implemented_at) if action.implemented_at else None, action.soak_days)


def my_work(actor: Actor) -> list[Task]:
    """The next step of every action the actor owns, and steps of others' plans that are the actor's."""
    mine = db.session.scalars(
        _seen(actor).where(Action.owner_id == actor.id, Action.status.in_(OWNERS_TURN))
        .order_by(Action.due_on).limit(MOST)).all()
    steps = db.session.scalars(
        visible_to(actor, select(ActionStep).join(ActionStep.action).join(Action.site), Action)
        .options(contains_eager(ActionStep.action).contains_eager(Action.site))
        .where(ActionStep.owner_id == actor.id, ActionStep.done_at.is_(None), Action.owner_id != actor.id,
               Action.status == ActionStatus.PLAN_APPROVED, ActionStep.round == Action.reopened)
        .order_by(ActionStep.due_on).limit(MOST)).all()
    return [*(task_of(action) for action in mine), *(_step_task(step) for step in steps)]


def plans_to_approve(actor: Actor) -> list[Task]:
    """Submitted plans that the actor's roles decide on, the actor's own left out."""
    found = db.session.scalars(
        _seen(actor, Permission.APPROVE_PLAN)
        .where(Action.status == ActionStatus.PLAN_SUBMITTED, Action.owner_id != actor.id)
        .order_by(Action.due_on).limit(MOST)).all()
    return [task_of(action) for action in found if _decides(actor, action)]


def to_verify(actor: Actor) -> list[Task]:
    """Implemented actions the actor is named to verify; those still soaking say until when."""
    found = db.session.scalars(
        _seen(actor, Permission.VERIFY_ACTION)
        .where(Action.verifier_id == actor.id, Action.status.in_(CHECKED)).order_by(Action.implemented_at)
        .limit(MOST)).all()
    return [task_of(action) for action in found]


def task_of(action: Action) -> Task:
    """The next step of an action as something to do."""
    calendar, now = calendar_of(action.site), clock.now()
    state = state_of(action, calendar)
    step, due_on = dueness.next_step(state), dueness.due(state, calendar)
    return _task(action, calendar, due_on, why=dueness.ASKS[step], step=dueness.LABELS[step],
                 step_url=f"/actions/{action.reference}" + ("" if step is Step.WORK else f"/{step.value}"),
                 late=dueness.is_late(state, calendar, now),
                 note=_verifiable(due_on, calendar.local_date(now)) if step is Step.VERIFY else "")


def _verifiable(since: date, today: date) -> str:
    return "ready to verify since then" if since < today else "not before then" if since > today else "ready to verify"


def _step_task(step: ActionStep) -> Task:
    action, calendar = step.action, calendar_of(step.action.site)
    return _task(action, calendar, step.due_on, why=f"Step {step.position}: {step.text}", step="Add evidence",
                 step_url=f"/actions/{action.reference}/steps/{step.position}",
                 late=calendar.is_overdue(step.due_on, clock.now()))


def _task(action: Action, calendar: SiteCalendar, due_on: date, *, late: bool, **said: str) -> Task:
    today = calendar.local_date(clock.now())
    return Task(title=action.title, reference=action.reference, url=f"/actions/{action.reference}",
                severity=action.severity, due_on=due_on, today=today, site=action.site.code, city=action.site.name,
                source=action.source_reference,
                late_by=(calendar.business_days_late(due_on, today) or 0) if late else None, **said)


def waiting(actor: Actor) -> int:
    """How many actions wait for the actor: owned and the owner's turn, or named to verify. In one statement."""
    mine = and_(Action.owner_id == actor.id, Action.status.in_(OWNERS_TURN))
    judged = and_(Action.verifier_id == actor.id, Action.status.in_(CHECKED))
    return db.session.scalar(
        visible_to(actor, select(func.count()).select_from(Action), Action).where(or_(mine, judged))) or 0


def soon(tasks: Iterable[Task]) -> list[Task]:
    """Late and due within a week, the oldest first."""
    return sorted((task for task in tasks if task.is_soon), key=lambda task: (task.due_on, task.reference))


def _seen(actor: Actor, permission: Permission | None = None) -> Select[Any]:
    return visible_to(actor, select(Action).join(Action.site), Action, permission).options(contains_eager(Action.site))


def _decides(actor: Actor, action: Action) -> bool:
    approvers: Sequence[Any] = plan_approvers(action.kind, action.severity, of_a_vendor=action.vendor_id is not None)
    return bool(roles_at(actor, action) & set(approvers))
