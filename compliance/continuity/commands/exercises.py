"""Exercises: planned against the current plan, recorded with what they measured, and what a miss sets off."""

from datetime import date
from uuid import UUID

from compliance import clock, db
from compliance.access import Actor, Permission, Place, Role, require
from compliance.accounts.models import Person
from compliance.accounts.queries import holders, holders_of
from compliance.actions.commands import raise_action, record_retest
from compliance.actions.lifecycle import ActionKind
from compliance.actions.models import Action
from compliance.continuity.contents import (
    Record,
    activities_of,
    recoveries,
    recoveries_of,
    results,
)
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import (
    MEASURED_TYPES,
    ExerciseStatus,
    ExerciseType,
    Recovery,
    check_exercise_transition,
    exercise_result,
    recovery_in_words,
)
from compliance.continuity.queries import current_plan, owed_by_retest, retest_actions
from compliance.continuity.recording import facts_of, recording_refusals
from compliance.errors import InvalidInput, RuleViolation
from compliance.findings.clocks import Clock, deadlines
from compliance.journal import Event, record
from compliance.network.models import Site
from compliance.network.queries import calendar_of
from compliance.playbooks.document import Severity
from compliance.rates import Rate
from compliance.references import next_reference
from compliance.refusals import refuse
from compliance.wording import joined, words

OPEN_ENDED = (ExerciseStatus.PLANNED, ExerciseStatus.SCHEDULED)


def plan_exercise(actor: Actor, *, site: Site, vendor_id: UUID | None, type: ExerciseType,  # noqa: A002
                  title: str, planned_on: date, lead: Person, objective: str = "", scenario: str = "",
                  retest_of: Exercise | None = None) -> Exercise:
    """Put an exercise on the calendar; with its objective and scenario written it is scheduled at once."""
    require(actor, Permission.RECORD_EXERCISE, Place(site.path, vendor_id))
    root = _exercise_to_repeat(retest_of, type, site, vendor_id)
    plan = _plan_to_rehearse(site, vendor_id, type)
    exercise = Exercise(
        reference=next_reference("EXE"), type=type, status=ExerciseStatus.PLANNED, site_id=site.id, site=site,
        vendor_id=vendor_id, plan_id=plan.id if plan else None, retest_of_id=root.id if root else None, retest_of=root,
        title=title, lead_id=lead.id, planned_on=planned_on, results=[], improvements=[], review_author_ids=[])
    _arrange(exercise, title, planned_on, lead)
    exercise.objective, exercise.scenario = objective.strip(), scenario.strip()
    if exercise.objective and exercise.scenario:
        exercise.status = ExerciseStatus.SCHEDULED
    db.session.add(exercise)
    db.session.flush()
    record(actor, Event.EXERCISE_PLANNED, exercise, site=site.code, type=type, planned_on=planned_on,
           retest_of=root.reference if root else None)
    return exercise


def schedule_exercise(actor: Actor, exercise: Exercise, *, title: str, planned_on: date, lead: Person,
                      objective: str, scenario: str, version: int | None = None) -> None:
    """Settle what an exercise shows and when; also how one already scheduled is moved to another day."""
    require(actor, Permission.RECORD_EXERCISE, exercise)
    db.check_version(exercise, version)
    if exercise.status not in OPEN_ENDED:
        check_exercise_transition(exercise.status, ExerciseStatus.SCHEDULED)
    _wanted("objective", objective, "Write what the exercise is to show.")
    _wanted("scenario", scenario, "Write the scenario and what will be injected.")
    before = exercise.planned_on
    _arrange(exercise, title, planned_on, lead)
    exercise.objective, exercise.scenario = objective.strip(), scenario.strip()
    exercise.status = ExerciseStatus.SCHEDULED
    record(actor, Event.EXERCISE_SCHEDULED, exercise, planned_on=planned_on,
           before=before if before != planned_on else None)


def cancel_exercise(actor: Actor, exercise: Exercise, *, reason: str, version: int | None = None) -> None:
    require(actor, Permission.RECORD_EXERCISE, exercise)
    db.check_version(exercise, version)
    check_exercise_transition(exercise.status, ExerciseStatus.CANCELLED)
    _wanted("reason", reason, "Say why it is cancelled.")
    exercise.status, exercise.cancelled_reason = ExerciseStatus.CANCELLED, reason.strip()
    record(actor, Event.EXERCISE_CANCELLED, exercise, reason=exercise.cancelled_reason)


def record_exercise(actor: Actor, exercise: Exercise, *, conducted: Record, version: int | None = None
                    ) -> Action | None:
    """Write down what an exercise measured. Returns the readiness action a missed recovery raised, if one did.

    Raises RuleViolation with everything that is missing. A re-test tells the actions that wait for it, and raises one
    of its own only for what was not missed before.
    """
    require(actor, Permission.RECORD_EXERCISE, exercise)
    db.check_version(exercise, version)
    _check_held(exercise, conducted)
    plan = current_plan(exercise.site_id, exercise.vendor_id)
    owed = owed_by_retest(exercise)
    _keep(exercise, conducted, plan)
    record(actor, Event.EXERCISE_CONDUCTED, exercise, conducted_on=conducted.conducted_on, passed=exercise.passed,
           results=exercise.results, called=exercise.call_tree_called, acknowledged=exercise.call_tree_acknowledged)
    if plan is not None and exercise.passed is False:
        plan.review_wanted = f"{exercise.reference} did not reach what this plan promises."
    _tell_waiting_actions(actor, exercise, conducted.conducted_on, passed=not set(exercise.missed) & set(owed))
    fresh = [name for name in exercise.missed if name not in owed]
    return _raise_readiness(actor, exercise, fresh) if fresh else None


