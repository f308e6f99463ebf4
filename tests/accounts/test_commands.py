"""Keeping people: who may, what is refused, and what is remembered."""

from datetime import date, timedelta
from typing import Any

import pytest

from compliance import clock, db, journal
from compliance.access import SYSTEM, Actor, Role
from compliance.accounts import commands, signing_in
from compliance.accounts.models import Person, RoleGrant
from compliance.accounts.queries import get_grant, get_person, live_sessions
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.network.commands import found_network
from tests.builders.accounts import a_grant, a_person, actor_of, an_actor
from tests.builders.network import a_network, a_region, a_site, a_vendor
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")
PASSWORD, ANOTHER = "green lamp under water", "seven kites over salt"


@pytest.fixture
def administrator() -> Actor:
    return an_actor(Role.ADMINISTRATOR, name="Ingrid")


def done(command: Any, *arguments: Any, **fields: Any) -> Any:
    with db.transaction():
        return command(*arguments, **fields)


def signed_in(person: Person, *, by_link: bool = True) -> Actor:
    """The person with a session of their own."""
    with saving():
        token = signing_in._open(person, "a device", by_link=by_link)
    login = signing_in.session_of(token)
    assert login is not None
    return signing_in.actor_for(person, login.id)


def test_somebody_is_added_once(administrator: Actor) -> None:
    person = done(commands.add_person, administrator, name="Aisha", email=" Aisha@Lumora.example")
    assert person.email == "aisha@lumora.example"
    assert [entry.event for entry in journal.history(person)] == ["person.added"]
    with pytest.raises(InvalidInput, match="somebody who is here already"):
        done(commands.add_person, administrator, name="Another", email="AISHA@lumora.example")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_keeps_people(role: Role) -> None:
    person, actor = a_person(), an_actor(role)
    grant = a_grant(person, Role.AUDITOR, a_network())
    for act in (lambda: commands.add_person(actor, name="X", email="x@lumora.example"),
                lambda: commands.change_person(actor, person, name="X", email="x@lumora.example"),
                lambda: commands.deactivate_person(actor, person), lambda: commands.reactivate_person(actor, person),
                lambda: commands.grant_role(actor, person, role=Role.AUDITOR, node=a_network()),
                lambda: commands.revoke_role(actor, get_grant(SYSTEM, grant.id)),
                lambda: commands.give_link(actor, person), lambda: commands.sign_out_everywhere(actor, person)):
        with pytest.raises((Forbidden, NotFound)):
            done(act)


@pytest.mark.parametrize("command", [commands.change_own_zone, commands.set_password, commands.end_own_sessions])
def test_what_is_ones_own_is_nobody_elses(administrator: Actor, command: Any) -> None:
    fields = {"change_own_zone": {"zone": "UTC"}, "set_password": {"password": PASSWORD}}.get(command.__name__, {})
    with pytest.raises(Forbidden, match="Only the person themself"):
        done(command, administrator, a_person(), **fields)


class TestRoles:
    def test_a_role_is_given_and_remembered(self, administrator: Actor) -> None:
        person, site = a_person(), a_site("KUL9")
        done(commands.grant_role, administrator, person, role=Role.SITE_LEAD, node=site)
        grants = actor_of(person).grants
        assert [(grant.role, grant.path) for grant in grants] == [(Role.SITE_LEAD, site.path)]
        told = journal.history(person)[0].told
        assert (told["event"], told["fields"]["node"], told["actor"]) == ("role.granted", "KUL9", "Ingrid")

    def test_nobody_gives_a_role_to_themself(self, administrator: Actor) -> None:
        with pytest.raises(RuleViolation, match="to yourself"):
            done(commands.grant_role, administrator, get_person(administrator, administrator.id), role=Role.AUDITOR,
                 node=a_network())

    def test_a_refusal_tells_every_reason(self, administrator: Actor) -> None:
        person = a_person(vendor=a_vendor())
        with pytest.raises(RuleViolation) as refused:
            done(commands.grant_role, administrator, person, role=Role.AUDITOR, node=a_network(), vendor=a_vendor(),
                 from_on=date(2026, 3, 2), until_on=date(2026, 3, 1))
        assert len(refused.value.reasons) == 2

    def test_the_rules_look_at_what_is_held_already(self, administrator: Actor) -> None:
        other = a_person(Role.ADMINISTRATOR)
        with pytest.raises(RuleViolation, match="no other role"):
            done(commands.grant_role, administrator, other, role=Role.AUDITOR, node=a_network())

    def test_a_role_ends_today_and_its_holder_signs_in_anew(self, administrator: Actor) -> None:
        person = a_person()
        grant = a_grant(person, Role.AUDITOR, a_network())
        signed_in(person)
        done(commands.revoke_role, administrator, get_grant(administrator, grant.id), version=1)
        assert actor_of(person).grants == ()
        assert live_sessions(person.id) == []
        with pytest.raises(RuleViolation, match="ended already"):
            done(commands.revoke_role, administrator, get_grant(administrator, grant.id))

    def test_a_role_that_was_to_begin_never_does(self, administrator: Actor) -> None:
        person, later = a_person(), clock.today() + timedelta(days=9)
        grant = a_grant(person, Role.AUDITOR, a_region(), from_on=later)
        done(commands.revoke_role, administrator, get_grant(administrator, grant.id))
        assert db.session.get_one(RoleGrant, grant.id).until_on == later

    def test_a_change_somebody_else_made_first_is_a_conflict(self, administrator: Actor) -> None:
        grant = a_grant(a_person(), Role.AUDITOR, a_network())
        with pytest.raises(Conflict):
            done(commands.revoke_role, administrator, get_grant(administrator, grant.id), version=2)


