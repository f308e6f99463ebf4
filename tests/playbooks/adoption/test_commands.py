"""The steps of a site and the word of a person: who may, what is refused, what the journal tells."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from compliance import clock, db
from compliance.access import Role
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.journal import JournalEntry
from compliance.playbooks.adoption import commands
from compliance.playbooks.adoption.lifecycle import AdoptionStatus
from compliance.playbooks.adoption.models import Acknowledgement, Adoption
from compliance.playbooks.queries import get_stay
from tests.builders import adoption
from tests.builders.accounts import an_actor
from tests.builders.files import an_upload
from tests.builders.network import a_vendor, an_operation
from tests.builders.playbooks import a_playbook, an_override, an_override_text
from tests.builders.saving import saving

S = AdoptionStatus
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def fixed_clock(app: Flask) -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        yield


def events() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.event).order_by(JournalEntry.seq)))


def test_a_site_goes_live_step_by_step() -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    lead = adoption.a_lead(site)
    assert adoption.the_line(lead).status is S.NOTIFIED
    assert db.session.scalars(select(Adoption)).all() == []
    assert adoption.acknowledged(lead).status is S.ACKNOWLEDGED
    assert adoption.attested(lead, 113, 120).status is S.ACKNOWLEDGED
    assert adoption.attested(lead, 114, 120).status is S.TRAINED
    with saving():
        commands.declare_live(lead, adoption.the_line(lead), live_on=clock.today(),
                              note=" Old copies are gone. ", uploads=[an_upload()])
    line = adoption.the_line(lead)
    assert (line.status, line.live_on, line.lag, line.is_late) == (S.LIVE, date(2026, 11, 1), -44, False)
    assert line.adoption is not None
    assert line.adoption.live_note == "Old copies are gone."
    assert line.adoption.content_digest == adoption.digest_at(lead, on=date(2026, 12, 15))
    assert line.adoption.content_digest != adoption.digest_at(lead)
    assert events()[-5:] == ["adoption.acknowledged", "adoption.attested", "adoption.attested", "evidence.added",
                             "adoption.went_live"]


def test_each_step_waits_for_the_one_before() -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    lead = adoption.a_lead(site)

    def goes_live(**said: Any) -> None:
        with saving():
            commands.declare_live(lead, adoption.the_line(lead), **{
                "live_on": clock.today(), "note": "Done.", "uploads": [an_upload()], **said})

    with pytest.raises(RuleViolation, match="can become acknowledged, not trained"):
        adoption.attested(lead)
    adoption.acknowledged(lead)
    with pytest.raises(RuleViolation, match="acknowledged here before"):
        adoption.acknowledged(lead)
    with pytest.raises(RuleViolation, match="can become trained, not live"):
        goes_live()
    adoption.attested(lead, 100, 120)
    with pytest.raises(RuleViolation, match="14 more of 120 people have to attest"):
        goes_live()
    adoption.attested(lead, 120, 120)
    with pytest.raises(RuleViolation, match="Add evidence"):
        goes_live(uploads=[])
    with pytest.raises(InvalidInput, match="Say what shows it"):
        goes_live(note="  ")
    with pytest.raises(RuleViolation, match="declare it on the day"):
        goes_live(live_on=date(2026, 11, 2))
    assert adoption.the_line(lead).status is S.TRAINED
    goes_live()
    with pytest.raises(RuleViolation, match="already live"):
        goes_live()
    with pytest.raises(RuleViolation):
        adoption.attested(lead, 1, 120)


@pytest.mark.parametrize("role", [role for role in Role if role not in {
    Role.SITE_LEAD, Role.VENDOR_LEAD, Role.REGIONAL_LEAD, Role.ADMINISTRATOR}])
def test_only_leads_take_steps(role: Role) -> None:
    adoption.a_place("KUL1")
    adoption.two_versions()
    with pytest.raises(Forbidden, match="may not declare a version live here"):
        adoption.acknowledged(an_actor(role))


def test_a_lead_elsewhere_and_another_vendor_find_nothing() -> None:
    ours, theirs = a_vendor("KBC"), a_vendor("SPP")
    site, other = adoption.a_place("KUL1", ours), adoption.a_place("KUL2")
    an_operation(site, theirs)
    adoption.two_versions()
    for actor in (adoption.a_lead(other), an_actor(Role.VENDOR_LEAD, other, ours)):
        with pytest.raises(NotFound):
            adoption.the_line(actor, "KUL1")
    mine = adoption.a_lead(site, ours)
    assert adoption.the_line(mine, "KUL1").run.vendor == ours
    with pytest.raises(NotFound):
        adoption.the_line(mine, "KUL1", vendor="SPP")


def test_a_version_that_was_superseded_is_adopted_by_nobody() -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    lead = adoption.a_lead(site)
    adoption.acknowledged(lead)
    with clock.fixed_at(datetime(2026, 12, 14, 15, 59, tzinfo=UTC)):  # 23:59 in Kuala Lumpur
        adoption.acknowledged(lead, number="1.0.0")
    with clock.fixed_at(datetime(2026, 12, 14, 16, tzinfo=UTC)), pytest.raises(RuleViolation, match="has taken"):
        adoption.attested(lead, number="1.0.0")


def test_numbers_saved_over_somebody_elses_are_a_conflict() -> None:
    site = adoption.a_place("KUL1")
    adoption.two_versions()
    lead = adoption.a_lead(site)
    opened = adoption.acknowledged(lead).adoption
    assert opened is not None
    seen = opened.version
    adoption.attested(lead, 50, 120)
    with pytest.raises(Conflict), saving():
        commands.attest(lead, adoption.the_line(lead), attested=60, heads=120, seen=seen)


def test_a_person_acknowledges_the_exact_text_and_language_once() -> None:
    site = adoption.a_place("KUL1")
    a_playbook()
    lead = adoption.a_lead(site)
    said = adoption.read(lead)
    assert (said.number, said.language, said.content_digest) == ("1.0.0", "en", adoption.digest_at(lead))
    assert adoption.read(lead).id == said.id
    assert adoption.read(lead, language="ms").id != said.id
    assert events().count("text.acknowledged") == 2


def test_an_older_text_is_refused() -> None:
    site = adoption.a_place("KUL1")
    a_playbook()
    lead = adoption.a_lead(site)
    opened = adoption.digest_at(lead)
    an_override(an_override_text("my", effective="2026-11-01"))
    with pytest.raises(Conflict, match="has changed since you opened it"), saving():
        commands.acknowledge(lead, adoption.KEY, get_stay(lead, "KUL1"), digest=opened, language="en")
    with pytest.raises(RuleViolation, match="text of the past"):
        adoption.read(lead, on=date(2026, 10, 1))
    assert db.session.scalars(select(Acknowledgement)).all() == []


def test_only_people_of_the_place_acknowledge() -> None:
    vendor = a_vendor("KBC")
    site = adoption.a_place("KUL1", vendor)
    an_operation(site)
    a_playbook()
    at_home = an_actor(Role.AUDITOR, home_site_id=site.id)
    account_director = an_actor(Role.VENDOR_LEAD, vendor=vendor)
    assert adoption.read(at_home).vendor_id is None
    with pytest.raises(RuleViolation, match="The people of KUL1 acknowledge"):
        adoption.read(account_director)
    with pytest.raises(RuleViolation, match="The people of KUL1 acknowledge"):
        adoption.read(an_actor(Role.REGIONAL_LEAD))
