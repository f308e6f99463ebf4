"""What waits for one person: findings and actions as their feature lists them, audits, texts and exercises beside."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from compliance import clock, db
from compliance.access import Actor, Permission, may_anywhere, visible_to
from compliance.actions.queries.today import Task
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit, AuditCriteria, AuditMember
from compliance.audits.queries.listing import my_audits
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus, PlanStatus
from compliance.findings.queries.today import do_today
from compliance.network.queries import calendar_of
from compliance.overview import addresses
from compliance.overview.queries import floor, texts, translations
from compliance.overview.queries.adopting import to_adopt, to_read
from compliance.overview.queries.drafts import drafts_to_write, overrides_to_write
from compliance.overview.queries.drift import to_bring_back, to_bring_back_here
from compliance.overview.queries.requests import to_consent_to, to_follow_up, to_hear, to_rule_on
from compliance.overview.queries.waivers import waivers_ending, waivers_to_decide
from compliance.wording import counted

P = Permission
MOST = 50
# What comes to a global head now and then: whoever waits for nothing else opens with the network, unless one is there.
SELDOM = frozenset({P.HEAR_APPEAL, P.DECIDE_WAIVER})
DUE_WITHIN = 31
_AUDIT = (joinedload(Audit.site), joinedload(Audit.lead),
          selectinload(Audit.criteria).joinedload(AuditCriteria.playbook))
_ASKS = {
    AuditStatus.PLANNED: ("Prepare", "Planned; a programme manager schedules it."),
    AuditStatus.SCHEDULED: ("Prepare", "Its criteria freeze when you start it."),
    AuditStatus.IN_PROGRESS: ("Continue", ""),
    AuditStatus.SUBMITTED: ("Open", "Submitted; it waits for its reviewer."),
    AuditStatus.POSTPONED: ("Open", "Postponed; a programme manager sets the new days."),
}
_PATHS = {"Continue": "/checklist", "Review": "/review"}


def todo(actor: Actor) -> list[Task]:
    """Everything that waits for this person, what has been due longest first."""
    others = (task for permission, read in SOURCES if may_anywhere(actor, permission) for task in read(actor))
    tasks = [*do_today(actor), *to_read(actor), *others]
    return sorted(tasks, key=lambda task: (task.due_on, task.reference))


def waits(actor: Actor) -> bool:
    """Whether anything can ever wait for this person: for others the network is the page to open with."""
    answering = (P.RESPOND_TO_FINDING, P.WORK_ON_ACTION, P.APPROVE_PLAN, P.VERIFY_ACTION, P.DECIDE_FINDING)
    often = (*answering, *(each for each, _ in SOURCES if each not in SELDOM))
    return any(may_anywhere(actor, permission) for permission in often) or any(
        read(actor) for permission, read in SOURCES if permission in SELDOM and may_anywhere(actor, permission))


def to_audit(actor: Actor) -> list[Task]:
    """Audits of this person's teams, to prepare or to go on with."""
    return [_audit_task(audit, *_asks(audit)) for audit in my_audits(actor)
            if audit.status in (AuditStatus.SCHEDULED, AuditStatus.IN_PROGRESS)]


def _asks(audit: Audit) -> tuple[str, str, date]:
    step, why = _ASKS[audit.status]
    if audit.status is AuditStatus.IN_PROGRESS:
        return step, f"{audit.answered} of {counted(audit.clauses, 'clause')} answered.", audit.planned_until
    return step, why, audit.planned_from


def to_review(actor: Actor) -> list[Task]:
    """Submitted audits of teams this person is not on."""
    mine = select(AuditMember.audit_id).where(AuditMember.person_id == actor.id)
    rows = db.session.scalars(
        visible_to(actor, select(Audit), Audit, P.REVIEW_AUDIT).where(
            Audit.status == AuditStatus.SUBMITTED, Audit.lead_id != actor.id, Audit.id.not_in(mine))
        .options(*_AUDIT).order_by(Audit.submitted_at, Audit.id).limit(MOST))
    return [_audit_task(audit, "Review", f"Submitted by {audit.lead.name}. Findings are issued when you complete it.",
                        audit.planned_until) for audit in rows]


def to_plan(actor: Actor) -> list[Task]:
    """Audits the programme wants to which nobody has put a day, or whose days have passed."""
    rows = db.session.scalars(
        visible_to(actor, select(Audit), Audit, P.PLAN_AUDIT).where(
            or_(Audit.status.in_((AuditStatus.PLANNED, AuditStatus.POSTPONED)),
                (Audit.status == AuditStatus.SCHEDULED) & (Audit.planned_until < clock.today())))
        .options(*_AUDIT).order_by(Audit.due_on, Audit.id).limit(MOST))
    return [_audit_task(audit, "Schedule", _unscheduled(audit), audit.due_on) for audit in rows]


def _unscheduled(audit: Audit) -> str:
    if audit.status is AuditStatus.SCHEDULED:
        return "Its days have passed and it was not started."
    return f"{audit.status.value.capitalize()}, without a day."


