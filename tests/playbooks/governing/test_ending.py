"""How a published text ends: read through and kept, or retired by two owners once nothing is measured against it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor
from compliance.audits.lifecycle import AuditStatus
from compliance.errors import InvalidInput, RuleViolation
from compliance.playbooks.governing import commands
from compliance.playbooks.models import PlaybookVersion, VersionStatus
from compliance.playbooks.standing import states
from tests.builders.audits import Stage, a_started
from tests.builders.governing import an_owner, publish, version_of
from tests.builders.playbooks import a_playbook, a_text, a_version, bring_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        yield


def take(command: Any, actor: Actor, *given: Any, **said: Any) -> Any:
    with db.transaction():
        return command(actor, *given, **said)


def a_retirement(**said: Any) -> Any:
    version = a_version(a_playbook_digest())
    valid = {"until_on": date(2026, 7, 1), "reason": "The work has ended"}
    return version, take(commands.propose_retirement, an_owner(), version, **valid | said)


def a_playbook_digest() -> str:
    a_playbook()
    return db.session.scalars(select(PlaybookVersion.digest)).one()


def test_a_playbook_ends_by_two_owners_on_its_day() -> None:
    version, proposal = a_retirement()
    first = Actor(proposal.person_id, proposal.person, an_owner().grants)
    with pytest.raises(RuleViolation, match="You proposed this"):
        take(commands.confirm_retirement, first, proposal, digest=version.digest)
    take(commands.confirm_retirement, an_owner(), proposal, digest=version.digest)
    assert (version.status, version.until_on) == (VersionStatus.RETIRED, date(2026, 7, 1))
    days = [states([version], day)[version.id].value for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert days == ["effective", "retired"]


@pytest.mark.parametrize(("said", "why"), [
    ({"until_on": date(2026, 6, 1)}, "choose a day to come"),
    ({"reason": ""}, "Say why"),
    ({"successor": "no-such-rules"}, "Name another playbook"),
    ({"successor": "tiny-rules"}, "Name another playbook"),
])
def test_an_end_needs_a_day_to_come_and_a_successor_or_a_reason(said: dict[str, Any], why: str) -> None:
    with pytest.raises((RuleViolation, InvalidInput), match=why):
        a_retirement(**said)


def test_a_text_somebody_is_to_replace_is_not_retired() -> None:
    version = a_version(a_playbook_digest())
    publish(a_version(bring_in(a_text(version="2.0.0", effective="2026-09-01", wait="20")).digest))
    with pytest.raises(RuleViolation, match=r"Tiny rules 2\.0\.0 takes its place"):
        take(commands.propose_retirement, an_owner(), version, until_on=date(2026, 7, 1), reason="Over")


def test_reading_through_sets_the_next_day_and_leaves_the_text() -> None:
    version = a_version(a_playbook_digest())
    assert version.review_on == date(2025, 1, 1), "a year after it took effect, which is over"
    source, digest = version.source, version.digest
    with pytest.raises(RuleViolation, match="by 1 Jun 2027"):
        take(commands.confirm_review, an_owner(), version, review_on=date(2027, 6, 2), reason="Read")
    take(commands.confirm_review, an_owner(), version, review_on=date(2027, 6, 1), reason="Read with three sites")
    assert (version.review_on, version.source, version.digest) == (date(2027, 6, 1), source, digest)


@pytest.mark.parametrize("status", [AuditStatus.IN_PROGRESS, AuditStatus.SUBMITTED, AuditStatus.REVIEWED])
def test_a_text_that_an_open_audit_is_measured_against_does_not_end(status: AuditStatus) -> None:
    tiny = a_playbook()
    audit = a_started(Stage(), tiny)
    version = version_of("tiny-rules", "1.0.0")
    with db.transaction():
        audit.status = status
    with pytest.raises(RuleViolation, match=f"1 open audit measured against it: {audit.reference}"):
        take(commands.propose_retirement, an_owner(), version, until_on=date(2026, 7, 1), reason="Over")
    with db.transaction():
        audit.status = AuditStatus.CLOSED
    proposal = take(commands.propose_retirement, an_owner(), version, until_on=date(2026, 7, 1), reason="Over")
    with db.transaction():
        audit.status = status
    with pytest.raises(RuleViolation, match="open audit"):
        take(commands.confirm_retirement, an_owner(), proposal, digest=version.digest)
