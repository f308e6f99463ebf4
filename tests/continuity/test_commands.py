"""Plans and exercises through their commands: who may, what is refused, and what a missed recovery sets off."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from compliance import db
from compliance.access import Permission, Role, may
from compliance.actions.models import Action
from compliance.continuity import commands
from compliance.continuity.contents import CallTree, Capability, ImprovementDraft, Measured, Review
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus, ExerciseType, PlanStatus
from compliance.db import transaction
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.journal import verify
from tests.builders.accounts import a_person, actor_of, an_actor
from tests.builders.continuity import (
    CASEWORK,
    MODERATION,
    a_current_plan,
    a_held_exercise,
    a_plan,
    a_site_with_a_plan,
    an_exercise,
    contents,
    measured,
)
from tests.builders.network import a_site, a_vendor, an_operation
from tests.support.moving_clock import MovingClock

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def spring(clock: MovingClock) -> None:
    clock.at("2026-03-16 02:00")  # 10:00 in Kuala Lumpur, a Monday


def test_a_plan_goes_from_draft_to_current_and_supersedes_the_one_before() -> None:
    site = a_site_with_a_plan()
    before = db.session.scalar(select(ContinuityPlan))
    author, approver = an_actor(Role.SITE_LEAD, site), an_actor(Role.CONTINUITY_LEAD)
    with transaction():
        plan = commands.add_plan(author, site=site, vendor_id=None, contents=contents())
        commands.submit_plan(author, plan)
        commands.approve_plan(approver, plan)
    assert (plan.status, before.status) == (PlanStatus.CURRENT, PlanStatus.SUPERSEDED)
    assert (plan.supersedes_id, plan.approved_by_id) == (before.id, approver.id)
    assert verify() == (3, None)


def test_an_author_approves_nothing_of_their_own() -> None:
    site = a_site_with_a_plan()
    lead = an_actor(Role.CONTINUITY_LEAD)
    with transaction():
        plan = commands.add_plan(lead, site=site, vendor_id=None, contents=contents())
        commands.submit_plan(lead, plan)
    with pytest.raises(RuleViolation, match="You wrote this plan"), transaction():
        commands.approve_plan(lead, plan)


def test_nor_does_anybody_who_wrote_in_it() -> None:
    plan, lead = a_plan(), an_actor(Role.CONTINUITY_LEAD)
    with transaction():
        commands.change_plan(lead, plan, contents=contents(title="Better"))
        commands.submit_plan(lead, plan)
    with pytest.raises(RuleViolation, match="You wrote this plan"), transaction():
        commands.approve_plan(lead, plan)


@pytest.mark.parametrize(("change", "reason"), [
    ({"bia_on": None}, "Link the impact analysis"),
    ({"bia_on": date(2025, 3, 15)}, "over a year old"),
    ({"review_on": TODAY}, "set a day to come"),
    ({"activation": " "}, "when it is activated"),
    ({"activities": [replace(MODERATION, rto_minutes=480)]}, "recover it sooner"),
    ({"activities": [replace(MODERATION, strategy="")]}, "is tier 1"),
    ({"roles": []}, "with a deputy"),
])
def test_a_plan_that_would_not_hold_is_not_put_forward(change: dict[str, object], reason: str) -> None:
    site = a_site_with_a_plan()
    author = an_actor(Role.SITE_LEAD, site)
    with transaction():
        plan = commands.add_plan(author, site=site, vendor_id=None, contents=contents(**change))
    with pytest.raises(RuleViolation, match=reason), transaction():
        commands.submit_plan(author, plan)


def test_every_reason_is_told_at_once() -> None:
    plan = a_plan(bia_on=None, purpose="", roles=[])
    with pytest.raises(RuleViolation) as refused, transaction():
        commands.submit_plan(an_actor(Role.CONTINUITY_LEAD), plan)
    assert len(refused.value.reasons) == 3


def test_only_a_draft_is_changed_and_only_as_it_was_seen() -> None:
    plan, lead = a_plan(), an_actor(Role.CONTINUITY_LEAD)
    with pytest.raises(Conflict), transaction():
        commands.change_plan(lead, plan, contents=contents(), version=plan.version + 1)
    current = a_current_plan()
    with pytest.raises(RuleViolation, match="only a draft"), transaction():
        commands.change_plan(lead, current, contents=contents())


def test_a_plan_sent_back_says_why_and_can_be_written_again() -> None:
    plan, lead = a_plan(), an_actor(Role.CONTINUITY_LEAD)
    with transaction():
        commands.submit_plan(lead, plan)
        with pytest.raises(InvalidInput):
            commands.return_plan(lead, plan, reason=" ")
        commands.return_plan(lead, plan, reason="Name the deputy of the night shift.")
    assert (plan.status, plan.returned_reason) == (PlanStatus.DRAFT, "Name the deputy of the night shift.")


def test_one_draft_at_a_time_and_only_for_who_works_there() -> None:
    site, lead = a_site_with_a_plan(), an_actor(Role.CONTINUITY_LEAD)
    with pytest.raises(RuleViolation, match="runs nothing"), transaction():
        commands.add_plan(lead, site=site, vendor_id=a_vendor().id, contents=contents())
    with transaction():
        commands.add_plan(lead, site=site, vendor_id=None, contents=contents())
    with pytest.raises(RuleViolation, match="already being written"), transaction():
        commands.add_plan(lead, site=site, vendor_id=None, contents=contents())


@pytest.mark.parametrize(("activities", "reason"), [
    ([MODERATION, replace(CASEWORK, name="moderation ")], "listed twice"),
    ([replace(MODERATION, failover="KUL9")], "itself"),
    ([replace(MODERATION, failover="NONE1")], "You see no site NONE1"),
])
def test_a_draft_that_contradicts_itself_is_not_kept(activities: list[object], reason: str) -> None:
    site = a_site_with_a_plan(code="KUL9")
    with pytest.raises((RuleViolation, InvalidInput), match=reason), transaction():
        commands.add_plan(an_actor(Role.CONTINUITY_LEAD), site=site, vendor_id=None,
                          contents=contents(activities=activities))


def test_a_failover_its_author_cannot_see_stays_in_a_plan() -> None:
    vendor, site, elsewhere = a_vendor(), a_site(), a_site(code="ELSE1")
    an_operation(site, vendor)
    plan = a_plan(site, vendor.id, activities=[replace(MODERATION, failover=elsewhere.code)])
    author = an_actor(Role.VENDOR_LEAD, plan.site, vendor)
    with transaction():
        commands.change_plan(author, plan, contents=contents(activities=[replace(MODERATION, failover="ELSE1")]))
    assert plan.activities[0]["failover"] == "ELSE1"


@pytest.mark.parametrize("role", sorted(Role))
def test_who_may_do_what(role: Role) -> None:
    """The permissions are read from the role table; the commands must ask for exactly these."""
    site = a_site_with_a_plan()
    plan, actor = a_plan(site, status=PlanStatus.REVIEW), an_actor(role, site)
    exercise = an_exercise(site=site)
    for permission, command in (
        (Permission.KEEP_PLAN, lambda: commands.submit_plan(actor, plan)),
        (Permission.APPROVE_CONTINUITY, lambda: commands.return_plan(actor, plan, reason="Why")),
        (Permission.RECORD_EXERCISE, lambda: commands.cancel_exercise(actor, exercise, reason="Why")),
    ):
        if not may(actor, permission, site.place):
            with pytest.raises((Forbidden, NotFound)), transaction():
                command()


def test_a_missed_recovery_raises_a_major_action_that_waits_for_a_retest() -> None:
    site = a_site_with_a_plan(name="Cebu")
    owner = a_person(Role.SITE_LEAD, site)
    exercise = a_held_exercise(site)
    action = db.session.scalar(select(Action))
    assert (action.kind, action.severity, action.needs_retest) == ("readiness", "major", True)
    assert (action.owner_id, action.source_reference) == (owner.id, exercise.reference)
    assert "Moderation was back after 5 h, 1 h later than its target of 4 h." in action.description
    assert action.title == f"Recover Moderation at {site.code} in time"
    assert exercise.passed is False
    plan = db.session.scalar(select(ContinuityPlan))
    assert exercise.reference in plan.review_wanted


def test_the_clocks_of_the_action_are_those_of_a_major_at_the_site() -> None:
    a_held_exercise()
    action = db.session.scalar(select(Action))
    # From Monday 16 March: 20 and 21 March are the end of Ramadan in Malaysia, and Monday 23 is its substitute day.
    assert action.due_on == date(2026, 5, 15)
    assert action.plan_due_on > date(2026, 4, 6)
    assert action.contain_due_at is not None


def test_a_recovery_in_time_raises_nothing() -> None:
    exercise = a_held_exercise(conducted=measured(moderation=240))
    assert exercise.passed is True
    assert db.session.scalar(select(Action)) is None


def test_a_level_below_the_minimum_is_a_miss_as_well() -> None:
    a_held_exercise(conducted=measured(measured=[Measured("Moderation", 200, 45), Measured("Casework", 60, 90)]))
    assert "It ran at 45 %, below its minimum of 50 %." in db.session.scalar(select(Action.description))


def test_the_owner_at_a_vendor_is_the_lead_of_that_vendor() -> None:
    vendor, other, site = a_vendor(), a_vendor(), a_site()
    an_operation(site, vendor)
    an_operation(site, other)
    a_person(Role.SITE_LEAD, site)
    a_person(Role.VENDOR_LEAD, site, other)
    mine = a_person(Role.VENDOR_LEAD, site, vendor)
    a_current_plan(site, vendor.id)
    a_held_exercise(site, vendor_id=vendor.id)
    assert db.session.scalar(select(Action.owner_id)) == mine.id


def test_a_retest_tells_the_action_and_raises_no_second_one() -> None:
    site = a_site_with_a_plan()
    first = a_held_exercise(site)
    again = an_exercise(site=site, retest_of=first, planned_on=TODAY + timedelta(days=20))
    action = db.session.scalar(select(Action))
    assert (action.retest_passed, action.retest_on) == (None, None)  # a date promises, it does not show
    with transaction():
        raised = commands.record_exercise(an_actor(Role.CONTINUITY_LEAD), again, conducted=measured(260))
    assert (raised, action.retest_passed) == (None, False)
    third = a_held_exercise(site, measured(230), retest_of=again)
    db.session.refresh(action)
    assert (action.retest_passed, action.retest_reference) == (True, third.reference)
    assert third.retest_of_id == first.id
    assert len(db.session.scalars(select(Action)).all()) == 1


def test_a_retest_that_misses_something_else_raises_an_action_for_that() -> None:
    site = a_site_with_a_plan()
    first = a_held_exercise(site)
    a_held_exercise(site, measured(200, 1500), retest_of=first)
    old, new = db.session.scalars(select(Action).order_by(Action.reference)).all()
    assert (old.retest_passed, new.retest_passed) == (True, None)
    assert new.title == f"Recover Casework at {site.code} in time"


@pytest.mark.parametrize(("change", "reason"), [
    ({"measured": [Measured("Casework", 60, 90)]}, "measure Moderation again"),
    ({"measured": [Measured("Typing", 60, 90)]}, "knows no activity"),
    ({"measured": ()}, "Record the time and level"),
    ({"measured": [Measured("Moderation", 200, None)]}, "Record the time and level Moderation reached"),
    ({"participants": None}, "how many people took part"),
    ({"conducted_on": TODAY + timedelta(days=1)}, "has not come"),
])
def test_what_is_missing_from_a_record_is_refused(change: dict[str, object], reason: str) -> None:
    site = a_site_with_a_plan()
    again = an_exercise(site=site, retest_of=a_held_exercise(site))
    with pytest.raises((RuleViolation, InvalidInput), match=reason), transaction():
        commands.record_exercise(an_actor(Role.CONTINUITY_LEAD), again, conducted=measured(**change))
    assert again.status is ExerciseStatus.SCHEDULED


@pytest.mark.parametrize(("called", "acknowledged", "passed"), [(50, 46, True), (50, 45, True), (50, 44, False)])
def test_a_call_tree_stands_at_ninety_percent(called: int, acknowledged: int, passed: bool) -> None:
    exercise = a_held_exercise(type=ExerciseType.CALL_TREE, conducted=measured(
        measured=(), call_tree=CallTree(called, acknowledged)))
    assert exercise.passed is passed


@pytest.mark.parametrize(("fields", "reason"), [
    ({"planned_on": TODAY - timedelta(days=1)}, "day is over"),
    ({"title": ""}, "title"),
])
def test_an_exercise_that_cannot_be_planned(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        an_exercise(**fields)


def test_a_lead_must_see_the_site() -> None:
    site = a_site_with_a_plan()
    with pytest.raises(InvalidInput, match="cannot lead it"):
        an_exercise(site=site, lead=a_person(Role.ADMINISTRATOR))


def test_without_a_current_plan_only_a_table_can_be_sat_at() -> None:
    site = a_site()
    with pytest.raises(RuleViolation, match="no current plan"):
        an_exercise(site=site)
    assert an_exercise(site=site, type=ExerciseType.TABLETOP).plan_id is None


@pytest.mark.parametrize("type_", [ExerciseType.TABLETOP, ExerciseType.CALL_TREE])
def test_a_retest_must_measure(type_: ExerciseType) -> None:
    site = a_site_with_a_plan()
    missed = a_held_exercise(site)
    with pytest.raises(RuleViolation, match="measures no recovery"):
        an_exercise(site=site, retest_of=missed, type=type_)


def test_a_retest_is_held_where_the_target_was_missed_and_only_after_a_miss() -> None:
    missed, met = a_held_exercise(), a_held_exercise(conducted=measured(100))
    with pytest.raises(RuleViolation, match="held elsewhere"):
        an_exercise(site=met.site, retest_of=missed)
    with pytest.raises(RuleViolation, match="nothing to re-test"):
        an_exercise(site=met.site, retest_of=met)


def test_an_exercise_is_planned_then_scheduled_and_may_be_cancelled() -> None:
    lead = an_actor(Role.CONTINUITY_LEAD)
    exercise = an_exercise(objective="", scenario="")
    assert exercise.status is ExerciseStatus.PLANNED
    with transaction():
        commands.schedule_exercise(
            lead, exercise, title="Loss of power", planned_on=TODAY + timedelta(days=9), lead=exercise.lead,
            objective="Find who decides.", scenario="Power fails.")
    assert (exercise.status, exercise.planned_on) == (ExerciseStatus.SCHEDULED, TODAY + timedelta(days=9))
    with transaction():
        commands.cancel_exercise(lead, exercise, reason="Typhoon")
    with pytest.raises(RuleViolation, match="stays so"), transaction():
        commands.record_exercise(lead, exercise, conducted=measured())


def a_review(owner_id: str = "", **fields: object) -> Review:
    draft = ImprovementDraft("Print the roster. The wall copy was of May.", Capability.EQUIPMENT, owner_id,
                             TODAY + timedelta(days=30))
    valid = {"strengths": "The queue moved without loss.", "improvements": [draft], "plan_changes": "Page 4"}
    return Review(**valid | fields)


def reviewed(exercise: Exercise, review: Review | None = None) -> Exercise:
    author = an_actor(Role.SITE_LEAD, exercise.site)
    with transaction():
        commands.write_review(author, exercise, review=review or a_review(str(author.id)))
    return exercise


def test_an_approved_review_turns_improvements_into_actions_and_lets_the_exercise_close() -> None:
    exercise, lead = reviewed(a_held_exercise()), an_actor(Role.CONTINUITY_LEAD)
    with pytest.raises(RuleViolation), transaction():
        commands.close_exercise(lead, exercise)
    with transaction():
        (action,) = commands.approve_review(lead, exercise)
        commands.close_exercise(lead, exercise)
    assert (action.kind, action.title) == ("improvement", "Print the roster. The wall copy was of May.")
    assert action.due_on == TODAY + timedelta(days=30)
    assert exercise.improvements[0]["action_reference"] == action.reference
    assert exercise.status is ExerciseStatus.CLOSED


def test_what_will_not_be_done_is_signed() -> None:
    reason = ImprovementDraft("Buy a second generator", no_action_reason="The landlord has two.")
    exercise = reviewed(a_held_exercise(conducted=measured(100)), a_review(improvements=[reason]))
    with transaction():
        assert commands.approve_review(an_actor(Role.CONTINUITY_LEAD), exercise) == []
    assert exercise.improvements[0]["no_action_signed_by"].startswith("Person")


def test_nobody_approves_a_review_they_wrote_in() -> None:
    lead = a_person(Role.CONTINUITY_LEAD)
    exercise = reviewed(a_held_exercise())
    with transaction():
        commands.write_review(actor_of(lead), exercise, review=a_review(str(lead.id)))
    with pytest.raises(RuleViolation, match="You wrote this after-action review"), transaction():
        commands.approve_review(actor_of(lead), exercise)


@pytest.mark.parametrize(("review", "reason"), [
    (a_review(strengths=" "), "what worked"),
    (a_review(), "either an owner and a day"),
    (a_review(improvements=[ImprovementDraft("x", owner_id="me", due_on=TODAY, no_action_reason="both")]), "or the"),
    (a_review("somebody"), "Choose an owner"),
])
def test_a_review_that_leaves_an_improvement_open_is_not_kept(review: Review, reason: str) -> None:
    exercise = a_held_exercise()
    with pytest.raises((RuleViolation, InvalidInput), match=reason), transaction():
        commands.write_review(an_actor(Role.SITE_LEAD, exercise.site), exercise, review=review)


def test_two_plans_cannot_both_become_current() -> None:
    site = a_site_with_a_plan()
    with pytest.raises(Conflict), transaction():
        a_current_plan(site, reference="PLN-SECOND")
