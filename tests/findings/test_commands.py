"""A finding from issue to closure, by the commands, on both databases."""

from datetime import UTC, date, datetime

import pytest

from compliance.access import Role
from compliance.actions import commands as acting
from compliance.actions.lifecycle import ActionStatus
from compliance.errors import RuleViolation
from compliance.findings import commands
from compliance.findings.lifecycle import FindingStatus
from compliance.network.queries import calendar_of
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_grant, a_person, actor_of, an_actor
from tests.builders.actions import implemented, viewed
from tests.builders.findings import a_finding, action_of
from tests.builders.network import a_market, a_site
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")


def test_a_finding_issued_before_easter_in_manila_is_planned_by_the_twentieth(clock):
    clock.at(datetime(2026, 4, 1, 10, 30, tzinfo=UTC))  # Wednesday 1 April, 18:30 in Manila
    manila = a_site("MNL1", a_market("ph", "Philippines"), zone="Asia/Manila", country="PH",
                    extra_holidays=["2026-04-02", "2026-04-03", "2026-04-09"])
    finding = a_finding(manila, severity=Severity.MINOR)
    assert finding.issued_on == date(2026, 4, 1)
    assert finding.dispute_until == date(2026, 4, 20)
    calendar = calendar_of(manila)
    last = datetime(2026, 4, 20, 15, 59, 59, tzinfo=UTC)
    assert not calendar.is_overdue(finding.dispute_until, last)
    assert calendar.is_overdue(finding.dispute_until, datetime(2026, 4, 20, 16, 0, tzinfo=UTC))


def test_the_whole_way(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(severity=Severity.MAJOR)
    action = action_of(finding)
    verifier = a_person(Role.AUDITOR)
    implemented(action, verifier)
    assert finding.status is FindingStatus.IN_REMEDIATION
    clock.forward(days=30)
    viewed(action, actor_of(verifier))
    with saving():
        commands.verify_finding(actor_of(verifier), finding, action, met=True, note="59 of 59 in time.")
    assert action.status is ActionStatus.CLOSED
    assert finding.status is FindingStatus.CLOSED
    assert finding.closed_on == date(2026, 4, 1)
    with saving():
        commands.reopen_finding(actor_of(verifier), finding, reason="Seen again in May.")
    assert (finding.status, action.status) == (FindingStatus.REOPENED, ActionStatus.REOPENED)
    assert finding.issued_on == date(2026, 3, 2)


def test_not_met_goes_back_to_the_cause(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(severity=Severity.MINOR)
    action = implemented(action_of(finding))
    with saving():
        commands.verify_finding(an_actor(Role.REVIEWER), finding, action, met=False, note="4 of 20 late.")
    assert action.status is ActionStatus.REOPENED
    assert action.reopened == 1
    assert finding.status is FindingStatus.IN_REMEDIATION
    implemented(action)


def test_the_owner_cannot_verify(clock):
    clock.at("2026-03-02 09:00")
    finding = a_finding(severity=Severity.MINOR)
    action = implemented(action_of(finding))
    a_grant(action.owner, Role.AUDITOR)
    with pytest.raises(RuleViolation) as refused, saving():
        acting.verify_and_close(actor_of(action.owner), action, met=True, note="Fine.")
    assert "You own this action" in str(refused.value)
