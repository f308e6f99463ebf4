"""Attaching and withdrawing evidence, and who then sees it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db, journal
from compliance.access import Permission, Role
from compliance.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.files import commands, store
from compliance.files.queries import evidence_of, get_evidence, used_before
from compliance.network.models import Operation
from tests.builders.accounts import an_actor
from tests.builders.files import a_photo, an_evidence, an_upload, exif
from tests.builders.network import a_region, a_site, a_vendor, an_operation
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")
WORK = Permission.WORK_ON_ACTION


def a_record(vendor: bool = False) -> Operation:
    """Any placed record will do, since evidence knows nothing of what it supports: here an operation."""
    made = an_operation(a_site(), a_vendor() if vendor else None)
    found = db.session.scalar(select(Operation).where(Operation.id == made.id).options(joinedload(Operation.site))
                              .execution_options(populate_existing=True))
    assert found is not None
    return found


def test_evidence_remembers_who_when_and_what() -> None:
    operation, lead = a_record(), an_actor(Role.SITE_LEAD, name="Aisha")
    upload = an_upload("floor.jpg", exif=exif("2026:03:17 09:40:12"))
    evidence = an_evidence(lead, operation, WORK, upload, caption=" The floor ")
    assert (evidence.added_by_name, evidence.caption, evidence.name) == ("Aisha", "The floor", "floor.jpg")
    assert evidence.place == operation.place
    assert evidence.taken_at == datetime(2026, 3, 17, 1, 40, 12, tzinfo=UTC), "a camera shows the site's own clock"
    assert store.get(evidence.sha256) == upload.data
    assert journal.history(operation)[0].event == "evidence.added"


def test_the_same_file_twice_on_a_record_is_one_piece() -> None:
    operation, lead = a_record(), an_actor(Role.SITE_LEAD)
    first, again = (an_evidence(lead, operation, WORK, an_upload(name)) for name in ("a.jpg", "b.jpg"))
    assert first.id == again.id
    assert [entry.event for entry in journal.history(operation)] == ["evidence.added"]


def test_an_old_photo_on_a_new_record_is_noticed() -> None:
    earlier, later, lead = a_record(), a_record(), an_actor(Role.SITE_LEAD)
    first = an_evidence(lead, earlier, WORK)
    second = an_evidence(lead, later, WORK)
    auditor = an_actor(Role.AUDITOR)
    assert first.sha256 == second.sha256
    assert used_before(auditor, [first, second]) == {second.id}


@pytest.mark.parametrize(("role", "elsewhere", "refusal"), [
    (Role.AUTHOR, False, Forbidden), (Role.SITE_LEAD, True, NotFound), (Role.ADMINISTRATOR, False, Forbidden),
])
def test_only_who_may_work_there_attaches(role: Role, elsewhere: bool, refusal: type[Exception]) -> None:
    operation = a_record()
    stranger = an_actor(role, a_region("emea", "EMEA") if elsewhere else None)
    with pytest.raises(refusal):
        an_evidence(stranger, operation, WORK)


def test_working_evidence_is_kept_from_the_auditee() -> None:
    operation = a_record()
    auditor, lead = an_actor(Role.AUDITOR), an_actor(Role.SITE_LEAD)
    evidence = an_evidence(auditor, operation, Permission.CONDUCT_AUDIT, working=True)
    assert evidence_of(auditor, operation)[operation.id] == [evidence]
    assert evidence_of(lead, operation) == {operation.id: []}
    with pytest.raises(NotFound):
        get_evidence(lead, evidence.id)


@pytest.mark.parametrize("role", [Role.VENDOR_LEAD, Role.ADMINISTRATOR])
def test_who_is_out_of_scope_sees_none(role: Role) -> None:
    operation = a_record(vendor=True)
    evidence = an_evidence(an_actor(Role.AUDITOR), operation, Permission.CONDUCT_AUDIT)
    stranger = an_actor(role, vendor=a_vendor() if role is Role.VENDOR_LEAD else None)
    assert evidence_of(stranger, operation) == {operation.id: []}
    with pytest.raises(NotFound):
        get_evidence(stranger, evidence.id)


def test_withdrawn_evidence_counts_for_nothing_and_stays() -> None:
    operation, lead = a_record(), an_actor(Role.SITE_LEAD)
    evidence = an_evidence(lead, operation, WORK)
    with db.transaction():
        commands.withdraw(lead, WORK, get_evidence(lead, evidence.id), reason="The wrong floor")
    assert evidence_of(lead, operation) == {operation.id: []}
    with pytest.raises(NotFound):
        get_evidence(lead, evidence.id)
    kept = get_evidence(an_actor(Role.AUDITOR), evidence.id)
    assert kept.withdrawn_reason == "The wrong floor"
    assert store.get(kept.sha256)
    assert journal.history(operation)[0].told["fields"]["reason"] == "The wrong floor"
    with pytest.raises(RuleViolation, match="before"), db.transaction():
        commands.withdraw(lead, WORK, kept, reason="Again")


def test_withdrawing_needs_a_reason() -> None:
    lead = an_actor(Role.SITE_LEAD)
    evidence = an_evidence(lead, a_record(), WORK)
    with pytest.raises(InvalidInput, match="Say why"), db.transaction():
        commands.withdraw(lead, WORK, evidence, reason=" ")


def test_evidence_of_many_records_is_one_statement(queries: QueryRecorder) -> None:
    lead, records = an_actor(Role.SITE_LEAD), [a_record() for _ in range(5)]
    for each in records:
        an_evidence(lead, each, WORK)
    assert len(queries.during(lambda: evidence_of(lead, *records))) == 1


def test_a_stored_file_that_was_changed_is_not_handed_out() -> None:
    evidence = an_evidence(an_actor(Role.SITE_LEAD), a_record(), WORK)
    store._path(evidence.sha256).write_bytes(a_photo("PNG"))
    with pytest.raises(ValueError, match="changed"):
        store.get(evidence.sha256)