class TestLastAdministrator:
    def test_the_only_one_stays(self, administrator: Actor) -> None:
        grant = db.session.query(RoleGrant).one()
        with pytest.raises(RuleViolation, match="only administrator"):
            done(commands.revoke_role, administrator, get_grant(administrator, grant.id))
        with pytest.raises(RuleViolation, match="only administrator"):
            done(commands.deactivate_person, SYSTEM, get_person(SYSTEM, administrator.id))

    def test_one_of_two_can_go(self, administrator: Actor) -> None:
        other = a_person(Role.ADMINISTRATOR)
        done(commands.deactivate_person, administrator, get_person(administrator, other.id))
        assert not db.session.get_one(Person, other.id).active

    def test_the_first_is_added_once(self) -> None:
        done(found_network, SYSTEM, name="Lumora")
        person = done(commands.add_first_administrator, SYSTEM, name="Ingrid", email="ingrid@lumora.example")
        assert actor_of(person).grants[0].role is Role.ADMINISTRATOR
        with pytest.raises(RuleViolation, match="an administrator already"):
            done(commands.add_first_administrator, SYSTEM, name="Olga", email="olga@lumora.example")


class TestLeaving:
    def test_whoever_leaves_is_out_at_once(self, administrator: Actor) -> None:
        person = a_person(Role.AUDITOR)
        signed_in(person)
        link = done(commands.give_link, administrator, person)
        done(commands.deactivate_person, administrator, get_person(administrator, person.id), version=1)
        assert live_sessions(person.id) == []
        assert signing_in.link_of(link) is None
        with pytest.raises(RuleViolation, match="inactive"):
            done(commands.give_link, administrator, get_person(administrator, person.id))

    def test_nobody_deactivates_themself(self, administrator: Actor) -> None:
        a_person(Role.ADMINISTRATOR)
        with pytest.raises(RuleViolation, match="yourself"):
            done(commands.deactivate_person, administrator, get_person(administrator, administrator.id))

    def test_whoever_comes_back_needs_a_new_way_in(self, administrator: Actor) -> None:
        person = a_person(Role.AUDITOR, password_hash=signing_in.hasher.hash(PASSWORD))
        link = done(commands.give_link, administrator, person)
        done(commands.deactivate_person, administrator, get_person(administrator, person.id))
        done(commands.reactivate_person, administrator, get_person(administrator, person.id))
        assert signing_in.link_of(link) is None
        assert signing_in.person_matching(person.email, PASSWORD) is None
        assert db.session.get_one(Person, person.id).active


class TestPassword:
    def test_setting_it_signs_every_other_device_out(self) -> None:
        person = a_person()
        here, there = signed_in(person), signed_in(person)
        done(commands.set_password, here, person, password=PASSWORD)
        assert signing_in.person_matching(person.email, PASSWORD) is not None
        assert {login.id for login in live_sessions(person.id)} == {here.session_id}
        assert there.session_id != here.session_id
        assert db.session.get_one(Person, person.id).password_hash.startswith("$argon2id$")

    @pytest.mark.parametrize(("present", "by_link", "passes"), [
        (PASSWORD, False, True), ("wrong", False, False), ("", False, False), ("", True, True)])
    def test_the_present_one_is_asked_for_unless_a_link_let_one_in(self, present: str, by_link: bool,
                                                                  passes: bool) -> None:
        person = a_person(password_hash=signing_in.hasher.hash(PASSWORD))
        actor = signed_in(person, by_link=by_link)
        if passes:
            done(commands.set_password, actor, person, password=ANOTHER, present=present)
        else:
            with pytest.raises(InvalidInput, match="present password is not right"):
                done(commands.set_password, actor, person, password=ANOTHER, present=present)
        assert (signing_in.person_matching(person.email, ANOTHER) is not None) is passes

    def test_a_weak_one_is_refused(self) -> None:
        person = a_person()
        with pytest.raises(InvalidInput) as refused:
            done(commands.set_password, signed_in(person), person, password="short")
        assert list(refused.value.fields) == ["password"]


def test_details_change_and_the_journal_says_what(administrator: Actor) -> None:
    person, site = a_person(name="Aisha", title="Lead"), a_site()
    fields = {"name": "Aisha R.", "email": person.email, "title": "Lead", "home_site": site}
    done(commands.change_person, administrator, get_person(administrator, person.id), version=1, **fields)
    assert set(journal.history(person)[0].told["fields"]) == {"name", "home_site_id"}
    with pytest.raises(RuleViolation, match="their own manager"):
        done(commands.change_person, administrator, person, manager=person, **fields)
    with pytest.raises(Conflict):
        done(commands.change_person, administrator, get_person(administrator, person.id), version=1, **fields)
