"""What waits for somebody among findings and actions together: the list of a day, and the stages of what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import contains_eager

from compliance import clock, db
from compliance.access import Actor, Permission, visible_to
from compliance.actions.dueness import LABELS, Step
from compliance.actions.measures import Tracked
from compliance.actions.queries.lateness import zones
from compliance.actions.queries.today import MOST, Task, my_work, plans_to_approve, soon, to_verify
from compliance.findings.lifecycle import FindingKind, FindingStatus, WithdrawalReason
from compliance.findings.models import IS_OPEN, Finding
from compliance.findings.queries.listing import overdue_finding
from compliance.network.models import Site
from compliance.network.queries import calendar_of
from compliance.playbooks.document import Severity


def do_today(actor: Actor) -> list[Task]:
    """Late, due within a week, to answer, to decide on and to verify, oldest first; what still soaks is not asked."""
    answers = to_answer(actor)
    unanswered = {task.reference for task in answers}
    # Before the answer there is nothing to plan; the harm does not wait for it.
    mine = [task for task in soon(my_work(actor)) if task.source not in unanswered or task.step == LABELS[Step.CONTAIN]]
    work = [*mine, *answers, *disputes_to_decide(actor), *plans_to_approve(actor),
            *(task for task in to_verify(actor) if task.due_on <= task.today)]
    return sorted(work, key=lambda task: (task.due_on, task.reference))


def to_answer(actor: Actor) -> list[Task]:
    """Issued findings the actor answers for: accept, or dispute while one can."""
    found = db.session.scalars(_seen(actor).where(
        Finding.owner_id == actor.id, Finding.status == FindingStatus.ISSUED)
        .order_by(Finding.dispute_until).limit(MOST)).all()
    return [_task(finding, finding.dispute_until or finding.close_due_on, "Answer",
                  "Accept it, or dispute it with evidence.", "last day to dispute") for finding in found]


def disputes_to_decide(actor: Actor) -> list[Task]:
    """Disputed findings on which the actor may decide: those somebody else raised."""
    found = db.session.scalars(_seen(actor, Permission.DECIDE_FINDING).where(
        Finding.status == FindingStatus.DISPUTED, Finding.raised_by_id != actor.id)
        .order_by(Finding.plan_due_on).limit(MOST)).all()
    return [_task(finding, finding.plan_due_on, "Decide", f"Disputed: {finding.dispute}", "the plan waits for this")
            for finding in found]


def _seen(actor: Actor, permission: Permission | None = None) -> Select[Any]:
    return visible_to(actor, select(Finding).join(Finding.site), Finding, permission).options(
        contains_eager(Finding.site))


def _task(finding: Finding, due_on: date | None, step: str, why: str, note: str) -> Task:
    calendar = calendar_of(finding.site)
    today = calendar.local_date(clock.now())
    due_on = due_on or today
    url = f"/findings/{finding.reference}"
    return Task(title=finding.title, why=why, reference=finding.reference, url=url, step=step,
                step_url=f"{url}/{'answer' if step == 'Answer' else 'decision'}", severity=finding.severity,
                due_on=due_on, today=today, site=finding.site.code, city=finding.site.name,
                late_by=calendar.business_days_late(due_on, today), note=note)


def answers_waiting(actor: Actor) -> int:
    """How many findings wait for the actor's answer, in one statement."""
    return db.session.scalar(visible_to(actor, select(func.count()).select_from(Finding), Finding).where(
        Finding.owner_id == actor.id, Finding.status == FindingStatus.ISSUED)) or 0


@dataclass(frozen=True, slots=True)
class Stage:
    """The open findings of one status; `oldest` is the day the first of them was issued."""

    status: FindingStatus
    counts: dict[Severity, int]
    oldest: date | None
    overdue: int

    @property
    def n(self) -> int:
        return sum(self.counts.values())


def stages(actor: Actor, *, site_id: UUID | None = None, vendor_id: UUID | None = None) -> list[Stage]:
    """Open findings by status in the order of their life, in two statements; everything in sight unless narrowed."""
    late = case((overdue_finding(zones()), 1), else_=0)
    statement: Any = select(Finding.status, Finding.severity, func.count(), func.min(Finding.issued_on),
                            func.sum(late)).join(Finding.site)
    statement = visible_to(actor, statement, Finding).where(
        IS_OPEN).group_by(Finding.status, Finding.severity)
    if site_id is not None:
        statement = statement.where(Finding.site_id == site_id)
    if vendor_id is not None:
        statement = statement.where(Finding.vendor_id == vendor_id)
    rows = db.session.execute(statement).all()
    found = [_stage(status, [row for row in rows if row[0] is status]) for status in FindingStatus]
    return [stage for stage in found if stage.n]


def _stage(status: FindingStatus, rows: Sequence[Any]) -> Stage:
    counts = dict.fromkeys(Severity, 0) | {severity: count for _, severity, count, _, _ in rows}
    return Stage(status, counts, min((oldest for *_, oldest, _ in rows), default=None),
                 sum(late for *_, late in rows))


def tracked(actor: Actor, *, since: date | None = None) -> list[Tracked]:
    """Nonconformities issued since a day as the measures of closing take them, in one statement."""
    statement: Any = select(Finding.issued_on, Finding.close_due_on, Finding.closed_on, Finding.reopened,
                            Finding.withdrawn_reason).join(Site, Site.id == Finding.site_id).where(
        Finding.kind == FindingKind.NONCONFORMITY, Finding.issued_on.is_not(None))
    if since is not None:
        statement = statement.where(Finding.issued_on >= since)
    return [Tracked(issued_on, due_on, closed_on, bool(reopened), withdrawn == WithdrawalReason.SITE_CLOSED.value)
            for issued_on, due_on, closed_on, reopened, withdrawn
            in db.session.execute(visible_to(actor, statement, Finding))
            if withdrawn in ("", WithdrawalReason.SITE_CLOSED.value)]
