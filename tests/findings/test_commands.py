"""A finding from issue to closure, by the commands."""

from datetime import UTC, date, datetime

import pytest

from compliance.access import Role
from compliance.actions.commands import approve_plan
from compliance.actions.lifecycle import ActionStatus
from compliance.errors import Conflict, Forbidden, InvalidInput, RuleViolation
from compliance.findings import commands
from compliance.findings.lifecycle import FindingKind, FindingStatus
from compliance.findings.queries import actions_of
from compliance.network.queries import calendar_of
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_person, actor_of, an_actor
from tests.builders.actions import approver_of, implemented, planned, viewed
from tests.builders.findings import a_draft_finding, a_finding, action_of
from tests.builders.network import a_market, a_site, a_vendor
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")


def test_ten_working_days_from_before_easter_in_manila_end_on_the_twentieth(clock):
    clock.at(datetime(2026, 4, 1, 10, 30, tzinfo=UTC))  # Wednesday, 18:30 in Manila; 2, 3 and 9 April are holidays
    manila = a_site("MNL1", a_market("ph", "Philippines"), zone="Asia/Manila", country="PH")
    finding = a_finding(manila)
    assert (finding.issued_on, finding.dispute_until) == (date(2026, 4, 1), date(2026, 4, 20))
    is_overdue = calendar_of(manila).is_overdue
    assert not is_overdue(finding.dispute_until, datetime(2026, 4, 20, 15, 59, 59, tzinfo=UTC))
    assert is_overdue(finding.dispute_until, datetime(2026, 4, 20, 16, 0, tzinfo=UTC))


@pytest.mark.parametrize(("severity", "contain", "plan", "close"), [
    (Severity.CRITICAL, "2026-03-03T09:00", date(2026, 3, 9), date(2026, 4, 1)),
    (Severity.MAJOR, "2026-03-09T15:59:59", date(2026, 3, 23), date(2026, 5, 1)),
    (Severity.MINOR, None, date(2026, 3, 30), date(2026, 5, 31)),
])  # fmt: skip
def test_issuing_starts_the_clocks_and_hands_them_to_the_action(clock, severity, contain, plan, close):
    """Monday 2 March 2026 in a place without public holidays, eight hours ahead of UTC."""
    clock.at("2026-03-02 09:00")
    finding = a_finding(a_site(country=""), severity=severity)
    until = datetime.fromisoformat(contain).replace(tzinfo=UTC) if contain else None
    assert (finding.contain_due_at, finding.plan_due_on, finding.close_due_on) == (until, plan, close)
    action = action_of(finding)
    assert (action.contain_due_at, action.plan_due_on, action.due_on, action.original_due_on) == (
        until, plan, close, close)
    assert (action.owner_id, action.severity) == (finding.owner_id, severity)


