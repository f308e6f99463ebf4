"""An audit that spans a change of its playbook: it stays on what it began with, and says so."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from compliance import clock
from compliance.audits.models import Audit
from compliance.audits.queries.records import chains_of, texts_of
from compliance.audits.queries.walking import Superseded, superseded
from compliance.playbooks.models import Playbook
from tests.builders import playbooks as books
from tests.builders.accounts import sign_in
from tests.builders.audits import Stage, a_playbook, a_started, a_version, loaded
from tests.builders.saving import saving
from tests.support.queries import QueryRecorder


@pytest.fixture
def stage(client: FlaskClient) -> Stage:
    return Stage()


def today(stage: Stage) -> date:
    return clock.today(stage.site.zone)


def told(audit: Audit) -> list[Superseded]:
    return superseded(audit, chains_of(audit))


def test_nothing_is_told_while_nothing_changed(stage: Stage) -> None:
    assert told(a_started(stage)) == []


@pytest.mark.parametrize(("days", "is_told"), [(0, True), (1, False)])
def test_a_version_is_told_once_it_holds(stage: Stage, days: int, is_told: bool) -> None:
    playbook = a_playbook()
    audit = a_started(stage, playbook)
    day = today(stage) + timedelta(days=days)
    a_version(playbook, [("minor", 1)], effective_on=day)
    expected = [Superseded(playbook.prefix, "global", "1.0.0", "2.0.0", day)]
    assert told(audit) == (expected if is_told else [])


def test_another_playbook_is_no_matter(stage: Stage) -> None:
    audit = a_started(stage)
    a_version(a_playbook(), [("minor", 1)], effective_on=today(stage))
    assert told(audit) == []


def test_an_override_that_comes_while_the_audit_runs(stage: Stage) -> None:
    audit = a_started(stage, books.a_playbook())
    version = books.an_override()
    assert told(audit) == [Superseded("TIN", "apac", "", "1", version.effective_on)]


def test_an_override_that_ends_while_the_audit_runs(stage: Stage) -> None:
    playbook = books.a_playbook()
    version = books.an_override()
    audit = a_started(stage, playbook)
    assert told(audit) == []
    with saving():
        version.until_on = today(stage)
    assert told(audit) == [Superseded("TIN", "apac", "1", "", today(stage))]
    assert "20" in clause_text(audit)  # what held on the day the criteria froze goes on holding here


def clause_text(audit: Audit) -> str:
    [first, *_] = loaded(audit)
    return str(texts_of([first])[first.clause_digest].content)


@pytest.mark.parametrize("backend", ["sqlite"])
class TestPages:
    def changed(self, stage: Stage) -> tuple[str, Playbook]:
        playbook = a_playbook()
        reference = a_started(stage, playbook).reference
        a_version(playbook, [("minor", 1)], effective_on=today(stage))
        return reference, playbook

    @pytest.mark.parametrize("path", ["", "/checklist"])
    def test_record_and_checklist_say_both(self, client: FlaskClient, stage: Stage, path: str) -> None:
        reference, playbook = self.changed(stage)
        prefix = playbook.prefix
        sign_in(client, stage.auditor)
        page = client.get(f"/audits/{reference}{path}").text
        assert "Criteria superseded since the audit began." in page
        assert f"<b>{prefix}</b> Global 1.0.0 was superseded by 2.0.0" in page

    def test_it_costs_one_statement(self, client: FlaskClient, stage: Stage, queries: QueryRecorder) -> None:
        audit = a_started(stage)
        chains = chains_of(audit)
        assert len(queries.during(lambda: superseded(audit, chains))) == 1
