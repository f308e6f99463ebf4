"""What every answer carries, whatever kind it is, and what no request gets through without."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compliance.access import Role
from compliance.accounts.sessions import PUBLIC_ENDPOINTS
from tests.builders.accounts import csrf, post, sign_in_as
from tests.builders.network import a_region, a_site

KINDS = ["page", "refused form", "redirect", "not found", "forbidden", "json not found", "download", "static",
         "sign-in", "health", "wrong method", "stale form"]


def answer_of(client: FlaskClient, kind: str) -> TestResponse:
    """One answer of each kind the product gives."""
    a_region()
    if kind not in {"sign-in", "redirect"}:
        sign_in_as(client, Role.ADMINISTRATOR)
    return {
        "page": lambda: client.get("/account"), "refused form": lambda: post(client, "/regions/new", {"code": "?"}),
        "redirect": lambda: client.get("/account"), "not found": lambda: client.get("/nothing/here"),
        "forbidden": lambda: _forbidden(client), "json not found": lambda: client.get("/api/v1/nothing"),
        "download": lambda: client.get("/people.csv"), "static": lambda: client.get("/static/tokens.css"),
        "sign-in": lambda: client.get("/sign-in"), "health": lambda: client.get("/healthz"),
        "wrong method": lambda: client.put("/account", headers={"X-CSRFToken": csrf(client)}),
        "stale form": lambda: client.post("/account"),
    }[kind]()


def _forbidden(client: FlaskClient) -> TestResponse:
    sign_in_as(client, Role.AUDITOR)
    return client.get("/journal")


STATUS = {"redirect": 302, "refused form": 422, "not found": 404, "forbidden": 403, "json not found": 404,
          "wrong method": 405, "stale form": 400}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_answer_carries_the_headers(client: FlaskClient, kind: str) -> None:
    answer = answer_of(client, kind)
    assert answer.status_code == STATUS.get(kind, 200)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == ("public, max-age=3600" if kind == "static" else "no-store")
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-Id"])
    assert "Werkzeug" not in str(answer.headers)
    answer.close()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_secure_connection_is_asked_to_stay_so(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    secure = client.get("/sign-in", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("backend", ["sqlite"])
class TestForgery:
    """A write needs the token of this browser's session, in a form field or a header."""

    def test_a_form_without_its_token_changes_nothing(self, client: FlaskClient) -> None:
        sign_in_as(client, Role.ADMINISTRATOR)
        answer = client.post("/regions/new", data={"code": "emea", "name": "EMEA"})
        assert answer.status_code == 400
        assert "reload it and send it again" in answer.text
        assert "EMEA" not in client.get("/sites").text

    def test_json_without_the_header_is_refused_as_json(self, client: FlaskClient) -> None:
        sign_in_as(client, Role.ADMINISTRATOR)
        answer = client.post("/regions/new", json={"code": "emea", "name": "EMEA"})
        assert answer.status_code == 400
        assert answer.content_type == "application/problem+json"

    @pytest.mark.parametrize("token", ["", "made-up", "another"])
    def test_a_token_of_another_browser_is_none(self, app: Flask, token: str) -> None:
        ours, other = app.test_client(), app.test_client()
        sign_in_as(ours, Role.ADMINISTRATOR)
        sign_in_as(other, Role.ADMINISTRATOR)
        with other.session_transaction() as held:
            held["csrf_token"] = "1" * 40
        value = csrf(other) if token == "another" else token
        assert ours.post("/regions/new", data={"csrf_token": value, "code": "x", "name": "X"}).status_code == 400

    @pytest.mark.parametrize("how", ["field", "header"])
    def test_with_its_token_it_goes_through(self, client: FlaskClient, how: str) -> None:
        a_region()
        sign_in_as(client, Role.ADMINISTRATOR)
        fields = {"code": "emea", "name": "EMEA"}
        sent = {"data": fields | {"csrf_token": csrf(client)}} if how == "field" else {
            "data": fields, "headers": {"X-CSRFToken": csrf(client)}}
        assert client.post("/regions/new", **sent).status_code == 302


@pytest.mark.parametrize("backend", ["sqlite"])
def test_nothing_is_public_by_accident(app: Flask) -> None:
    """Every address is asked by nobody in particular; whoever adds a public one writes down why."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC_ENDPOINTS or rule.endpoint.endswith("static"):
            continue
        values = {name: _some(converter) for name, converter in rule._converters.items()}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            address = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            client = app.test_client()
            asked = client.open(address, method=method, headers={"X-CSRFToken": csrf(client)})
            signed_out = asked.status_code == 302 and asked.headers["Location"].startswith("/sign-in")
            assert signed_out or asked.status_code == 401, f"{method} {rule} answers {asked.status_code} to anybody"


def _some(converter: object) -> object:
    """A value an address part takes."""
    kind = type(converter).__name__
    return {"UUIDConverter": "01a20148-6116-747a-9d02-93571667facb", "IntegerConverter": 1,
            "AnyConverter": min(getattr(converter, "items", ["csv"]))}.get(kind, "KUL1")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_page_never_says_what_a_stranger_may_not_know(client: FlaskClient) -> None:
    """What is there but out of sight, and what is not there at all, read the same."""
    a_site("KUL9")
    sign_in_as(client, Role.ADMINISTRATOR, a_region("emea", "EMEA"))
    hidden, missing = client.get("/sites/KUL9/settings"), client.get("/sites/NONE9/settings")
    assert hidden.status_code == missing.status_code == 404
    assert _masked(hidden.text) == _masked(missing.text)


def _masked(page: str) -> str:
    return re.sub(r'(value|content)="[^"]*"', "", page)
