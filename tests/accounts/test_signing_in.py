"""The way in: links that work once, limits, equal answers, and sessions that end when they should."""

from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from compliance import db
from compliance.access import SYSTEM, Role
from compliance.accounts import limits, signing_in
from compliance.accounts.models import LoginAttempt, LoginSession, OneTimeLink, Person
from compliance.accounts.tokens import SESSION_IDLE, SESSION_LONGEST, digest
from compliance.app import create_app
from tests.builders.accounts import a_person, post, sign_in, sign_in_as
from tests.builders.saving import saving
from tests.support.database import Database, settings
from tests.support.moving_clock import MovingClock

PASSWORD, WRONG = "green lamp under water", "wrong"
EMAIL = "aisha@lumora.example"


def aisha() -> Person:
    return a_person(Role.SITE_LEAD, name="Aisha", email=EMAIL, password_hash=signing_in.hasher.hash(PASSWORD))


def tried(client: FlaskClient, email: str = EMAIL, password: str = WRONG, address: str = "192.0.2.1") -> TestResponse:
    return post(client, "/sign-in", {"email": email, "password": password}, environ_base={"REMOTE_ADDR": address})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


class TestPasswords:
    def test_the_right_one_opens_a_session(self, client: FlaskClient) -> None:
        aisha()
        assert tried(client, password=PASSWORD).status_code == 302
        assert is_signed_in(client)

    def test_case_and_blanks_of_the_address_do_not_matter(self, client: FlaskClient) -> None:
        aisha()
        assert tried(client, email=" Aisha@Lumora.example ".strip(), password=PASSWORD).status_code == 302

    @pytest.mark.parametrize("case", ["unknown", "no password", "inactive", "wrong"])
    def test_every_refusal_reads_the_same(self, client: FlaskClient, case: str) -> None:
        a_person(email="none@lumora.example")
        a_person(email="left@lumora.example", active=False, password_hash=signing_in.hasher.hash(PASSWORD))
        aisha()
        email = {"unknown": "nobody@lumora.example", "no password": "none@lumora.example",
                 "inactive": "left@lumora.example", "wrong": EMAIL}[case]
        answer = tried(client, email, PASSWORD if case != "wrong" else "wrong")
        reference = tried(client, "reference@lumora.example", "wrong")
        assert answer.status_code == reference.status_code == 409
        assert without(answer.text, email) == without(reference.text, "reference@lumora.example")
        assert not is_signed_in(client)

    @pytest.mark.parametrize("known", [True, False])
    def test_hashing_takes_its_time_for_nobody_too(self, app: Flask, known: bool) -> None:
        """The same work is done for an unknown account: one verification, not none."""
        aisha()
        calls: list[str] = []
        before = signing_in.hasher
        signing_in.hasher = Counting(before, calls)
        try:
            signing_in.person_matching(EMAIL if known else "nobody@lumora.example", "wrong")
        finally:
            signing_in.hasher = before
        assert len(calls) == 1


class Counting:
    """A hasher that notes each verification and does it."""

    def __init__(self, real: PasswordHasher, calls: list[str]) -> None:
        self.real, self.calls = real, calls

    def verify(self, known: str, password: str) -> bool:
        self.calls.append(known)
        return bool(self.real.verify(known, password))


class TestLimits:
    def test_the_eleventh_try_for_an_account_is_turned_away_even_when_right(self, client: FlaskClient) -> None:
        aisha()
        for number in range(limits.PER_ACCOUNT):
            assert tried(client, address=f"192.0.2.{number}").status_code == 409
        answer = tried(client, password=PASSWORD, address="192.0.2.200")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "300"
        assert "Wait five minutes" in answer.text

    def test_an_unknown_account_is_limited_alike(self, client: FlaskClient) -> None:
        answers = [tried(client, "nobody@lumora.example", address=f"192.0.2.{n}").status_code for n in range(11)]
        assert answers == [409] * 10 + [429]

    def test_an_address_is_limited_over_all_accounts(self, client: FlaskClient) -> None:
        answers = [tried(client, f"person{n}@lumora.example").status_code for n in range(11)]
        assert answers == [409] * 10 + [429]
        assert tried(client, EMAIL, address="192.0.2.9").status_code == 409

    def test_all_tries_together_are_limited(self, client: FlaskClient) -> None:
        with saving():
            db.session.add_all([LoginAttempt(account=digest(str(n)), address=digest(str(n)), at=limits.clock.now(),
                                             succeeded=False) for n in range(limits.IN_ALL)])
        assert tried(client).status_code == 429

    def test_the_limit_is_over_after_five_minutes(self, client: FlaskClient, clock: MovingClock) -> None:
        clock.at("2026-03-02 09:00")
        aisha()
        assert [tried(client).status_code for _ in range(11)][-1] == 429
        clock.forward(minutes=5, seconds=1)
        assert tried(client, password=PASSWORD).status_code == 302

    def test_right_passwords_do_not_count(self, client: FlaskClient) -> None:
        aisha()
        for _ in range(limits.PER_ACCOUNT + 1):
            assert tried(client, password=PASSWORD).status_code == 302
            post(client, "/sign-out")

    def test_somebody_signed_in_is_never_locked_out(self, app: Flask) -> None:
        person, inside, outside = aisha(), app.test_client(), app.test_client()
        sign_in(inside, person)
        assert [tried(outside).status_code for _ in range(11)][-1] == 429
        assert is_signed_in(inside)

    def test_old_tries_are_forgotten(self, client: FlaskClient, clock: MovingClock) -> None:
        clock.at("2026-03-02 09:00")
        aisha()
        tried(client)
        clock.forward(days=2)
        tried(client, password=PASSWORD)
        db.session.remove()
        assert db.session.scalar(select(func.count(LoginAttempt.id))) == 1


