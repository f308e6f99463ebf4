"""An audit as a tablet takes it along: everything a card shows, at a constant number of statements, and small."""

import json
from typing import Any

import pytest

from compliance import clock
from compliance.access import Actor, Role
from compliance.audits import commands
from compliance.audits.field.snapshot import assigned_audits, audit_snapshot
from compliance.audits.models import Audit
from compliance.audits.queries.records import get_audit
from compliance.audits.queries.states import as_answered
from compliance.audits.scoring import Conformity
from compliance.audits.submission import clause_blockers
from compliance.db import transaction
from compliance.errors import NotFound, RuleViolation
from compliance.playbooks.models import Playbook
from tests.builders import playbooks as books
from tests.builders.accounts import a_person, actor_of
from tests.builders.audits import (
    Stage,
    a_planned,
    a_playbook,
    a_scheduled,
    a_started,
    a_submitted,
    a_version,
    answered,
    clause_of,
    reviewed,
)
from tests.builders.saving import saving
from tests.support.queries import QueryRecorder

CLAUSES = (("critical", 5), ("major", 3), ("minor", 1))


@pytest.fixture
def stage(app: object) -> Stage:
    return Stage()


def snapshot(stage: Stage, audit: Audit) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(audit_snapshot(stage.actor("auditor"), audit.reference)))
    return told


