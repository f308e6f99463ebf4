"""Evidence in the language of the place: the note says which it is in, title and risk of a finding are in English."""

import pytest
from flask.testing import FlaskClient

from compliance.audits import commands
from compliance.audits.queries.records import get_audit
from compliance.audits.scoring import Conformity, Severity
from compliance.audits.submission import AnsweredClause, clause_blockers
from compliance.db import session
from compliance.findings.models import Finding
from tests.builders.accounts import actor_of, post, sign_in
from tests.builders.audits import Stage, a_playbook, a_started, clause_of, loaded, reviewed, submit
from tests.builders.files import an_upload
from tests.builders.network import a_site
from tests.builders.saving import saving

NOTE = "บันทึกสองในเก้าว่างเปล่า"


@pytest.mark.parametrize(("written_in", "title", "asked"), [
    ("", "", False), ("th", "", True), ("th", "  ", True), ("th", "Two of nine logs were empty", False)])
@pytest.mark.parametrize("answer", [Conformity.PARTIAL, Conformity.NONCONFORMITY])
def test_a_note_in_another_language_asks_for_a_title_in_english(answer: Conformity, written_in: str, title: str,
                                                                asked: bool) -> None:
    clause = AnsweredClause("ESC-01", Severity.MAJOR, 3, answer, NOTE, 1, risk="A person waits.",
                            written_in=written_in, title=title)
    assert ("title" in [each.code for each in clause_blockers(clause)]) is asked


def test_nothing_is_asked_of_a_clause_that_holds() -> None:
    clause = AnsweredClause("ESC-01", Severity.MAJOR, 3, Conformity.CONFORMITY, NOTE, written_in="th")
    assert clause_blockers(clause) == []


@pytest.fixture
def stage(client: FlaskClient) -> Stage:
    return Stage(site=a_site(languages=["th", "en"]))


def failed(stage: Stage) -> str:
    """An audit whose one clause failed, noted in Thai and not answered otherwise; its reference."""
    audit = a_started(stage, a_playbook([("major", 3)]))
    [assessment] = loaded(audit)
    with saving():
        commands.answer(stage.actor("auditor"), assessment, conformity=Conformity.NONCONFORMITY, note=NOTE,
                        finding_title="Logs are empty", finding_risk="A person waits.", written_in="th")
        commands.attach_evidence(stage.actor("auditor"), assessment, an_upload())
    return audit.reference


def test_the_finding_keeps_the_note_as_written_and_its_language(client: FlaskClient, stage: Stage) -> None:
    audit = get_audit(stage.actor("auditor"), failed(stage))
    submit(stage, audit)
    reviewed(stage, audit)
    finding = session.query(Finding).one()
    assert (finding.title, finding.condition, finding.details["written_in"]) == (
        "Logs are empty", NOTE, ["th", "Thai"])
    reference = finding.reference
    sign_in(client, stage.reviewer)
    page = client.get(f"/findings/{reference}").text
    assert f'<span lang="th" dir="auto">{NOTE}</span>' in page
    assert "as written in Thai" in page


@pytest.mark.parametrize("backend", ["sqlite"])
class TestCard:
    def test_the_card_offers_the_languages_of_the_site(self, client: FlaskClient, stage: Stage) -> None:
        reference = failed(stage)
        sign_in(client, stage.auditor)
        clause = loaded(get_audit(actor_of(stage.auditor), reference))[0].clause_id
        page = client.get(f"/audits/{reference}/checklist/{clause}").text
        assert '<option value="th" selected>Thai</option>' in page
        assert '<option value="de"' not in page

    def test_a_site_that_speaks_english_is_not_asked(self, client: FlaskClient) -> None:
        stage = Stage(site=a_site(languages=["en"]))
        audit = a_started(stage, a_playbook([("major", 3)]))
        clause, reference = loaded(audit)[0].clause_id, audit.reference
        sign_in(client, stage.auditor)
        assert 'type="hidden" name="written_in"' in client.get(f"/audits/{reference}/checklist/{clause}").text

    def test_the_form_keeps_it(self, client: FlaskClient, stage: Stage) -> None:
        reference = failed(stage)
        sign_in(client, stage.auditor)
        clause = loaded(get_audit(actor_of(stage.auditor), reference))[0].clause_id
        sent = post(client, f"/audits/{reference}/checklist/{clause}", {
            "conformity": "nonconformity", "note": NOTE, "written_in": "", "finding_title": "x", "finding_risk": "y"})
        assert sent.status_code == 302
        audit = get_audit(actor_of(stage.auditor), reference)
        assert clause_of(audit, clause).written_in == ""
