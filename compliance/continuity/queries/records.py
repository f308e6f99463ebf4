"""Reading one plan or exercise with what its page needs, and what belongs to it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import Actor, visible_to
from compliance.actions.lifecycle import OPEN_STATUSES
from compliance.actions.models import Action
from compliance.continuity.contents import missed_names
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import PlanStatus
from compliance.errors import NotFound


def get_plan(actor: Actor, reference: str) -> ContinuityPlan:
    """A plan in sight with site, vendor and people."""
    plan: ContinuityPlan | None = db.session.scalar(
        visible_to(actor, select(ContinuityPlan), ContinuityPlan)
        .where(ContinuityPlan.reference == reference.upper())
        .options(joinedload(ContinuityPlan.site), joinedload(ContinuityPlan.vendor), joinedload(ContinuityPlan.author),
                 joinedload(ContinuityPlan.approved_by)))
    if plan is None:
        raise NotFound
    return plan


def get_exercise(actor: Actor, reference: str) -> Exercise:
    """An exercise in sight with site, vendor, plan, people, and the exercise it re-tests."""
    exercise: Exercise | None = db.session.scalar(
        visible_to(actor, select(Exercise), Exercise).where(Exercise.reference == reference.upper())
        .options(joinedload(Exercise.site), joinedload(Exercise.vendor), joinedload(Exercise.plan),
                 joinedload(Exercise.lead), joinedload(Exercise.retest_of), joinedload(Exercise.review_author),
                 joinedload(Exercise.review_approved_by)))
    if exercise is None:
        raise NotFound
    return exercise


def of_operator(model: type[ContinuityPlan] | type[Exercise], vendor_id: UUID | None) -> ColumnElement[bool]:
    """The records of one operator at a site: a vendor, or the company itself."""
    return model.vendor_id.is_(None) if vendor_id is None else model.vendor_id == vendor_id


def current_plan(site_id: UUID, vendor_id: UUID | None) -> ContinuityPlan | None:
    """The plan in force for an operator at a site the caller saw, with its site."""
    return db.session.scalar(
        select(ContinuityPlan).where(
            ContinuityPlan.site_id == site_id, of_operator(ContinuityPlan, vendor_id),
            ContinuityPlan.status == PlanStatus.CURRENT)
        .options(joinedload(ContinuityPlan.site)))


def owed_by_retest(exercise: Exercise) -> list[str]:
    """The activities a re-test must measure: what the exercise before it, and earlier re-tests of it, missed."""
    if exercise.retest_of_id is None:
        return []
    rows = db.session.scalars(
        select(Exercise.results).where(_of_chain(exercise.retest_of_id), Exercise.id != exercise.id)
        .order_by(Exercise.conducted_on, Exercise.id))
    return list(dict.fromkeys(name for results in rows for name in missed_names(results)))


def retest_actions(exercise: Exercise) -> Sequence[Action]:
    """The open actions that wait for this re-test."""
    if exercise.retest_of_id is None:
        return []
    chain = select(Exercise.id).where(_of_chain(exercise.retest_of_id), Exercise.id != exercise.id)
    return db.session.scalars(
        select(Action).where(
            Action.source_type == Exercise.__tablename__, Action.source_id.in_(chain), Action.needs_retest.is_(True),
            Action.status.in_(OPEN_STATUSES))
        .options(joinedload(Action.site), joinedload(Action.vendor)).order_by(Action.reference)).all()


def _of_chain(root_id: UUID) -> ColumnElement[bool]:
    return or_(Exercise.id == root_id, Exercise.retest_of_id == root_id)


def actions_of(actor: Actor, exercise: Exercise) -> Sequence[Action]:
    """What an exercise, or the one it re-tests, raised: as far as the actor sees it, with owners."""
    sources = [exercise.id, *([exercise.retest_of_id] if exercise.retest_of_id else [])]
    return db.session.scalars(
        visible_to(actor, select(Action), Action).where(
            Action.source_type == Exercise.__tablename__, Action.source_id.in_(sources))
        .options(joinedload(Action.owner)).order_by(Action.reference)).all()


def retests_of(actor: Actor, exercise: Exercise) -> Sequence[Exercise]:
    """The exercises that were to make good what this one missed, by day."""
    return db.session.scalars(
        visible_to(actor, select(Exercise), Exercise).where(Exercise.retest_of_id == exercise.id)
        .order_by(Exercise.planned_on, Exercise.id)).all()


def plans_before(actor: Actor, plan: ContinuityPlan, limit: int = 10) -> Sequence[ContinuityPlan]:
    """The other plans of the same site and operator, newest first, with who approved them."""
    return db.session.scalars(
        visible_to(actor, select(ContinuityPlan), ContinuityPlan).where(
            ContinuityPlan.site_id == plan.site_id, of_operator(ContinuityPlan, plan.vendor_id),
            ContinuityPlan.id != plan.id)
        .options(joinedload(ContinuityPlan.approved_by)).order_by(ContinuityPlan.added_at.desc()).limit(limit)).all()


def exercises_of(actor: Actor, plan: ContinuityPlan, limit: int = 10) -> Sequence[Exercise]:
    """The exercises held or planned on a plan, newest first."""
    return db.session.scalars(
        visible_to(actor, select(Exercise), Exercise).where(Exercise.plan_id == plan.id)
        .order_by(Exercise.planned_on.desc(), Exercise.id.desc()).limit(limit)).all()
