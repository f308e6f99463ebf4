"""Held work adopted or dismissed by who leads it, conflicts settled in the page, and a saved copy brought in."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from compliance import clock, db
from compliance.access import Actor, Role
from compliance.audits import commands as audits
from compliance.audits.field.commands import adopt, dismiss, settle, take_backup
from compliance.audits.field.models import FieldMedia, FieldOperation
from compliance.audits.field.queries.holding import get_work, held_in
from compliance.audits.field.reading import read
from compliance.audits.field.standing import told
from compliance.audits.models import Audit, AuditMember
from compliance.audits.queries.records import get_audit
from compliance.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.files.models import Evidence
from tests.builders.accounts import a_person, actor_of, an_actor
from tests.builders.audits import Stage, clause_of
from tests.builders.saving import saving
from tests.builders.syncing import Op, Tablet, a_floor, items_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def gone(app: Flask) -> Tablet:
    """An auditor who was taken off the team while offline."""
    return Tablet(app.test_client(), a_person(Role.AUDITOR))


@pytest.fixture
def audit(stage: Stage, gone: Tablet) -> Audit:
    return a_floor(stage, team=[gone.person])


def take_off(audit: Audit, person: Any) -> None:
    with saving():
        db.session.delete(db.session.get_one(AuditMember, (audit.id, person.id)))


def row(op: Op) -> FieldOperation:
    db.session.remove()
    return db.session.get_one(FieldOperation, UUID(op["op_id"]))


def held(actor: Actor, audit: Audit) -> list[UUID]:
    db.session.remove()
    return [each.op_id for each in held_in(get_work(actor, audit.reference))]


def ids(*ops: Op) -> list[UUID]:
    return [UUID(op["op_id"]) for op in ops]


def test_the_lead_adopts_values_and_photographs(gone: Tablet, audit: Audit, stage: Stage) -> None:
    first, second, _ = items_of(audit)
    take_off(audit, gone.person)
    early = gone.op(audit.reference, first, "note", "early")
    late = gone.op(audit.reference, first, "note", "late", parent=early["op_id"])
    photo, data = gone.photo(audit.reference, second)
    assert gone.verdicts(early, late, photo) == ["held"] * 3
    gone.put(photo, data)
    lead = stage.actor("auditor")
    assert held(lead, audit) == ids(early, late, photo)
    with saving():
        adopted = adopt(lead, audit.reference, ids(early, late, photo))
    assert (set(adopted.operations), adopted.left) == (set(ids(early, late, photo)), {})
    clause = clause_of(audit, first)
    assert (clause.note, clause.answered_by_id) == ("late", stage.auditor.id)
    assert clause_of(audit, second).evidence_count == 1
    assert (row(late).verdict, row(late).settled_how, row(late).author) == ("applied", "adopted", gone.person.name)
    assert held(lead, audit) == []
    again = gone.send(late)["results"][0]
    assert (again["status"], again["verdict"]) == ("duplicate", "applied")


def test_what_is_adopted_reaches_the_tablets_and_is_gone_on_from(app: Flask, gone: Tablet, audit: Audit,
                                                                 stage: Stage) -> None:
    item = items_of(audit)[0]
    lead = Tablet(app.test_client(), stage.auditor)
    mine = lead.op(audit.reference, item, "note", "mine")
    lead.send(mine, since={audit.reference: ""})
    take_off(audit, gone.person)
    late = gone.op(audit.reference, item, "note", "theirs")
    gone.send(late)
    with saving():
        adopt(stage.actor("auditor"), audit.reference, ids(late))
    [change] = [each for each in lead.send()["changes"] if each["field"] == "note"]
    assert (change["value"], change["head"]) == ("theirs", late["op_id"])
    assert lead.verdicts(lead.op(audit.reference, item, "note", "on", parent=change["head"])) == ["applied"]
    assert clause_of(audit, item).conflicts == 0


def test_what_cannot_be_adopted_stays_and_says_why(gone: Tablet, audit: Audit, stage: Stage) -> None:
    take_off(audit, gone.person)
    wrong = gone.op(audit.reference, items_of(audit)[0], "conformity", "perfect")
    nowhere = gone.op(audit.reference, "ZZZ-99", "note", "a")
    unsent, _ = gone.photo(audit.reference, items_of(audit)[0])
    signoff = gone.signoff(audit.reference, [])
    good = gone.op(audit.reference, items_of(audit)[0], "note", "good")
    gone.send(wrong, nowhere, unsent, signoff, good)
    with saving():
        adopted = adopt(stage.actor("auditor"), audit.reference, ids(wrong, nowhere, unsent, signoff, good))
    assert adopted.operations == tuple(ids(good))
    assert set(adopted.left) == set(ids(wrong, nowhere, unsent, signoff))
    assert all(adopted.left.values())
    assert (row(wrong).waiting, row(wrong).verdict, row(good).waiting) == (True, "held", False)


def test_dismissing_needs_a_reason_and_keeps_everything(gone: Tablet, audit: Audit, stage: Stage) -> None:
    with saving():
        manager = stage.actor("manager")
        audits.cancel_audit(manager, get_audit(manager, audit.reference), reason="Closed.")
    late = gone.op(audit.reference, items_of(audit)[0], "note", "late")
    gone.send(late)
    lead = stage.actor("auditor")
    with pytest.raises(RuleViolation, match="cancelled"), saving():
        adopt(lead, audit.reference, ids(late))
    with pytest.raises(InvalidInput), saving():
        dismiss(lead, audit.reference, ids(late), reason=" ")
    with saving():
        dismiss(lead, audit.reference, ids(late), reason="Said again in the next audit.")
    assert (row(late).settled_how, row(late).settled_why, row(late).value) == (
        "dismissed", "Said again in the next audit.", "late")
    with pytest.raises(NotFound), saving():
        dismiss(lead, audit.reference, ids(late), reason="Twice.")


def test_only_who_leads_decides(gone: Tablet, audit: Audit, stage: Stage) -> None:
    take_off(audit, gone.person)
    late = gone.op(audit.reference, items_of(audit)[0], "note", "late")
    gone.send(late)
    for actor, error in ((an_actor(Role.AUDITOR), Forbidden), (stage.actor("manager"), Forbidden),
                         (stage.actor("lead"), NotFound), (an_actor(Role.ADMINISTRATOR), NotFound)):
        with pytest.raises(error), saving():
            adopt(actor, audit.reference, ids(late))
        with pytest.raises(error), saving():
            dismiss(actor, audit.reference, ids(late), reason="No.")
    with pytest.raises(NotFound), saving():
        adopt(stage.actor("auditor"), audit.reference, [uuid4()])


def test_a_conflict_is_settled_in_the_page_by_the_same_rule(app: Flask, gone: Tablet, audit: Audit,
                                                            stage: Stage) -> None:
    item = items_of(audit)[0]
    lead = Tablet(app.test_client(), stage.auditor)
    lead.send(lead.op(audit.reference, item, "note", "a"))
    side = gone.op(audit.reference, item, "note", "b")
    gone.send(side)
    [conflict] = told(stage.actor("auditor"), audit.reference)["conflicts"]
    assert conflict["others"][0]["op_id"] == side["op_id"]
    with pytest.raises(Forbidden, match="lead auditor"), saving():
        settle(actor_of(gone.person), audit.reference, item, "note", chosen=UUID(side["op_id"]))
    with pytest.raises(NotFound), saving():
        settle(stage.actor("auditor"), audit.reference, item, "note", chosen=uuid4())
    with saving():
        settle(stage.actor("auditor"), audit.reference, item, "note", chosen=UUID(side["op_id"]))
    assert (clause_of(audit, item).note, clause_of(audit, item).conflicts) == ("b", 0)
    with pytest.raises(NotFound), saving():
        settle(stage.actor("auditor"), audit.reference, item, "note", chosen=None)
    assert told(stage.actor("auditor"), audit.reference)["conflicts"] == []
    [entry] = gone.send()["work"]
    assert entry["conflicts"] == []
    assert gone.verdicts(gone.op(audit.reference, item, "note", "c", parent=side["op_id"])) == ["applied"]


def test_keeping_what_stands_is_settling_too(app: Flask, gone: Tablet, audit: Audit, stage: Stage) -> None:
    item = items_of(audit)[0]
    lead = Tablet(app.test_client(), stage.auditor)
    lead.send(lead.op(audit.reference, item, "note", "a"))
    gone.send(gone.op(audit.reference, item, "note", "b"))
    with saving():
        settle(actor_of(gone.person), audit.reference, item, "note", chosen=None)
    assert (clause_of(audit, item).note, clause_of(audit, item).conflicts) == ("a", 0)


def test_conflicts_are_shown_to_who_may_read_the_answers(audit: Audit, stage: Stage) -> None:
    for actor in (stage.actor("lead"), an_actor(Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            told(actor, audit.reference)


def test_a_saved_copy_is_taken_like_the_tablet_itself_and_names_its_author(app: Flask, gone: Tablet, audit: Audit,
                                                                           stage: Stage) -> None:
    """The colleague's tablet fell into the water: what its file holds is taken once, sent by the lead, made by them."""
    sent = gone.op(audit.reference, items_of(audit)[0], "note", "sent before")
    gone.send(sent)
    saved = gone.op(audit.reference, items_of(audit)[1], "note", "from the file")
    lead = stage.actor("auditor")
    body = gone.body([sent, saved], user_id=str(lead.id), since={})
    for expected in (["duplicate", "applied"], ["duplicate", "duplicate"]):
        with saving():
            answer = take_backup(lead, read(json.dumps(body).encode(), clock.now()), author=gone.person.name)
        assert [each["status"] for each in answer["results"]] == expected
    assert (row(saved).author, row(saved).person_id) == (gone.person.name, lead.id)
    assert clause_of(audit, items_of(audit)[1]).note == "from the file"
    with pytest.raises(Forbidden), saving():
        take_backup(an_actor(Role.AUTHOR), read(json.dumps(body).encode(), clock.now()), author="Nobody")


def test_photographs_that_wait_are_kept_with_the_rest(gone: Tablet, audit: Audit) -> None:
    take_off(audit, gone.person)
    photo, data = gone.photo(audit.reference, items_of(audit)[0])
    gone.send(photo)
    gone.put(photo, data)
    [media] = db.session.query(FieldMedia).all()
    assert (media.state, media.caption, media.kept_sha256 is not None) == ("held", "The night desk", True)
    assert db.session.query(Evidence).count() == 0
