"""Making reports and reading them: who may, what is frozen, and what a vendor's report holds."""

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compliance import clock, db
from compliance.access import Role
from compliance.errors import Forbidden, InvalidInput, NotFound
from compliance.journal import JournalEntry
from compliance.network.models import Node, Vendor
from compliance.overview.periods import Period, this_quarter
from compliance.reports.commands import make_report
from compliance.reports.content import digest_of
from compliance.reports.models import Report
from compliance.reports.queries.records import get_report, reports
from tests.builders.accounts import an_actor, post, sign_in_as
from tests.builders.network import a_network, a_region, a_site, a_vendor, an_operation
from tests.builders.overview import a_finding_row, a_result, a_text, an_action_row
from tests.builders.saving import saving
from tests.support.queries import QueryRecorder


def a_report(role: Role = Role.GLOBAL_HEAD, node: Node | None = None, vendor: Vendor | None = None,
             at: Node | None = None) -> Report:
    with saving():
        return make_report(an_actor(role, at), node=node or a_network(), vendor=vendor,
                           period=this_quarter(clock.today()))


@pytest.fixture
def shared_floor(app: Flask) -> tuple[Vendor, Vendor]:
    """Two vendors on one floor, each with a result, a finding and an action in its own words."""
    vendors = a_vendor("KBC", name="Kestrel Bay CX"), a_vendor("PDS", name="Palmyra Digital")
    floor = a_site("DVO1")
    for vendor, book, lob in zip(vendors, (a_text(), a_text("WEL", "Wellbeing")), ("Core", "Moderation"), strict=True):
        an_operation(floor, vendor, lob)
        a_result(floor, book, vendor, on=clock.today())
        a_finding_row(floor, vendor, title=f"Words of {vendor.code}", internal_note=f"Secret about {vendor.code}")
        an_action_row(floor, vendor, title=f"Deeds of {vendor.code}")
    return vendors


def test_a_report_is_what_was_true_and_stays_so(shared_floor: tuple[Vendor, Vendor]) -> None:
    report = a_report()
    before = json.dumps(report.snapshot, sort_keys=True)
    a_finding_row(a_site("KUL5"), title="Issued later")
    kept = get_report(an_actor(Role.GLOBAL_HEAD), report.reference)
    assert json.dumps(kept.snapshot, sort_keys=True) == before
    assert digest_of(kept.snapshot) == kept.digest
    assert {row["title"] for row in kept.snapshot["findings"]} == {f"Words of {each.code}" for each in shared_floor}


def test_a_vendors_report_holds_no_other_vendors_word(shared_floor: tuple[Vendor, Vendor]) -> None:
    report = a_report(Role.VENDOR_MANAGER, vendor=shared_floor[0])
    text = json.dumps(report.snapshot)
    assert "Words of KBC" in text
    for foreign in ("PDS", "Palmyra", "Moderation", "Secret about"):
        assert foreign not in text


def test_nobodys_internal_note_is_in_any_report(shared_floor: tuple[Vendor, Vendor]) -> None:
    assert "Secret about" not in json.dumps(a_report().snapshot)


def test_a_vendors_people_read_their_own_reports_alone(shared_floor: tuple[Vendor, Vendor]) -> None:
    mine, other = shared_floor
    made = {vendor: a_report(Role.VENDOR_MANAGER, vendor=vendor).reference for vendor in (mine, other, None)}
    lead = an_actor(Role.VENDOR_LEAD, vendor=mine)
    assert [report.reference for report in reports(lead).rows] == [made[mine]]
    for hidden in (made[other], made[None]):
        with pytest.raises(NotFound):
            get_report(lead, hidden)


@pytest.mark.parametrize(("role", "allowed"), [
    (Role.GLOBAL_HEAD, True), (Role.REGIONAL_LEAD, True), (Role.VENDOR_MANAGER, True), (Role.SITE_LEAD, False),
    (Role.AUDITOR, False), (Role.VENDOR_LEAD, False), (Role.ADMINISTRATOR, False),
])
def test_who_makes_a_report(app: Flask, role: Role, allowed: bool) -> None:
    if allowed:
        assert a_report(role).reference.startswith("RPT-")
    else:
        with pytest.raises((Forbidden, NotFound)):
            a_report(role)