class TestLinks:
    def test_opening_a_link_changes_nothing_and_using_it_works_once(self, app: Flask) -> None:
        token = a_link(aisha())
        first, second = app.test_client(), app.test_client()
        for _ in range(2):
            assert "Sign in as Aisha" in first.get(f"/enter/{token}").text
        assert not is_signed_in(first)
        assert post(first, f"/enter/{token}").status_code == 302
        assert is_signed_in(first)
        assert post(second, f"/enter/{token}").status_code == 409
        assert second.get(f"/enter/{token}").status_code == 409
        assert not is_signed_in(second)

    @pytest.mark.parametrize("why", ["old", "replaced", "inactive", "made up"])
    def test_a_link_that_no_longer_works(self, client: FlaskClient, clock: MovingClock, why: str) -> None:
        clock.at("2026-03-02 09:00")
        person = aisha()
        token = a_link(person)
        if why == "old":
            clock.forward(days=7)
        if why == "replaced":
            a_link(person)
        if why == "inactive":
            with saving():
                db.session.execute(update(Person).values(active=False))
        token = "made-up" if why == "made up" else token
        assert post(client, f"/enter/{token}").status_code == 409
        assert not is_signed_in(client)

    def test_only_digests_are_stored(self, client: FlaskClient) -> None:
        person = aisha()
        link, token = a_link(person), sign_in(client, person)
        kept = [*db.session.scalars(select(OneTimeLink.token_hash))]
        kept += db.session.scalars(select(LoginSession.token_hash))
        assert digest(token) in kept
        assert not {link, token} & set(kept)


class TestSessions:
    def test_signing_in_again_ends_the_session_before(self, client: FlaskClient) -> None:
        person = aisha()
        before = sign_in(client, person)
        post(client, f"/enter/{a_link(person)}")
        with client.session_transaction() as held:
            assert held["_user_id"] != before
        assert signing_in.session_of(before) is None

    def test_what_was_in_the_browser_before_is_gone(self, client: FlaskClient) -> None:
        with client.session_transaction() as held:
            held["planted"] = "by somebody else"
        post(client, f"/enter/{a_link(aisha())}")
        with client.session_transaction() as held:
            assert "planted" not in held

    @pytest.mark.parametrize(("idle", "still"), [(SESSION_IDLE - timedelta(minutes=1), True), (SESSION_IDLE, False)])
    def test_an_idle_session_ends(self, client: FlaskClient, clock: MovingClock, idle: timedelta, still: bool) -> None:
        clock.at("2026-03-02 09:00")
        sign_in(client, aisha())
        clock.forward(seconds=idle.total_seconds())
        assert is_signed_in(client) is still

    def test_a_session_in_use_ends_after_a_week_all_the_same(self, client: FlaskClient, clock: MovingClock) -> None:
        start = clock.at("2026-03-02 09:00")
        sign_in(client, aisha())
        while clock.now() < start + SESSION_LONGEST - timedelta(hours=6):
            assert is_signed_in(client)
            clock.forward(hours=6)
        clock.forward(hours=6)
        assert not is_signed_in(client)

    def test_reading_pages_does_not_write(self, client: FlaskClient, clock: MovingClock) -> None:
        clock.at("2026-03-02 09:00")
        sign_in(client, aisha())
        client.get("/account")
        clock.forward(minutes=4)
        client.get("/account")
        assert db.session.scalars(select(LoginSession.seen_at)).one() == clock.now() - timedelta(minutes=4)
        clock.forward(minutes=2)
        client.get("/account")
        db.session.remove()
        assert db.session.scalars(select(LoginSession.seen_at)).one() == clock.now()

    @pytest.mark.parametrize("how", ["ended", "person inactive", "sign out"])
    def test_it_is_over_at_once(self, app: Flask, how: str) -> None:
        person, here = aisha(), app.test_client()
        sign_in(here, person)
        assert is_signed_in(here)
        if how == "sign out":
            assert post(here, "/sign-out").headers["Clear-Site-Data"] == '"cache"'
        else:
            with saving():
                if how == "ended":
                    signing_in.end_sessions(person.id)
                else:
                    db.session.execute(update(Person).values(active=False))
        assert not is_signed_in(here)

    def test_a_role_that_was_taken_is_gone_with_the_next_page(self, client: FlaskClient) -> None:
        sign_in_as(client, Role.ADMINISTRATOR)
        assert client.get("/people/new").status_code == 200
        with saving():
            db.session.execute(update(signing_in.RoleGrant).values(until_on=signing_in.clock.today()))
        assert client.get("/people/new").status_code == 403

    @pytest.mark.parametrize(("base", "name", "secure"), [
        ("https://plumbline.example", "__Host-plumbline", True), ("", "plumbline", False)])
    def test_the_cookie_is_for_the_browser_alone(self, database: Database, tmp_path: Path, base: str, name: str,
                                                 secure: bool) -> None:
        client = create_app(settings(database, tmp_path) | {"BASE_URL": base}).test_client()
        cookie = client.get("/sign-in", base_url=base or None).headers["Set-Cookie"]
        db.dispose()
        assert cookie.startswith(f"{name}=")
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) is secure
        assert "Domain" not in cookie


def a_link(person: Person) -> str:
    with saving():
        return signing_in.issue_link(SYSTEM, person)


def without(page: str, email: str) -> str:
    return "\n".join(line for line in page.replace(email, "").splitlines() if "csrf_token" not in line)
