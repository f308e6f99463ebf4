"""The registers of plans and exercises, and the counts and gaps beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import Actor, visible_to
from compliance.actions.lifecycle import OPEN_STATUSES, ActionKind
from compliance.actions.models import Action
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus, ExerciseType, PlanStatus
from compliance.errors import InvalidInput
from compliance.network.models import Operation, Site, Vendor
from compliance.network.queries import running
from compliance.paging import PAGE, Page, Sort, page

PLAN_SORTS = {
    "review": Sort(ContinuityPlan.review_on, ContinuityPlan.id, lambda plan: plan.review_on),
    "reference": Sort(ContinuityPlan.reference, ContinuityPlan.id, lambda plan: plan.reference),
}
EXERCISE_SORTS = {
    "planned": Sort(Exercise.planned_on, Exercise.id, lambda exercise: exercise.planned_on),
    "reference": Sort(Exercise.reference, Exercise.id, lambda exercise: exercise.reference),
}
COMING = (ExerciseStatus.PLANNED, ExerciseStatus.SCHEDULED)
REVIEW_OWED = (ExerciseStatus.CONDUCTED, ExerciseStatus.AAR_DRAFT)
IN_SIGHT = (PlanStatus.DRAFT, PlanStatus.REVIEW, PlanStatus.APPROVED, PlanStatus.CURRENT)


def plans(actor: Actor, *, site: str = "", vendor: str = "", status: PlanStatus | None = None, due: bool = False,
          search: str = "", sort: str = "review", cursor: str = "", limit: int = PAGE) -> Page[ContinuityPlan]:
    """Plans in sight with site, vendor and people. Without a status those still of use: past ones stay behind it."""
    statement = visible_to(actor, select(ContinuityPlan), ContinuityPlan).options(
        joinedload(ContinuityPlan.site), joinedload(ContinuityPlan.vendor), joinedload(ContinuityPlan.author),
        joinedload(ContinuityPlan.approved_by))
    wanted = [status] if status is not None else IN_SIGHT
    statement = _at(statement, ContinuityPlan, site, vendor).where(ContinuityPlan.status.in_(wanted))
    if due:
        statement = statement.where(_due(clock.today()))
    if search:
        statement = statement.where(or_(ContinuityPlan.title.icontains(search, autoescape=True),
                                        ContinuityPlan.reference.icontains(search, autoescape=True)))
    return page(statement, _sort(PLAN_SORTS, sort), cursor, limit)


def exercises(actor: Actor, *, site: str = "", vendor: str = "", type: ExerciseType | None = None,  # noqa: A002
              outcome: str = "", search: str = "", sort: str = "-planned", cursor: str = "",
              limit: int = PAGE) -> Page[Exercise]:
    """Exercises in sight with site, vendor and lead; `outcome` is coming, missed, met, review (owed) or cancelled."""
    statement = _at(visible_to(actor, select(Exercise), Exercise), Exercise, site, vendor).options(
        joinedload(Exercise.site), joinedload(Exercise.vendor), joinedload(Exercise.lead))
    if type is not None:
        statement = statement.where(Exercise.type == type)
    if outcome:
        statement = statement.where(_outcome(outcome))
    if search:
        statement = statement.where(or_(Exercise.title.icontains(search, autoescape=True),
                                        Exercise.reference.icontains(search, autoescape=True)))
    return page(statement, _sort(EXERCISE_SORTS, sort), cursor, limit)


def _outcome(outcome: str) -> ColumnElement[bool]:
    conditions = {
        "coming": Exercise.status.in_(COMING), "missed": Exercise.passed.is_(False), "met": Exercise.passed.is_(True),
        "review": Exercise.status.in_(REVIEW_OWED), "cancelled": Exercise.status == ExerciseStatus.CANCELLED,
    }
    if outcome not in conditions:
        raise InvalidInput("Choose coming, met, missed, review or cancelled.")
    return conditions[outcome]


def _at(statement: Select[Any], model: type[ContinuityPlan] | type[Exercise], site: str, vendor: str) -> Select[Any]:
    if site:
        statement = statement.where(model.site_id.in_(select(Site.id).where(Site.code == site.upper())))
    if vendor == "in-house":
        return statement.where(model.vendor_id.is_(None))
    if vendor:
        return statement.where(model.vendor_id.in_(select(Vendor.id).where(Vendor.code == vendor.upper())))
    return statement


def _sort(sorts: dict[str, Sort], wanted: str) -> Sort:
    """The sort of a key, descending with a minus before it. Raises InvalidInput for a key there is not."""
    known = sorts.get(wanted.removeprefix("-"))
    if known is None:
        raise InvalidInput(f"This list is not sorted by {wanted}.")
    return Sort(known.column, known.id_column, known.value, wanted.startswith("-"))


def _due(today: date) -> ColumnElement[bool]:
    """By the day in UTC: a list over many zones has no other one day. The page of a plan says it by the site's."""
    return and_(ContinuityPlan.status == PlanStatus.CURRENT,
                or_(ContinuityPlan.review_on < today, ContinuityPlan.review_wanted != ""))


