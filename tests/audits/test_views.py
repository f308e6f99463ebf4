"""The pages of audits: the walk from plan to review by hand, and what they refuse."""

import functools
import io
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from compliance import db
from compliance.access import Role
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Assessment, Audit
from compliance.files.models import Evidence
from compliance.findings.models import Finding
from tests.builders.accounts import a_grant, a_person, csrf, post, sign_in
from tests.builders.audits import (
    Stage,
    a_planned,
    a_playbook,
    a_scheduled,
    a_started,
    a_submitted,
    loaded,
    reviewed,
)
from tests.builders.files import a_photo, a_pixel_flood
from tests.builders.network import a_site, a_vendor
from tests.support.queries import QueryRecorder


@pytest.fixture(autouse=True)
def _today(clock: Any) -> None:
    clock.at("2026-03-17 04:00")


@pytest.fixture
def stage(client: FlaskClient) -> Stage:
    return Stage(vendor=a_vendor(code="NLS", name="Northlight"), site=a_site("MNL1"))


def put(client: FlaskClient, url: str, body: dict[str, Any]) -> TestResponse:
    return client.put(url, json=body, headers={"X-CSRFToken": csrf(client)})


def planned(stage: Stage, **fields: Any) -> dict[str, Any]:
    playbook = a_playbook()
    return {"playbooks": [playbook.prefix], "lobs": ["Core"], "lead": str(stage.auditor.id), "method": "on_site",
            "planned_from": "2026-04-01", "contact": str(stage.lead.id), "then": "schedule"} | fields


def test_planning_and_scheduling_is_one_form(client: FlaskClient, stage: Stage) -> None:
    sign_in(client, stage.manager)
    assert "MNL1/NLS" in client.get("/audits/new").text
    assert "14 days of notice" in client.get("/audits/new?auditee=MNL1/NLS").text
    answer = post(client, "/audits/new?auditee=MNL1/NLS", planned(stage))
    assert answer.status_code == 302
    assert db.session.scalars(select(Audit.status)).one() is AuditStatus.SCHEDULED


def test_the_day_offered_is_a_working_day_there_and_keeps_the_notice(client: FlaskClient, stage: Stage,
                                                                    clock: Any) -> None:
    clock.at("2026-03-14 04:00")  # a Saturday, and so is the day two weeks later
    sign_in(client, stage.manager)
    assert 'value="2026-03-30"' in client.get("/audits/new?auditee=MNL1/NLS").text


def test_starting_before_the_day_asks_first(client: FlaskClient, stage: Stage, clock: Any) -> None:
    audit = a_scheduled(stage, a_playbook(), planned_from=date(2026, 4, 1))
    sign_in(client, stage.auditor)
    early = "What it is judged by is fixed for good when it starts."
    asked = client.get(f"/audits/{audit.reference}").text
    assert "days from now. " + early in asked
    assert "Start it today" in asked
    clock.at("2026-04-01 04:00")
    assert early not in client.get(f"/audits/{audit.reference}").text


def test_a_conflict_of_interest_is_shown_and_nothing_typed_is_lost(client: FlaskClient, stage: Stage) -> None:
    a_grant(stage.auditor, Role.VENDOR_LEAD, stage.site, stage.vendor, until_on=date(2025, 7, 17))
    sign_in(client, stage.manager)
    answer = post(client, "/audits/new?auditee=MNL1/NLS", planned(stage, objective="Night shifts first."))
    assert answer.status_code == 409
    assert "worked at MNL1 Kuala Lumpur until 16 Jul 2025 and can audit it from 16 Jul" in answer.text
    assert "Night shifts first." in answer.text
    assert db.session.scalar(select(Audit)) is None


@pytest.mark.parametrize(("field", "value", "status"), [
    ("lead", "01945f00-0000-7000-8000-000000000000", 404),
    ("lead", "no id at all", 422),
    ("playbooks", ["ZZZ"], 404),
    ("planned_from", "tomorrow", 422),
    ("programme", "PRG-2026-0009", 404),
])
def test_ids_from_the_form_are_not_trusted(client: FlaskClient, stage: Stage, field: str, value: Any,
                                          status: int) -> None:
    sign_in(client, stage.manager)
    assert post(client, "/audits/new?auditee=MNL1/NLS", planned(stage, **{field: value})).status_code == status


@pytest.mark.parametrize("path", ["/audits/new", "/audits/new?auditee=MNL1/NLS", "/audits/programmes/new"])
@pytest.mark.parametrize("who", ["auditor", "lead"])
def test_only_programme_managers_plan(client: FlaskClient, stage: Stage, path: str, who: str) -> None:
    sign_in(client, getattr(stage, who))
    assert client.get(path).status_code == 403


