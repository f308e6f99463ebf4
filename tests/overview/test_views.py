"""Homes, the page of a site, of a vendor, search, and the way from a cell to its evidence."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import Permission, Role
from compliance.actions.lifecycle import ActionStatus
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Assessment, Audit, AuditCriteria, AuditMember
from compliance.findings.lifecycle import FindingStatus
from compliance.network.models import Site, Vendor
from tests.builders.accounts import a_person, actor_of, sign_in, sign_in_as
from tests.builders.files import an_evidence
from tests.builders.network import a_site, a_vendor, an_operation
from tests.builders.overview import a_finding_row, a_result, a_text, an_action_row, an_audit_row
from tests.builders.playbooks import a_playbook, an_override
from tests.builders.saving import save, saving
from tests.support.queries import QueryRecorder


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, follow_redirects=True)
    assert response.status_code == 200, (path, response.status_code)
    return response.get_data(as_text=True)


def a_busy_site(code: str = "KUL1", vendor: Vendor | None = None, words: str = "Leaver access kept") -> Site:
    with saving():
        site = a_site(code)
        an_operation(site, vendor)
        book = a_text()
        a_result(site, book, vendor, on=clock.today() - timedelta(days=40))
        a_finding_row(site, vendor, title=words)
        an_action_row(site, vendor, title=f"Reconcile: {words}")
        an_audit_row(site, vendor, on=clock.today() + timedelta(days=9), status=AuditStatus.SCHEDULED)
    return site


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SITE_LEAD, Role.VENDOR_LEAD)])
def test_everybody_has_a_page_to_open_with(client: FlaskClient, role: Role) -> None:
    a_busy_site()
    sign_in_as(client, role)
    assert "<h1>" in page(client, "/today")


def test_the_global_head_opens_with_the_network(client: FlaskClient) -> None:
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert client.get("/today").headers["Location"] == "/network"


def test_a_site_lead_sees_what_to_do_oldest_first(client: FlaskClient) -> None:
    site = a_busy_site()
    lead = a_person(Role.SITE_LEAD, site)
    an_action_row(site, owner=lead, title="The late one", raised_on=clock.today() - timedelta(days=60), due_in=20,
                  status=ActionStatus.PLAN_APPROVED)
    a_finding_row(site, title="The one to answer", status=FindingStatus.ISSUED, owner_id=lead.id)
    sign_in(client, lead)
    text = page(client, "/today")
    assert text.index("The late one") < text.index("The one to answer")
    assert "late by" in text
    assert re.search(r"btn-primary[^>]*>(?:<svg.*?</svg>)?Add evidence", text)
    assert "Next audit" in text
    assert text.count("btn btn-primary") == 1


def test_what_an_override_sets_is_said_in_words_and_not_by_its_name(client: FlaskClient) -> None:
    site = a_busy_site()
    a_playbook()
    an_override()
    sign_in(client, a_person(Role.SITE_LEAD, site))
    text = page(client, f"/sites/{site.code}?tab=local")
    assert "Longest wait" in text
    assert "20 minutes instead of 30" in text
    assert "wait_min" not in text


def test_somebody_with_several_sites_can_switch(client: FlaskClient) -> None:
    vendor = a_vendor("KBC")
    for code in ("MNL1", "KUL2"):
        a_busy_site(code, vendor)
    sign_in_as(client, Role.VENDOR_LEAD, vendor=vendor)
    assert "<h1>KUL2" in page(client, "/today")
    assert "<h1>MNL1" in page(client, "/today?site=MNL1")
    assert "<h1>KUL2" in page(client, "/today?site=NOPE")


def test_the_home_and_site_of_a_vendor_hold_no_other_vendors_words(client: FlaskClient) -> None:
    mine, other = a_vendor("KBC"), a_vendor("PDS", name="Palmyra Digital")
    floor = a_busy_site("DVO1", mine, "Our own words")
    an_operation(floor, other, "Moderation")
    a_finding_row(floor, other, title="Foreign words")
    an_action_row(floor, other, title="Foreign words too")
    sign_in_as(client, Role.VENDOR_LEAD, vendor=mine)
    for path in ("/today", "/sites/DVO1", "/sites/DVO1?tab=findings", "/sites/DVO1?tab=audits",
                 "/sites/DVO1?tab=people", "/sites/DVO1?tab=local", "/vendors/KBC", "/search?q=DVO1",
                 "/search?q=Foreign", "/search?q=Palmyra"):
        text = page(client, path).replace('value="Palmyra"', "").replace("Search: Palmyra", "")
        assert "Foreign words" not in text, path
        assert "Palmyra Digital" not in text, path
    assert client.get("/vendors/PDS").status_code == 404


def test_an_auditor_sees_their_audits_and_a_reviewer_what_waits(client: FlaskClient) -> None:
    site = a_busy_site()
    auditor = a_person(Role.AUDITOR)
    for status in (AuditStatus.IN_PROGRESS, AuditStatus.SUBMITTED):
        audit = an_audit_row(site, on=clock.today(), status=status, lead_id=auditor.id, clauses=40, answered=12)
        save(AuditMember(audit_id=audit.id, person_id=auditor.id))
    sign_in(client, auditor)
    assert "12 of 40 clauses answered" in page(client, "/today")
    sign_in_as(client, Role.REVIEWER)
    assert f"Submitted by {auditor.name}" in page(client, "/today")


def test_a_programme_manager_sees_where_nobody_looked(client: FlaskClient) -> None:
    a_busy_site()
    bare = a_site("KUL7", name="Ipoh")
    an_operation(bare)
    sign_in_as(client, Role.PROGRAMME_MANAGER)
    text = page(client, "/today")
    holes = text[text.index("Not looked at"):]
    assert "Ipoh" in holes
    assert "KUL1" not in holes


def test_an_administrator_sees_the_installation_and_no_content(client: FlaskClient) -> None:
    a_busy_site(words="Secret of the site")
    sign_in_as(client, Role.ADMINISTRATOR)
    text = page(client, "/today")
    assert "This installation" in text
    for path in ("/today", "/sites/KUL1", "/sites/KUL1?tab=findings", "/search?q=Secret"):
        assert "Secret of the site" not in page(client, path)


def test_from_the_heatmap_to_the_evidence_in_three_clicks(client: FlaskClient) -> None:
    site = a_site("KUL1")
    an_operation(site)
    criteria = a_result(site, a_text(), on=clock.today())
    found = db.session.scalars(select(Assessment).where(
        Assessment.criteria_id == criteria.id, Assessment.position == 4).options(
        joinedload(Assessment.criteria).joinedload(AuditCriteria.audit).joinedload(Audit.site))).one()
    an_evidence(actor_of(a_person(Role.AUDITOR)), found, Permission.CONDUCT_AUDIT, caption="The roster")
    sign_in_as(client, Role.GLOBAL_HEAD)
    cell = re.search(r'href="(/network/KUL1/ESC)"', page(client, "/network"))
    assert cell
    text = page(client, cell.group(1))
    assert "Seven of 32 sampled tickets took 17 to 52 minutes." in text
    photo = re.search(r'href="(/evidence/[0-9a-f-]+)"', text)
    assert photo
    assert client.get(photo.group(1)).mimetype == "image/jpeg"


@pytest.mark.parametrize("tab", ["", "audits", "findings", "local", "people", "nonsense"])
def test_the_page_of_a_site_takes_few_statements_whatever_it_holds(
        client: FlaskClient, queries: QueryRecorder, tab: str) -> None:
    site = a_busy_site()
    sign_in_as(client, Role.REGIONAL_LEAD)
    page(client, f"/sites/KUL1?tab={tab}")
    few = len(queries.during(lambda: page(client, f"/sites/KUL1?tab={tab}")))
    for _ in range(5):
        a_finding_row(site)
        an_action_row(site)
        an_audit_row(site, on=clock.today())
    assert len(queries.during(lambda: page(client, f"/sites/KUL1?tab={tab}"))) == few <= 18


@pytest.mark.parametrize(("q", "expected"), [
    ("kul1", "KUL1"), ("leaver kept", "Leaver access kept"), ("FND-", "Leaver access kept"), ("ESC-01", "First clause"),
    ("thing done", "First clause"), ("เวลา", "บันทึกเวลาไม่ครบ"), ("检验", "质量检验记录缺失"),
])
def test_search_finds_by_reference_and_by_words_of_any_script(client: FlaskClient, q: str, expected: str) -> None:
    site = a_busy_site()
    a_finding_row(site, title="บันทึกเวลาไม่ครบ")
    a_finding_row(site, title="质量检验记录缺失")
    sign_in_as(client, Role.GLOBAL_HEAD)
    assert expected in page(client, f"/search?q={q}")


@pytest.mark.parametrize("q", ["", "   ", "%", "_", "\\", "100%", "x" * 5000, "'; drop table findings --", "<script>"])
def test_search_takes_any_text_as_text(client: FlaskClient, q: str) -> None:
    a_busy_site()
    sign_in_as(client, Role.GLOBAL_HEAD)
    response = client.get("/search", query_string={"q": q})
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "Leaver access kept" not in text
    assert "<script>" not in text.replace('<script src', "")


def test_search_takes_fifteen_statements_at_most(client: FlaskClient, queries: QueryRecorder) -> None:
    for number in range(4):
        a_busy_site(f"KUL{number}")
    sign_in_as(client, Role.GLOBAL_HEAD)
    page(client, "/search?q=KUL")
    assert len(queries.during(lambda: page(client, "/search?q=KUL"))) <= 15


def test_a_vendors_manager_compares_and_the_vendor_does_not(client: FlaskClient) -> None:
    vendor, book = a_vendor("KBC"), a_text()
    sites = [a_site(f"KUL{number}") for number in range(3)]
    for at, site in enumerate(sites):
        an_operation(site, vendor if at == 0 else None)
        a_result(site, book, vendor if at == 0 else None, on=clock.today())
    sign_in_as(client, Role.VENDOR_MANAGER)
    assert "The same clauses elsewhere" in page(client, "/vendors/KBC")
    sign_in_as(client, Role.VENDOR_LEAD, vendor=vendor)
    assert "The same clauses elsewhere" not in page(client, "/vendors/KBC")


def test_exports_hold_every_cell_as_seen(client: FlaskClient) -> None:
    a_busy_site()
    sign_in_as(client, Role.GLOBAL_HEAD)
    lines = client.get("/network/ratings.csv").get_data(as_text=True).splitlines()
    assert lines[1].startswith('"KUL1","Kuala Lumpur","APAC","in-house","ESC","rated","A",90.0,4,')
    with client.get("/network/ratings.xlsx?region=apac") as book:
        assert book.data[:2] == b"PK"

