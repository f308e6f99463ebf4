"""The network page: its numbers against a plain recount, its statements, and what each person sees of it."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Role
from compliance.actions.lifecycle import ActionStatus
from compliance.actions.measures import OnTime, Tracked, on_time
from compliance.actions.models import Action
from compliance.audits.lifecycle import AuditStatus
from compliance.errors import NotFound
from compliance.findings.lifecycle import FindingStatus
from compliance.journal import Event, record
from compliance.network.models import Vendor
from compliance.overview.periods import Period
from compliance.overview.queries import figures
from compliance.overview.queries.heatmap import heatmap
from compliance.overview.queries.network import counted, network_overview
from compliance.overview.queries.playbooks import library
from compliance.overview.queries.scope import Scope, find_scope
from compliance.overview.sheets import heat_rows
from compliance.playbooks.document import Severity
from compliance.rates import Rate
from tests.builders.accounts import an_actor, sign_in_as
from tests.builders.network import a_market, a_region, a_site, a_vendor, an_operation
from tests.builders.overview import a_finding_row, a_result, a_text, an_action_row, an_audit_row
from tests.builders.saving import saving
from tests.support.queries import QueryRecorder

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)
TODAY = NOON.date()
QUARTER = Period(date(2026, 1, 1), TODAY)


@pytest.fixture(autouse=True)
def _on_the_day(app: Flask) -> object:
    with clock.fixed_at(NOON):
        yield


@pytest.fixture
def head(app: Flask) -> Actor:
    return an_actor(Role.GLOBAL_HEAD)


def two_vendors() -> tuple[Vendor, Vendor]:
    return a_vendor("KBC", name="Kestrel Bay CX"), a_vendor("PDS", name="Palmyra Digital")


def test_adherence_is_pooled_and_not_the_mean_of_percentages(head: Actor) -> None:
    site, playbook = a_site(), a_text()
    an_operation(site)
    a_result(site, playbook, on=date(2026, 1, 20), points=20, weight=21)
    a_result(site, playbook, on=date(2026, 2, 20), points=60, weight=84)
    a_result(site, playbook, on=date(2025, 12, 31), points=1, weight=2)
    shown = {each.key: each for each in network_overview(head, Scope()).figures}["adherence"]
    assert shown.value == pytest.approx(76.19, abs=0.005)
    assert shown.before == pytest.approx(50.0)


def test_an_audit_that_is_not_reviewed_counts_nowhere(head: Actor) -> None:
    site, playbook = a_site(), a_text()
    audit = an_audit_row(site, on=TODAY, status=AuditStatus.SUBMITTED)
    a_result(site, playbook, on=TODAY, audit=audit, standing=False)
    assert figures.results(head, Scope(), [QUARTER]) == []


@pytest.mark.parametrize("until", [TODAY, date(2026, 2, 28)])
def test_closing_on_time_is_what_a_plain_recount_says(head: Actor, until: date) -> None:
    site = a_site()
    for days, due_in, closed_after in ((60, 30, 20), (60, 30, 40), (50, 10, None), (9, 90, None), (200, 30, 180)):
        raised = TODAY - timedelta(days=days)
        closed_on = raised + timedelta(days=closed_after) if closed_after is not None else None
        an_action_row(site, raised_on=raised, due_in=due_in, closed_on=closed_on,
                      status=ActionStatus.CLOSED if closed_on else ActionStatus.OPEN)
    an_action_row(site, raised_on=TODAY - timedelta(days=90), due_in=5, status=ActionStatus.CANCELLED)
    period = Period(date(2026, 1, 1), until)
    rows = [each for each in db.session.scalars(select(Action)) if each.status is not ActionStatus.CANCELLED]
    assert figures.closing(head, Scope(), [period]) == [recounted(rows, period)]


SOAK = {Severity.CRITICAL: 60, Severity.MAJOR: 30, Severity.MINOR: 0}


def recounted(rows: Sequence[Action], period: Period) -> OnTime:
    """By the rule on plain values, from the rows as they stood when the period ended."""
    def by(day: date | None) -> date | None:
        return day if day is not None and day <= period.until else None

    return on_time([
        Tracked(row.raised_at.date(), row.original_due_on, by(row.closed_on),
                implemented_on=by(row.implemented_at.date() if row.implemented_at else None),
                soak_days=max(row.soak_days or 0, SOAK[row.severity or Severity.MINOR]))
        for row in rows if row.closed_on is None or row.closed_on >= period.since], period.until)


def test_an_action_that_soaks_is_recounted_alike(head: Actor) -> None:
    site, raised = a_site(), TODAY - timedelta(days=100)
    with saving():
        for severity, soak_days, done_after, closed_after in itertools.product(
                Severity, (None, 45), (None, 20, 33, 40), (None, 30, 61, 76, 91)):
            done, closed = (raised + timedelta(days=each) if each else None for each in (done_after, closed_after))
            an_action_row(
                site, raised_on=raised, due_in=30, severity=severity, soak_days=soak_days, closed_on=closed,
                implemented_at=datetime.combine(done, time(12), UTC) if done else None,
                status=ActionStatus.CLOSED if closed else ActionStatus.IMPLEMENTED if done else ActionStatus.OPEN)
    rows = db.session.scalars(select(Action)).all()
    for until in (TODAY, date(2026, 2, 28), date(2026, 1, 20)):
        period = Period(date(2026, 1, 1), until)
        assert figures.closing(head, Scope(), [period]) == [recounted(rows, period)], until


@pytest.mark.parametrize(("hours", "late"), [(-12, 0), (24, 0), (48, 1)])
def test_work_done_the_evening_of_its_day_in_the_west_is_not_late(head: Actor, hours: int, late: int) -> None:
    action = an_action_row(a_site(zone="America/Los_Angeles"), raised_on=TODAY - timedelta(days=40), due_in=30,
                           severity=Severity.CRITICAL, status=ActionStatus.IMPLEMENTED)
    with saving():
        action.implemented_at = datetime.combine(action.original_due_on, time(4), UTC) + timedelta(hours=hours)
    assert figures.closing(head, Scope(), [QUARTER])[0].honest == Rate(0, late)


def test_a_cancelled_audit_stays_in_the_denominator(head: Actor) -> None:
    site = a_site()
    an_audit_row(site, on=date(2026, 2, 1))
    an_audit_row(site, on=date(2026, 2, 2), status=AuditStatus.CANCELLED)
    replaced = an_audit_row(site, on=date(2026, 2, 3), status=AuditStatus.CANCELLED)
    an_audit_row(site, on=date(2026, 2, 9), replaces_id=replaced.id)
    covered, _ = figures.coverage(head, Scope(), QUARTER, Period(date(2025, 10, 1), date(2025, 12, 31)))
    assert (covered.part, covered.whole) == (2, 3)


def test_open_findings_fall_into_their_age_and_criticals_are_late_by_the_day_at_their_site(head: Actor) -> None:
    tokyo = a_site("TYO1", zone="Asia/Tokyo")
    with clock.fixed_at(datetime(2026, 3, 17, 16, tzinfo=UTC)):  # already the 18th in Tokyo, not in Kuala Lumpur
        for site in (tokyo, a_site("KUL9")):
            a_finding_row(site, issued_on=TODAY - timedelta(days=30), due_in=30, severity=Severity.CRITICAL)
        a_finding_row(tokyo, issued_on=TODAY - timedelta(days=31), severity=Severity.MINOR)
        a_finding_row(tokyo, issued_on=TODAY - timedelta(days=1), status=FindingStatus.CLOSED)
        found = figures.open_findings(head, Scope(), ["Asia/Tokyo", "Asia/Kuala_Lumpur", "Europe/Dublin"])
    assert [row[0] for row in found.rows() if sum(row[1:])] == ["0–30", "31–60"]
    assert (found.n, found.criticals, found.overdue_criticals) == (3, 2, 2)


def test_a_cell_is_rated_not_assessed_or_does_not_apply(head: Actor) -> None:
    site = a_site("KUL1")
    an_operation(site, lob="Core")
    rated, _open, _other = a_text("ESC"), a_text("WEL", "Wellbeing"), a_text("AGE", "Age support", lobs="Age Support")
    a_result(site, rated, on=TODAY - timedelta(days=41), points=85, cap="Capped at D: 1 critical clause failed.")
    columns = library(head, TODAY).columns
    line, = heatmap(head, Scope(), columns, [], on=TODAY).lines
    by_code = dict(zip([column.prefix for column in columns], line.cells, strict=True))
    assert {code: cell.state for code, cell in by_code.items()} == {
        "AGE": "not_applicable", "ESC": "rated", "WEL": "not_assessed"}
    assert (by_code["ESC"].age, by_code["ESC"].capped, by_code["ESC"].url) == (41, True, "/network/KUL1/ESC")


def test_pages_of_sites_leave_none_out_and_show_none_twice(head: Actor) -> None:
    a_text()
    for number in range(7):
        an_operation(a_site(f"KUL{number}"))
    whole = [row[0].code for row in heat_rows(head, Scope(), TODAY)]
    columns, paged, after = library(head, TODAY).columns, [], "-"
    while after:
        page = heatmap(head, Scope(), columns, [], on=TODAY, after="" if after == "-" else after, limit=3)
        paged += [line.code for line in page.lines]
        after = page.after
    assert paged == whole == sorted(f"KUL{number}" for number in range(7))


@pytest.mark.parametrize(("filters", "expected"), [
    ({}, {"KUL1", "KUL2", "DUB1"}), ({"region": "emea"}, {"DUB1"}), ({"vendor": "KBC"}, {"KUL2"}),
    ({"vendor": "in-house"}, {"KUL1"}), ({"tier": "low"}, {"DUB1"}),
])
def test_filters_narrow_the_sites(head: Actor, filters: dict[str, str], expected: set[str]) -> None:
    kbc, pds = two_vendors()
    dublin = a_site("DUB1", a_market("ie", "Ireland", a_region("emea", "EMEA")), tier="low")
    for site, vendor in ((a_site("KUL1"), None), (a_site("KUL2"), kbc), (dublin, pds)):
        an_operation(site, vendor)
    found = network_overview(head, find_scope(head, **filters))
    assert {line.code for line in found.heat.lines} == expected


@pytest.mark.parametrize("filters", [{"region": "nowhere"}, {"vendor": "NOT"}, {"tier": "odd"}, {"playbook": "ZZZ"}])
def test_a_filter_that_names_nothing_in_sight_is_not_found(head: Actor, filters: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        find_scope(head, **filters)


def test_the_page_takes_no_more_statements_for_more_rows(client: FlaskClient, queries: QueryRecorder) -> None:
    kbc, _ = two_vendors()
    books = [a_text("ESC"), a_text("WEL", "Wellbeing")]

    def more(start: int) -> None:
        for number in range(start, start + 4):
            site = a_site(f"KUL{number}")
            an_operation(site, kbc)
            for book in books:
                a_result(site, book, kbc, on=TODAY - timedelta(days=number))
            a_finding_row(site, kbc)
            an_action_row(site, kbc)

    more(1)
    sign_in_as(client, Role.GLOBAL_HEAD)
    client.get("/network")
    counted.cache_clear()
    first = len(queries.during(lambda: client.get("/network")))
    kept = len(queries.during(lambda: client.get("/network")))
    more(5)
    counted.cache_clear()
    assert len(queries.during(lambda: client.get("/network"))) == first <= 28
    assert len(queries.during(lambda: client.get("/network"))) == kept <= 15


def test_figures_are_counted_again_once_the_journal_tells_of_anything_that_moves_them(head: Actor) -> None:
    site = a_site()
    before = network_overview(head, Scope()).findings.n
    a_finding_row(site)
    with saving():
        record(head, Event.EVIDENCE_ADDED, None)
    assert network_overview(head, Scope()).findings.n == before  # nothing that counts was told
    with saving():
        record(head, Event.FINDING_ISSUED, None)
    assert network_overview(head, Scope()).findings.n == before + 1


def test_figures_are_counted_again_when_a_day_may_have_ended(head: Actor) -> None:
    a_finding_row(a_site(), issued_on=TODAY - timedelta(days=30), due_in=30, severity=Severity.CRITICAL)
    overdue = [{each.key: each.value for each in network_overview(head, Scope()).figures}["overdue_criticals"]]
    with clock.fixed_at(NOON + timedelta(hours=4)):  # midnight in Kuala Lumpur
        overdue.append({each.key: each.value for each in network_overview(head, Scope()).figures}["overdue_criticals"])
    assert overdue == [0, 1]


def test_a_vendor_sees_its_own_line_and_no_word_of_another(client: FlaskClient) -> None:
    kbc, pds = two_vendors()
    floor, book = a_site("DVO1"), a_text()
    an_operation(floor, kbc, "Core")
    an_operation(floor, pds, "Moderation")
    a_result(floor, book, pds, on=TODAY, answers=())
    a_finding_row(floor, pds, title="Palmyra words")
    sign_in_as(client, Role.VENDOR_LEAD, vendor=kbc)
    page = client.get("/network").get_data(as_text=True)
    assert "DVO1" in page
    assert "Palmyra" not in page
    assert "not assessed, DVO1 ESC" in page


@pytest.mark.parametrize("path", ["/network?region=nowhere", "/network/NOT1/ESC", "/network/KUL1/NOT", "/sites/NOT1",
                                  "/vendors/NOT"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    a_site("KUL1")
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert client.get(path).status_code == 404
