"""A sign-off from a tablet: taken when everything is here, else told what is missing; late or not; kept for good."""

from typing import Any

import pytest
from flask import Flask

from compliance import db
from compliance.access import Role
from compliance.audits import commands
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit
from compliance.audits.queries.records import get_audit
from compliance.files.models import Evidence
from tests.builders.accounts import a_person, sign_in
from tests.builders.audits import Stage, loaded
from tests.builders.saving import saving
from tests.builders.syncing import Op, Tablet, a_floor, items_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def stage(clock: Any) -> Stage:
    clock.at("2026-03-17 04:00")
    return Stage()


@pytest.fixture
def audit(stage: Stage) -> Audit:
    return a_floor(stage)


@pytest.fixture
def tablet(app: Flask, stage: Stage) -> Tablet:
    return Tablet(app.test_client(), stage.auditor)


def walked(tablet: Tablet, audit: Audit) -> list[Op]:
    """Every clause answered and the signature sent; the operations of it."""
    ops = [tablet.op(audit.reference, item, "conformity", "conformity") for item in items_of(audit)]
    signature, drawn = tablet.photo(audit.reference, "", kind="signature", role="Lead auditor", name="Maria Ortiz")
    tablet.send(*ops, signature)
    assert tablet.put(signature, drawn).status_code == 201
    return [*ops, signature]


def now(audit: Audit) -> Audit:
    db.session.remove()
    return db.session.get_one(Audit, audit.id)


def test_a_complete_one_submits_the_audit_with_a_receipt(tablet: Tablet, audit: Audit) -> None:
    photo, data = tablet.photo(audit.reference, items_of(audit)[0])
    tablet.send(photo)
    tablet.put(photo, data)
    ops = [*walked(tablet, audit), photo]
    answer = tablet.send(tablet.signoff(audit.reference, ops))
    assert answer["results"][0]["status"] == "applied"
    [entry] = answer["work"]
    assert (entry["status"], entry["receipt"]["answers"], entry["receipt"]["photos"]) == ("submitted", 3, 1)
    assert now(audit).status is AuditStatus.SUBMITTED
    assert now(audit).acknowledged_by == "Ann Lim"
    signed = db.session.query(Evidence).where(Evidence.subject_id == audit.id).one()
    assert (signed.caption, signed.working) == ("Signature of Maria Ortiz, Lead auditor", True)


def test_an_incomplete_one_is_told_what_is_missing_and_judged_anew(tablet: Tablet, audit: Audit) -> None:
    ops = walked(tablet, audit)
    unsent = tablet.op(audit.reference, items_of(audit)[0], "note", "Seen at the night desk.")
    photo, data = tablet.photo(audit.reference, items_of(audit)[0])
    tablet.send(photo)
    signoff = tablet.signoff(audit.reference, [*ops, unsent, photo])
    [result] = tablet.send(signoff)["results"]
    assert (result["status"], result["code"]) == ("held", "incomplete")
    assert result["missing"] == {"ops": [unsent["op_id"]], "media": [photo["value"]["media_id"]]}
    assert now(audit).status is AuditStatus.IN_PROGRESS
    tablet.put(photo, data)
    again = tablet.send(unsent, signoff)["results"]
    assert [each["status"] for each in again] == ["applied", "applied"]
    assert now(audit).status is AuditStatus.SUBMITTED
    [replayed] = tablet.send(signoff)["results"]
    assert (replayed["status"], replayed["verdict"]) == ("duplicate", "applied")