def test_every_page_of_an_audit_in_every_status(client: FlaskClient, stage: Stage) -> None:
    made = {
        "planned": a_planned(stage, planned_from=date(2026, 4, 1)),
        "in_progress": a_started(stage, planned_from=date(2026, 4, 1)),
        "submitted": a_submitted(stage, planned_from=date(2026, 4, 1)),
        "reviewed": reviewed(stage, a_submitted(stage, planned_from=date(2026, 4, 1))),
    }
    for person in (stage.manager, stage.auditor, stage.reviewer, stage.lead):
        sign_in(client, person)
        assert all(audit.reference in client.get("/audits").text for audit in made.values())
        for status, audit in made.items():
            page = client.get(f"/audits/{audit.reference}")
            assert page.status_code == 200, status
            assert audit.reference in page.text


@pytest.mark.parametrize("path", [
    "/audits/AUD-2026-9999", "/audits/AUD-2026-9999/checklist", "/audits/AUD-2026-9999/finish",
    "/audits/AUD-2026-9999/review", "/api/v1/audits/AUD-2026-9999",
])
def test_an_unknown_audit_is_not_found(client: FlaskClient, stage: Stage, path: str) -> None:
    sign_in(client, stage.auditor)
    assert client.get(path).status_code == 404


def test_the_checklist_by_hand_without_script(client: FlaskClient, stage: Stage) -> None:
    audit = a_scheduled(stage, a_playbook([("major", 3), ("minor", 1)]), planned_from=date(2026, 3, 31))
    sign_in(client, stage.auditor)
    assert post(client, f"/audits/{audit.reference}/start", {"version": audit.version}).status_code == 302
    first, second = (each.clause_id for each in loaded(audit))
    card = client.get(f"/audits/{audit.reference}/checklist/{first}")
    assert "Every shift keeps rule 1" in card.text
    assert "Waived" not in card.text
    answer = post(client, f"/audits/{audit.reference}/checklist/{first}", {
        "conformity": "nonconformity", "note": "Two logs empty.", "finding_risk": "A person waits.", "version": "1",
        "file": (io.BytesIO(a_photo()), "floor.jpg")})
    assert answer.headers["Location"].endswith(f"/checklist/{second}")
    post(client, f"/audits/{audit.reference}/checklist/{second}", {"conformity": "not_applicable", "version": "1"})
    blocked = client.get(f"/audits/{audit.reference}/finish")
    assert f"{second} is not applicable: say why." in blocked.text
    closing = {"meeting_on": "2026-03-17", "acknowledged_by": "Ann", "then": "submit"}
    refused = post(client, f"/audits/{audit.reference}/finish", closing)
    assert refused.status_code == 409
    assert "Ann" in refused.text
    post(client, f"/audits/{audit.reference}/checklist/{second}",
         {"conformity": "not_applicable", "reason": "No night shift.", "version": "2"})
    assert post(client, f"/audits/{audit.reference}/finish", closing).status_code == 302
    assert db.session.scalars(select(Audit.status)).one() is AuditStatus.SUBMITTED


def test_an_answer_through_json(client: FlaskClient, stage: Stage) -> None:
    audit = a_started(stage, planned_from=date(2026, 3, 31))
    clause = loaded(audit)[0].clause_id
    url = f"/api/v1/audits/{audit.reference}/assessments/{clause}"
    sign_in(client, stage.auditor)
    saved = put(client, url, {"conformity": "nonconformity", "note": "Empty.", "version": 1})
    assert (saved.status_code, saved.json["version"], saved.json["answered"]) == (200, 2, 1)
    assert f"{clause} is a nonconformity: attach what shows it." in saved.json["missing"]
    clash = put(client, url, {"conformity": "conformity", "version": 1})
    assert (clash.status_code, clash.json["version"]) == (409, 2)
    assert clash.json["theirs"]["Note"] == "Empty."
    told = client.get(f"/api/v1/audits/{audit.reference}").json
    assert [each["conformity"] for each in told["assessments"]] == ["nonconformity", None]


@pytest.mark.parametrize(("body", "status"), [
    ({"conformity": "waived"}, 422), ({"conformity": "fine"}, 422), ({"sample_size": "many"}, 422), ([], 422),
])
def test_json_that_is_no_answer(client: FlaskClient, stage: Stage, body: Any, status: int) -> None:
    audit = a_started(stage, planned_from=date(2026, 3, 31))
    sign_in(client, stage.auditor)
    assert put(client, f"/api/v1/audits/{audit.reference}/assessments/{loaded(audit)[0].clause_id}",
               body).status_code == status


