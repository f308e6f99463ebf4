"""Giving an audit to another team, also while it is under way: the same rules as in planning, and a reason."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from compliance.access import Forbidden, Role
from compliance.accounts.models import Person
from compliance.audits import commands
from compliance.audits.models import Audit
from compliance.audits.queries.records import get_audit
from compliance.errors import Conflict, InvalidInput, RuleViolation
from compliance.journal import Event, history
from tests.builders.accounts import a_grant, a_person, actor_of, post, sign_in
from tests.builders.audits import Stage, a_planned, a_started, a_submitted, answered, loaded
from tests.builders.saving import saving


@pytest.fixture
def stage(app: object) -> Stage:
    return Stage()


def reassign(stage: Stage, audit: Audit, lead: Person, *team: Person, **fields: Any) -> Audit:
    present = get_audit(stage.actor("manager"), audit.reference)
    with saving():
        commands.reassign_audit(stage.actor("manager"), present, lead=lead, team=team,
                                **{"reason": "Ana is ill."} | fields)
    return get_audit(stage.actor("manager"), audit.reference)


@pytest.mark.parametrize("make", [a_planned, a_started])
def test_another_lead_and_team(stage: Stage, make: Any) -> None:
    lead, second = a_person(Role.AUDITOR), a_person(Role.AUDITOR)
    audit = reassign(stage, make(stage), lead, second)
    assert (audit.lead_id, audit.team) == (lead.id, {lead.id, second.id})


def test_answers_given_stay_and_the_new_lead_goes_on(stage: Stage) -> None:
    audit = a_started(stage)
    answered(stage, audit, ["conformity"] * 2)
    lead = a_person(Role.AUDITOR)
    audit = reassign(stage, audit, lead)
    first = loaded(audit)[0]
    assert (first.conformity, first.answered_by_id) == ("conformity", stage.auditor.id)
    with saving():
        commands.answer(actor_of(lead), first, conformity=None)
    with pytest.raises(Forbidden, match="Only the audit team"), saving():
        commands.answer(stage.actor("auditor"), loaded(audit)[1], conformity=None)


def test_a_conflict_of_interest_refuses_as_in_planning(stage: Stage) -> None:
    audit, tied = a_started(stage), a_person(Role.AUDITOR)
    a_grant(tied, Role.SITE_LEAD, stage.site)
    with pytest.raises(RuleViolation, match="works at"):
        reassign(stage, audit, tied)
    with pytest.raises(RuleViolation, match="second reviewer"):
        reassign(stage, audit, tied, exception="Nobody else speaks the language.")
    kept = reassign(stage, audit, tied, exception="Nobody else speaks the language.", second_reviewer=stage.reviewer)
    assert (kept.lead_id, kept.second_reviewer_id) == (tied.id, stage.reviewer.id)


def test_somebody_who_is_no_auditor_there_is_refused(stage: Stage) -> None:
    with pytest.raises(RuleViolation, match="no auditor"):
        reassign(stage, a_started(stage), stage.auditor, a_person(Role.PROGRAMME_MANAGER))


@pytest.mark.parametrize("reason", ["", "   "])
def test_it_needs_a_reason(stage: Stage, reason: str) -> None:
    with pytest.raises(InvalidInput):
        reassign(stage, a_started(stage), a_person(Role.AUDITOR), reason=reason)


def test_an_audit_handed_in_keeps_its_team(stage: Stage) -> None:
    with pytest.raises(RuleViolation, match="submitted"):
        reassign(stage, a_submitted(stage), a_person(Role.AUDITOR))


def test_only_a_planner_gives_it_to_others(stage: Stage) -> None:
    audit = a_started(stage)
    with pytest.raises(Forbidden), saving():
        commands.reassign_audit(stage.actor("auditor"), audit, lead=stage.auditor, reason="I want to.")


def test_two_planners_at_once_are_a_conflict_that_is_seen(stage: Stage) -> None:
    audit = a_started(stage)
    seen = audit.version
    reassign(stage, audit, stage.auditor, a_person(Role.AUDITOR))
    with pytest.raises(Conflict):
        reassign(stage, audit, a_person(Role.AUDITOR), version=seen)


def test_the_journal_tells_who_left_and_who_came(stage: Stage) -> None:
    audit, lead = a_started(stage), a_person(Role.AUDITOR)
    reassign(stage, audit, lead)
    entry = next(each for each in history(audit) if each.event == Event.AUDIT_REASSIGNED.value)
    told = entry.told["fields"]
    assert (told["reason"], told["lead"], told["before"]) == ("Ana is ill.", lead.name, stage.auditor.name)
    assert (told["joined"], told["left"]) == ([lead.name], [stage.auditor.name])


@pytest.mark.parametrize("backend", ["sqlite"])
class TestPage:
    def test_from_the_page(self, client: FlaskClient, stage: Stage) -> None:
        audit, lead = a_started(stage), a_person(Role.AUDITOR)
        reference, lead_id, name = audit.reference, str(lead.id), lead.name
        sign_in(client, stage.manager)
        assert f"/audits/{reference}/team" in client.get(f"/audits/{reference}").text
        assert "under way" in client.get(f"/audits/{reference}/team").text
        refused = post(client, f"/audits/{reference}/team", {"lead": lead_id})
        assert refused.status_code == 422
        assert "Say why it is given to others." in refused.text
        sent = post(client, f"/audits/{reference}/team", {"lead": lead_id, "reason": "Ana is ill."})
        assert sent.headers["Location"] == f"/audits/{reference}"
        page = client.get(f"/audits/{reference}").text
        assert name in page
        assert "Given to another team: Ana is ill." in page

    def test_the_team_itself_is_sent_away(self, client: FlaskClient, stage: Stage) -> None:
        audit = a_started(stage)
        sign_in(client, stage.auditor)
        assert client.get(f"/audits/{audit.reference}/team").status_code == 403
        assert "/team" not in client.get(f"/audits/{audit.reference}").text
