"""Overrides that lost their base reach those who answer for them, and escalate where a law keeps one in force."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from compliance import clock, db
from compliance.access import Role
from compliance.overview.queries.drift import to_bring_back, to_bring_back_here
from compliance.playbooks.drift import State
from compliance.playbooks.drifting.commands import acknowledge
from compliance.playbooks.models import OverrideVersion
from tests.builders.accounts import an_actor, sign_in_as
from tests.builders.drifting import REPLACE, WAYS, a_rule, drifted, moves, rows_of
from tests.builders.network import a_market, a_region, a_vendor
from tests.builders.playbooks import an_owner
from tests.builders.saving import saving
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")
MOVED = "2026-06-01"


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        yield


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def whys(on: datetime) -> list[tuple[str, str, bool]]:
    with clock.fixed_at(on):
        return [(task.title, task.why, task.due_on < task.today) for task in to_bring_back(an_owner())]


def test_the_wait_is_counted_down_and_its_end_is_told() -> None:
    drifted(State.REVIEW, MOVED)
    title, lost = "Bring back: Tiny rules, Malaysia v1", "Replace TIN-03 lost its base on 1 Jun."
    assert whys(at(6, 10)) == [(title, f"{lost} The text above takes over on 1 Jul.", False)]
    assert whys(at(7, 10)) == [(title, f"{lost} The text above took over on 1 Jul.", True)]


def test_what_a_law_keeps_in_force_is_asked_about_every_day() -> None:
    version = a_rule(REPLACE)
    with saving():
        db.session.execute(update(OverrideVersion).values(legal_basis=True))
    moves(WAYS[State.REVIEW].move, effective=MOVED)
    lost = "Replace TIN-03 lost its base on 1 Jun."
    assert whys(at(6, 10)) == [("Bring back: Tiny rules, Malaysia v1", lost, False)]
    for month, day, waited in ((7, 2, 31), (7, 3, 32), (9, 1, 92)):
        assert whys(at(month, day)) == [(
            "Escalates: Tiny rules, Malaysia v1",
            f"{lost} A law keeps it in force; nobody has decided for {waited} days.", True)]
    [row] = rows_of(version)
    with clock.fixed_at(at(9, 1)), db.transaction():
        acknowledge(an_owner(), row, why="The law has not moved.", seen=row.seen)
    assert whys(at(9, 2)) == []


@pytest.mark.parametrize(("role", "place", "decides", "asks"), [
    (Role.REGIONAL_LEAD, "apac", 1, 0), (Role.REGIONAL_LEAD, "emea", 0, 0), (Role.PLAYBOOK_OWNER, "", 1, 0),
    (Role.SITE_LEAD, "my", 1, 1), (Role.SITE_LEAD, "ie", 0, 0), (Role.AUDITOR, "", 0, 0)])
def test_it_reaches_those_who_answer_for_the_place(role: Role, place: str, decides: int, asks: int) -> None:
    drifted(State.CONFLICT, MOVED)
    nodes = {"apac": a_region(), "emea": a_region("emea", "EMEA"), "my": a_market("my"),
             "ie": a_market("ie", "Ireland", a_region("emea", "EMEA")), "": None}
    actor = an_actor(role, nodes[place])
    assert (len(to_bring_back(actor)), len(to_bring_back_here(actor))) == (decides, asks)


def test_a_vendors_rule_is_for_those_who_decide_everywhere() -> None:
    a_vendor("KBC")
    a_rule(REPLACE.replace("Replace", "Add to"), "kbc")
    moves(WAYS[State.REVIEW].move, effective=MOVED)
    assert [len(to_bring_back(actor)) for actor in (an_owner(), an_actor(Role.REGIONAL_LEAD, a_region()))] == [1, 0]


def test_the_home_of_a_regional_lead_names_them_and_leads_there(client: FlaskClient) -> None:
    drifted(State.INVERTED, MOVED)
    sign_in_as(client, Role.REGIONAL_LEAD, a_region())
    home = client.get("/today", follow_redirects=True).get_data(as_text=True)
    assert "Overrides that lost their base" in home
    assert home.count('href="/drift/tiny-rules/my/1"') >= 2, "in the list of what to do, and in the block beside"
    assert "Inverted" in home


def test_it_takes_one_statement_for_many(queries: QueryRecorder) -> None:
    for scope in ("in", "ph", "jp"):
        a_market(scope, scope.upper(), a_region())
        a_rule(REPLACE, scope)
    moves(WAYS[State.REVIEW].move, effective=MOVED)
    owner = an_owner()
    assert len(queries.during(lambda: to_bring_back(owner))) == 1
