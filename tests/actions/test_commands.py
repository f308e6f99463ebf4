"""An action by the commands: every step, every guard, and who may not take it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from compliance.access import Role
from compliance.actions import commands
from compliance.actions.lifecycle import ActionKind, ActionStatus
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.journal import Event, history
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_grant, a_person, actor_of, an_actor
from tests.builders.actions import (
    CAUSE,
    a_plan,
    an_action,
    approved,
    approver_of,
    caused,
    contained,
    implemented,
    owner_of,
    planned,
    viewed,
    with_evidence,
)
from tests.builders.files import an_upload
from tests.builders.network import a_region, a_site, a_vendor
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")
START = "2026-03-02 09:00"


def refused(*reasons):
    """Refused with exactly these reasons, as parts of the sentences."""
    return pytest.raises(RuleViolation, match=".*".join(reasons))


def test_the_journal_tells_each_step_once(clock):
    clock.at(START)
    verifier = a_person(Role.AUDITOR)
    action = implemented(an_action(severity=Severity.MAJOR), verifier, steps=2)
    clock.forward(days=30)
    viewed(action, actor_of(verifier))
    with saving():
        commands.verify_and_close(actor_of(verifier), action, met=True, note="59 of 59.")
    told = [entry.event for entry in reversed(history(action)) if entry.event.startswith("action.")]
    assert told == [Event.ACTION_RAISED, Event.ACTION_CONTAINED, Event.ACTION_CAUSE_STATED, Event.ACTION_PLAN_SUBMITTED,
                    Event.ACTION_PLAN_APPROVED, Event.ACTION_STEP_DONE, Event.ACTION_STEP_DONE,
                    Event.ACTION_IMPLEMENTED, Event.ACTION_CHECKED, Event.ACTION_CLOSED]
    assert (action.closed_on, action.closed_by_id) == (date(2026, 4, 1), verifier.id)


def test_an_owner_must_be_able_to_work_on_it():
    site = a_site()
    with refused("cannot see and work on actions"):
        an_action(site, owner=a_person(Role.SITE_LEAD, a_site()))
    with refused("has left"):
        an_action(site, owner=a_person(Role.SITE_LEAD, site, active=False))


@pytest.mark.parametrize("severity", [Severity.CRITICAL, Severity.MAJOR])
def test_what_is_grave_is_contained_first_with_evidence(severity):
    action = an_action(severity=severity)
    with refused("it can become contained or cancelled"), saving():
        commands.state_cause(owner_of(action), action, root_cause=CAUSE)
    with pytest.raises(RuleViolation) as why, saving():
        commands.contain(owner_of(action), action, what=" ")
    assert len(why.value.reasons) == 2
    with_evidence(action)
    with saving():
        commands.contain(owner_of(action), action, what="Second person on call.")
    assert action.status is ActionStatus.CONTAINED


def test_containment_lies_in_the_past(clock):
    clock.at(START)
    action = an_action(severity=Severity.MAJOR)
    with refused("give a time that is past"), saving():
        commands.contain(owner_of(action), action, what="Soon.", uploads=[an_upload()],
                         contained_at=datetime(2026, 3, 2, 9, 1, tzinfo=UTC))


@pytest.mark.parametrize("cause", ["Human error", "The agent forgot.", "operator mistake"])
def test_human_error_alone_is_no_cause(cause):
    action = an_action()
    with refused("Human error is where the question starts"), saving():
        commands.state_cause(owner_of(action), action, root_cause=replace(CAUSE, cause=cause))


def test_a_gap_needs_no_cause_a_nonconformity_does():
    idea, failure = an_action(kind=ActionKind.IMPROVEMENT), an_action(kind=ActionKind.CORRECTIVE)
    with saving():
        commands.submit_plan(owner_of(idea), idea, plan=a_plan(idea.owner))
    with refused("it can become contained, root cause or cancelled"), saving():
        commands.submit_plan(owner_of(failure), failure, plan=a_plan(failure.owner))


@pytest.mark.parametrize(("change", "reason"), [
    ({"criterion": ""}, "State now what will show that it worked"),
    ({"metric": "", "sample": " "}, "needs the metric and the sample"),
    ({"soak_days": 29}, "A soak of 29 days is too short for a major action: it is 30 or more"),
    ({"soak_days": None}, "Say how many days the result must hold"),
    ({"steps": []}, "Write at least one step"),
])  # fmt: skip
def test_a_plan_says_what_will_show_that_it_worked(change, reason):
    action = caused(an_action(severity=Severity.MAJOR))
    with refused(reason), saving():
        commands.submit_plan(owner_of(action), action, plan=replace(a_plan(action.owner, action.severity), **change))


def test_a_step_belongs_to_somebody_in_sight():
    site, vendor = a_site(), a_vendor()
    action = caused(an_action(site, vendor))
    with pytest.raises(InvalidInput, match="must be one of the people listed"), saving():
        commands.submit_plan(owner_of(action), action, plan=a_plan(a_person(Role.VENDOR_LEAD, site, a_vendor())))


@pytest.mark.parametrize(("severity", "vendor", "kind", "role", "may"), [
    (Severity.CRITICAL, False, ActionKind.CORRECTIVE, Role.PLAYBOOK_OWNER, True),
    (Severity.CRITICAL, False, ActionKind.CORRECTIVE, Role.REGIONAL_LEAD, False),
    (Severity.MAJOR, False, ActionKind.CORRECTIVE, Role.REGIONAL_LEAD, True),
    (Severity.MAJOR, True, ActionKind.CORRECTIVE, Role.VENDOR_MANAGER, False),
    (Severity.MINOR, False, ActionKind.CORRECTIVE, Role.PROGRAMME_MANAGER, True),
    (Severity.MINOR, True, ActionKind.CORRECTIVE, Role.VENDOR_MANAGER, True),
    (Severity.MINOR, False, ActionKind.CORRECTIVE, Role.VENDOR_MANAGER, False),
    (Severity.MAJOR, False, ActionKind.READINESS, Role.CONTINUITY_LEAD, True),
    (Severity.MAJOR, False, ActionKind.READINESS, Role.REGIONAL_LEAD, False),
])  # fmt: skip
def test_plans_are_approved_by_the_role_table(severity, vendor, kind, role, may):
    action = planned(an_action(a_site(), a_vendor() if vendor else None, severity=severity, kind=kind))
    approver = an_actor(role)
    if may:
        with saving():
            commands.approve_plan(approver, action)
        assert action.plan_approved_by_id == approver.id
    else:
        with refused("You cannot approve the plan of a"), saving():
            commands.approve_plan(approver, action)


def test_nobody_approves_their_own_plan_or_names_somebody_with_a_part_in_it():
    region = a_region()
    lead = a_person(Role.REGIONAL_LEAD, region)
    action = planned(an_action(owner=lead, severity=Severity.MAJOR))
    with refused("You own this action"), saving():
        commands.approve_plan(actor_of(lead), action)
    report = a_person(Role.AUDITOR, manager_id=lead.id)
    with refused("reports to its owner"), saving():
        commands.approve_plan(approver_of(action), action, verifier=report)
    with refused("owns this action, so"), saving():
        commands.name_verifier(approver_of(action), action, verifier=lead)


def test_a_plan_sent_back_is_written_again():
    action = planned(an_action(), steps=3)
    with pytest.raises(InvalidInput), saving():
        commands.return_plan(approver_of(action), action, reason="")
    with saving():
        commands.return_plan(approver_of(action), action, reason="Who checks it at night?")
    assert action.status is ActionStatus.ROOT_CAUSE
    with saving():
        commands.submit_plan(owner_of(action), action, plan=a_plan(action.owner, steps=1))
    assert [step.position for step in action.plan] == [1]


def test_a_step_is_done_once_with_evidence_and_all_of_them_before_it_is_implemented():
    action = approved(an_action(), steps=2)
    first, second = action.plan
    with refused("Attach what shows that step 1 is done"), saving():
        commands.do_step(owner_of(action), action, first)
    with saving():
        commands.do_step(owner_of(action), action, first, uploads=[an_upload()])
    with refused("was reported done before"), saving():
        commands.do_step(owner_of(action), action, first, uploads=[an_upload()])
    with refused("Step 2 is not done yet"), saving():
        commands.implement(owner_of(action), action)
    with pytest.raises(NotFound), saving():
        commands.do_step(owner_of(action), action, approved(an_action()).plan[0])
    assert second.done_at is None


def test_every_reason_against_closing_is_told_at_once(clock):
    clock.at(START)
    verifier = a_person(Role.AUDITOR, name="Ada")
    action = implemented(an_action(severity=Severity.MAJOR), verifier)
    with pytest.raises(RuleViolation) as why, saving():
        commands.close_action(actor_of(verifier), action)
    assert [reason.split(" ends")[0].split(":")[0] for reason in why.value.reasons] == [
        "Opened by Ada", "Nobody has recorded yet whether the criterion is met", "Soak of 30 days"]


@pytest.mark.parametrize("part", ["owner", "implementer", "report", "site_lead", "other"])
def test_nobody_with_a_part_in_it_verifies(clock, part):
    """The rules of separated duties, through the command; `other` shows that the rest would do."""
    clock.at(START)
    action = implemented(an_action())
    judge = {
        "owner": lambda: action.owner,
        "implementer": lambda: _helper(action),
        "report": lambda: a_person(manager_id=action.owner_id),
        "site_lead": lambda: a_person(Role.SITE_LEAD, action.site),
        "other": a_person,
    }[part]()
    a_grant(judge, Role.AUDITOR)
    viewed(action, actor_of(judge))
    if part == "other":
        with saving():
            commands.verify_and_close(actor_of(judge), action, met=True, note="20 of 20.")
        assert (action.status, action.verifier_id) == (ActionStatus.CLOSED, judge.id)
    else:
        with refused("so you cannot close it"), saving():
            commands.verify_and_close(actor_of(judge), action, met=True, note="20 of 20.")


def _helper(action):
    """Somebody else who did the one step."""
    helper = a_person(Role.SITE_LEAD, a_site())
    with saving():
        action.plan[0].done_by_id = helper.id
    return helper


def test_a_named_verifier_verifies_and_nobody_else(clock):
    clock.at(START)
    action = implemented(an_action(), a_person(Role.AUDITOR, name="Ada"))
    with refused("You are not the verifier of this action. The verifier, Ada, can"), saving():
        commands.check_effect(an_actor(Role.REVIEWER), action, met=True, note="20 of 20.")


def test_it_is_effective_only_once_it_has_held(clock):
    clock.at(START)
    verifier = a_person(Role.AUDITOR)
    action = implemented(an_action(severity=Severity.MAJOR), verifier)
    viewed(action, actor_of(verifier))
    clock.at("2026-03-31 15:59")  # still 31 March at the site, the day before the soak ends
    with refused("Soak of 30 days ends 1 Apr"), saving():
        commands.check_effect(actor_of(verifier), action, met=True, note="59 of 59.")
    with pytest.raises(RuleViolation, match="Say what was checked"), saving():
        commands.check_effect(actor_of(verifier), action, met=False, note="")
    clock.at("2026-03-31 16:00")
    with saving():
        commands.verify_and_close(actor_of(verifier), action, met=True, note="59 of 59.")
    assert action.closed_on == date(2026, 4, 1)


def test_what_came_back_is_planned_anew_and_its_first_dates_stay(clock):
    clock.at(START)
    action = implemented(an_action(), steps=2)
    first_due, judge = action.due_on, an_actor(Role.REVIEWER)
    with saving():
        commands.check_effect(judge, action, met=False, note="4 of 20 late.")
    assert (action.status, action.reopened, action.implemented_at, action.criterion_met) == (
        ActionStatus.REOPENED, 1, None, None)
    implemented(action, steps=1)
    assert (len(action.plan), len(action.steps), action.due_on) == (1, 3, first_due)


def test_a_readiness_action_closes_only_after_the_exercise_was_repeated(clock):
    clock.at(START)
    action = implemented(an_action(kind=ActionKind.READINESS, severity=Severity.MINOR, needs_retest=True))
    judge = an_actor(Role.CONTINUITY_LEAD)
    viewed(action, judge)
    with refused("answers a failed exercise"), saving():
        commands.verify_and_close(judge, action, met=True, note="Ready.")
    with saving():
        commands.record_retest(judge, action, reference="EXR-2026-0009", passed=False, on=date(2026, 3, 2))
    with refused("answers a failed exercise"), saving():
        commands.verify_and_close(judge, action, met=True, note="Ready.")
    with saving():
        commands.record_retest(judge, action, reference="EXR-2026-0010", passed=True, on=date(2026, 3, 2))
        commands.verify_and_close(judge, action, met=True, note="Ready.")
    assert action.status is ActionStatus.CLOSED


def test_only_what_answers_a_failed_exercise_waits_for_a_retest():
    with refused("does not answer a failed exercise"), saving():
        commands.record_retest(an_actor(Role.CONTINUITY_LEAD), an_action(), reference="EXR-2026-0009", passed=True,
                               on=date(2026, 3, 2))


@pytest.mark.parametrize(("before", "role", "may"), [
    (0, Role.REGIONAL_LEAD, True), (1, Role.REGIONAL_LEAD, False), (1, Role.PLAYBOOK_OWNER, True),
    (2, Role.PLAYBOOK_OWNER, False), (2, Role.GLOBAL_HEAD, True), (0, Role.GLOBAL_HEAD, True),
])  # fmt: skip
def test_each_extension_is_harder_to_get(clock, before, role, may):
    clock.at(START)
    action = approved(an_action())
    first, head = action.due_on, an_actor(Role.GLOBAL_HEAD)
    for _ in range(before):
        with saving():
            commands.extend(head, action, new_due=action.due_on + timedelta(days=7), reason="Parts are late.")
    wanted = action.due_on + timedelta(days=7)
    if may:
        with saving():
            commands.extend(an_actor(role), action, new_due=wanted, reason="Parts are late.")
        assert (action.due_on, action.original_due_on, action.extensions) == (wanted, first, before + 1)
    else:
        with refused("decides on it"), saving():
            commands.extend(an_actor(role), action, new_due=wanted, reason="Parts are late.")


def test_more_time_is_for_what_is_contained_and_planned(clock):
    clock.at(START)
    action = an_action(severity=Severity.MAJOR)
    with pytest.raises(RuleViolation) as why, saving():
        commands.extend(an_actor(Role.REGIONAL_LEAD), action, new_due=action.due_on, reason="")
    assert len(why.value.reasons) == 4


def test_an_action_is_cancelled_by_who_accepts_its_risk():
    action = an_action(severity=Severity.CRITICAL)
    with refused("You cannot approve the risk of a critical action"), saving():
        commands.cancel_action(an_actor(Role.REGIONAL_LEAD), action, reason="We live with it.")
    with refused("Say why the risk is acceptable"), saving():
        commands.cancel_action(an_actor(Role.PLAYBOOK_OWNER), action, reason=" ")
    with saving():
        commands.cancel_action(an_actor(Role.PLAYBOOK_OWNER), action, reason="The site closes in May.")
    assert action.status is ActionStatus.CANCELLED


def test_handing_over_needs_a_reason_and_frees_the_verifier_who_now_owns_it():
    action = an_action()
    heir = a_person(Role.SITE_LEAD, action.site)
    with saving():
        action.verifier_id = heir.id
    head = an_actor(Role.GLOBAL_HEAD)
    with pytest.raises(InvalidInput), saving():
        commands.reassign(head, action, owner=heir, reason="")
    with refused("cannot see and work on"), saving():
        commands.reassign(head, action, owner=a_person(Role.AUTHOR), reason="On leave.")
    with saving():
        commands.reassign(head, action, owner=heir, reason="On leave.")
    assert (action.owner_id, action.verifier_id) == (heir.id, None)


def test_evidence_is_opened_by_a_person_and_noted_once():
    action = contained(an_action(severity=Severity.MAJOR))
    judge = an_actor(Role.AUDITOR)
    viewed(viewed(action, judge), judge)
    assert [entry.event for entry in history(action)].count(Event.EVIDENCE_VIEWED) == 1


def test_the_loser_of_two_edits_is_told():
    action = an_action()
    seen = action.version
    caused(action)
    with pytest.raises(Conflict), saving():
        commands.submit_plan(owner_of(action), action, plan=a_plan(action.owner), seen=seen)


WORKERS = {Role.SITE_LEAD, Role.VENDOR_LEAD, Role.REGIONAL_LEAD, Role.VENDOR_MANAGER, Role.CONTINUITY_LEAD}


@pytest.mark.parametrize("role", [role for role in Role if role not in WORKERS])
def test_working_on_an_action_is_for_those_it_is_given_to(role):
    action = an_action()
    refusal = NotFound if role is Role.ADMINISTRATOR else Forbidden
    with pytest.raises(refusal), saving():
        commands.state_cause(an_actor(role), action, root_cause=CAUSE)


@pytest.mark.parametrize("command", [
    lambda actor, action: commands.state_cause(actor, action, root_cause=CAUSE),
    commands.approve_plan,
    lambda actor, action: commands.check_effect(actor, action, met=True, note="Fine."),
    lambda actor, action: commands.extend(actor, action, new_due=date(2030, 1, 1), reason="More."),
    lambda actor, action: commands.reassign(actor, action, owner=action.owner, reason="Me."),
    lambda actor, action: commands.view_evidence(actor, action, []),
])  # fmt: skip
def test_another_vendors_action_does_not_exist(command):
    site = a_site()
    action = an_action(site, a_vendor())
    stranger = an_actor(Role.VENDOR_LEAD, site, a_vendor())
    with pytest.raises(NotFound), saving():
        command(stranger, action)
