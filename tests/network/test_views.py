"""The pages of the network: what they show to whom, what their forms do and refuse, and what they cost."""

import base64
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from compliance import db
from compliance.access import SYSTEM, Role
from compliance.network.models import Operation, Site, Vendor
from compliance.network.queries import as_rows
from tests.builders.accounts import post, sign_in_as
from tests.builders.network import a_market, a_region, a_site, a_vendor, an_operation
from tests.network.test_import import NETWORK, verdicts
from tests.network.test_import import brought as brought_in
from tests.support.queries import QueryRecorder

SETTINGS = {"name": "Kuala Lumpur", "zone": "Asia/Kuala_Lumpur", "country": "MY", "tier": "high", "lifecycle": "live",
            "weekend_days": ["5", "6"], "headcount": "500", "version": "1"}
FORMS = ["/regions/new", "/markets/new", "/sites/new", "/vendors/new", "/sites/import", "/sites/KUL9/settings",
         "/sites/KUL9/operations/new", "/vendors/KBC/settings", "/places/apac/settings"]


def test_the_list_shows_each_site_with_who_runs_it_today(client: FlaskClient) -> None:
    an_operation(a_site("KUL9"), a_vendor(name="Kestrel Bay CX"), "Moderation")
    sign_in_as(client, Role.GLOBAL_HEAD)
    page = client.get("/sites").text
    for shown in ("Asia Pacific", "Malaysia", "KUL9", "Kestrel Bay CX", "Moderation", "/sites/KUL9"):
        assert shown in page


@pytest.mark.parametrize(("address", "shown", "hidden"), [
    ("/sites?tier=low", "LOW1", "HIGH1"), ("/sites?lifecycle=planned", "LOW1", "HIGH1"),
    ("/sites?vendor=KBC", "HIGH1", "LOW1"), ("/sites?vendor=in-house", "LOW1", "HIGH1"),
    ("/sites.csv?tier=low", "LOW1", "HIGH1"),
])
def test_filters_and_exports_show_the_same(client: FlaskClient, address: str, shown: str, hidden: str) -> None:
    an_operation(a_site("HIGH1"), a_vendor("KBC"))
    an_operation(a_site("LOW1", tier="low", lifecycle="planned"))
    sign_in_as(client, Role.GLOBAL_HEAD)
    page = client.get(address).text
    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize("address", ["/sites", "/vendors"])
def test_an_empty_list_says_what_to_do(client: FlaskClient, address: str) -> None:
    sign_in_as(client, Role.ADMINISTRATOR)
    assert "Add" in client.get(address).text
    assert "pl-empty" in client.get(address).text


@pytest.mark.parametrize("address", ["/sites", "/vendors", "/sites.csv"])
def test_a_list_costs_the_same_however_long_it_is(client: FlaskClient, queries: QueryRecorder, address: str) -> None:
    an_operation(a_site(), a_vendor())
    sign_in_as(client, Role.GLOBAL_HEAD)
    few = len(queries.during(lambda: client.get(address)))
    for _ in range(10):
        an_operation(a_site(), a_vendor())
    assert len(queries.during(lambda: client.get(address))) == few


@pytest.mark.parametrize("address", FORMS)
def test_forms_are_the_administrators(client: FlaskClient, address: str) -> None:
    a_site("KUL9")
    a_vendor("KBC")
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert client.get(address).status_code == 403
    sign_in_as(client, Role.ADMINISTRATOR)
    assert client.get(address).status_code == 200


def test_a_vendors_person_sees_its_sites_and_no_other_vendor(client: FlaskClient) -> None:
    ours, theirs, shared = a_vendor(name="Ours"), a_vendor(name="Theirs"), a_site("KUL9")
    an_operation(shared, ours, "Core")
    an_operation(shared, theirs, "Secret line")
    a_site("ALIEN1")
    sign_in_as(client, Role.VENDOR_LEAD, a_region(), ours)
    for address in ("/sites", "/sites.csv"):
        page = client.get(address).text
        assert "KUL9" in page
        for hidden in ("ALIEN1", "Theirs", "Secret line"):
            assert hidden not in page
    assert "KUL9" not in client.get(f"/sites?vendor={theirs.code}").text


def test_a_regional_lead_sees_of_a_vendor_what_it_does_in_the_region(client: FlaskClient) -> None:
    vendor, elsewhere = a_vendor(), a_market("ie", "Ireland", a_region("emea", "EMEA"))
    an_operation(a_site("KUL9"), vendor)
    an_operation(a_site("DUB9", elsewhere), vendor)
    sign_in_as(client, Role.REGIONAL_LEAD, a_region())
    for address in ("/vendors", "/vendors.csv"):
        assert "KUL9" in client.get(address).text
        assert "DUB9" not in client.get(address).text


def test_adding_a_site(client: FlaskClient) -> None:
    a_market()
    sign_in_as(client, Role.ADMINISTRATOR)
    answer = post(client, "/sites/new", SETTINGS | {"market": "my", "code": "kul9", "version": ""})
    assert answer.headers["Location"] == "/sites/KUL9/settings"
    assert db.session.scalars(select(Site)).one().headcount == 500