@dataclass(frozen=True, slots=True)
class Tally:
    """What the key numbers of continuity count; exercises are those of the last twelve months."""

    plans: int
    plans_due: int
    waiting: int  # plans in review
    held: int
    missed: int
    reviews_owed: int
    actions: int
    actions_overdue: int


def tally(actor: Actor) -> Tally:
    """Three statements, each one row."""
    today = clock.today()
    current, due, waiting = _counted(
        actor, ContinuityPlan, ContinuityPlan.status == PlanStatus.CURRENT, _due(today),
        ContinuityPlan.status == PlanStatus.REVIEW)
    this_year = Exercise.conducted_on > today - relativedelta(years=1)
    held, missed, owed = _counted(
        actor, Exercise, this_year, and_(this_year, Exercise.passed.is_(False)), Exercise.status.in_(REVIEW_OWED))
    open_ = _of_continuity()
    actions, overdue = _counted(actor, Action, open_, and_(open_, Action.due_on < today))
    return Tally(current, due, waiting, held, missed, owed, actions, overdue)


def _counted(actor: Actor, model: Any, *conditions: ColumnElement[bool]) -> list[int]:
    """How many records in sight meet each condition, in one statement."""
    counts: Any = select(*(func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions))
    return list(db.session.execute(visible_to(actor, counts.select_from(model), model).where(or_(*conditions))).one())


def _of_continuity() -> ColumnElement[bool]:
    """Open actions of readiness, and the improvements exercises led to."""
    return and_(Action.status.in_(OPEN_STATUSES),
                or_(Action.kind == ActionKind.READINESS, Action.source_type == Exercise.__tablename__))


def open_actions(actor: Actor, limit: int = 8) -> Sequence[Action]:
    """The open readiness and improvement actions due first, with site and owner."""
    return db.session.scalars(
        visible_to(actor, select(Action), Action).where(_of_continuity())
        .options(joinedload(Action.site), joinedload(Action.owner), joinedload(Action.vendor))
        .order_by(Action.due_on, Action.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Exercises by month: the first day of each month, and per site code what each month held."""

    months: tuple[date, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def calendar(actor: Actor, sites: Sequence[Site], before: int = 5, after: int = 5) -> Calendar:
    """What was held and is planned around this month at some sites in sight, in one statement.

    A month is done, planned, late (planned, over, and not held) or none; the worst of a month is shown.
    """
    today = clock.today()
    months = tuple(today.replace(day=1) + relativedelta(months=step) for step in range(-before, after + 1))
    if not sites:
        return Calendar(months, ())
    wanted: Any = select(Exercise.site_id, Exercise.planned_on, Exercise.conducted_on)
    rows = db.session.execute(visible_to(actor, wanted, Exercise).where(
            Exercise.status != ExerciseStatus.CANCELLED,
            Exercise.site_id.in_(select(Site.id).where(Site.path.between(sites[0].path, sites[-1].path))),
            func.coalesce(Exercise.conducted_on, Exercise.planned_on).between(
                months[0], months[-1] + relativedelta(months=1) - timedelta(days=1))))
    held: dict[tuple[Any, date], set[str]] = {}
    for site_id, planned_on, conducted_on in rows:
        month = (conducted_on or planned_on).replace(day=1)
        state = "done" if conducted_on else "late" if planned_on < today else "planned"
        held.setdefault((site_id, month), set()).add(state)
    return Calendar(months, tuple(
        (site.code, tuple(_worst(held.get((site.id, month), set())) for month in months)) for site in sites))


def _worst(states: set[str]) -> str:
    return next((state for state in ("late", "planned", "done") if state in states), "none")


def single_site_lobs(actor: Actor) -> list[tuple[str, str]]:
    """(line of business, site code) of what only one site in the whole network runs, at sites in sight.

    Counted over the network, since what another region runs too is no gap; so it is not told to a vendor's people,
    who would learn from it what others do.
    """
    if actor.vendor_id is not None:
        return []
    today = clock.today()
    single = (select(Operation.lob).where(running(today)).group_by(Operation.lob)
              .having(func.count(Operation.site_id.distinct()) == 1))
    here: Any = select(Operation.lob, Site.code).join(Site, Site.id == Operation.site_id)
    rows = db.session.execute(
        visible_to(actor, here, Operation).where(running(today), Operation.lob.in_(single))
        .distinct().order_by(Operation.lob))
    return [(lob, code) for lob, code in rows]
