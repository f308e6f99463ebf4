"""Signing in from a tablet: back to where one came from, nowhere else, and for as long as a tablet may be away."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from compliance.accounts import signing_in
from compliance.accounts.models import LoginSession, Person
from compliance.accounts.queries import live_sessions
from compliance.db import session, transaction
from tests.builders.accounts import a_person, csrf
from tests.builders.saving import saving
from tests.support.moving_clock import MovingClock

PASSWORD = "a plumb line hangs true"
ONLY_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return a_person(password_hash=signing_in.hasher.hash(PASSWORD))


@pytest.mark.parametrize(("wanted", "lands"), [
    ("/field/", "/field/"), ("/field/anything", "/field/anything"), ("", "/"), ("/journal", "/"),
    ("//evil.example/field/", "/"), ("https://evil.example/field/", "/"), ("/field/\\evil.example", "/"),
    ("/field/../journal", "/"), ("/fields/", "/"), ("/field/?x=//evil", "/")])
@ONLY_SQLITE
def test_signing_in_leads_back_to_the_tablet_and_nowhere_else(client: FlaskClient, person: Person, wanted: str,
                                                              lands: str) -> None:
    email, asked = person.email, {"next": wanted}
    page = client.get("/sign-in", query_string=asked)
    assert page.status_code == 200
    sent = client.post("/sign-in", query_string=asked, data={
        "email": email, "password": PASSWORD, "csrf_token": csrf(client)})
    assert (sent.status_code, sent.headers["Location"]) == (302, lands)
    assert client.get("/sign-in", query_string=asked).headers["Location"] == lands


@ONLY_SQLITE
def test_the_page_carries_where_to_go(client: FlaskClient) -> None:
    assert 'action="/sign-in?next=%2Ffield%2F"' in client.get("/sign-in?next=/field/").text.replace(
        "next=/field/", "next=%2Ffield%2F")
    assert 'action="/sign-in"' in client.get("/sign-in?next=/journal").text


def test_the_session_of_a_tablet_outlasts_a_week_away(client: FlaskClient, person: Person, clock: MovingClock) -> None:
    tokens = {}
    for kind in ("desk", "tablet"):
        with transaction():
            attempt = signing_in.begin_attempt(person.email, "127.0.0.1")
            tokens[kind] = signing_in.enter_by_password(person, attempt, kind)
    held = signing_in.session_of(tokens["tablet"])
    assert held is not None
    with saving():
        signing_in.keep_for_tablet(held.id)
    clock.forward(days=29)
    assert signing_in.session_of(tokens["desk"]) is None
    assert signing_in.session_of(tokens["tablet"]) is not None
    assert [login.device for login in live_sessions(person.id)] == ["tablet"]
    clock.forward(days=2)
    assert signing_in.session_of(tokens["tablet"]) is None
    assert list(live_sessions(person.id)) == []


def test_keeping_a_session_twice_does_not_make_it_longer(client: FlaskClient, person: Person,
                                                         clock: MovingClock) -> None:
    with transaction():
        attempt = signing_in.begin_attempt(person.email, "127.0.0.1")
        token = signing_in.enter_by_password(person, attempt, "tablet")
    held = signing_in.session_of(token)
    assert held is not None
    opened = held.opened_at
    for _ in range(2):
        with saving():
            signing_in.keep_for_tablet(held.id)
        clock.forward(days=5)
    stored = session.get(LoginSession, held.id)
    assert stored is not None
    assert stored.expires_at == opened + timedelta(days=30)