@pytest.mark.parametrize(("field", "value", "said"), [
    ("zone", "Asia/Nowhere", "no IANA time zone"), ("name", "", "Name the city."),
    ("weekend_days", list("0123456"), "at least one working day"), ("version", "7", "Somebody else changed this"),
    ("lifecycle", "planned", "not planned"),
])
def test_a_refused_form_keeps_what_was_typed(client: FlaskClient, field: str, value: str, said: str) -> None:
    a_site("KUL9")
    sign_in_as(client, Role.ADMINISTRATOR)
    answer = post(client, "/sites/KUL9/settings", SETTINGS | {field: value, "note": "Typed with care"})
    assert answer.status_code in {409, 422}
    assert said in answer.text
    assert "Typed with care" in answer.text


def test_the_vendor_of_a_site_is_changed_on_its_page(client: FlaskClient) -> None:
    a_vendor("KBC")
    operation = an_operation(a_site("KUL9"), a_vendor("OLD"))
    sign_in_as(client, Role.ADMINISTRATOR)
    assert post(client, f"/operations/{operation.id}/end", {"until_on": "2030-01-01"}).status_code == 302
    start = {"lob": "Core", "vendor": "KBC", "from_on": "2030-01-01"}
    assert post(client, "/sites/KUL9/operations/new", start).status_code == 302
    assert "already runs Core" in post(client, "/sites/KUL9/operations/new", start).text
    db.session.remove()
    assert len(db.session.scalars(select(Operation)).all()) == 2


def test_vendors_regions_and_markets_are_added_and_renamed(client: FlaskClient) -> None:
    a_region()
    sign_in_as(client, Role.ADMINISTRATOR)
    for address, fields in (("/regions/new", {"code": "emea", "name": "EMEA"}),
                            ("/markets/new", {"region": "emea", "code": "ie", "name": "Ireland"}),
                            ("/vendors/new", {"code": "KBC", "name": "Kestrel Bay CX"}),
                            ("/vendors/KBC/settings", {"name": "Kestrel", "status": "due diligence", "version": "1"}),
                            ("/places/ie/settings", {"name": "Éire", "version": "1"})):
        assert post(client, address, fields).status_code == 302, address
    assert db.session.scalars(select(Vendor)).one().name == "Kestrel"
    assert "Éire" in client.get("/sites").text


class TestImport:
    def test_the_report_comes_first_and_applying_it_needs_no_second_upload(self, client: FlaskClient) -> None:
        a_region()
        sign_in_as(client, Role.ADMINISTRATOR)
        report = post(client, "/sites/import", {"file": (io.BytesIO(NETWORK.encode()), "network.csv")},
                      content_type="multipart/form-data")
        assert "What the import of network.csv would do" in report.text
        assert db.session.scalars(select(Vendor)).all() == []
        carried = base64.b64encode(NETWORK.encode()).decode()
        assert carried in report.text
        applied = post(client, "/sites/import", {"content": carried, "name": "network.csv", "apply": "1"})
        assert "Imported network.csv" in applied.text
        assert db.session.scalars(select(Vendor)).one().code == "QCG"

    @pytest.mark.parametrize("sent", [{}, {"content": "***", "name": "a.csv"}, {"content": "", "name": "a.csv"}])
    def test_without_a_file_it_asks_for_one(self, client: FlaskClient, sent: dict[str, str]) -> None:
        sign_in_as(client, Role.ADMINISTRATOR)
        answer = post(client, "/sites/import", sent)
        assert answer.status_code == 422
        assert "Choose a .csv or .xlsx file." in answer.text

    def test_what_was_downloaded_changes_nothing_when_brought_back(self, client: FlaskClient) -> None:
        brought_in(NETWORK)
        sign_in_as(client, Role.ADMINISTRATOR)
        data = client.get("/network.csv").data
        assert set(verdicts(brought_in(data))) == {"same"}
        assert len(list(as_rows(SYSTEM))) == 5


@pytest.mark.parametrize(("options", "code", "said", "there"), [
    ([], 1, "2 add, 0 change, 0 same, 1 refused. Nothing was kept.", 0),
    (["--apply"], 1, "1 refused. Applied.", 1),
    (["--apply", "--all-or-nothing"], 1, "Nothing was kept.", 0),
])
def test_the_command_line_imports_the_same(app: Flask, tmp_path: Path, options: list[str], code: int, said: str,
                                           there: int) -> None:
    a_region()
    file = tmp_path / "network.csv"
    file.write_text("kind,code,name,region\nmarket,ph,Philippines,apac\nvendor,KBC,Kestrel,\nvendor,K,Kite,\n")
    done = app.test_cli_runner().invoke(args=["network", "import", str(file), *options])
    assert done.exit_code == code
    assert said in done.output
    assert "Row 4: vendor K: refused (code: Write a short code" in done.output
    assert len(db.session.scalars(select(Vendor)).all()) == there


def test_the_command_line_names_what_it_cannot_read(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "network.csv"
    file.write_text("nothing\n")
    done = app.test_cli_runner().invoke(args=["network", "import", str(file)])
    assert done.exit_code == 1
    assert "no heading “code”" in done.output
