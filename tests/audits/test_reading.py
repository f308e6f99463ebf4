"""A checklist in the language of the auditor: what is shown, and what the answer keeps of it."""

import re

import pytest

from compliance import db
from tests.builders.accounts import csrf, post, sign_in
from tests.builders.audits import Stage, a_playbook, a_started, loaded
from tests.builders.translations import a_line, a_proposal, a_translation


@pytest.fixture(autouse=True)
def _today(app, clock) -> None:
    clock.at("2026-03-17 04:00")


def started(client, language: str):
    """An audit whose first clause has a Thai translation, its auditor reading in a language; the card's address."""
    stage, book = Stage(), a_playbook([("minor", 1), ("minor", 1)])
    audit = a_started(stage, book)
    first, second = loaded(audit)
    a_translation(book, first.clause_id, said=("ชื่อไทย 1", "ข้อความไทย 1"))
    sign_in(client, stage.auditor)
    if language:
        post(client, "/reading-language", {"language": language, "back": ""})
    return audit, first, second


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_a_clause_is_read_and_answered_in_thai_and_the_record_keeps_it(client):
    audit, first, _ = started(client, "th")
    url = f"/audits/{audit.reference}/checklist/{first.clause_id}"
    page = client.get(url).text
    assert "ข้อความไทย" in page
    assert "The original text, which is the obligation" in page
    assert field(page, "read_in") == "th"
    post(client, url, {"version": first.version, "conformity": "conformity", "read_in": field(page, "read_in")})
    db.session.expire_all()
    assert loaded(audit)[0].read_in == "th"
    told = client.get(f"/api/v1/audits/{audit.reference}").get_json()["assessments"][0]
    assert told["read_in"] == "th"


@pytest.mark.parametrize(("language", "note"), [("th", True), ("", False)])
def test_what_is_not_translated_is_read_as_written_and_kept_so(client, language, note):
    audit, first, second = started(client, language)
    asked = second if language else first
    page = client.get(f"/audits/{audit.reference}/checklist/{asked.clause_id}").text
    assert ("Not translated into Thai yet: the original holds." in page) is note
    assert field(page, "read_in") == ""


def test_the_language_is_chosen_on_the_checklist(client):
    audit, _, _ = started(client, "")
    page = client.get(f"/audits/{audit.reference}/checklist").text
    assert '<option value="th" lang="th">ไทย (Thai)</option>' in page


def test_a_language_nobody_knows_is_refused(client):
    audit, first, _ = started(client, "")
    answer = client.put(f"/api/v1/audits/{audit.reference}/assessments/{first.clause_id}",
                        json={"version": first.version, "conformity": "conformity", "read_in": "klingon"},
                        headers={"X-CSRFToken": csrf(client)})
    assert answer.status_code == 422


def test_a_proposal_is_not_read_in_an_audit(client):
    stage, book = Stage(), a_playbook([("minor", 1)])
    audit = a_started(stage, book)
    clause = loaded(audit)[0].clause_id
    a_proposal(book, clause, said=("ชื่อไทย 1", "ข้อความไทย 1"))
    assert a_line(book, clause).proposed is not None
    sign_in(client, stage.auditor)
    post(client, "/reading-language", {"language": "th", "back": ""})
    assert "ข้อความไทย" not in client.get(f"/audits/{audit.reference}/checklist/{clause}").text