def _audit_task(audit: Audit, step: str, why: str, due: date) -> Task:
    books = ", ".join(criteria.playbook.prefix for criteria in audit.criteria)
    title = f"{audit.site.code} {audit.site.name}" + (f": {books}" if books else "")
    return _task(audit, title, why, (step, addresses.audit(audit.reference) + _PATHS.get(step, "")), due)


def to_approve(actor: Actor) -> list[Task]:
    """Continuity plans and exercise reviews others wrote."""
    plans = db.session.scalars(
        visible_to(actor, select(ContinuityPlan), ContinuityPlan, P.APPROVE_CONTINUITY).where(
            ContinuityPlan.status == PlanStatus.REVIEW, ContinuityPlan.author_id != actor.id)
        .options(joinedload(ContinuityPlan.site), joinedload(ContinuityPlan.author)).limit(MOST))
    reviews = db.session.scalars(
        visible_to(actor, select(Exercise), Exercise, P.APPROVE_CONTINUITY).where(
            Exercise.status == ExerciseStatus.AAR_DRAFT, Exercise.review_author_id != actor.id)
        .options(joinedload(Exercise.site)).limit(MOST))
    return [
        *(_task(plan, f"Approve: {plan.title}", f"Written by {plan.author.name}.",
                ("Read it", addresses.continuity_plan(plan.reference)), clock.today()) for plan in plans),
        *(_task(each, f"Approve the review: {each.title}", "Every improvement needs an action or a reason.",
                ("Read it", addresses.exercise(each.reference)), each.conducted_on or each.planned_on)
          for each in reviews),
    ]


def to_rehearse(actor: Actor) -> list[Task]:
    """Exercises of the coming weeks, and those held without a review."""
    rows = db.session.scalars(
        visible_to(actor, select(Exercise), Exercise, P.RECORD_EXERCISE).where(Exercise.status.in_(
            (ExerciseStatus.PLANNED, ExerciseStatus.SCHEDULED, ExerciseStatus.CONDUCTED)))
        .options(joinedload(Exercise.site)).order_by(Exercise.planned_on, Exercise.id).limit(MOST))
    return [_task(each, each.title, *_rehearsal(each), each.planned_on) for each in rows if _is_near(each.planned_on)]


def _rehearsal(exercise: Exercise) -> tuple[str, tuple[str, str]]:
    url = addresses.exercise(exercise.reference)
    if exercise.status is ExerciseStatus.CONDUCTED:
        return "It was held; its review is not written.", ("Write review", url)
    return f"{exercise.type.value.replace('_', ' ').capitalize()}: record what was measured.", ("Record", url)


def to_keep_current(actor: Actor) -> list[Task]:
    """Continuity plans whose review is due within a month, or wanted sooner."""
    rows = db.session.scalars(
        visible_to(actor, select(ContinuityPlan), ContinuityPlan, P.KEEP_PLAN).where(
            ContinuityPlan.status == PlanStatus.CURRENT).options(joinedload(ContinuityPlan.site))
        .order_by(ContinuityPlan.review_on).limit(MOST))
    return [_task(plan, f"Review: {plan.title}", plan.review_wanted or "A plan nobody has read for a year is a hope.",
                  ("Review", addresses.continuity_plan(plan.reference)), plan.review_on)
            for plan in rows if plan.review_wanted or _is_near(plan.review_on)]


SOURCES: Sequence[tuple[Permission, Callable[[Actor], list[Task]]]] = (
    (P.CONDUCT_AUDIT, to_audit), (P.REVIEW_AUDIT, to_review), (P.PLAN_AUDIT, to_plan),
    (P.APPROVE_CONTINUITY, to_approve), (P.RECORD_EXERCISE, to_rehearse), (P.KEEP_PLAN, to_keep_current),
    (P.DECIDE_WAIVER, waivers_to_decide), (P.REQUEST_WAIVER, waivers_ending),
    *texts.SOURCES, (P.DECIDE_LOCALLY, to_rule_on),
    (P.DECIDE_LOCALLY, to_bring_back), (P.REQUEST_OVERRIDE, to_bring_back_here),
    (P.CONSENT_LEGALLY, to_consent_to), (P.HEAR_APPEAL, to_hear), (P.REQUEST_OVERRIDE, to_follow_up),
    *translations.SOURCES, *floor.SOURCES,
    (P.ADOPT_VERSION, to_adopt), (P.WRITE_PLAYBOOK, drafts_to_write), (P.REQUEST_OVERRIDE, overrides_to_write),
)


def _is_near(day: date) -> bool:
    return (day - clock.today()).days <= DUE_WITHIN


def _task(record: Any, title: str, why: str, step: tuple[str, str], due: date) -> Task:
    calendar = calendar_of(record.site)
    today = calendar.local_date(clock.now())
    label, url = step
    return Task(title=title, why=why, reference=record.reference, url=url, step=label, step_url=url, severity=None,
                due_on=due, today=today, site=record.site.code, city=record.site.name,
                late_by=calendar.business_days_late(due, today))