def test_a_regional_lead_makes_reports_on_the_region_alone(app: Flask) -> None:
    apac, emea = a_region(), a_region("emea", "EMEA")
    assert a_report(Role.REGIONAL_LEAD, node=apac, at=apac).snapshot["cover"]["scope"] == "APAC Asia Pacific"
    for outside in (emea, a_network()):
        with pytest.raises((Forbidden, NotFound)):
            a_report(Role.REGIONAL_LEAD, node=outside, at=apac)


@pytest.mark.parametrize("period", [
    Period(date(2026, 3, 1), date(2026, 2, 1)), Period(date(2020, 1, 1), date(2026, 1, 1)),
    Period(date(2026, 1, 1), date(2999, 1, 1)),
])
def test_a_period_that_makes_no_sense_is_refused(app: Flask, period: Period) -> None:
    with pytest.raises(InvalidInput), saving():
        make_report(an_actor(Role.GLOBAL_HEAD), node=a_network(), vendor=None, period=period)


def test_making_and_exporting_are_journalled(client: FlaskClient) -> None:
    report = a_report()
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert client.get(f"/reports/{report.reference}.csv").status_code == 200
    told = [entry.event for entry in db.session.query(JournalEntry).order_by(JournalEntry.seq)]
    assert told.count("report.made") == 1
    assert told[-1] == "report.exported"


def test_the_statements_of_a_report_do_not_grow_with_rows(app: Flask, queries: QueryRecorder) -> None:
    site, book = a_site(), a_text()
    an_operation(site)
    head = an_actor(Role.GLOBAL_HEAD)

    def one() -> int:
        with saving():
            return len(queries.during(lambda: make_report(
                head, node=a_network(), vendor=None, period=this_quarter(clock.today()))))

    one()
    few = one()
    for _ in range(6):
        a_finding_row(site)
        an_action_row(site)
        a_result(site, book, on=clock.today() - timedelta(days=1))
    assert one() == few


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "csv", "json", "md"])
def test_every_format_is_handed_out_twice_the_same(client: FlaskClient, kind: str) -> None:
    site = a_site("KUL1")
    an_operation(site)
    a_result(site, a_text(), on=clock.today())
    a_finding_row(site)
    report = a_report()
    sign_in_as(client, Role.GLOBAL_HEAD)
    first, second = (client.get(f"/reports/{report.reference}.{kind}") for _ in range(2))
    assert first.status_code == 200
    assert first.data == second.data
    assert f"{report.reference}.{kind}" in first.headers["Content-Disposition"]


def test_a_report_is_made_and_read_in_the_pages(client: FlaskClient) -> None:
    an_operation(a_site("KUL1"))
    sign_in_as(client, Role.GLOBAL_HEAD)
    form = client.get("/reports/new?node=apac").get_data(as_text=True)
    assert 'value="apac" selected' in form
    made = post(client, "/reports/new", {"node": "apac", "since": "2026-01-01", "until": "2026-03-01"})
    assert made.status_code == 302, made.get_data(as_text=True)
    text = client.get(made.headers["Location"]).get_data(as_text=True)
    assert "Compliance report, APAC Asia Pacific" in text
    assert made.headers["Location"].rsplit("/", 1)[1] in client.get("/reports").get_data(as_text=True)


def test_a_wrong_period_keeps_what_was_typed(client: FlaskClient) -> None:
    a_network()
    sign_in_as(client, Role.GLOBAL_HEAD)
    refused = post(client, "/reports/new", {"since": "2026-03-01", "until": "2026-02-01", "title": "My title"})
    assert refused.status_code == 422
    assert "My title" in refused.get_data(as_text=True)
    assert "The period ends before it begins." in refused.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/reports/RPT-2026-9999", "/reports/RPT-2026-9999.pdf", "/reports/nonsense.xlsx"])
def test_a_report_that_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert client.get(path).status_code == 404
