"""Planning audits through the commands: conflicts, scope, notice, and taking an audit out again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from compliance import clock as product_clock
from compliance import db
from compliance.access import Role
from compliance.audits import commands
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit
from compliance.errors import InvalidInput, PlumblineError, RuleViolation
from tests.builders.accounts import a_grant, a_person
from tests.builders.audits import (
    Stage,
    a_planned,
    a_playbook,
    a_scheduled,
)
from tests.builders.network import a_vendor
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-03-17 04:00"


@pytest.fixture(autouse=True)
def _today(clock: Any) -> None:
    clock.at(TODAY)


def codes(error: PlumblineError) -> str:
    return " ".join(getattr(error, "reasons", (str(error),)))


def worked_at_the_site(stage: Stage) -> None:
    a_grant(stage.auditor, Role.SITE_LEAD, stage.site, until_on=date(2025, 7, 1))


def works_for_the_vendor(stage: Stage) -> None:
    with saving():
        stage.auditor.vendor_id = stage.vendor.id


def is_led_by_the_site_lead(stage: Stage) -> None:
    between = a_person(manager_id=stage.lead.id)
    with saving():
        stage.auditor.manager_id = between.id


def is_the_contact(stage: Stage) -> None:
    stage.lead = stage.auditor


CONFLICTS = [
    (worked_at_the_site, "until 30 Jun 2025 and can audit it from 30 Jun"),
    (works_for_the_vendor, "works for"),
    (is_led_by_the_site_lead, "reports to somebody who is audited"),
    (is_the_contact, "is among those who are audited"),
]


@pytest.mark.parametrize(("tie", "sentence"), CONFLICTS)
def test_a_conflict_of_interest_is_refused_with_its_reason(tie: Callable[[Stage], None], sentence: str) -> None:
    stage = Stage(vendor=a_vendor())
    tie(stage)
    with pytest.raises(RuleViolation) as refused:
        a_planned(stage)
    assert sentence in codes(refused.value)
    assert db.session.scalar(select(Audit)) is None


def test_a_year_after_leaving_there_is_no_conflict() -> None:
    stage = Stage()
    a_grant(stage.auditor, Role.SITE_LEAD, stage.site, until_on=date(2025, 3, 17))
    assert a_planned(stage).status is AuditStatus.PLANNED


def test_an_owner_of_the_playbook_needs_company() -> None:
    stage, other = Stage(), a_person(Role.AUDITOR)
    playbook = a_playbook(approved_by_id=stage.auditor.id)
    with pytest.raises(RuleViolation, match="would audit it alone"):
        a_planned(stage, playbook)
    assert a_planned(stage, playbook, team=[other]).team == {stage.auditor.id, other.id}


def test_an_exception_needs_a_reason_and_a_second_reviewer() -> None:
    stage, second = Stage(), a_person(Role.REVIEWER)
    worked_at_the_site(stage)
    with pytest.raises(RuleViolation, match="second reviewer"):
        a_planned(stage, exception="Nobody else speaks Malay.")
    with pytest.raises(RuleViolation, match="cannot be the second reviewer"):
        a_planned(stage, exception="Nobody else speaks Malay.", second_reviewer=stage.auditor)
    assert a_planned(stage, exception="Nobody else speaks Malay.", second_reviewer=second).exception


PLANS: list[tuple[Callable[[Stage], dict[str, Any]], str]] = [
    (lambda _: {"playbooks": []}, "at least one playbook"),
    (lambda _: {"lobs": []}, "lines of business: Core run there"),
    (lambda _: {"lobs": ["Age Support"]}, "does not run Age Support"),
    (lambda _: {"planned_until": date(2026, 3, 1)}, "last day lies before the first"),
    (lambda stage: {"lead": stage.lead}, "is no auditor for this site"),
    (lambda _: {"vendor": a_vendor(name="Northlight")}, "Northlight runs nothing there"),
]


@pytest.mark.parametrize(("changes", "sentence"), PLANS)
def test_a_plan_nobody_can_carry_out_is_refused(changes: Callable[[Stage], dict[str, Any]], sentence: str) -> None:
    stage = Stage()
    fields = stage.plan(playbooks=[a_playbook()]) | changes(stage)
    with pytest.raises(RuleViolation) as refused, saving():
        commands.plan_audit(stage.actor("manager"), stage.site, **fields)
    assert sentence in codes(refused.value)


def later(days: int) -> date:
    return product_clock.today() + timedelta(days=days)


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"days": 0}, "is owed 14 days of notice by contract: start on 31 Mar or later"),
    ({"days": 13}, "is owed 14 days of notice"),
    ({"days": 14}, ""),
    ({"days": 20, "contact": None}, "Name the person at the auditee"),
    ({"days": 0, "unannounced": True}, "needs somebody besides you who approved it"),
    ({"days": -1, "unannounced": True}, "lies in the past"),
])  # fmt: skip
def test_what_scheduling_asks_for(fields: dict[str, Any], sentence: str) -> None:
    stage = Stage(vendor=a_vendor())
    others = {name: value for name, value in fields.items() if name != "days"}
    audit = a_planned(stage, planned_from=later(fields["days"]), **others)
    if not sentence:
        with saving():
            commands.schedule_audit(stage.actor("manager"), audit)
        assert audit.status is AuditStatus.SCHEDULED
        return
    with pytest.raises(RuleViolation) as refused, saving():
        commands.schedule_audit(stage.actor("manager"), audit)
    assert sentence in codes(refused.value)


@pytest.mark.parametrize(("who", "fits"), [("manager", False), ("lead", False), ("reviewer", True)])
def test_who_approves_an_unannounced_audit(who: str, fits: bool) -> None:
    stage = Stage(vendor=a_vendor())
    audit = a_planned(stage, unannounced=True, unannounced_approver=getattr(stage, who))
    if fits:
        with saving():
            commands.schedule_audit(stage.actor("manager"), audit)
    else:
        with pytest.raises(RuleViolation, match="cannot approve that"), saving():
            commands.schedule_audit(stage.actor("manager"), audit)


def test_a_conflict_that_arose_after_planning_stops_scheduling() -> None:
    stage = Stage()
    audit = a_planned(stage)
    worked_at_the_site(stage)
    with pytest.raises(RuleViolation, match="worked at"), saving():
        commands.schedule_audit(stage.actor("manager"), audit)


def test_postponing_keeps_the_due_day_and_counts() -> None:
    stage = Stage()
    audit = a_scheduled(stage)
    due = audit.due_on
    with saving():
        commands.postpone_audit(stage.actor("manager"), audit, reason="Typhoon.")
        commands.schedule_audit(stage.actor("manager"), audit, planned_from=later(30))
    assert (audit.status, audit.postponed, audit.due_on, audit.planned_until) == (
        AuditStatus.SCHEDULED, 1, due, later(30))


@pytest.mark.parametrize("command", [commands.postpone_audit, commands.cancel_audit])
def test_taking_an_audit_out_needs_a_reason(command: Any) -> None:
    stage = Stage()
    audit = a_scheduled(stage)
    with pytest.raises(InvalidInput), saving():
        command(stage.actor("manager"), audit, reason="  ")
    assert audit.status is AuditStatus.SCHEDULED


def test_a_programme_holds_its_audits() -> None:
    stage = Stage()
    with saving():
        programme = commands.add_programme(
            stage.actor("manager"), name="2026", from_on=date(2026, 1, 1), until_on=date(2026, 12, 31))
    audit = a_planned(stage)
    with saving():
        commands.assign_programme(stage.actor("manager"), audit, programme)
    assert audit.programme_id == programme.id



