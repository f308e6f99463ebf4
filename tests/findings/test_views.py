"""The pages of findings, by those who answer and those who decide, and the same as JSON."""

import io

import pytest

from compliance.access import Role
from compliance.findings.lifecycle import FindingKind, FindingStatus
from compliance.findings.queries import get_finding
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_person, actor_of, an_actor, post, sign_in, sign_in_as
from tests.builders.actions import implemented, viewed
from tests.builders.files import a_photo
from tests.builders.findings import a_finding, action_of
from tests.builders.network import a_site, a_vendor

START = "2026-03-02 09:00"


def now(finding):
    return get_finding(an_actor(Role.GLOBAL_HEAD), finding.reference)


def test_a_lead_accepts_by_one_button(client):
    finding = a_finding()
    sign_in(client, finding.owner)
    page = client.get(f"/findings/{finding.reference}").text
    assert "Accept" in page
    assert "What closing still needs" in page
    answer = post(client, f"/findings/{finding.reference}/acceptance", {"version": finding.version})
    assert answer.status_code == 302
    assert now(finding).status is FindingStatus.ACCEPTED


def test_a_dispute_and_its_decision(client):
    finding = a_finding()
    url = f"/findings/{finding.reference}"
    sign_in(client, finding.owner)
    refused = post(client, f"{url}/answer", {"reason": "The log is of another team."})
    assert refused.status_code == 409
    assert "Attach the evidence" in refused.text
    assert "another team.</textarea>" in refused.text
    sent = {"reason": "The log is of another team.", "file": (io.BytesIO(a_photo()), "log.jpg")}
    assert post(client, f"{url}/answer", sent).status_code == 302
    sign_in_as(client, Role.REVIEWER)
    assert "The log is of another team." in client.get(url).text
    decided = post(client, f"{url}/decision", {"outcome": "regraded", "severity": "major", "reason": "It is worse."})
    assert decided.status_code == 302
    assert (now(finding).severity, now(finding).status) == (Severity.MAJOR, FindingStatus.REGRADED)


def test_the_single_button_leaves_the_finding_closed_too(client, clock):
    clock.at(START)
    finding, verifier = a_finding(), a_person(Role.REVIEWER)
    action = viewed(implemented(action_of(finding), verifier), actor_of(verifier))
    sign_in(client, verifier)
    assert "Verify and close" in client.get(f"/findings/{finding.reference}").text
    answer = post(client, f"/actions/{action.reference}/verification", {"met": "yes", "note": "20 of 20."})
    assert answer.headers["Location"] == f"/findings/{finding.reference}"
    assert now(finding).status is FindingStatus.CLOSED


def test_an_observation_closes_by_its_own_button(client):
    finding = a_finding(kind=FindingKind.OBSERVATION)
    url = f"/findings/{finding.reference}"
    sign_in(client, finding.owner)
    post(client, f"{url}/acceptance", {})
    assert post(client, f"{url}/closure", {}).status_code == 403
    sign_in_as(client, Role.REVIEWER)
    assert "Close the finding" in client.get(url).text
    assert post(client, f"{url}/closure", {}).status_code == 302
    assert post(client, f"{url}/reopening", {"reason": "It came back."}).status_code == 302
    assert now(finding).status is FindingStatus.REOPENED


def test_an_internal_note_never_reaches_a_vendor(client):
    site, vendor = a_site(), a_vendor()
    lead = a_person(Role.VENDOR_LEAD, site, vendor)
    finding = a_finding(site, vendor, owner=lead, internal_note="CANARY-1")
    url = f"/findings/{finding.reference}"
    sign_in_as(client, Role.REVIEWER)
    post(client, f"{url}/notes", {"text": "CANARY-2", "internal": "1"})
    assert "CANARY-2" in client.get(url).text
    sign_in(client, lead)
    for address in (url, f"{url}/answer", "/findings", "/findings/export.csv", f"/api/v1{url}",
                    "/api/v1/findings", f"/actions/{action_of(finding).reference}"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "CANARY" not in answer.text, address
    assert post(client, f"{url}/notes", {"text": "Mine", "internal": "1"}).status_code == 403


FORMS = {
    "": Role.AUTHOR, "/answer": Role.SITE_LEAD, "/decision": Role.REVIEWER, "/reopening": Role.AUDITOR,
    "/notes": Role.AUTHOR,
}  # fmt: skip


@pytest.mark.parametrize(("part", "role"), FORMS.items())
def test_a_form_opens_for_who_may_send_it_and_is_nothing_for_who_does_not_see_the_finding(client, part, role):
    site, vendor = a_site(), a_vendor()
    url = f"/findings/{a_finding(site, vendor).reference}"
    sign_in_as(client, role, site)
    assert client.get(url + part).status_code == 200
    sign_in_as(client, Role.AUTHOR)
    assert client.get(url + part).status_code == (200 if part in {"", "/notes"} else 403)
    sign_in_as(client, Role.VENDOR_LEAD, site, a_vendor())
    for address in (url + part, f"/api/v1{url}"):
        assert client.get(address).status_code == 404
    assert post(client, f"{url}/acceptance", {}).status_code == 404


@pytest.mark.parametrize("url", ["/findings/FND-1999-0001", "/findings?site=ZZZ", "/findings?severity=grave",
                                 "/findings?playbook=ZZZ", "/findings/export.pdf", "/api/v1/findings/FND-1999-0001"])
def test_what_is_not_there_is_said_to_be_not_there(client, url):
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("url", ["/findings?after=zzz", "/api/v1/findings?after=zzz", "/api/v1/findings?limit=many"])
def test_a_damaged_link_is_told_so(client, url):
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert client.get(url).status_code == 422


def test_the_list_pages_takes_as_many_statements_with_more_rows(client, queries):
    site = a_site()
    a_finding(site)
    sign_in_as(client, Role.GLOBAL_HEAD)
    few = queries.during(lambda: client.get("/findings"))
    for _ in range(6):
        a_finding(site)
    assert len(queries.during(lambda: client.get("/findings"))) == len(few)


def test_json_pages_by_cursor_and_says_what_closing_still_needs(client, clock):
    clock.at(START)
    references = {a_finding(a_site()).reference for _ in range(3)}
    sign_in_as(client, Role.GLOBAL_HEAD)
    first = client.get("/api/v1/findings?limit=2").json
    second = client.get(f"/api/v1/findings?limit=2&after={first['next']}").json
    assert {row["reference"] for row in first["findings"] + second["findings"]} == references
    assert second["next"] is None
    (action,) = client.get(f"/api/v1/findings/{references.pop()}").json["actions"]
    assert any("not implemented" in reason for reason in action["still_needs"])


def test_closing_by_json_obeys_the_same_rule(client, clock):
    clock.at(START)
    finding, verifier = a_finding(), a_person(Role.REVIEWER)
    action = implemented(action_of(finding), verifier)
    url = f"/api/v1/findings/{finding.reference}/closure"
    sign_in(client, finding.owner)
    assert post(client, url, json={"met": True, "note": "Fine."}).status_code == 403
    sign_in(client, verifier)
    assert post(client, url, json={"note": "Fine."}).status_code == 422
    assert client.post(url, json={"met": True, "note": "Fine."}).status_code == 400  # without the token
    refused = post(client, url, json={"met": True, "note": "20 of 20."})
    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    assert "Opened by" in refused.json["detail"]
    viewed(action, actor_of(verifier))
    stale = post(client, url, json={"met": True, "note": "20 of 20.", "version": 1})
    assert stale.status_code == 409
    assert post(client, url, json={"met": True, "note": "20 of 20."}).json["status"] == "closed"
