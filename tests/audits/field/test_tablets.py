"""Tablets on a person's page: who keeps them, taking one out of use, and having it emptied."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from compliance import clock
from compliance.access import Actor, Forbidden, Role
from compliance.accounts.models import LoginSession, Person
from compliance.audits.field.commands import devices as commands
from compliance.audits.field.models import FieldDevice
from compliance.audits.field.queries import devices as queries
from compliance.db import new_id, session
from compliance.errors import NotFound, RuleViolation
from tests.builders.accounts import a_person, actor_of, post, sign_in
from tests.builders.saving import save, saving
from tests.support.queries import QueryRecorder

AGENT = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15"


def a_tablet(person: Person, **fields: Any) -> FieldDevice:
    valid = {"device": new_id(), "person": person, "first_seen_at": clock.now(),
             "last_sync_at": clock.now()}
    return save(FieldDevice(**valid | fields))


def its_session(person: Person) -> UUID:
    now = clock.now()
    return save(LoginSession(token_hash=str(person.id).replace("-", "") * 2, person_id=person.id, opened_at=now,
                             seen_at=now, expires_at=now, device=AGENT, tablet=True)).id


@pytest.fixture
def person(app: object) -> Person:
    return a_person(Role.AUDITOR)


@pytest.fixture
def me(person: Person) -> Actor:
    return actor_of(person)


def test_taking_a_tablet_out_of_use_ends_its_session(person: Person, me: Actor) -> None:
    tablet = a_tablet(person, session_id=its_session(person), unsent_ops=2, unsent_media=1)
    with saving():
        commands.revoke(me, tablet)
    login = session.get(LoginSession, tablet.session_id)
    assert login is not None
    assert login.ended_at is not None
    assert tablet.revoked_by_id == me.id
    with pytest.raises(RuleViolation, match="already"), saving():
        commands.revoke(me, tablet)


def test_a_tablet_found_again_may_send_again(person: Person, me: Actor) -> None:
    tablet = a_tablet(person)
    with pytest.raises(RuleViolation, match="in use already"), saving():
        commands.allow(me, tablet)
    with saving():
        commands.revoke(me, tablet)
        commands.ask_wipe(me, tablet)
        commands.allow(me, tablet)
    assert (tablet.revoked_at, tablet.revoked_by_id, tablet.wipe_asked_at) == (None, None, None)


def test_an_emptied_tablet_says_so_once(person: Person, me: Actor) -> None:
    tablet = a_tablet(person, unsent_ops=3)
    with saving():
        commands.ask_wipe(me, tablet)
    with pytest.raises(RuleViolation, match="already"), saving():
        commands.ask_wipe(me, tablet)
    with saving():
        commands.note_wiped(me, tablet.device)
    first, held = tablet.wiped_at, tablet.unsent_ops
    with saving():
        commands.note_wiped(me, tablet.device)
    assert (tablet.wiped_at, held) == (first, 0)
    with saving():
        commands.ask_wipe(me, tablet)  # it may have been filled again
    assert tablet.wiped_at is None


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER, None])
def test_only_oneself_and_an_administrator_keep_tablets(person: Person, role: Role | None) -> None:
    tablet, other = a_tablet(person), actor_of(a_person(role))
    if role is Role.ADMINISTRATOR:
        assert [each.id for each, _ in queries.tablets_of(other, person)] == [tablet.id]
        return
    for refused in (lambda: queries.tablets_of(other, person), lambda: commands.revoke(other, tablet)):
        with pytest.raises((Forbidden, NotFound)), saving():
            refused()
    assert tablet.revoked_at is None


def test_a_tablet_of_somebody_else_is_not_found(person: Person, me: Actor) -> None:
    theirs = a_tablet(a_person())
    with pytest.raises(NotFound):
        queries.get_tablet(me, person, theirs.device)
    with pytest.raises(NotFound), saving():
        commands.note_wiped(me, theirs.device)
    assert queries.device_of(me, theirs.device) is None


@pytest.mark.parametrize("backend", ["sqlite"])
class TestPages:
    def test_my_tablets_say_what_they_hold(self, client: FlaskClient, person: Person) -> None:
        a_tablet(person, unsent_ops=12, unsent_media=4, skew_ms=-2 * 3600 * 1000, session_id=its_session(person))
        sign_in(client, person)
        page = client.get("/account/tablets").text
        for words in ("Safari on iPad", "12 answers", "4 photos", "2 h behind", "In use"):
            assert words in page
        assert "/account/tablets" in client.get("/account").text

    def test_each_step_from_the_page(self, client: FlaskClient, person: Person) -> None:
        device, person_id = a_tablet(person).device, person.id
        sign_in(client, a_person(Role.ADMINISTRATOR))
        here = f"/people/{person_id}/tablets"
        for step, said in (("wipe", "Will be emptied"), ("revoke", "Out of use"), ("allow", "In use")):
            assert post(client, f"{here}/{device}/{step}").headers["Location"] == here
            assert said in client.get(here).text
        assert post(client, f"{here}/{device}/allow").status_code == 409
        assert post(client, f"{here}/{new_id()}/revoke").status_code == 404

    def test_nobody_elses_tablets_open(self, client: FlaskClient, person: Person) -> None:
        device, person_id = a_tablet(person).device, person.id
        sign_in(client, a_person(Role.PROGRAMME_MANAGER))
        assert client.get(f"/people/{person_id}/tablets").status_code == 403
        assert post(client, f"/account/tablets/{device}/revoke").status_code == 404

    def test_an_empty_page_says_what_to_do(self, client: FlaskClient, person: Person) -> None:
        sign_in(client, person)
        assert "Open the tablet app" in client.get("/account/tablets").text

    def test_statements_do_not_grow_with_tablets(self, client: FlaskClient, person: Person,
                                                 queries: QueryRecorder) -> None:
        sign_in(client, person)
        a_tablet(person)
        few = len(queries.during(lambda: client.get("/account/tablets")))
        for _ in range(4):
            a_tablet(person, revoked_at=clock.now(), revoked_by_id=person.id)
        assert len(queries.during(lambda: client.get("/account/tablets"))) == few