def item(told: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = told["items"][number]
    return found


def test_every_clause_is_there_with_its_pinned_words(stage: Stage) -> None:
    playbook = a_playbook(CLAUSES)
    audit = a_started(stage, playbook)
    told = snapshot(stage, audit)
    assert [each["id"] for each in told["items"]] == [f"{playbook.prefix}-{at:02d}" for at in (1, 2, 3)]
    assert [each["severity"] for each in told["items"]] == ["critical", "major", "minor"]
    assert "keeps rule 2" in item(told, 1)["html"]
    assert item(told, 1)["evidence"] == ["Log of week 2"]
    assert told["sections"] == [{"id": "s0", "title": "Rules", "items": [each["id"] for each in told["items"]]}]
    assert item(told, 1)["where"] == "2 of 3 in Rules"
    assert told["playbooks"] == [
        {"key": playbook.key, "prefix": playbook.prefix, "title": playbook.title, "version": "1.0.0"}]
    assert told["fixed_on"] == clock.today(stage.site.zone).isoformat()
    assert told["lead"] == {"id": str(stage.auditor.id), "name": stage.auditor.name}


def test_a_text_published_later_moves_nothing_but_is_told(stage: Stage) -> None:
    playbook = a_playbook(CLAUSES)
    audit = a_started(stage, playbook)
    before = snapshot(stage, audit)
    assert before["newer"] == []
    a_version(playbook, (("minor", 1),), "- Guidance: New words", effective_on=clock.today())
    after = snapshot(stage, audit)
    assert [each["html"] for each in after["items"]] == [each["html"] for each in before["items"]]
    assert after["newer"] == [{"prefix": playbook.prefix, "scope": "global", "was": "1.0.0", "version": "2.0.0",
                               "effective_on": clock.today().isoformat()}]


def test_where_an_override_speaks_its_mark_and_the_global_text_stand_beside(stage: Stage) -> None:
    playbook = books.a_playbook(text="Somebody listens within {{wait_min}}.")
    books.an_override()
    first, *others = snapshot(stage, a_started(stage, playbook))["items"]
    assert "20" in first["html"]
    assert "30" in first["global_html"]
    assert [(mark["text"], mark["layer"], mark["why"]) for mark in first["marks"]] == [
        ("APAC v1", "region", "A desk at night")]
    assert [each["global_html"] for each in others] == [None] * len(others)


@pytest.mark.parametrize("number", range(3))
def test_what_an_answer_asks_for_is_what_submitting_asks_for(stage: Stage, number: int) -> None:
    """The oracle is the stored answer: the same clause answered so on the page, with nothing else given."""
    audit = a_started(stage, a_playbook(CLAUSES))
    told = item(snapshot(stage, audit), number)
    for option in told["options"]:
        if option["refused"]:
            continue
        assessment = clause_of(audit, told["id"])
        with saving():
            commands.answer(stage.actor("auditor"), assessment, conformity=Conformity(option["value"]))
            stored = [(each.code, each.message) for each in clause_blockers(as_answered(assessment))]
        assert [(each["code"], each["message"]) for each in told["needs"][option["value"]]] == stored


def test_a_critical_clause_has_no_half(stage: Stage) -> None:
    options = item(snapshot(stage, a_started(stage, a_playbook(CLAUSES))), 0)["options"]
    assert {each["value"]: each["refused"] for each in options}["partial"] is True
    assert [each["label"] for each in options][:2] == ["Conformity", "Nonconformity"]


def test_what_was_found_last_time_and_is_still_open(stage: Stage) -> None:
    playbook = a_playbook(CLAUSES)
    earlier = a_started(stage, playbook)
    answered(stage, earlier, ["conformity", "nonconformity", "conformity"])
    with saving():
        commands.submit_audit(stage.actor("auditor"), get_audit(stage.actor("auditor"), earlier.reference),
                              meeting_on=clock.today(stage.site.zone), acknowledged_by="Somebody")
    reviewed(stage, earlier)
    told = item(snapshot(stage, a_started(stage, playbook)), 1)
    assert told["last"] == {"conformity": "nonconformity", "on": clock.today(stage.site.zone).isoformat(),
                            "reference": earlier.reference}
    assert [each["title"] for each in told["open_findings"]] == ["Rule 2: not met"]


def test_only_the_team_takes_an_audit_along(stage: Stage) -> None:
    audit = a_started(stage)
    for person in (a_person(Role.AUDITOR), stage.reviewer, stage.lead, stage.manager):
        with pytest.raises(NotFound):
            audit_snapshot(actor_of(person), audit.reference)


@pytest.mark.parametrize(("make", "says"), [(a_planned, "not in the calendar"), (a_scheduled, "starts with Start")])
def test_an_audit_that_has_not_begun_says_what_comes_first(stage: Stage, make: Any, says: str) -> None:
    audit = make(stage)
    with pytest.raises(RuleViolation, match=says):
        audit_snapshot(stage.actor("auditor"), audit.reference)


def test_the_list_holds_what_is_mine_to_do(stage: Stage) -> None:
    scheduled, begun = a_scheduled(stage), a_started(stage)
    a_submitted(stage)
    a_started(Stage())
    told = {each["reference"]: each for each in assigned_audits(stage.actor("auditor"))}
    assert told.keys() == {scheduled.reference, begun.reference}
    assert (told[begun.reference]["can_download"], told[begun.reference]["can_start"]) == (True, False)
    assert (told[scheduled.reference]["can_download"], told[scheduled.reference]["can_start"]) == (False, True)
    assert told[scheduled.reference]["why_not"] == "It starts with Start."
    assert told[begun.reference]["site"] == {"code": stage.site.code, "name": stage.site.name, "zone": stage.site.zone}


def test_the_stamp_of_the_list_moves_with_the_record(stage: Stage) -> None:
    audit = a_started(stage, a_playbook(CLAUSES))

    def stamps() -> tuple[str, str]:
        [card] = assigned_audits(stage.actor("auditor"))
        return card["etag"], snapshot(stage, audit)["etag"]

    listed, whole = stamps()
    assert listed == whole
    answered(stage, audit, ["conformity"] * 3)
    assert stamps()[0] == stamps()[1] != listed


def statements(queries: QueryRecorder, actor: Actor, audit: Audit) -> int:
    return len(queries.during(lambda: audit_snapshot(actor, audit.reference)))


def test_statements_do_not_grow_with_clauses(stage: Stage, queries: QueryRecorder) -> None:
    actor = stage.actor("auditor")
    few, many = a_started(stage, a_playbook(CLAUSES)), a_started(stage, a_playbook(CLAUSES * 10))
    assert statements(queries, actor, few) == statements(queries, actor, many) <= 16


def test_a_hundred_clauses_stay_under_a_megabyte(stage: Stage) -> None:
    clauses = [("major", 3)] * 100
    playbook: Playbook = a_playbook(clauses, facts="- Guidance: " + "Ask who was on shift and look at the log. " * 20)
    audit = a_started(stage, playbook)
    with transaction():
        whole = json.dumps(audit_snapshot(stage.actor("auditor"), audit.reference)).encode()
    assert len(json.loads(whole)["items"]) == 100
    assert len(whole) < 1_000_000
