"""Held work and disagreements on their page: seen by those who read the work, settled by who leads it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from compliance.access import Role
from compliance.accounts.models import Person
from compliance.audits import commands
from compliance.audits.field.queries.holding import get_work, held_in, late_of
from compliance.audits.models import Audit
from compliance.audits.queries.records import get_audit
from compliance.db import session
from compliance.errors import NotFound
from tests.builders.accounts import a_person, actor_of, post, sign_in
from tests.builders.audits import Stage, clause_of, loaded
from tests.builders.saving import saving
from tests.builders.syncing import Tablet, a_floor
from tests.support.queries import QueryRecorder


@pytest.fixture
def stage(client: FlaskClient) -> Stage:
    return Stage()


@pytest.fixture
def colleague(stage: Stage) -> Person:
    return a_person(Role.AUDITOR)


@pytest.fixture
def audit(stage: Stage, colleague: Person) -> Audit:
    return a_floor(stage, team=[colleague])


def left(stage: Stage, reference: str) -> None:
    """The colleague is no longer on the team."""
    audit = get_audit(stage.actor("manager"), reference)
    with saving():
        commands.reassign_audit(stage.actor("manager"), audit, lead=audit.lead, reason="Ben is ill.")


@pytest.fixture
def late(client: FlaskClient, stage: Stage, colleague: Person, audit: Audit) -> Tablet:
    """A note and a photograph that arrive after their auditor left the team."""
    tablet = Tablet(client, colleague)
    left(stage, audit.reference)
    item = loaded(audit)[0].clause_id
    photo, data = tablet.photo(audit.reference, item)
    sent = tablet.send(tablet.op(audit.reference, item, "note", "The log of week 9 is empty."), photo)
    assert [each["status"] for each in sent["results"]] == ["held", "held"]
    assert tablet.put(photo, data).status_code == 201
    return tablet


def here(audit: Audit) -> str:
    return f"/held/{audit.reference}"


def ids(stage: Stage, audit: Audit) -> list[str]:
    return [str(each.op_id) for each in held_in(get_work(stage.actor("auditor"), audit.reference))]


def test_the_lead_reads_what_was_kept_aside_and_from_whom(client: FlaskClient, stage: Stage, late: Tablet,
                                                          audit: Audit, colleague: Person) -> None:
    name, item = colleague.name, loaded(audit)[0].clause_id
    sign_in(client, stage.auditor)
    page = client.get(here(audit)).text
    for words in (name, item, "The log of week 9 is empty.", "Take over what is ticked", "Only the audit team"):
        assert words in page, words
    assert f"/held/{audit.reference}/photos/" in page


def test_taken_over_it_stands_with_its_photograph(client: FlaskClient, stage: Stage, late: Tablet,
                                                  audit: Audit) -> None:
    chosen = ids(stage, audit)
    sign_in(client, stage.auditor)
    sent = post(client, f"{here(audit)}/adopt", {"op": chosen})
    assert sent.headers["Location"] == here(audit)
    assert "2 things taken over." in client.get(here(audit)).text
    first = clause_of(get_audit(stage.actor("auditor"), audit.reference), loaded(audit)[0].clause_id)
    assert (first.note, first.evidence_count) == ("The log of week 9 is empty.", 1)
    assert ids(stage, audit) == []


def test_set_aside_it_needs_a_reason_and_changes_nothing(client: FlaskClient, stage: Stage, late: Tablet,
                                                         audit: Audit) -> None:
    chosen = ids(stage, audit)
    sign_in(client, stage.auditor)
    refused = post(client, f"{here(audit)}/dismiss", {"op": chosen[:1], "reason": " "})
    assert refused.status_code == 409
    assert "Say why this is not taken over." in refused.text
    ticked = [each for each in refused.text.split("<input") if "checkbox" in each and " checked>" in each]
    assert len(ticked) == 1
    assert post(client, f"{here(audit)}/dismiss", {"op": chosen, "reason": "Seen again on Monday."}).status_code == 302
    assert loaded(audit)[0].note == ""
    assert ids(stage, audit) == []


def test_nothing_ticked_is_told(client: FlaskClient, stage: Stage, late: Tablet, audit: Audit) -> None:
    sign_in(client, stage.auditor)
    refused = post(client, f"{here(audit)}/adopt")
    assert (refused.status_code, "Tick what this is about." in refused.text) == (409, True)


def test_only_the_lead_decides(client: FlaskClient, stage: Stage, late: Tablet, audit: Audit) -> None:
    chosen = ids(stage, audit)
    sign_in(client, stage.reviewer)
    page = client.get(here(audit)).text
    assert "decides on this" in page
    assert "Take over what is ticked" not in page
    assert post(client, f"{here(audit)}/adopt", {"op": chosen}).status_code == 403
    assert ids(stage, audit) == chosen


@pytest.mark.parametrize("role", [Role.SITE_LEAD, Role.ADMINISTRATOR])
def test_the_auditee_sees_none_of_it(client: FlaskClient, stage: Stage, late: Tablet, audit: Audit, role: Role) -> None:
    [photo] = [each.photo for each in held_in(get_work(stage.actor("auditor"), audit.reference)) if each.photo]
    stranger = a_person(role, stage.site)
    with pytest.raises(NotFound):
        get_work(actor_of(stranger), audit.reference)
    sign_in(client, stranger)
    for address in (here(audit), f"{here(audit)}/photos/{photo}"):
        assert client.get(address).status_code == 404


def test_its_photograph_can_be_looked_at_before(client: FlaskClient, stage: Stage, late: Tablet, audit: Audit) -> None:
    [photo] = [each.photo for each in held_in(get_work(stage.actor("auditor"), audit.reference)) if each.photo]
    sign_in(client, stage.auditor)
    answer = client.get(f"{here(audit)}/photos/{photo}")
    assert (answer.status_code, answer.content_type, answer.data[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    answer.close()


@pytest.mark.parametrize("address", ["/audits/{}", "/audits/{}/checklist", "/today"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_lead_is_led_there(client: FlaskClient, stage: Stage, late: Tablet, audit: Audit, address: str) -> None:
    sign_in(client, stage.auditor)
    assert here(audit) in client.get(address.format(audit.reference)).text


def disagreeing(client: FlaskClient, stage: Stage, colleague: Person, audit: Audit) -> str:
    """Two auditors answered the same clause; its id."""
    item = loaded(audit)[0].clause_id
    for person, value in ((stage.auditor, "conformity"), (colleague, "nonconformity")):
        tablet = Tablet(client, person)
        tablet.send(tablet.op(audit.reference, item, "conformity", value))
    return item


@pytest.mark.parametrize(("side", "stands"), [(True, "nonconformity"), (False, "conformity")])
def test_the_lead_chooses_between_two_answers(client: FlaskClient, stage: Stage, colleague: Person, audit: Audit,
                                              side: bool, stands: str) -> None:
    item = disagreeing(client, stage, colleague, audit)
    sign_in(client, stage.auditor)
    page = client.get(here(audit)).text
    assert "Seen differently" in page
    other = page.split('name="side" value="')
    form: dict[str, Any] = {"item": item, "field": "conformity",
                            "side": next(each.split('"')[0] for each in other[1:] if each[0] != '"') if side else ""}
    assert post(client, f"{here(audit)}/settle", form).status_code == 302
    assert "Seen differently" not in client.get(here(audit)).text
    assert clause_of(audit, item).conformity == stands


@pytest.mark.parametrize("backend", ["sqlite"])
class TestAround:
    def test_the_checklist_says_where_auditors_disagree(self, client: FlaskClient, stage: Stage, colleague: Person,
                                                        audit: Audit) -> None:
        disagreeing(client, stage, colleague, audit)
        sign_in(client, stage.auditor)
        assert "Seen differently" in client.get(f"/audits/{audit.reference}/checklist").text

    def test_a_colleague_does_not_choose_in_the_page(self, client: FlaskClient, stage: Stage, colleague: Person,
                                                     audit: Audit) -> None:
        disagreeing(client, stage, colleague, audit)
        sign_in(client, colleague)
        page = client.get(here(audit)).text
        assert "Keep this" not in page
        assert "chooses, as the lead" in page

    def test_statements_do_not_grow_with_what_waits(self, client: FlaskClient, stage: Stage, late: Tablet,
                                                    audit: Audit, colleague: Person, queries: QueryRecorder) -> None:
        sign_in(client, stage.auditor)
        few = len(queries.during(lambda: client.get(here(audit))))
        tablet, reference, item = Tablet(client, colleague), audit.reference, loaded(audit)[1].clause_id
        tablet.send(*(tablet.op(reference, item, "note", f"{at}") for at in range(5)))
        sign_in(client, stage.auditor)
        assert len(queries.during(lambda: client.get(here(audit)))) == few
        session.remove()
        assert late_of([reference])[reference].held == 7
