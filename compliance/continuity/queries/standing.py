"""How ready each site is: the facts of the readiness index, gathered for a page of sites in eight statements."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import Row, Select, and_, func, or_, select

from compliance import clock, db
from compliance.access import Actor, Permission, visible_to
from compliance.actions.lifecycle import OPEN_STATUSES, ActionKind, ActionStatus
from compliance.actions.models import Action
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import BIA_MONTHS, MEASURED_TYPES, PlanStatus
from compliance.continuity.readiness import Readiness, ReadinessFacts, readiness
from compliance.network.models import Node, Operation, Site, SiteLifecycle
from compliance.network.queries import WITH_ANCESTORS
from compliance.paging import PAGE, Page, Sort, page
from compliance.rates import Rate

AT_ONCE = 1000
BY_PATH = Sort(Site.path, Site.id, lambda site: site.path)
Unit = tuple[UUID, UUID | None]  # a site and who runs something there: what has a plan of its own


@dataclass(frozen=True, slots=True)
class SiteReadiness:
    """A site with its index and what it rests on; `plans` are the current ones in sight."""

    site: Site
    readiness: Readiness
    facts: ReadinessFacts
    plans: Sequence[ContinuityPlan]
    actions_overdue: int


@dataclass
class _Gathered:
    """What was read of the sites of one page, by site or by unit."""

    units: dict[UUID, set[Unit]] = field(default_factory=lambda: defaultdict(set))
    lobs: dict[Unit, set[str]] = field(default_factory=lambda: defaultdict(set))
    plans: dict[Unit, ContinuityPlan] = field(default_factory=dict)
    last_held: dict[UUID, date] = field(default_factory=dict)
    measured: dict[Unit, Row[Any]] = field(default_factory=dict)
    called: dict[Unit, Row[Any]] = field(default_factory=dict)
    unfixed: dict[Unit, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))
    actions: dict[UUID, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))


def readiness_of_sites(actor: Actor, *, region: str = "", cursor: str = "", limit: int = PAGE) -> Page[SiteReadiness]:
    """Sites in sight by path with their readiness, from the plans, exercises and actions the actor sees there."""
    found = page(_sites(actor, region).options(WITH_ANCESTORS), BY_PATH, cursor, limit)
    return Page(_judged(actor, found.rows), found.next)


def readiness_rows(actor: Actor, *, region: str = "") -> Iterator[SiteReadiness]:
    """Every site in sight, a thousand at a time: for files and for counting over the whole network."""
    after = ""
    while True:
        found = db.session.scalars(_sites(actor, region).options(WITH_ANCESTORS).where(Site.path > after).order_by(
            Site.path).limit(AT_ONCE)).all()
        yield from _judged(actor, found)
        if len(found) < AT_ONCE:
            return
        after = found[-1].path


def _sites(actor: Actor, region: str) -> Select[Any]:
    statement = visible_to(actor, select(Site), Site, Permission.VIEW_CONTINUITY).where(
        Site.lifecycle != SiteLifecycle.CLOSED)
    return statement.where(Site.path.startswith(f"/{region.lower()}/", autoescape=True)) if region else statement


def _judged(actor: Actor, sites: Sequence[Site]) -> list[SiteReadiness]:
    """`sites` by path, none left out between the first and the last."""
    gathered = _gather(actor, sites[0].path, sites[-1].path) if sites else _Gathered()
    return [_standing(site, gathered) for site in sites]


def _gather(actor: Actor, first: str, last: str) -> _Gathered:
    here = select(Node.id).where(Node.path.between(first, last)).scalar_subquery()
    got, today = _Gathered(), clock.today()
    runs: Any = select(Operation.site_id, Operation.vendor_id, Operation.lob)
    for row in db.session.execute(visible_to(actor, runs, Operation).where(
            Operation.site_id.in_(here), or_(Operation.until_on.is_(None), Operation.until_on > today))):
        got.lobs[row.site_id, row.vendor_id].add(row.lob)
        got.units[row.site_id].add((row.site_id, row.vendor_id))
    for plan in db.session.scalars(visible_to(actor, select(ContinuityPlan), ContinuityPlan).where(
            ContinuityPlan.site_id.in_(here), ContinuityPlan.status == PlanStatus.CURRENT)):
        got.plans[plan.site_id, plan.vendor_id] = plan
        got.units[plan.site_id].add((plan.site_id, plan.vendor_id))
    _gather_exercises(actor, here, got)
    due: Any = select(Action.site_id, Action.due_on, func.count())
    due = visible_to(actor, due, Action).where(
        Action.site_id.in_(here), Action.status.in_(OPEN_STATUSES),
        or_(Action.kind == ActionKind.READINESS, Action.source_type == Exercise.__tablename__))
    for site_id, due_on, count in db.session.execute(due.group_by(Action.site_id, Action.due_on)):
        got.actions[site_id].append((due_on, count))
    return got


def _gather_exercises(actor: Actor, here: Any, got: _Gathered) -> None:
    held: Any = select(Exercise.site_id, func.max(Exercise.conducted_on))
    held = visible_to(actor, held, Exercise).where(
        Exercise.site_id.in_(here), Exercise.conducted_on.is_not(None)).group_by(Exercise.site_id)
    got.last_held.update((site_id, on) for site_id, on in db.session.execute(held))
    for row in db.session.execute(_latest(actor, here, Exercise.type.in_(MEASURED_TYPES))):
        got.measured[row.site_id, row.vendor_id] = row
    for row in db.session.execute(_latest(actor, here, Exercise.call_tree_called > 0)):
        got.called[row.site_id, row.vendor_id] = row
    for row in db.session.execute(_missed(actor, here)):
        got.unfixed[row.site_id, row.vendor_id].append(row)


def _latest(actor: Actor, here: Any, which: Any) -> Select[Any]:
    """The last exercise held of a kind per site and operator."""
    newest = func.row_number().over(
        partition_by=(Exercise.site_id, Exercise.vendor_id),
        order_by=(Exercise.conducted_on.desc(), Exercise.id.desc())).label("newest")
    ranked = visible_to(actor, select(
        Exercise.site_id, Exercise.vendor_id, Exercise.conducted_on, Exercise.results, Exercise.call_tree_called,
        Exercise.call_tree_acknowledged, newest), Exercise).where(
            Exercise.site_id.in_(here), Exercise.conducted_on.is_not(None), which).subquery()
    return select(ranked).where(ranked.c.newest == 1)


def _missed(actor: Actor, here: Any) -> Select[Any]:
    """Exercises that missed a target, with each action that has not made it good."""
    return visible_to(actor, select(
        Exercise.site_id, Exercise.vendor_id, Exercise.results, Exercise.conducted_on, Action.status), Exercise).join(
            Action, and_(Action.source_id == Exercise.id, Action.source_type == Exercise.__tablename__)).where(
                Exercise.site_id.in_(here), Action.needs_retest.is_(True), Exercise.passed.is_(False),
                or_(Action.status != ActionStatus.CLOSED, Action.retest_passed.is_not(True)))


def _standing(site: Site, got: _Gathered) -> SiteReadiness:
    today = clock.today(site.zone or "UTC")
    units = sorted(got.units[site.id], key=str)
    plans = [got.plans[unit] for unit in units if unit in got.plans]
    facts = _facts(site, units, got, today)
    overdue = sum(count for due_on, count in got.actions[site.id] if due_on < today)
    return SiteReadiness(site, readiness(facts, today), facts, plans, overdue)


def _facts(site: Site, units: list[Unit], got: _Gathered, today: date) -> ReadinessFacts:
    plans = [got.plans[unit] for unit in units if unit in got.plans]
    measured = [row for unit in units if unit in got.measured for row in got.measured[unit].results]
    called = [got.called[unit] for unit in units if unit in got.called]
    actions = got.actions[site.id]
    in_date = [plan for plan in plans if plan.bia_on and plan.bia_on + relativedelta(months=BIA_MONTHS) >= today]
    return ReadinessFacts(
        plans_current=Rate(sum(not plan.is_due(today) for plan in plans), len(units)),
        bia_current=Rate(len(in_date), len(units)),
        recovery_met=Rate(sum(row["met"] is True for row in measured), len(measured)),
        call_tree=Rate(sum(row.call_tree_acknowledged for row in called), sum(row.call_tree_called for row in called)),
        actions_not_overdue=Rate(sum(count for due_on, count in actions if due_on >= today),
                                 sum(count for _, count in actions)),
        last_exercise=got.last_held.get(site.id),
        tier_1_without_plan=sorted({lob for unit in units if unit not in got.plans for lob in got.lobs[unit]}),
        tier_1_missed_unfixed=sorted({name for unit in units for name in _unfixed(unit, got)}))


def _unfixed(unit: Unit, got: _Gathered) -> Iterator[str]:
    """Tier 1 activities that missed and whose fix nobody verified.

    An action that was called off leaves the miss standing until a later exercise met the target.
    """
    latest = got.measured.get(unit)
    for row in got.unfixed[unit]:
        for result in row.results:
            if result["tier"] == 1 and result["met"] is False and not _made_good(result["name"], row, latest):
                yield result["name"]


def _made_good(name: str, missed: Row[Any], latest: Row[Any] | None) -> bool:
    if missed.status in OPEN_STATUSES or latest is None or latest.conducted_on <= missed.conducted_on:
        return False
    return any(result["name"] == name and result["met"] for result in latest.results)