def test_a_clause_of_another_audit_is_not_found(client: FlaskClient, stage: Stage) -> None:
    audit, other = (a_started(stage, a_playbook(), planned_from=date(2026, 3, 31)) for _ in range(2))
    stranger = loaded(other)[0].clause_id
    sign_in(client, stage.auditor)
    assert client.get(f"/audits/{audit.reference}/checklist/{stranger}").status_code == 404
    assert put(client, f"/api/v1/audits/{audit.reference}/assessments/{stranger}", {}).status_code == 404


@pytest.mark.parametrize(("data", "name"), [
    (b"MZ this is a program", "floor.jpg"), (b"<script>alert(1)</script>", "floor.png"), ("flood", "floor.png"),
])
def test_an_upload_that_is_not_what_it_says_stores_nothing(client: FlaskClient, stage: Stage, data: Any,
                                                           name: str) -> None:
    audit = a_started(stage, planned_from=date(2026, 3, 31))
    clause = loaded(audit)[0].clause_id
    sign_in(client, stage.auditor)
    file = io.BytesIO(a_pixel_flood() if data == "flood" else data)
    refused = post(client, f"/audits/{audit.reference}/checklist/{clause}", {
        "conformity": "conformity", "note": "Typed.", "version": "1", "file": (file, name)})
    assert refused.status_code == 422
    assert "Typed." in refused.text
    assert db.session.scalar(select(Evidence)) is None
    assert db.session.scalars(select(Assessment.conformity).where(Assessment.clause_id == clause)).one() is None


def test_two_people_on_one_clause_see_both(client: FlaskClient, stage: Stage) -> None:
    other = a_person(Role.AUDITOR)
    audit = a_started(stage, team=[other], planned_from=date(2026, 3, 31))
    url = f"/audits/{audit.reference}/checklist/{loaded(audit)[0].clause_id}"
    sign_in(client, stage.auditor)
    post(client, url, {"conformity": "conformity", "note": "All there.", "version": "1"})
    sign_in(client, other)
    clash = post(client, url, {"conformity": "nonconformity", "note": "Nothing there.", "version": "1"})
    assert clash.status_code == 409
    assert "All there." in clash.text
    assert "Nothing there." in clash.text
    assert 'name="version" value="2"' in clash.text


def test_the_review_confirms_grades_and_issues(client: FlaskClient, stage: Stage) -> None:
    audit = a_submitted(stage, [("minor", 1, "nonconformity"), ("minor", 1, "conformity")],
                        planned_from=date(2026, 3, 31))
    clause = loaded(audit)[0].clause_id
    url = f"/audits/{audit.reference}/review"
    sign_in(client, stage.auditor)
    assert client.get(url).status_code == 403
    sign_in(client, stage.reviewer)
    assert "Two of nine logs were empty." in client.get(url).text
    version = str(audit.version)
    refused = post(client, url, {f"grade-{clause}": "major", "then": "complete", "version": version})
    assert (refused.status_code, "say why it is graded major" in refused.text) == (409, True)
    done = post(client, url, {f"grade-{clause}": "major", f"why-{clause}": "Third site.", "then": "complete",
                              "version": version})
    assert done.status_code == 302
    assert db.session.scalars(select(Finding.severity)).one() == "major"
    assert clause in client.get(f"/audits/{audit.reference}").text


def test_a_vendor_reads_its_result_only_after_the_review(client: FlaskClient, stage: Stage) -> None:
    audit = a_submitted(stage, [("minor", 1, "nonconformity")], planned_from=date(2026, 3, 31))
    clause = loaded(audit)[0].clause_id
    sign_in(client, stage.lead)
    assert "Results" not in client.get(f"/audits/{audit.reference}").text
    assert client.get(f"/audits/{audit.reference}/checklist/{clause}").status_code == 404
    assert client.get(f"/api/v1/audits/{audit.reference}").json["assessments"] == []
    reviewed(stage, audit)
    assert "Two of nine logs were empty." in client.get(f"/audits/{audit.reference}/checklist/{clause}").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_as_a_file(client: FlaskClient, stage: Stage, kind: str) -> None:
    audit = a_planned(stage, planned_from=date(2026, 4, 1))
    sign_in(client, stage.manager)
    with client.get(f"/audits.{kind}?site=MNL1") as file:
        assert file.status_code == 200
        assert kind == "xlsx" or audit.reference in file.text


def test_pages_cost_the_same_however_many_clauses(client: FlaskClient, stage: Stage, queries: QueryRecorder) -> None:
    sign_in(client, stage.auditor)
    counts = []
    for clauses in (2, 60):
        audit = a_started(stage, a_playbook([("minor", 1)] * clauses), planned_from=date(2026, 3, 31))
        parts = ("", "/checklist", f"/checklist/{loaded(audit)[1].clause_id}")
        counts.append([len(queries.during(functools.partial(client.get, f"/audits/{audit.reference}{part}")))
                       for part in parts])
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 20
