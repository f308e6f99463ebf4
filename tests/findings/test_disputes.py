"""Disputing a finding, and who decides what about it."""

from datetime import date

import pytest

from compliance.access import Role
from compliance.actions.lifecycle import ActionStatus
from compliance.errors import Forbidden, RuleViolation
from compliance.findings import commands
from compliance.findings.lifecycle import FindingStatus, WithdrawalReason
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_grant, a_person, actor_of, an_actor
from tests.builders.files import an_upload
from tests.builders.findings import a_finding, action_of
from tests.builders.network import a_site
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")


def a_disputed(clock, **fields):
    """Issued on Monday 2 March 2026, disputed on the Thursday, where there are no public holidays."""
    clock.at("2026-03-02 09:00")
    finding = a_finding(a_site(country=""), **fields)
    clock.at("2026-03-05 09:00")
    with saving():
        commands.dispute_finding(actor_of(finding.owner), finding, reason="The log is of another team.",
                                 uploads=[an_upload("log.jpg")])
    return finding


def test_a_dispute_needs_a_reason_evidence_and_to_be_in_time(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(a_site(country=""))
    clock.at("2026-03-16 15:59")  # the tenth working day, a minute before its end at the site
    with pytest.raises(RuleViolation) as refused, saving():
        commands.dispute_finding(actor_of(finding.owner), finding, reason=" ")
    assert refused.value.reasons == (
        "Say what about the finding is wrong.", "Attach the evidence that speaks against the finding.")
    clock.at("2026-03-16 16:00")
    with pytest.raises(RuleViolation, match="could be disputed until 16 Mar"), saving():
        commands.dispute_finding(actor_of(finding.owner), finding, reason="Wrong.", uploads=[an_upload()])


def test_evidence_of_the_audit_is_not_evidence_against_it(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(a_site(country=""))
    other = a_person(Role.SITE_LEAD, finding.site)
    with saving():
        commands.dispute_finding(actor_of(other), finding, reason="Wrong.", uploads=[an_upload()])
    assert finding.status is FindingStatus.DISPUTED


def test_the_days_a_dispute_took_are_given_back_to_the_plan_alone(clock):
    finding = a_disputed(clock, severity=Severity.MAJOR)
    plan, contain, close = finding.plan_due_on, finding.contain_due_at, finding.close_due_on
    clock.at("2026-03-11 09:00")  # four working days later
    with saving():
        commands.decide_dispute(an_actor(Role.REVIEWER), finding, outcome=FindingStatus.UPHELD, reason="It is theirs.")
    assert (plan, finding.plan_due_on) == (date(2026, 3, 23), date(2026, 3, 27))
    assert (finding.contain_due_at, finding.close_due_on) == (contain, close)
    action = action_of(finding)
    assert (action.plan_due_on, action.contain_due_at, action.due_on) == (date(2026, 3, 27), contain, close)


def test_a_regraded_finding_has_the_clocks_of_its_new_grade_from_its_first_issue(clock):
    finding = a_disputed(clock, severity=Severity.MAJOR)
    clock.at("2026-03-06 09:00")
    with saving():
        commands.decide_dispute(an_actor(Role.REVIEWER), finding, outcome=FindingStatus.REGRADED,
                                severity=Severity.MINOR, reason="One team only.")
    assert (finding.status, finding.severity, finding.first_severity) == (
        FindingStatus.REGRADED, Severity.MINOR, Severity.MAJOR)
    assert finding.close_due_on == date(2026, 5, 31)  # 90 days from 2 March
    action = action_of(finding)
    assert (action.severity, action.contain_due_at, action.due_on) == (Severity.MINOR, None, date(2026, 5, 31))


def test_a_clock_over_before_its_grade_was_known_starts_with_the_decision(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(a_site(country=""), severity=Severity.MINOR)
    clock.at("2026-03-20 09:00")
    with saving():
        commands.regrade(an_actor(Role.REVIEWER), finding, severity=Severity.CRITICAL, reason="Users were harmed.")
    assert finding.contain_due_at == clock.at("2026-03-21 09:00")
    assert finding.plan_due_on == date(2026, 3, 27)  # five working days from the decision
    assert finding.close_due_on == date(2026, 4, 1)  # 30 days from issue


def test_withdrawing_ends_its_action(clock):
    finding = a_disputed(clock)
    action = action_of(finding)
    with saving():
        commands.decide_dispute(an_actor(Role.REVIEWER), finding, outcome=FindingStatus.WITHDRAWN, reason="Not so.")
    assert (finding.status, finding.withdrawn_reason) == (FindingStatus.WITHDRAWN, WithdrawalReason.NOT_UPHELD.value)
    assert action.status is ActionStatus.CANCELLED


def test_whoever_raised_it_does_not_decide_on_it(clock):
    raiser = a_person(Role.REVIEWER)
    finding = a_disputed(clock, by=actor_of(raiser))
    with pytest.raises(RuleViolation, match="You raised this finding"), saving():
        commands.decide_dispute(actor_of(raiser), finding, outcome=FindingStatus.UPHELD, reason="I was right.")


def test_whoever_leads_the_site_does_not_decide_on_it(clock):
    finding = a_disputed(clock)
    lead = finding.owner
    a_grant(lead, Role.REVIEWER)
    with pytest.raises(RuleViolation, match="You lead the site"), saving():
        commands.decide_dispute(
            actor_of(lead), finding, outcome=FindingStatus.UPHELD, reason="So it is.")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.REGIONAL_LEAD, Role.PROGRAMME_MANAGER, Role.GLOBAL_HEAD])
def test_deciding_is_for_reviewers_and_playbook_owners(clock, role):
    finding = a_disputed(clock)
    with pytest.raises(Forbidden), saving():
        commands.decide_dispute(an_actor(role), finding, outcome=FindingStatus.UPHELD, reason="So it is.")


def test_what_is_undisputed_is_regraded_only_to_another_grade():
    finding = a_finding(severity=Severity.MINOR)
    with pytest.raises(RuleViolation, match="is minor already"), saving():
        commands.regrade(an_actor(Role.REVIEWER), finding, severity=Severity.MINOR, reason="Hm.")
    with saving():
        commands.accept_finding(actor_of(finding.owner), finding)
    with pytest.raises(RuleViolation, match="there is no dispute"), saving():
        commands.decide_dispute(an_actor(Role.REVIEWER), finding, outcome=FindingStatus.WITHDRAWN, reason="Hm.")