def test_an_observation_is_read_and_answered_but_asks_for_no_action(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(a_site(country=""), kind=FindingKind.OBSERVATION)
    assert list(actions_of(finding)) == []
    assert (finding.plan_due_on, finding.close_due_on) == (None, date(2026, 3, 30))
    with saving():
        commands.accept_finding(actor_of(finding.owner), finding)
        commands.close_finding(an_actor(Role.REVIEWER), finding)
    assert finding.status is FindingStatus.CLOSED


def test_the_vendors_lead_answers_where_a_vendor_runs_it():
    site, vendor = a_site(), a_vendor()
    a_person(Role.SITE_LEAD, site, name="Aaron first by name")
    lead = a_person(Role.VENDOR_LEAD, site, vendor)
    assert a_finding(site, vendor, owner=lead).owner_id == lead.id
    assert a_finding(site, a_vendor(), owner=lead).owner.name == "Aaron first by name"


def test_a_finding_is_not_issued_where_nobody_answers_for_it():
    finding = a_draft_finding()
    with pytest.raises(RuleViolation, match="Nobody answers for"), saving():
        commands.issue_finding(an_actor(Role.REVIEWER), finding)


@pytest.mark.parametrize("missing", ["title", "criterion", "condition"])
def test_a_nonconformity_says_what_is_asked_and_what_was_found(missing):
    with pytest.raises(InvalidInput) as refused:
        a_draft_finding(**{missing: " "})
    assert list(refused.value.fields) == [missing]


@pytest.mark.parametrize("role", [Role.SITE_LEAD, Role.VENDOR_MANAGER, Role.GLOBAL_HEAD])
def test_only_those_who_audit_raise_and_only_reviewers_issue(role):
    with pytest.raises(Forbidden):
        a_draft_finding(by=an_actor(role))
    with pytest.raises(Forbidden), saving():
        commands.issue_finding(an_actor(role), a_draft_finding())


def test_the_whole_way_and_back_again(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(severity=Severity.MAJOR)
    verifier = a_person(Role.AUDITOR)
    action = implemented(action_of(finding), verifier)
    assert finding.status is FindingStatus.IN_REMEDIATION
    assert finding.implemented_at == clock.now()
    clock.forward(days=30)
    viewed(action, actor_of(verifier))
    with saving():
        commands.verify_finding(actor_of(verifier), finding, action, met=True, note="59 of 59 in time.")
    assert (action.status, finding.status) == (ActionStatus.CLOSED, FindingStatus.CLOSED)
    assert finding.closed_on == date(2026, 4, 1)
    with saving():
        commands.reopen_finding(actor_of(verifier), finding, reason="Seen again.")
    assert (finding.status, action.status) == (FindingStatus.REOPENED, ActionStatus.REOPENED)
    assert (finding.issued_on, finding.closed_on, finding.implemented_at) == (date(2026, 3, 2), None, None)
    implemented(action, verifier)
    assert finding.status is FindingStatus.IN_REMEDIATION


def test_what_is_not_met_goes_back_to_its_cause(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding()
    action = implemented(action_of(finding))
    with saving():
        commands.verify_finding(an_actor(Role.REVIEWER), finding, action, met=False, note="4 of 20 late.")
    assert (action.status, action.reopened, finding.status) == (
        ActionStatus.REOPENED, 1, FindingStatus.IN_REMEDIATION)
    assert finding.implemented_at is None


def test_a_finding_waits_for_the_last_of_its_actions():
    finding = a_finding()
    with pytest.raises(RuleViolation, match=r"ACT-\d+-\d+ must be verified and closed first"), saving():
        commands.close_finding(an_actor(Role.REVIEWER), finding)


def test_the_lead_of_the_site_closes_no_finding_of_it():
    finding = a_finding(kind=FindingKind.OBSERVATION)
    reviewer = a_person(Role.REVIEWER)
    from_site = a_person(Role.SITE_LEAD, finding.site)
    with saving():
        commands.accept_finding(actor_of(finding.owner), finding)
    for person in (finding.owner, from_site):
        with pytest.raises(Forbidden), saving():
            commands.close_finding(actor_of(person), finding)
    with saving():
        commands.close_finding(actor_of(reviewer), finding)


def test_after_twelve_months_it_is_a_new_finding(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(kind=FindingKind.OBSERVATION)
    with saving():
        commands.accept_finding(actor_of(finding.owner), finding)
        commands.close_finding(an_actor(Role.REVIEWER), finding)
    clock.at("2027-03-03 09:00")
    with pytest.raises(RuleViolation, match="more than 12 months ago"), saving():
        commands.reopen_finding(an_actor(Role.REVIEWER), finding, reason="Again.")
    clock.at("2027-03-02 09:00")
    with saving():
        commands.reopen_finding(an_actor(Role.REVIEWER), finding, reason="Again.")
    assert finding.status is FindingStatus.REOPENED


def test_a_systemic_finding_closes_after_those_it_stands_for():
    parent = a_finding(kind=FindingKind.OBSERVATION)
    child = a_finding(a_site(), kind=FindingKind.OBSERVATION)
    stranger = a_finding(kind=FindingKind.OBSERVATION, clause_id="ESC-99")
    reviewer = an_actor(Role.REVIEWER)
    with saving():
        commands.link_systemic(reviewer, parent, [child])
        for finding in (parent, child):
            commands.accept_finding(actor_of(finding.owner), finding)
    with pytest.raises(RuleViolation, match="of the same clause"), saving():
        commands.link_systemic(reviewer, parent, [stranger])
    with pytest.raises(RuleViolation, match="1 finding at other sites"), saving():
        commands.close_finding(reviewer, parent)
    with saving():
        commands.close_finding(reviewer, child)
        commands.close_finding(reviewer, parent)
    assert parent.status is FindingStatus.CLOSED


def test_a_plan_is_not_approved_over_a_dispute():
    finding = a_finding()
    action = planned(action_of(finding))
    with saving():
        finding.status = FindingStatus.DISPUTED
    with pytest.raises(RuleViolation, match="is disputed"), saving():
        approve_plan(approver_of(action), action)


def test_an_answer_to_an_older_version_is_a_conflict():
    finding = a_finding()
    seen = finding.version
    with saving():
        commands.note_finding(actor_of(finding.owner), finding, text="We look into it.")
        commands.accept_finding(actor_of(finding.owner), finding, seen=seen)
    with pytest.raises(Conflict), saving():
        commands.accept_finding(actor_of(finding.owner), finding, seen=seen)