def _exercise_to_repeat(retest_of: Exercise | None, type: ExerciseType, site: Site,  # noqa: A002
                        vendor_id: UUID | None) -> Exercise | None:
    """The exercise whose miss is made good: of a re-test the first one, since that is where the action is."""
    if retest_of is None:
        return None
    if (retest_of.site_id, retest_of.vendor_id) != (site.id, vendor_id):
        raise RuleViolation(f"{retest_of.reference} was held elsewhere; a re-test is held where the target was missed.")
    if not retest_of.missed:
        raise RuleViolation(f"{retest_of.reference} missed no recovery time, so there is nothing to re-test.")
    if type not in MEASURED_TYPES:
        raise RuleViolation(f"A {words(type)} measures no recovery; re-test by a functional, full-scale or unannounced "
                            "exercise.")
    return retest_of.retest_of if retest_of.retest_of_id else retest_of


def _plan_to_rehearse(site: Site, vendor_id: UUID | None, type: ExerciseType) -> ContinuityPlan | None:  # noqa: A002
    plan = current_plan(site.id, vendor_id)
    if plan is None and type in MEASURED_TYPES:
        raise RuleViolation(f"{site.code} has no current plan for this operator: its recovery times are what such an "
                            "exercise is measured against. Have a plan approved, or plan a tabletop.")
    return plan


def _arrange(exercise: Exercise, title: str, planned_on: date, lead: Person) -> None:
    _wanted("title", title, "Give the exercise a title.")
    if planned_on < clock.today(exercise.site.zone or "UTC"):
        message = "That day is over at the site; choose a day to come."
        raise InvalidInput(message, {"planned_on": [message]})
    if lead.id not in {person.id for person in holders(exercise.place, Permission.VIEW_CONTINUITY)}:
        message = f"{lead.name} does not see continuity at {exercise.site.code}, so cannot lead it there."
        raise InvalidInput(message, {"lead": [message]})
    exercise.title, exercise.planned_on = title.strip(), planned_on
    exercise.lead_id, exercise.lead = lead.id, lead


def _wanted(field: str, text: str, message: str) -> None:
    if not text.strip():
        raise InvalidInput(message, {field: [message]})


def _check_held(exercise: Exercise, conducted: Record) -> None:
    if exercise.status is not ExerciseStatus.PLANNED:  # one written in full when it was held is as good as scheduled
        check_exercise_transition(exercise.status, ExerciseStatus.CONDUCTED)
    if conducted.conducted_on > clock.today(exercise.site.zone or "UTC"):
        message = "That day has not come at the site; record it once it was held."
        raise InvalidInput(message, {"conducted_on": [message]})


def _keep(exercise: Exercise, conducted: Record, plan: ContinuityPlan | None) -> None:
    refuse(recording_refusals(exercise, conducted, plan))
    facts = facts_of(exercise, conducted, plan)
    measured = recoveries(activities_of(plan.activities) if plan else [], conducted.measured)
    called, acknowledged = conducted.call_tree.called, conducted.call_tree.acknowledged
    call_tree = Rate(acknowledged, called) if called and acknowledged is not None else None
    exercise.plan_id = plan.id if plan else None
    exercise.objective, exercise.scenario = facts.objective.strip(), facts.scenario.strip()
    exercise.conducted_on, exercise.participants = conducted.conducted_on, conducted.participants
    exercise.results, exercise.timeline = results(measured), conducted.timeline.strip()
    exercise.call_tree_called, exercise.call_tree_acknowledged = called, acknowledged
    exercise.passed = exercise_result(facts.recoveries, call_tree).passed
    exercise.status = ExerciseStatus.CONDUCTED


def _tell_waiting_actions(actor: Actor, exercise: Exercise, on: date, *, passed: bool) -> None:
    """Only what was measured is told: an action would otherwise close on the promise of a re-test."""
    for action in retest_actions(exercise):
        record_retest(actor, action, reference=exercise.reference, passed=passed, on=on)


def _raise_readiness(actor: Actor, exercise: Exercise, names: list[str]) -> Action:
    due = deadlines(Severity.MAJOR, clock.now(), calendar_of(exercise.site))
    missed = [recovery for recovery in recoveries_of(exercise.results) if recovery.name in names]
    return raise_action(
        actor, kind=ActionKind.READINESS, site=exercise.site, vendor_id=exercise.vendor_id,
        source=(Exercise.__tablename__, exercise.id, exercise.reference),
        title=f"Recover {joined(names, 'and')} at {exercise.site.code} in time", description=_told(missed, exercise),
        severity=Severity.MAJOR, owner=_accountable(exercise), due_on=due[Clock.IMPLEMENT].on,
        plan_due_on=due[Clock.PLAN].on, contain_due_at=due[Clock.CONTAIN].until, needs_retest=True)


def _told(missed: list[Recovery], exercise: Exercise) -> str:
    """One sentence per activity that missed, and what the action waits for."""
    told = [recovery_in_words(recovery) + _level(recovery) for recovery in missed]
    return " ".join([*told, f"Found by {exercise.reference}. It closes once a re-test has met the target."])


def _level(recovery: Recovery) -> str:
    if recovery.achieved_percent is None or recovery.achieved_percent >= recovery.mbco_percent:
        return ""
    return f" It ran at {recovery.achieved_percent:g} %, below its minimum of {recovery.mbco_percent:g} %."


def _accountable(exercise: Exercise) -> Person:
    """Whoever leads the operation; where nobody does, the lead of the exercise sees to it."""
    if exercise.vendor_id is not None:
        leads = [person for person in holders_of(exercise.place, [Role.VENDOR_LEAD])
                 if person.vendor_id == exercise.vendor_id]
    else:
        leads = holders_of(exercise.place, [Role.SITE_LEAD])
    return leads[0] if leads else exercise.lead
