"""The pages of accounts: who gets them, what their forms do, what they cost, and the command line."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from compliance import db
from compliance.access import Role
from compliance.accounts.models import LoginSession, Person, RoleGrant
from compliance.journal import JournalEntry
from tests.builders.accounts import a_grant, a_person, post, sign_in, sign_in_as
from tests.builders.network import a_network, a_region, a_site, a_vendor, an_operation
from tests.support.moving_clock import MovingClock
from tests.support.queries import QueryRecorder


def one(person: Person, path: str = "") -> str:
    return f"/people/{person.id}{path}"


class TestPeople:
    def test_the_list_filters_and_exports_the_same(self, client: FlaskClient) -> None:
        vendor = a_vendor("KBC", name="Kestrel Bay CX")
        a_person(Role.AUDITOR, name="Tomás Ferreira")
        a_person(Role.VENDOR_LEAD, vendor=vendor, name="Jun Dela Cruz")
        a_person(name="Left Long Ago", active=False)
        sign_in_as(client, Role.ADMINISTRATOR)
        for query, shown, hidden in (("", "Tomás", "Left Long"), ("?role=auditor", "Tomás", "Jun"),
                                     ("?employer=KBC", "Jun", "Tomás"), ("?employer=company", "Tomás", "Jun"),
                                     ("?q=ferr", "Tomás", "Jun"), ("?state=inactive", "Left Long", "Tomás")):
            for address in ("/people", "/people.csv"):
                page = client.get(address + query).text
                assert shown in page, (address, query)
                assert hidden not in page, (address, query)

    @pytest.mark.parametrize("address", ["/people", "/people.csv", "/people/new"])
    def test_pages_cost_the_same_however_many_people(self, client: FlaskClient, queries: QueryRecorder,
                                                     address: str) -> None:
        sign_in_as(client, Role.ADMINISTRATOR)
        few = len(queries.during(lambda: client.get(address)))
        for _ in range(12):
            a_grant(a_person(Role.AUDITOR), Role.REVIEWER, a_region())
        assert len(queries.during(lambda: client.get(address))) == few

    def test_a_second_page_follows_the_first(self, client: FlaskClient) -> None:
        for number in range(60):
            a_person(name=f"Person {number:02}")
        sign_in_as(client, Role.ADMINISTRATOR)
        first = client.get("/people").text
        following = re.search(r'href="([^"]*after=[^"]*)"', first)
        assert following is not None
        assert "Person 59" not in first
        assert "Person 59" in client.get(following[1].replace("&amp;", "&")).text

    def test_somebody_is_added_given_a_role_and_a_link(self, client: FlaskClient, app: Flask) -> None:
        a_site("KUL9")
        sign_in_as(client, Role.ADMINISTRATOR)
        added = post(client, "/people/new", {"name": "Aisha", "email": "aisha@lumora.example", "zone": "Asia/Manila"})
        page = added.headers["Location"]
        given = {"role": "site_lead", "node": "KUL9", "from_on": "2020-01-01"}
        assert post(client, f"{page}/roles/new", given).headers["Location"] == page
        assert "Site lead" in client.get(page).text
        link = re.search(r'value="http://localhost(/enter/[^"]+)"', post(client, f"{page}/link").text)
        assert link is not None
        assert link[1] not in client.get(page).text
        newcomer = app.test_client()
        post(newcomer, link[1])
        assert "Aisha" in newcomer.get("/account").text

    def test_what_is_refused_keeps_what_was_typed(self, client: FlaskClient) -> None:
        sign_in_as(client, Role.ADMINISTRATOR)
        fields = {"name": "Aisha", "email": "nowhere", "title": "Typed with care", "zone": "UTC"}
        answer = post(client, "/people/new", fields)
        assert answer.status_code == 422
        assert "Typed with care" in answer.text
        answer = post(client, "/people/new", fields | {"email": "a@lumora.example", "manager": "no@lumora.example"})
        assert "Nobody here has the address no@lumora.example" in answer.text

    def test_a_vendors_person_is_offered_what_can_be_given(self, client: FlaskClient) -> None:
        person = a_person(vendor=a_vendor("KBC"))
        sign_in_as(client, Role.ADMINISTRATOR)
        offered = re.findall(r'<option value="(\w+)"', client.get(one(person, "/roles/new")).text)
        assert "vendor_lead" in offered
        assert not {"auditor", "administrator"} & set(offered)
        refused = post(client, one(person, "/roles/new"),
                       {"role": "auditor", "node": "network", "vendor": "KBC", "from_on": "2020-01-01"})
        assert refused.status_code == 409
        assert "internal to the company" in refused.text

    def test_deactivating_ending_a_role_and_coming_back(self, client: FlaskClient) -> None:
        person = a_person(email="aisha@lumora.example")
        grant = a_grant(person, Role.AUDITOR, a_network())
        sign_in_as(client, Role.ADMINISTRATOR)
        assert post(client, f"/roles/{grant.id}/end", {"version": "1"}).status_code == 302
        assert post(client, one(person, "/deactivation"), {"version": "9"}).status_code == 409
        assert post(client, one(person, "/deactivation"), {"version": "1"}).status_code == 302
        assert "Inactive" in client.get(one(person)).text
        assert post(client, one(person, "/reactivation"), {"version": "2"}).status_code == 302
        db.session.remove()
        assert db.session.get_one(Person, person.id).active

    def test_details_are_changed(self, client: FlaskClient) -> None:
        manager, person = a_person(email="mei@lumora.example"), a_person(email="aisha@lumora.example")
        a_site("KUL9")
        sign_in_as(client, Role.ADMINISTRATOR)
        fields = {"name": "Aisha R.", "email": "aisha@lumora.example", "zone": "UTC", "home_site": "KUL9",
                  "manager": "mei@lumora.example", "version": "1"}
        assert post(client, one(person, "/settings"), fields).status_code == 302
        page = client.get(one(person)).text
        for shown in ("Aisha R.", "Kuala Lumpur", manager.name):
            assert shown in page
        assert 'value="mei@lumora.example"' in client.get(one(person, "/settings")).text

    def test_others_see_the_person_and_none_of_the_levers(self, client: FlaskClient) -> None:
        person = a_person(Role.AUDITOR)
        sign_in_as(client, Role.AUDITOR)
        page = client.get(one(person)).text
        assert person.name in page
        for lever in ("Deactivate", "one-time link", "Give a role", "History"):
            assert lever not in page
        assert client.get(one(person, "/settings")).status_code == 403
        assert post(client, one(person, "/link")).status_code == 403

    def test_a_stranger_of_another_vendor_is_not_found(self, client: FlaskClient) -> None:
        ours, theirs = a_vendor(), a_vendor()
        an_operation(a_site(), ours)
        stranger = a_person(Role.VENDOR_LEAD, vendor=theirs)
        sign_in_as(client, Role.VENDOR_LEAD, vendor=ours)
        assert client.get(one(stranger)).status_code == 404
        assert stranger.name not in client.get("/people").text


class TestAccount:
    def test_one_sees_and_ends_ones_own_sessions_and_no_others(self, app: Flask) -> None:
        person, here, there = a_person(Role.AUDITOR), app.test_client(), app.test_client()
        sign_in(here, person)
        sign_in(there, person)
        foreign = app.test_client()
        sign_in_as(foreign, Role.AUDITOR)
        ids = {row.person_id: row.id for row in db.session.scalars(select(LoginSession).order_by(LoginSession.id))}
        other = next(row for owner, row in ids.items() if owner != person.id)
        assert post(here, f"/account/sessions/{other}/end").status_code == 404
        assert post(here, f"/account/sessions/{ids[person.id]}/end").status_code == 302
        assert there.get("/account").status_code == 302
        assert foreign.get("/account").status_code == 200

    def test_everywhere_else_at_once(self, app: Flask) -> None:
        person, here, there = a_person(Role.AUDITOR), app.test_client(), app.test_client()
        sign_in(here, person)
        sign_in(there, person)
        assert post(here, "/account/sessions/end-others").status_code == 302
        assert there.get("/account").status_code == 302
        assert here.get("/account").status_code == 200

    def test_the_clock_is_shown_in_ones_own_zone(self, client: FlaskClient, clock: MovingClock) -> None:
        clock.at("2026-03-02 09:00")
        sign_in_as(client, Role.AUDITOR)
        assert post(client, "/account", {"zone": "Asia/Manila"}).status_code == 302
        assert "2 Mar 2026, 17:00 Manila" in client.get("/account").text
        assert post(client, "/account", {"zone": "Moon/Base"}).status_code == 422

    def test_a_password_is_set(self, client: FlaskClient) -> None:
        sign_in_as(client, Role.AUDITOR)
        assert "12 characters" in post(client, "/account/password", {"password": "short"}).text
        assert post(client, "/account/password", {"password": "green lamp under water"}).status_code == 302
        assert "Change the password" in client.get("/account").text
        assert "green lamp" not in post(client, "/account/password", {"password": "green lamp"}).text

    def test_one_is_told_who_gave_links_for_oneself(self, app: Flask) -> None:
        person, theirs, admins = a_person(Role.AUDITOR), app.test_client(), app.test_client()
        sign_in(theirs, person)
        administrator = sign_in_as(admins, Role.ADMINISTRATOR)
        post(admins, one(person, "/link"))
        assert f"by {administrator.name}" in theirs.get("/account").text


class TestJournal:
    @pytest.mark.parametrize(("role", "status"), [
        (Role.ADMINISTRATOR, 200), (Role.GLOBAL_HEAD, 200), (Role.AUDITOR, 403)])
    def test_it_is_read_by_two_roles(self, client: FlaskClient, role: Role, status: int) -> None:
        sign_in_as(client, role)
        for address in ("/journal", "/journal.csv"):
            assert client.get(address).status_code == status
        assert post(client, "/journal/verification").status_code == (302 if status == 200 else 403)

    def test_it_filters_by_what_who_and_when(self, client: FlaskClient, clock: MovingClock) -> None:
        clock.at("2026-03-02 09:00")
        sign_in_as(client, Role.ADMINISTRATOR)
        a_region()
        clock.forward(hours=5)
        post(client, "/regions/new", {"code": "emea", "name": "EMEA"})
        for query, shown in (("", True), ("?event=node.added", True), ("?event=person.added", False),
                             ("?who=Person", True), ("?who=plumbline", False),
                             ("?since=2026-03-02&until=2026-03-02", True), ("?since=2026-03-03", False),
                             ("?until=2026-03-01", False)):
            for address in ("/journal", "/journal.csv"):
                assert ("EMEA" in client.get(address + query).text) is shown, (address, query)
        assert client.get("/journal?since=tomorrow").status_code == 422

    def test_older_entries_follow(self, client: FlaskClient, queries: QueryRecorder) -> None:
        sign_in_as(client, Role.ADMINISTRATOR)
        for number in range(60):
            sign_in(client, a_person(Role.AUDITOR, name=f"Person {number:02}"))
        sign_in(client, a_person(Role.ADMINISTRATOR, name="Reader"))
        first = client.get("/journal").text
        following = re.search(r'href="([^"]*before=\d+)"', first)
        assert following is not None
        assert "Person 00" not in first
        older = client.get(following[1].replace("&amp;", "&")).text
        assert "Person 59" not in older
        assert len(queries.during(lambda: client.get("/journal"))) <= 6

    def test_the_chain_is_verified_on_the_page(self, client: FlaskClient) -> None:
        sign_in_as(client, Role.ADMINISTRATOR)
        count = len(db.session.scalars(select(JournalEntry)).all())
        assert f"The chain holds: {count} entries" in post(client, "/journal/verification", follow_redirects=True).text


class TestCommandLine:
    def test_the_first_administrator_gets_a_link_and_is_the_only_one(self, app: Flask) -> None:
        run = app.test_cli_runner().invoke
        first = run(args=["accounts", "first-admin", "ingrid@lumora.example", "Ingrid Solheim"])
        assert first.exit_code == 0
        assert re.fullmatch(r"/enter/[\w-]{43}\n", first.output)
        client = app.test_client()
        post(client, first.output.strip())
        assert client.get("/people/new").status_code == 200
        again = run(args=["accounts", "first-admin", "olga@lumora.example", "Olga"])
        assert again.exit_code == 1
        assert "There is an administrator already" in again.output

    def test_a_new_link_replaces_the_one_before(self, app: Flask) -> None:
        person = a_person(Role.AUDITOR, email="aisha@lumora.example")
        run = app.test_cli_runner().invoke
        old, new = (run(args=["accounts", "link", "aisha@lumora.example"]).output.strip() for _ in range(2))
        client = app.test_client()
        assert client.get(old).status_code == 409
        assert person.name in client.get(new).text
        assert run(args=["accounts", "link", "nobody@lumora.example"]).exit_code == 1


def test_nothing_of_a_role_is_left_when_it_ended(client: FlaskClient) -> None:
    person = a_person(Role.AUDITOR)
    sign_in_as(client, Role.ADMINISTRATOR)
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
    post(client, f"/roles/{grant.id}/end")
    assert "holds no role" not in client.get(one(person)).text
    assert "ended" in client.get(one(person)).text
