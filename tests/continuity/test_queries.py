"""Registers and readiness: who sees what, what a site's index rests on, and that no page costs more with more rows."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from compliance import db
from compliance.access import Role
from compliance.actions.lifecycle import ActionStatus
from compliance.actions.models import Action
from compliance.continuity import queries as read
from compliance.continuity.contents import CallTree
from compliance.continuity.objectives import ExerciseType, PlanStatus
from compliance.errors import InvalidInput, NotFound
from compliance.network.models import SiteLifecycle
from tests.builders.accounts import an_actor
from tests.builders.continuity import (
    a_current_plan,
    a_held_exercise,
    a_plan,
    a_site_with_a_plan,
    an_exercise,
    measured,
)
from tests.builders.network import a_market, a_region, a_site, a_vendor, an_operation
from tests.builders.saving import saving
from tests.support.moving_clock import MovingClock
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def spring(clock: MovingClock) -> None:
    clock.at("2026-03-16 02:00")


def lead() -> object:
    return an_actor(Role.CONTINUITY_LEAD)


def test_a_vendor_sees_its_own_plans_and_exercises_alone() -> None:
    site, mine, other = a_site(), a_vendor(), a_vendor()
    for vendor in (mine, other):
        an_operation(site, vendor)
        a_current_plan(site, vendor.id)
        a_held_exercise(site, vendor_id=vendor.id)
    actor = an_actor(Role.VENDOR_LEAD, site, mine)
    assert {plan.vendor_id for plan in read.plans(actor).rows} == {mine.id}
    assert {exercise.vendor_id for exercise in read.exercises(actor).rows} == {mine.id}
    hidden = next(each for each in read.exercises(lead()).rows if each.vendor_id == other.id)
    with pytest.raises(NotFound):
        read.get_exercise(actor, hidden.reference)
    (standing,) = read.readiness_of_sites(actor).rows
    assert standing.facts.plans_current.whole == 1
    (whole,) = read.readiness_of_sites(lead()).rows
    assert whole.facts.plans_current.whole == 2


def test_the_register_of_plans() -> None:
    site = a_site_with_a_plan(code="KULA")
    a_plan(site, status=PlanStatus.SUPERSEDED)
    due = a_current_plan(vendor_id=a_vendor().id, review_on=TODAY - timedelta(days=1), title="Typhoon")
    wanted = a_current_plan(review_wanted="EXE-1 failed", review_on=TODAY + timedelta(days=90))
    assert len(read.plans(lead()).rows) == 3
    assert {plan.id for plan in read.plans(lead(), due=True).rows} == {due.id, wanted.id}
    assert [plan.id for plan in read.plans(lead()).rows[:2]] == [due.id, wanted.id]
    assert [plan.site.code for plan in read.plans(lead(), site="kula").rows] == ["KULA"]
    assert [plan.id for plan in read.plans(lead(), search="typh").rows] == [due.id]
    assert [plan.status for plan in read.plans(lead(), status=PlanStatus.SUPERSEDED).rows] == [PlanStatus.SUPERSEDED]
    assert {plan.vendor_id for plan in read.plans(lead(), vendor="in-house").rows} == {None}


def test_the_register_of_exercises() -> None:
    site = a_site_with_a_plan()
    missed = a_held_exercise(site)
    met = a_held_exercise(site, measured(100))
    coming = an_exercise(site=site, type=ExerciseType.TABLETOP, title="Typhoon", planned_on=TODAY + timedelta(days=5))
    found = {outcome: {each.id for each in read.exercises(lead(), outcome=outcome).rows}
             for outcome in ("coming", "missed", "met", "review", "cancelled")}
    assert found == {"coming": {coming.id}, "missed": {missed.id}, "met": {met.id}, "review": {missed.id, met.id},
                     "cancelled": set()}
    assert [each.id for each in read.exercises(lead(), type=ExerciseType.TABLETOP).rows] == [coming.id]
    assert [each.id for each in read.exercises(lead(), search="TYPHOON").rows] == [coming.id]
    assert read.exercises(lead()).rows[0].id == coming.id


@pytest.mark.parametrize("ask", [lambda: read.exercises(lead(), outcome="x"), lambda: read.plans(lead(), sort="x")])
def test_a_filter_there_is_not_is_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(InvalidInput):
        ask()


def test_every_row_is_on_one_page() -> None:
    for at in range(5):
        a_current_plan(review_on=TODAY + timedelta(days=at // 2))
    seen, cursor = [], ""
    while True:
        found = read.plans(lead(), limit=2, cursor=cursor)
        seen += [plan.id for plan in found.rows]
        cursor = found.next
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 5


def standing_of(site: object) -> read.SiteReadiness:
    return next(each for each in read.readiness_of_sites(lead()).rows if each.site.id == site.id)


def test_a_site_that_missed_its_recovery_time_is_not_ready_until_the_fix_is_verified() -> None:
    site = a_site_with_a_plan()
    a_held_exercise(site)
    standing = standing_of(site)
    # 25 × 0 (the plan is due for review) + 20 × 1 + 25 × 1/2 + 15 × 46/50 + 15 × 1
    assert standing.readiness.raw == pytest.approx(61.3)
    assert standing.readiness.index == 59
    assert standing.readiness.caps == ("Moderation (tier 1) missed the recovery time, and no fix was verified since.",)


@pytest.mark.parametrize(("status", "retest_passed", "later", "capped"), [
    (ActionStatus.OPEN, True, 100, True),  # met again, but nobody verified the fix
    (ActionStatus.CLOSED, True, 100, False),
    (ActionStatus.CLOSED, None, None, True),  # closed on the mere promise of a re-test
    (ActionStatus.CANCELLED, None, None, True),
    (ActionStatus.CANCELLED, None, 100, False),  # the risk was accepted, and then the target was met after all
    (ActionStatus.CANCELLED, None, 300, True),
])
def test_what_counts_as_a_verified_fix(status: ActionStatus, retest_passed: bool | None, later: int | None,
                                       capped: bool, clock: MovingClock) -> None:
    site = a_site_with_a_plan()
    a_held_exercise(site)
    clock.forward(days=3)
    if later:
        a_held_exercise(site, measured(later))
    with saving():
        for action in db.session.scalars(select(Action)):
            action.status, action.retest_passed = status, retest_passed
    assert bool(standing_of(site).readiness.caps) is capped


def test_a_tier_2_miss_caps_nothing() -> None:
    site = a_site_with_a_plan()
    a_held_exercise(site, measured(100, 1500))
    assert standing_of(site).readiness.caps == ()


def test_without_a_plan_what_runs_there_is_uncovered() -> None:
    site = a_site()
    an_operation(site, lob="Core")
    an_operation(site, lob="Moderation")
    an_operation(site, lob="Gone", until_on=TODAY)
    caps = standing_of(site).readiness.caps
    assert caps == ("No current plan covers Core and Moderation (tier 1).", "No exercise was ever held here.")


def test_the_last_exercise_counts_and_ages(clock: MovingClock) -> None:
    site = a_site_with_a_plan()
    a_held_exercise(site, measured(300, 300))
    clock.forward(days=30)
    a_held_exercise(site, measured(100, 100, call_tree=CallTree(10, 10)))
    facts = standing_of(site).facts
    assert (facts.recovery_met.part, facts.recovery_met.whole) == (2, 2)
    assert (facts.call_tree.part, facts.call_tree.whole) == (10, 10)
    assert facts.last_exercise == TODAY + timedelta(days=30)
    clock.forward(days=366)
    assert any("more than 12 months ago" in cap for cap in standing_of(site).readiness.caps)


def test_overdue_actions_weigh_on_a_site(clock: MovingClock) -> None:
    site = a_site_with_a_plan()
    a_held_exercise(site)
    clock.at("2026-05-15 15:59")  # the last minute of the due day in Kuala Lumpur
    assert standing_of(site).actions_overdue == 0
    clock.at("2026-05-15 16:00")
    assert standing_of(site).actions_overdue == 1


def test_closed_sites_are_no_longer_judged() -> None:
    a_site(lifecycle=SiteLifecycle.CLOSED)
    assert read.readiness_of_sites(lead()).rows == []


def test_every_site_is_reached_page_by_page_and_by_region() -> None:
    for at in range(3):
        a_site_with_a_plan(code=f"KUL{at}X")
    emea = a_market("ie", "Ireland", a_region("emea", "EMEA"))
    a_site("DUB9", emea)
    assert len(list(read.readiness_rows(lead()))) == 4
    first = read.readiness_of_sites(lead(), limit=2)
    rest = read.readiness_of_sites(lead(), limit=2, cursor=first.next)
    assert len({each.site.code for each in (*first.rows, *rest.rows)}) == 4
    assert [each.site.code for each in read.readiness_of_sites(lead(), region="EMEA").rows] == ["DUB9"]


def test_the_calendar_shows_the_worst_of_each_month(clock: MovingClock) -> None:
    site = a_site_with_a_plan()
    a_held_exercise(site, measured(100))
    an_exercise(site=site, planned_on=TODAY + timedelta(days=3))
    an_exercise(site=site, planned_on=TODAY + timedelta(days=40))
    shown = read.calendar(lead(), [site])
    assert shown.months[5] == date(2026, 3, 1)
    assert dict(shown.rows)[site.code][4:8] == ("none", "planned", "planned", "none")
    clock.forward(days=5)
    assert dict(read.calendar(lead(), [site]).rows)[site.code][4:8] == ("none", "late", "planned", "none")
    assert read.calendar(lead(), []).rows == ()


def test_the_tally() -> None:
    site = a_site_with_a_plan()
    a_held_exercise(site)
    a_plan(status=PlanStatus.REVIEW)
    counted = read.tally(lead())
    assert (counted.plans, counted.plans_due, counted.waiting) == (1, 1, 1)
    assert (counted.held, counted.missed, counted.reviews_owed) == (1, 1, 1)
    assert (counted.actions, counted.actions_overdue) == (1, 0)
    assert read.tally(an_actor(Role.ADMINISTRATOR)) == read.Tally(0, 0, 0, 0, 0, 0, 0, 0)


def test_a_line_of_business_run_at_one_site_only_is_a_gap() -> None:
    alone, both = a_site(), a_site()
    an_operation(alone, lob="Commerce")
    vendor = a_vendor()
    for site in (alone, both):
        an_operation(site, vendor, lob="Core")
    assert read.single_site_lobs(lead()) == [("Commerce", alone.code)]
    assert read.single_site_lobs(an_actor(Role.SITE_LEAD, both)) == []
    assert read.single_site_lobs(an_actor(Role.VENDOR_LEAD, alone, vendor)) == []


@pytest.mark.parametrize(("name", "most"), [
    ("plans", 1), ("exercises", 1), ("readiness_of_sites", 8), ("tally", 3), ("open_actions", 1),
])
def test_statements_do_not_grow_with_rows(name: str, most: int, queries: QueryRecorder) -> None:
    actor = lead()
    counts = []
    for _ in range(2):
        for _ in range(3):
            a_held_exercise()
        db.session.remove()
        counts.append(len(queries.during(lambda: getattr(read, name)(actor))))
    assert counts == [counts[0], counts[0]]
    assert counts[0] <= most


