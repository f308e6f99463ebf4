"""Batches of tablets on a real database: verdicts, what is written, what the others are told, and the journal."""

from typing import Any

import pytest
from flask import Flask

from tests.builders.accounts import a_person
from tests.builders.audits import Stage, clause_of
from tests.builders.syncing import Tablet, a_floor, items_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_an_answer_is_applied_and_told_to_the_next_tablet(app: Flask, stage: Stage) -> None:
    audit = a_floor(stage)
    item, reference = items_of(audit)[0], audit.reference
    tablet = Tablet(app.test_client(), stage.auditor)
    first = tablet.op(reference, item, "conformity", "nonconformity")
    answer = tablet.send(first, tablet.op(reference, item, "note", "  Two of nine.  "))
    assert [each["status"] for each in answer["results"]] == ["applied", "applied"]
    clause = clause_of(audit, item)
    assert (clause.conformity, clause.note, clause.answered_by_id) == ("nonconformity", "Two of nine.", stage.auditor.id)
    assert answer["work"][0]["answered"] == 1
    again = tablet.send(first)["results"][0]
    assert (again["status"], again["verdict"]) == ("duplicate", "applied")
