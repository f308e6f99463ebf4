"""The pages of requests: what is seen before asking, the forms of each stage, the pipeline, and the same as JSON."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from compliance import db
from compliance.access import Role
from compliance.playbooks.localising import commands
from compliance.playbooks.models import OverrideVersion, VersionStatus
from tests.builders.accounts import a_person, actor_of, post, sign_in, sign_in_as
from tests.builders.localising import asked, consented, version_of
from tests.builders.network import a_market, a_region, a_site
from tests.builders.playbooks import an_override, an_override_text, an_override_version, an_owner, bring_in
from tests.playbooks.localising.test_commands import LOOSE, REWORDED, TIGHTER, WAIVED
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("playbook")
HERE = "/overrides/tiny-rules/apac/1"
API = "/api/v1/overrides"
S = VersionStatus


def a_draft(body: str = TIGHTER, scope: str = "apac", number: int = 1, **said: Any) -> OverrideVersion:
    text = an_override_text(scope, number, said.pop("effective", "2026-06-01"), body=body)
    return an_override_version(bring_in(text, **said).digest)


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.text[:500]
    return " ".join(response.text.split())


def test_a_lead_sees_what_it_does_and_who_decides_before_asking(client: FlaskClient) -> None:
    other = a_person(Role.REGIONAL_LEAD, a_region(), name="Noor Aziz")
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    a_draft(actor=actor_of(lead))
    sign_in(client, lead)
    assert f'href="{HERE}/ask"' in text_of(client, HERE)
    page = text_of(client, f"{HERE}/ask")
    for said in ("Stricter", "It asks for more, so the lead of this place decides.", other.name, "KUL1 would read",
                 "<del>30</del>", "<ins>20</ins>", "Stricter at any time, looser only with leave."):
        assert said in page, said
    assert lead.name not in page.split("Who can decide")[1]


def test_asking_keeps_what_was_typed_and_names_what_is_missing(client: FlaskClient) -> None:
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    version = a_draft(LOOSE, actor=actor_of(lead))
    sign_in(client, lead)
    refused = post(client, f"{HERE}/ask", {"rationale": "The storms", "legal_basis": "yes", "review_on": "2027-05-01",
                                           "version": version.version, "digest": version.digest})
    assert refused.status_code == 422
    for said in ("The storms", "Name the law", "Say what is done instead", "Name the person who answers"):
        assert said in refused.text, said
    done = post(client, f"{HERE}/ask", {
        "rationale": "The storms", "legal_basis": "no", "review_on": "2027-05-01", "control": "A second count",
        "control_owner": str(lead.id), "version": version.version, "digest": version.digest})
    assert (done.status_code, done.location) == (302, HERE)
    page = text_of(client, HERE)
    for said in ("Global review", "Legal has to consent to this text", "A second count", lead.name, "asked for it"):
        assert said in page, said


def test_what_can_never_hold_says_so_before_anybody_asks(client: FlaskClient) -> None:
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    version = a_draft(WAIVED.format("TIN-02"), actor=actor_of(lead))
    sign_in(client, lead)
    assert "The lock is from global." in text_of(client, f"{HERE}/ask")
    refused = post(client, f"{HERE}/ask", {"rationale": "No door", "legal_basis": "no", "review_on": "2026-12-01",
                                           "version": version.version})
    assert refused.status_code == 409
    assert "The lock is from global." in refused.text
    assert "No door" in refused.text, "what was typed is still there"


def test_the_asker_s_button_says_why_it_cannot_be_used(client: FlaskClient) -> None:
    owner = a_person(Role.PLAYBOOK_OWNER)
    asked(a_draft(actor=actor_of(owner)))
    sign_in(client, owner)
    page = text_of(client, HERE)
    assert "You asked for this, so you cannot decide on it." in page
    assert 'aria-disabled="true"' in page
    assert "/approve" not in page
    answer = post(client, f"{HERE}/approve", {"decision": "Fine", "digest": version_of("apac").digest})
    assert (answer.status_code, "You asked for this" in answer.text) == (409, True)


def test_an_owner_agrees_by_name_after_legal(client: FlaskClient) -> None:
    version = asked(a_draft(LOOSE))
    counsel = a_person(Role.LEGAL_REVIEWER)
    sign_in(client, counsel)
    assert "Speak for Legal" in text_of(client, HERE)
    seen = {"version": version.version, "digest": version.digest}
    assert post(client, f"{HERE}/consent", {"reason": "Fine", **seen}).status_code == 422
    assert post(client, f"{HERE}/consent", {"given": "yes", "reason": "No law is touched", **seen}).status_code == 302
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page = text_of(client, HERE)
    assert 'name="approvals" value="set wait_min"' in page
    assert "No law is touched" in page
    refused = post(client, f"{HERE}/approve", {"decision": "Storms are rare", **seen})
    assert (refused.status_code, "Storms are rare" in refused.text) == (409, True)
    done = post(client, f"{HERE}/approve", {"decision": "Storms are rare", "approvals": "set wait_min", **seen})
    assert (done.status_code, done.location) == (302, HERE)
    assert "Effective" in text_of(client, HERE)


@pytest.mark.parametrize("act", ["approve", "return", "decline"])
def test_a_page_opened_on_another_text_is_refused_and_keeps_the_words(client: FlaskClient, act: str) -> None:
    version = asked(a_draft())
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    words = {"decision": "My words", "questions": "My words", "reason": "My words"}
    stale = post(client, f"{HERE}/{act}", {**words, "version": version.version, "digest": "0" * 64})
    assert (stale.status_code, "The text changed after you opened it" in stale.text, "My words" in stale.text) == (
        409, True, True)
    older = post(client, f"{HERE}/{act}", {
        **words, "version": version.version - 1, "digest": version.digest})
    assert (older.status_code, "Somebody else changed this" in older.text) == (409, True)


def test_returned_with_questions_it_can_be_asked_for_again(client: FlaskClient) -> None:
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    version = asked(a_draft(actor=actor_of(lead)), actor_of(lead))
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert post(client, f"{HERE}/return", {"questions": ""}).status_code == 422
    assert post(client, f"{HERE}/return", {"questions": "At night too?", "version": version.version}).status_code == 302
    sign_in(client, lead)
    page = text_of(client, HERE)
    assert "Returned with questions: At night too?" in page
    assert f'href="{HERE}/ask"' in page


def test_a_no_is_appealed_against_on_the_page_and_the_head_hears_it(client: FlaskClient) -> None:
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    asked(a_draft(REWORDED, actor=actor_of(lead)), actor_of(lead))
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert post(client, f"{HERE}/decline", {"reason": "One wording for all"}).status_code == 302
    sign_in(client, lead)
    assert "Declined: One wording for all You can appeal once" in text_of(client, HERE)
    assert post(client, f"{HERE}/appeal", {"reason": "We have no paper"}).status_code == 302
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert "Hear the appeal" in text_of(client, HERE)
    assert post(client, f"{HERE}/hear", {
        "granted": "yes", "reason": "True", "digest": version_of("apac").digest}).status_code == 302
    assert "granted the appeal" in text_of(client, HERE)
    sign_in(client, lead)
    assert "Hear the appeal" not in text_of(client, HERE)


def test_whoever_asked_withdraws(client: FlaskClient) -> None:
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    version = asked(a_draft(actor=actor_of(lead)), actor_of(lead))
    sign_in(client, lead)
    assert post(client, f"{HERE}/withdraw", {"version": version.version}).status_code == 302
    assert "Withdrawn" in text_of(client, HERE)


@pytest.mark.parametrize(("role", "act", "status"), [
    (Role.AUTHOR, "approve", 403), (Role.SITE_LEAD, "approve", 404), (Role.GLOBAL_HEAD, "approve", 404),
    (Role.ADMINISTRATOR, "approve", 404), (Role.LEGAL_REVIEWER, "decline", 403), (Role.REGIONAL_LEAD, "hear", 403),
    (Role.PLAYBOOK_OWNER, "consent", 403), (Role.PLAYBOOK_OWNER, "withdraw", 403), (Role.AUTHOR, "appeal", 403),
])
def test_each_act_is_for_whoever_may(client: FlaskClient, role: Role, act: str, status: int) -> None:
    asked(a_draft())
    sign_in_as(client, role)
    said = {"decision": "x", "reason": "x", "given": "yes", "granted": "yes"}
    assert post(client, f"{HERE}/{act}", said).status_code == status
    assert version_of("apac").status is S.REGIONAL_REVIEW


def test_the_register_finds_what_waits_for_me_and_what_i_asked_for(client: FlaskClient) -> None:
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    asked(a_draft(scope="my", actor=actor_of(lead)), actor_of(lead))
    asked(a_draft(REWORDED))
    an_override(an_override_text("my", 2, "2026-01-01"))
    sign_in(client, lead)
    assert rows(client, "mine=1") == ["my 1"]
    assert rows(client, "waiting=1") == []
    assert rows(client, "region=apac") == ["apac 1", "my 1", "my 2"]
    assert rows(client, "state=global_review") == ["apac 1"]
    sign_in_as(client, Role.REGIONAL_LEAD, a_region())
    assert rows(client, "waiting=1") == ["my 1"]
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert rows(client, "waiting=1") == ["apac 1", "my 1"]


def rows(client: FlaskClient, query: str) -> list[str]:
    lines = csv.DictReader(io.StringIO(client.get(f"/overrides?format=csv&{query}").text.lstrip("\ufeff")))
    codes = {"Asia Pacific": "apac", "Malaysia": "my"}
    return sorted(f"{codes[line['Where']]} {line['Version']}" for line in lines)


def test_legal_and_the_head_find_theirs(client: FlaskClient) -> None:
    loose = asked(a_draft(LOOSE))
    sign_in_as(client, Role.LEGAL_REVIEWER)
    assert rows(client, "waiting=1") == ["apac 1"]
    consented(loose)
    assert rows(client, "waiting=1") == []
    with db.transaction():
        commands.decline_override(an_owner(), version_of("apac"), reason="No")
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert rows(client, "waiting=1") == []


def test_what_else_is_asked_for_here_is_shown(client: FlaskClient) -> None:
    asked(a_draft())
    a_draft(REWORDED, number=2, effective="2026-07-01")
    sign_in_as(client, Role.REGIONAL_LEAD, a_region())
    page = text_of(client, "/overrides/tiny-rules/apac/2/ask")
    assert "Also asked for here" in page
    assert f'href="{HERE}"' in page


def test_a_program_reads_and_decides_the_same(client: FlaskClient) -> None:
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    version = a_draft(actor=actor_of(lead))
    sign_in(client, lead)
    shown = client.get(f"{API}/tiny-rules/apac/1").get_json()
    assert (shown["status"], shown["reviews"], shown["sites"]) == ("draft", ["regional_review"],
                                                                   {"codes": ["KUL1"], "count": 1})
    [operation] = shown["operations"]
    assert (operation["effect"], operation["lock"], operation["decided_by"]) == (
        "tighten", "Stricter at any time, looser only with leave.", "this place")
    [clause] = shown["at_site"]["clauses"]
    assert ("within 30 minutes" in clause["before"], "within 20 minutes" in clause["after"]) == (True, True)
    missing = post(client, f"{API}/tiny-rules/apac/1/ask", json={"rationale": "Nights"})
    assert (missing.status_code, set(missing.get_json()["fields"])) == (422, {"legal_basis", "review_on"})
    done = post(client, f"{API}/tiny-rules/apac/1/ask", json={
        "rationale": "Nights", "legal_basis": "no", "review_on": "2027-01-01", "digest": version.digest})
    assert (done.status_code, done.get_json()["status"]) == (200, "regional_review")
    own = post(client, f"{API}/tiny-rules/apac/1/approve", json={"decision": "Fine", "digest": version.digest})
    assert (own.status_code, "You asked for this" in own.get_json()["detail"]) == (409, True)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    stale = post(client, f"{API}/tiny-rules/apac/1/approve", json={"decision": "Fine", "digest": "0" * 64})
    assert stale.status_code == 409
    blind = post(client, f"{API}/tiny-rules/apac/1/approve", json={"decision": "Fine"})
    assert (blind.status_code, list(blind.get_json()["fields"])) == (422, ["digest"])
    fine = post(client, f"{API}/tiny-rules/apac/1/approve", json={"decision": "Fine", "digest": version.digest})
    assert fine.get_json()["status"] == "approved"


def test_a_text_nobody_saved_is_weighed_and_not_kept(client: FlaskClient) -> None:
    sign_in_as(client, Role.REGIONAL_LEAD, a_region())
    shown = post(client, f"{API}/preview", json={"text": an_override_text("my", body=LOOSE), "site": "KUL1"}).get_json()
    assert (shown["reviews"], shown["operations"][0]["effect"]) == (["global_review"], "loosen")
    assert "within 45 minutes" in shown["at_site"]["clauses"][0]["after"]
    assert db.session.query(OverrideVersion).count() == 0
    assert post(client, f"{API}/preview", json={"text": "nothing"}).status_code == 422
    assert post(client, f"{API}/preview", json={"text": an_override_text("emea")}).status_code == 422
    sign_in_as(client, Role.AUDITOR)
    assert post(client, f"{API}/preview", json={"text": an_override_text("my")}).status_code == 403


def test_the_page_costs_the_same_whatever_is_below_it(client: FlaskClient, queries: QueryRecorder) -> None:
    asked(a_draft(TIGHTER + "\n" + REWORDED))
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    client.get(HERE)
    few = queries.during(lambda: client.get(HERE))
    for number in range(6):
        a_site(f"JKT{number}", a_market("id", "Indonesia"))
    asked(a_draft("## Add to TIN-03\n\n- Why: Nights\n\nAlso.\n", number=2, effective="2026-07-01"))
    client.get(HERE)
    many = queries.during(lambda: client.get(HERE))
    assert len(many) <= len(few) + 2, "one more request beside it has its own override, and no site its own statement"


def test_a_draft_that_cannot_be_read_yet_says_so_and_cannot_be_asked_for(client: FlaskClient) -> None:
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    version = a_draft(actor=actor_of(lead))
    with db.transaction():
        version.source = version.source.replace("| wait_min | 20 |", "| wait_min |")
    sign_in(client, lead)
    for url in (HERE, f"{HERE}/ask"):
        assert "table" in text_of(client, url).lower()
    refused = post(client, f"{HERE}/ask", {"rationale": "Nights", "legal_basis": "no", "review_on": "2027-01-01"})
    assert (refused.status_code, "Nights" in refused.text) == (409, True)
    assert client.get(f"{API}/tiny-rules/apac/1").get_json()["cannot_be_read"]
