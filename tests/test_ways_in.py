"""Ways in that are not doors: where sign-in leads, which host is believed, other methods, refusals to programs."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compliance.access import Role
from compliance.app import create_app
from tests.builders.accounts import a_person, csrf, sign_in, sign_in_as
from tests.builders.findings import a_finding
from tests.builders.network import a_site, a_vendor
from tests.support.database import Database, settings

ELSEWHERE = ("//evil.example", "https://evil.example", "/\\evil.example", "////evil.example/%2e%2e",
             "\thttps:evil.example", "javascript:alert(1)", "/journal")
SHAPE = {"type", "title", "status", "detail"}


@pytest.mark.parametrize("wanted", ELSEWHERE)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_address_of_a_stranger_is_followed(client: FlaskClient, wanted: str) -> None:
    """Where somebody lands is the product's to say, whatever the address of the sign-in page holds."""
    asked = {"next": wanted, "url": wanted, "return": wanted}
    assert client.get("/account", query_string=asked).headers["Location"] == "/sign-in"
    sign_in_as(client, Role.AUDITOR)
    assert client.get("/sign-in", query_string=asked).headers["Location"] == "/"
    left = client.post("/sign-out", query_string=asked, headers={"X-CSRFToken": csrf(client)})
    assert left.headers["Location"] == "/sign-in"


@pytest.mark.parametrize(("host", "status"), [
    ("plumbline.example", 200), ("evil.example", 400), ("plumbline.example.evil.example", 400), ("", 400)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_only_named_hosts_are_answered(database: Database, tmp_path: Path, host: str, status: int) -> None:
    app = create_app(settings(database, tmp_path) | {"TRUSTED_HOSTS": "plumbline.example"})
    assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(("proxies", "believed"), [("0", False), ("1", True)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_a_proxy_says_is_believed_where_there_is_one(database: Database, tmp_path: Path, proxies: str,
                                                          believed: bool) -> None:
    app = create_app(settings(database, tmp_path) | {"PROXIES": proxies})
    answer = app.test_client().get("/sign-in", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "a.example"})
    assert ("Strict-Transport-Security" in answer.headers) is believed


@pytest.fixture
def hidden(client: FlaskClient) -> str:
    """The address of a finding, asked for by somebody of another vendor at its site."""
    site, vendor, other = a_site(), a_vendor("VAA"), a_vendor("VBB")
    finding = a_finding(site, vendor)
    sign_in(client, a_person(Role.VENDOR_LEAD, site, other))
    return f"/findings/{finding.reference}"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_other_methods_tell_no_more(client: FlaskClient, hidden: str, method: str) -> None:
    answers = [client.open(url, method=method) for url in (hidden, "/findings/FND-2019-9999")]
    there, nowhere = ((answer.status_code, answer.get_data(), answer.headers.get("Allow"),
                       answer.headers.get("Content-Length")) for answer in answers)
    assert there == nowhere
    assert there[0] == {"HEAD": 404, "OPTIONS": 200}.get(method, 405)


@pytest.mark.parametrize(("method", "url", "status"), [
    ("GET", "/api/v1/findings/FND-2019-9999", 404), ("POST", "/api/v1/findings/{own}/closure", 403),
    ("POST", "/api/v1/findings/{own}/closure?bad", 422), ("DELETE", "/api/v1/findings", 405)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_programs_are_refused_in_one_shape(app: Flask, client: FlaskClient, method: str, url: str, status: int) -> None:
    role = Role.REVIEWER if status == 422 else Role.SITE_LEAD
    with app.app_context():
        finding = a_finding()
        sign_in(client, a_person(role))
    answer = client.open(url.format(own=finding.reference), method=method, json={"met": "perhaps"},
                         headers={"X-CSRFToken": csrf(client)})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert set(answer.get_json()) - {"fields", "reasons"} == SHAPE
    assert answer.get_json()["status"] == status


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_program_that_is_not_signed_in_is_told_so(client: FlaskClient) -> None:
    answer = client.get("/api/v1/findings")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert set(answer.get_json()) == SHAPE | {"code"}
