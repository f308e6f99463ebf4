"""The board and the lists of readers: who stands where, who is asked, and at how many statements."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from compliance import clock
from compliance.access import Role
from compliance.errors import NotFound
from compliance.network.models import SiteLifecycle
from compliance.playbooks.adoption import queries
from compliance.playbooks.adoption.asking import Why
from compliance.playbooks.adoption.lifecycle import AdoptionStatus
from tests.builders import adoption
from tests.builders.accounts import a_person, actor_of, an_actor
from tests.builders.network import a_market, a_region, a_vendor, an_operation
from tests.builders.playbooks import a_playbook, an_override, an_override_text
from tests.support.queries import QueryRecorder

S = AdoptionStatus
ask = queries  # in tests that count statements
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def fixed_clock(app: Flask) -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        yield


def test_the_board_shows_every_site_without_a_row_for_each() -> None:
    emea = a_market("ie", "Ireland", a_region("emea", "EMEA"))
    here, there = adoption.a_place("KUL1"), adoption.a_place("DUB1", None, emea, zone="Europe/Dublin", name="Dublin")
    adoption.a_place("KUL9", lifecycle=SiteLifecycle.CLOSED)
    adoption.two_versions()
    adoption.live(adoption.a_lead(here), date(2026, 11, 1))
    reader = an_actor(Role.REVIEWER)
    (row,) = queries.board(reader)  # 1.0.0 took effect too long ago to be asked about
    assert (row.told.label, row.counts[S.LIVE], row.counts[S.NOTIFIED]) == ("TIN 1.1.0", 1, 1)
    assert (row.late, row.median_lag) == ([], -44)
    assert {line.run.site.code for line in row.lines} == {here.code, there.code}
    assert [line.run.site.code for line in queries.board(reader, region="emea")[0].lines] == ["DUB1"]
    assert queries.board(reader, late=True) == []
    assert queries.board(reader, playbook="esc") == []
    with clock.fixed_at(datetime(2026, 12, 16, 0, 30, tzinfo=UTC)):
        (late,) = queries.board(reader, late=True)
        assert [(line.run.site.code, line.days_late) for line in late.lines] == [("DUB1", 1)]


@pytest.mark.parametrize(("instant", "late"), [
    (datetime(2026, 12, 15, 23, 59, tzinfo=UTC), {"KUL1"}),  # it is the 16th there, and still the 15th in Austin
    (datetime(2026, 12, 15, 15, 59, tzinfo=UTC), set()),
    (datetime(2026, 12, 16, 5, 59, tzinfo=UTC), {"KUL1"}),
    (datetime(2026, 12, 16, 6, 0, tzinfo=UTC), {"KUL1", "AUS1"}),
])
def test_late_begins_when_the_day_is_over_there(instant: datetime, late: set[str]) -> None:
    adoption.a_place("KUL1")
    americas = a_region("amer", "Americas")
    adoption.a_place("AUS1", None, a_market("us", "United States", americas), zone="America/Chicago")
    adoption.two_versions()
    with clock.fixed_at(instant):
        (row,) = queries.board(an_actor(Role.REVIEWER))
    assert {line.run.site.code for line in row.late} == late


def test_who_comes_later_goes_or_does_other_work_is_not_late() -> None:
    adoption.two_versions("2026-12-15")
    newcomer, leaver = a_vendor("NEW"), a_vendor("OLD")
    site = adoption.a_place("KUL1", leaver, headcount=100)
    an_operation(site, newcomer, from_on=date(2027, 1, 10))
    reader = an_actor(Role.REVIEWER)
    assert [line.run.operator for line in queries.row(reader, adoption.KEY, "1.1.0").lines] == [leaver.name]
    with clock.fixed_at(datetime(2027, 1, 10, 9, tzinfo=UTC)):
        lines = {line.run.operator: line for line in queries.row(reader, adoption.KEY, "1.1.0").lines}
        assert (lines[newcomer.name].due_on, lines[newcomer.name].is_late) == (date(2027, 1, 10), False)
        assert lines[leaver.name].is_late
    with pytest.raises(NotFound):
        queries.row(reader, adoption.KEY, "9.9.9")


@pytest.mark.parametrize(("state", "late"), [(SiteLifecycle.PLANNED, False), (SiteLifecycle.LIVE, True),
                                             (SiteLifecycle.CLOSING, True)])
def test_a_site_that_has_not_opened_is_not_late(state: SiteLifecycle, late: bool) -> None:
    adoption.a_place("KUL1", lifecycle=state)
    adoption.two_versions()
    with clock.fixed_at(datetime(2027, 1, 10, 9, tzinfo=UTC)):
        line = adoption.the_line(an_actor(Role.REVIEWER))
    assert (line.is_late, line.days_late) == (late, 26 if late else 0)


def test_people_are_asked_again_only_for_what_asks_something_new() -> None:
    site = adoption.a_place("KUL1")
    a_playbook()
    lead = adoption.a_lead(site)
    assert [each.why for each in queries.asked_of(lead)] == [Why.NEVER]
    adoption.read(lead)
    assert queries.asked_of(lead) == []
    a_playbook(version="1.0.1", effective="2026-10-01", text="Somebody is there and listens.")
    assert queries.asked_of(lead) == []  # editorial
    an_override(an_override_text("my", effective="2026-10-15", against="global: 1.0.1"))
    assert [each.why for each in queries.asked_of(lead)] == [Why.CHANGED]  # 30 minutes became 20
    adoption.read(lead)
    a_playbook(version="2.0.0", effective="2026-11-01", text="Somebody is there and listens.")
    (asked,) = queries.asked_of(lead)
    assert (asked.why, asked.chosen.playbook.number) == (Why.MAJOR, "2.0.0")
    assert asked.read is not None
    assert asked.read.number == "1.0.1"


def test_who_read_ahead_is_not_asked_when_the_day_comes() -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    lead = adoption.a_lead(site)
    adoption.read(lead, on=date(2026, 12, 15))
    assert queries.asked_of(lead) == []
    with clock.fixed_at(datetime(2026, 12, 15, 9, tzinfo=UTC)):
        assert queries.asked_of(lead) == []


def test_those_at_home_and_those_who_lead_are_asked_and_nobody_else() -> None:
    vendor = a_vendor("KBC")
    site = adoption.a_place("KUL1", vendor)
    an_operation(site)
    a_playbook()
    agent = a_person(Role.VENDOR_LEAD, a_market(), vendor, home_site_id=site.id, name="Bea")
    a_person(Role.VENDOR_LEAD, site, vendor, name="Ann")
    a_person(Role.SITE_LEAD, site, name="Cyd")
    a_person(Role.VENDOR_LEAD, None, vendor, name="Dan")
    a_person(Role.AUDITOR, name="Eve")
    a_person(Role.VENDOR_LEAD, site, vendor, name="Fay", active=False)
    adoption.read(actor_of(agent))
    regional = an_actor(Role.REGIONAL_LEAD)
    theirs, ours = queries.runs(regional, site_id=site.id)
    if theirs.vendor is None:
        theirs, ours = ours, theirs
    assert [(reader.person.name, [each.why for each in reader.asked]) for reader in queries.readers(regional, theirs)] \
        == [("Ann", [Why.NEVER]), ("Bea", []), ("Cyd", [Why.NEVER])]
    assert [reader.person.name for reader in queries.readers(regional, ours)] == ["Cyd"]


def test_statements_do_not_grow_with_sites_people_or_versions(queries: QueryRecorder) -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    lead, reader = adoption.a_lead(site), an_actor(Role.REGIONAL_LEAD)
    adoption.live(lead, date(2026, 11, 1))
    adoption.read(lead)

    def asked() -> list[int]:
        asks: list[Callable[[], object]] = [
            lambda: ask.board(reader), lambda: ask.row(reader, adoption.KEY, "1.1.0"), lambda: ask.asked_of(lead),
            lambda: ask.readers(reader, next(run for run in ask.runs(reader) if run.site.id == site.id))]
        return [len(queries.during(each)) for each in asks]

    asked()
    few = asked()
    for number in range(3):
        other = adoption.a_place()
        adoption.acknowledged(adoption.a_lead(other), other.code)
        adoption.read(adoption.a_lead(site))
        a_playbook(version=f"1.{number + 2}.0", effective=f"2026-12-{20 + number}")
    asked()
    assert asked() == few
    assert max(few) <= 9
