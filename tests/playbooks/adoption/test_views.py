"""The pages and the JSON of adoption: what they show to whom, what they refuse, what they cost."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compliance import clock
from compliance.access import Role
from compliance.playbooks.adoption.lifecycle import AdoptionStatus
from tests.builders import adoption
from tests.builders.accounts import actor_of, post, sign_in_as
from tests.builders.files import a_photo
from tests.builders.network import a_vendor, an_operation
from tests.builders.playbooks import a_playbook
from tests.support.queries import QueryRecorder

PLACE = "/adoption/tiny-rules/1.1.0/KUL1"
API = "/api/v1/adoption"


@pytest.fixture(autouse=True)
def fixed_clock(app: Flask) -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        yield


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.get_data(as_text=True)[:1500]
    return " ".join(response.get_data(as_text=True).split())


def sent(client: FlaskClient, step: str, data: dict[str, Any], status: int) -> str:
    response = post(client, f"{PLACE}/{step}", data)
    assert response.status_code == status, response.get_data(as_text=True)[:1500]
    return " ".join(response.get_data(as_text=True).split())


def test_a_lead_takes_a_site_live_on_the_page(client: FlaskClient) -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    sign_in_as(client, Role.SITE_LEAD, site)
    assert "holds at KUL1 from Tue 15 Dec on" in text_of(client, PLACE)
    sent(client, "notice", {}, 302)
    page = text_of(client, PLACE)
    assert "At least 95 % of the people in scope have to attest first." in page
    assert 'value="120"' in page  # the headcount of the site, to be corrected
    page = sent(client, "attestation", {"attested": "130", "heads": "120", "version": "1"}, 409)
    assert "130 of 120 cannot have attested" in page
    assert 'value="130"' in page  # what was typed is kept
    sent(client, "attestation", {"attested": "100", "heads": "120", "version": "1"}, 302)
    assert "14 more people to go." in text_of(client, PLACE)
    sent(client, "attestation", {"attested": "119", "heads": "120", "version": "2"}, 302)
    page = sent(client, "live", {"live_on": "2026-11-01", "note": "Old copies are gone.", "version": "3"}, 409)
    assert "Add evidence" in page
    assert "Old copies are gone." in page
    sent(client, "live", {"live_on": "2026-11-01", "note": "Old copies are gone.", "version": "3",
                          "file": (io.BytesIO(a_photo()), "floor.jpg")}, 302)
    page = text_of(client, PLACE)
    assert "44 days early" in page
    assert "floor.jpg" in page
    assert "Save the numbers" not in page


@pytest.mark.parametrize(("data", "said"), [
    ({"attested": "", "heads": "120"}, "Say how many people have attested."),
    ({"attested": "many", "heads": "120"}, "Write a whole number."),
    ({"attested": "-1", "heads": "120"}, "Write a number from 0 to 100,000."),
    ({"attested": "1", "heads": "99999999"}, "Write a number from 0 to 100,000."),
])
def test_numbers_that_are_none_come_back_with_what_was_typed(client: FlaskClient, data: dict[str, str],
                                                             said: str) -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    adoption.acknowledged(actor_of(sign_in_as(client, Role.SITE_LEAD, site)))
    page = sent(client, "attestation", data, 422)
    assert said in page
    assert f'value="{data["heads"]}"' in page


def test_the_board_and_a_version_name_the_late(client: FlaskClient) -> None:
    adoption.a_place("KUL1")
    site = adoption.a_place("KUL2")
    adoption.two_versions()
    adoption.live(adoption.a_lead(site), date(2026, 11, 1), "KUL2")
    with clock.fixed_at(datetime(2026, 12, 20, 12, tzinfo=UTC)):
        sign_in_as(client, Role.REVIEWER)
        board, version = text_of(client, "/adoption"), text_of(client, "/adoption/tiny-rules/1.1.0")
        assert "1 late" in board
        assert "44 days early" in board
        assert "−44 d" in board
        assert "late by 5 days" in version
        assert "1 of 2" in version
        only = text_of(client, "/adoption?late=1&playbook=TIN")
        assert "KUL1" in only
        assert "KUL2" not in only
        lines = client.get("/adoption?late=1&format=csv").get_data(as_text=True).splitlines()
        assert lines[1] == (
            '"TIN","1.1.0","Asia Pacific","KUL1","In-house","2026-12-15","notified","yes",5,"","","","",""')
        assert len(lines) == 2
        assert client.get("/adoption?format=pdf").status_code == 404
        assert "Nothing is like that." in text_of(client, "/adoption?region=emea")


def test_the_list_of_readers_is_for_the_lead(client: FlaskClient) -> None:
    site = adoption.a_place("KUL1")
    a_playbook()
    lead = sign_in_as(client, Role.SITE_LEAD, site)
    page = text_of(client, "/adoption/readers/KUL1")
    assert lead.name in page
    assert "never read" in page
    adoption.read(actor_of(lead))
    assert "everything read" in text_of(client, "/adoption/readers/KUL1")
    lines = client.get("/adoption/readers/KUL1?format=csv").get_data(as_text=True).splitlines()
    assert lines[1].startswith(f'"{lead.name}","TIN","acknowledged","1.0.0","en","2026-11-01 12:00 UTC"')
    sign_in_as(client, Role.REVIEWER)
    text_of(client, "/adoption/readers/KUL1", 403)


def test_a_vendor_sees_its_own_places_alone(client: FlaskClient) -> None:
    ours, theirs = a_vendor("KBC", name="Kestrel"), a_vendor("SPP", name="Sundara")
    site = adoption.a_place("KUL1", ours)
    an_operation(site, theirs)
    adoption.two_versions()
    sign_in_as(client, Role.VENDOR_LEAD, site, ours)
    for url in ("/adoption", "/adoption/tiny-rules/1.1.0"):
        page = text_of(client, url)
        assert "Kestrel" in page
        assert "Sundara" not in page
    text_of(client, f"{PLACE}?vendor=SPP", 404)
    assert "Sundara" not in client.get("/adoption?format=csv").get_data(as_text=True)


def test_what_i_should_read_says_why(client: FlaskClient) -> None:
    site = adoption.a_place("KUL1")
    a_playbook()
    lead = actor_of(sign_in_as(client, Role.SITE_LEAD, site))
    assert "Never read" in text_of(client, "/adoption/mine")
    assert "Read and acknowledge Tiny rules 1.0.0" in text_of(client, "/today")
    adoption.read(lead)
    assert "You have read all that is asked of you." in text_of(client, "/adoption/mine")
    a_playbook(version="2.0.0", effective="2026-11-01")
    page = text_of(client, "/adoption/mine")
    assert "New major version" in page
    assert "you read 1.0.0 on Sun 1 Nov" in page


@pytest.mark.parametrize("url", ["/adoption", "/adoption/tiny-rules/1.1.0", PLACE, "/adoption/readers/KUL1", API])
def test_an_administrator_learns_nothing_of_it(client: FlaskClient, url: str) -> None:
    adoption.a_place("KUL1")
    adoption.two_versions()
    sign_in_as(client, Role.ADMINISTRATOR)
    assert client.get(url).status_code == (404 if url == PLACE else 403)


def test_programs_take_the_same_steps(client: FlaskClient) -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    lead = sign_in_as(client, Role.SITE_LEAD, site)
    url = f"{API}/tiny-rules/1.1.0/KUL1"
    assert client.get(url).json["status"] == "notified"
    assert post(client, f"{url}/notice").json["status"] == "acknowledged"
    refused = post(client, f"{url}/live", json={"live_on": "2026-11-01", "note": "Done."})
    assert (refused.status_code, refused.mimetype) == (409, "application/problem+json")
    done = post(client, f"{url}/attestation", json={"attested": 120, "heads": 120, "version": 1})
    assert (done.json["status"], done.json["record_version"]) == ("trained", 2)
    assert post(client, f"{url}/attestation", json={"attested": "x"}).status_code == 422
    (row,) = client.get(API).json["versions"]
    assert row["counts"] == {status.value: int(status is AdoptionStatus.TRAINED) for status in AdoptionStatus}
    (asked,) = client.get(f"{API}/reading").json["asked"]
    assert (asked["playbook"], asked["why"]) == ("tiny-rules", "never")
    digest = adoption.digest_at(actor_of(lead))
    old = post(client, f"{API}/reading/tiny-rules/KUL1", json={"digest": "0" * 64})
    assert old.status_code == 409
    said = post(client, f"{API}/reading/tiny-rules/KUL1", json={"digest": digest, "language": "ms"})
    assert (said.json["content_digest"], said.json["language"]) == (digest, "ms")
    assert client.get(f"{API}/reading").json["asked"] == []


def test_pages_ask_no_more_when_the_network_grows(client: FlaskClient, queries: QueryRecorder) -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    sign_in_as(client, Role.REGIONAL_LEAD)
    urls = ("/adoption", "/adoption/tiny-rules/1.1.0", PLACE, "/adoption/readers/KUL1", "/adoption/mine")

    def asked() -> dict[str, int]:
        return {url: len(queries.during(lambda: client.get(url))) for url in urls}  # noqa: B023 - called at once

    asked()
    few = asked()
    for _ in range(4):
        other = adoption.a_place()
        adoption.acknowledged(adoption.a_lead(other), other.code)
        adoption.read(adoption.a_lead(site))
    asked()
    assert asked() == few
    assert max(few.values()) <= 12