def test_what_stands_against_it_is_listed(tablet: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    ops = walked(tablet, audit)
    worse = tablet.op(audit.reference, item, "conformity", "nonconformity", parent=ops[0]["op_id"])
    signoff = tablet.signoff(audit.reference, [*ops, worse], meeting_on=None, acknowledged_by="")
    results = tablet.send(worse, signoff)["results"]
    assert (results[1]["status"], results[1]["code"]) == ("rejected", "blocked")
    assert [(each["item"], each["code"]) for each in results[1]["reasons"]] == [
        (item, "evidence"), (item, "note"), (item, "risk"), ("", "closing_meeting"), ("", "acknowledgement")]
    assert now(audit).status is AuditStatus.IN_PROGRESS
    assert now(audit).conclusion == ""


@pytest.mark.parametrize(("more", "code"), [
    ({"ops": "all"}, "invalid"), ({"ops": ["x"]}, "invalid"), ({"media": [{"media_id": "x"}]}, "invalid"),
    ({"media": 7}, "invalid"), ({"signature_media_id": None}, "unsigned"), ({"signature_media_id": "x"}, "unsigned"),
    ({"meeting_on": "soon"}, "invalid"), ({"acknowledged_by": 7}, "invalid")])  # fmt: skip
@pytest.mark.parametrize("backend", ["sqlite"])
def test_one_that_cannot_be_read_is_refused(tablet: Tablet, audit: Audit, more: dict[str, Any], code: str) -> None:
    ops = walked(tablet, audit)
    [result] = tablet.send(tablet.signoff(audit.reference, ops, **more))["results"]
    assert (result["status"], result["code"]) == ("rejected", code)


def test_only_the_lead_signs(app: Flask, stage: Stage, tablet: Tablet) -> None:
    colleague = a_person(Role.AUDITOR)
    audit = a_floor(stage, team=[colleague])
    other = Tablet(app.test_client(), colleague)
    [result] = other.send(other.signoff(audit.reference, walked(other, audit)))["results"]
    assert (result["status"], result["code"]) == ("rejected", "lead_signs")


def test_an_open_conflict_stands_against_it_here_and_in_the_page(app: Flask, stage: Stage, tablet: Tablet) -> None:
    colleague = a_person(Role.AUDITOR)
    audit = a_floor(stage, team=[colleague])
    ops = walked(tablet, audit)
    item = items_of(audit)[0]
    theirs = Tablet(app.test_client(), colleague)
    assert theirs.verdicts(theirs.op(audit.reference, item, "note", "I saw another.")) == ["applied"]
    mine = tablet.op(audit.reference, item, "note", "I saw this.")
    [conflict, refused] = tablet.send(mine, tablet.signoff(audit.reference, [*ops, mine]))["results"]
    assert (conflict["status"], refused["code"]) == ("conflict", "blocked")
    assert [each["code"] for each in refused["reasons"]] == ["conflict"]
    with pytest.raises(Exception, match="answered differently on two tablets"), saving():
        commands.submit_audit(stage.actor("auditor"), get_audit(stage.actor("auditor"), audit.reference),
                              meeting_on=None, acknowledged_by="Ann")


def test_what_was_refused_is_not_signed_over(tablet: Tablet, audit: Audit) -> None:
    ops = walked(tablet, audit)
    refused = tablet.op(audit.reference, items_of(audit)[0], "sample_size", "many")
    assert tablet.verdicts(refused) == ["rejected"]
    [result] = tablet.send(tablet.signoff(audit.reference, [*ops, refused]))["results"]
    assert result["code"] == "attention"
    assert items_of(audit)[0] in result["message"]
    better = tablet.op(audit.reference, items_of(audit)[0], "sample_size", 9, parent=refused["op_id"])
    failed = tablet.op(audit.reference, items_of(audit)[0], "sample_failed", 0)
    assert tablet.verdicts(better, failed) == ["applied", "applied"]
    assert tablet.verdicts(tablet.signoff(audit.reference, [*ops, refused, better, failed])) == ["applied"]


def test_two_numbers_may_disagree_on_their_way_but_not_at_the_end(tablet: Tablet, audit: Audit) -> None:
    item, ops = items_of(audit)[0], walked(tablet, audit)
    failed, drawn = (tablet.op(audit.reference, item, name, number)
                     for name, number in (("sample_failed", 8), ("sample_size", 5)))
    assert tablet.verdicts(failed, drawn) == ["applied", "applied"]
    [result] = tablet.send(tablet.signoff(audit.reference, [*ops, failed, drawn]))["results"]
    assert [each["code"] for each in result["reasons"]] == ["sample"]
    more = tablet.op(audit.reference, item, "sample_size", 10, parent=drawn["op_id"])
    assert tablet.verdicts(more, tablet.signoff(audit.reference, [*ops, failed, drawn, more])) == ["applied", "applied"]


# ---- in time or not: edge case 27

def test_signed_in_time_and_received_late_is_flagged(tablet: Tablet, stage: Stage, clock: Any) -> None:
    audit = a_floor(stage, due_on=clock.now().date())
    ops = walked(tablet, audit)
    signoff = tablet.signoff(audit.reference, ops)  # 17 March, noon at the site
    clock.at("2026-03-19 02:00")
    assert tablet.verdicts(signoff) == ["applied"]
    present = now(audit)
    assert present.signature is not None
    assert present.signature.came_late(audit.due_on, "Asia/Kuala_Lumpur")
    sign_in(tablet.client, stage.auditor)
    page = tablet.client.get(f"/audits/{audit.reference}").get_data(as_text=True)
    assert "Signed in time on a tablet" in page
    assert "received after the due day was over" in page
    assert "Signature of Maria Ortiz" in page


def test_a_clock_two_days_ahead_is_evidence_and_no_order(tablet: Tablet, stage: Stage, clock: Any) -> None:
    """It says 19 March on the 17th: signed in time after all, with the difference kept and shown."""
    audit = a_floor(stage, due_on=clock.now().date())
    ops = walked(tablet, audit)
    ahead = "2026-03-19T04:00:00+00:00"
    tablet.send(tablet.signoff(audit.reference, ops) | {"client_at": ahead}, client_now=ahead)
    signature = now(audit).signature
    assert signature is not None
    assert (signature.is_late(audit.due_on, "UTC"), signature.clock_is_off) == (False, True)
    assert "The clock of the tablet was off" in tablet.client.get(f"/audits/{audit.reference}").get_data(as_text=True)


def test_what_goes_back_to_the_team_is_signed_anew(tablet: Tablet, audit: Audit, stage: Stage) -> None:
    ops = walked(tablet, audit)
    tablet.send(tablet.signoff(audit.reference, ops))
    with saving():
        commands.return_audit(stage.actor("reviewer"), get_audit(stage.actor("reviewer"), audit.reference),
                              comment="Show the log.")
    [entry] = tablet.send(tablet.op(audit.reference, items_of(audit)[0], "note", "The log is shown."))["work"]
    assert (entry["status"], entry["receipt"]) == ("in_progress", None)
    assert now(audit).signed_at is None
    assert tablet.verdicts(tablet.signoff(audit.reference, ops)) == ["applied"]
    assert len(loaded(audit)) == 3
