"""The demo holds what its story promises, the same on both databases, and its journal bears witness to it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.types import Uuid

from compliance import clock, db, journal
from compliance.access import ROLE_PERMISSIONS, Permission, Role
from compliance.accounts.models import Person, RoleGrant
from compliance.actions.lifecycle import OPEN_STATUSES, ActionKind
from compliance.actions.models import Action
from compliance.actions.queries import plans_to_approve, to_verify
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit, AuditCriteria
from compliance.audits.queries import Audited, team_conflicts
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.demo.people import DEMO_ROLES
from compliance.demo.story import MAIL, Story
from compliance.files import store
from compliance.findings.lifecycle import FindingStatus
from compliance.findings.models import Finding
from compliance.network.models import Site, Vendor
from compliance.overview.queries.requests import to_consent_to, to_follow_up, to_hear, to_rule_on
from compliance.playbooks.effectiveness import in_force
from compliance.playbooks.governing.queries import waiting
from compliance.playbooks.models import OperationDrift, Override, OverrideVersion, VersionStatus
from compliance.reports.models import Report
from tests.builders.accounts import actor_of
from tests.support.story import END, Told

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
OPEN = AuditStatus.PLANNED, AuditStatus.SCHEDULED, AuditStatus.IN_PROGRESS, AuditStatus.SUBMITTED


@pytest.fixture(autouse=True)
def demo(told: Told) -> Iterator[None]:
    """The database of the demo, open to be read on the day its story ends."""
    db.connect(told.database.url)
    store.keep_in(told.files / "files")
    with clock.fixed_at(END):
        yield
    db.dispose()


def count(*conditions: Any) -> int:
    return db.session.scalar(select(func.count()).where(*conditions)) or 0


def person(handle: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{handle}@{MAIL}")).one()


def site(code: str) -> Site:
    return db.session.scalars(select(Site).where(Site.code == code)).one()


def test_the_network_is_the_one_described() -> None:
    assert count(Site.id.is_not(None)) == 26
    assert {vendor.code: vendor.status.value for vendor in db.session.scalars(select(Vendor))} == {
        "KBC": "live", "NLS": "live", "PDS": "watch", "SPP": "live", "TWO": "improvement plan", "VTS": "live",
        "QCG": "readiness", "ADR": "exit notice"}
    assert site("CAI1").weekend_days == [4, 5]
    assert (site("BOG1").lifecycle, site("HCM1").lifecycle) == ("closing", "planned")


def test_every_role_has_somebody_to_enter_as() -> None:
    assert {demo.role for demo in DEMO_ROLES} == set(Role)
    for demo in DEMO_ROLES:
        assert demo.role in {grant.role for grant in actor_of(person(demo.handle)).grants}


def test_nobody_of_a_vendor_knows_what_is_internal() -> None:
    rows = db.session.execute(select(RoleGrant.role, RoleGrant.vendor_id, Person.vendor_id.label("employer")).join(
        Person, Person.id == RoleGrant.person_id).where(Person.vendor_id.is_not(None))).all()
    assert rows
    for row in rows:
        assert row.vendor_id == row.employer
        assert Permission.VIEW_INTERNAL_NOTES not in ROLE_PERMISSIONS[row.role]


def test_two_years_of_audits() -> None:
    assert count(Audit.reviewed_at.is_not(None)) == 42
    assert {status: count(Audit.status == status) for status in OPEN} == {
        AuditStatus.PLANNED: 1, AuditStatus.SCHEDULED: 4, AuditStatus.IN_PROGRESS: 1, AuditStatus.SUBMITTED: 1}
    ratings = set(db.session.scalars(select(AuditCriteria.rating).where(AuditCriteria.rating.is_not(None))))
    assert {rating.value for rating in ratings} == {"A", "B", "C", "D"}
    capped = db.session.scalars(select(AuditCriteria).join(Site, Site.id == AuditCriteria.site_id).where(
        Site.code == "CEB1", AuditCriteria.cap.startswith("Capped"), AuditCriteria.rating == "D")).all()
    assert any((criteria.score or 0) > 65 for criteria in capped)


def test_findings_and_what_became_of_them() -> None:
    assert 125 <= count(Finding.issued_at.is_not(None)) <= 140
    assert count(Finding.repeat_of_id.is_not(None)) == 4
    parents = set(db.session.scalars(select(Finding.parent_id).where(Finding.parent_id.is_not(None))))
    assert len(parents) == 1
    assert count(Finding.parent_id.in_(parents)) == 4
    assert count(Finding.status == FindingStatus.DISPUTED) == 1
    assert count(Finding.status == FindingStatus.WITHDRAWN) == 1
    assert count(Action.extensions > 0) == 2
    assert count(Action.reopened > 0) == 1
    closed = Action.closed_on.is_not(None)
    assert 0.6 < count(closed, Action.closed_on <= Action.original_due_on) / count(closed) < 0.85


def test_nine_actions_are_overdue() -> None:
    still_open = Action.status.in_(OPEN_STATUSES)
    assert count(still_open, Action.due_on < END.date()) == 9
    assert count(still_open, Action.due_on < END.date(), Action.severity == "critical") == 2
    assert count(still_open) > 20


def test_two_exercises_missed_their_time() -> None:
    missed = [each for each in db.session.scalars(select(Exercise)) if any(row["met"] is False for row in each.results)]
    assert sorted(site_of(each) for each in missed) == ["CEB1", "LIS1"]
    waiting = db.session.scalars(select(Action).where(
        Action.kind == ActionKind.READINESS, Action.status.in_(OPEN_STATUSES))).one()
    assert waiting.needs_retest
    assert waiting.retest_passed is None
    assert count(Exercise.retest_of_id == waiting.source_id, Exercise.planned_on > END.date()) == 1
    assert count(ContinuityPlan.review_on < END.date(), ContinuityPlan.status == "current") == 3


def site_of(exercise: Exercise) -> str:
    return db.session.get_one(Site, exercise.site_id).code or ""


@pytest.mark.parametrize(("code", "vendor", "minutes"), [("DUB1", "", 30), ("KUL1", "", 20), ("BLR1", "NLS", 15)])
@pytest.mark.parametrize(("on", "number"), [(date(2026, 7, 1), "2.3.0"), (END.date(), "3.0.0")])
def test_acknowledging_takes_as_long_as_the_place_says(code: str, vendor: str, minutes: int, on: date,
                                                       number: str) -> None:
    vendor_id = db.session.scalar(select(Vendor.id).where(Vendor.code == vendor)) if vendor else None
    with db.transaction():
        chain = in_force(Story.playbooks("ESC")[0], site(code), vendor_id, on)
    assert int(chain.parameters["ack_min"]["value"]) == minutes
    assert chain.version == number
    approvers = {layer.get("approved_by") or layer.get("approver") for layer in chain.chain}
    assert approvers == {"Mercy Okafor"}


def test_one_override_was_declined_one_is_stale_one_is_asked_for() -> None:
    declined = db.session.scalars(select(OverrideVersion).where(OverrideVersion.status == VersionStatus.DECLINED)).one()
    assert db.session.get_one(Override, declined.override_id).scope == "kul2"
    assert declined.decision
    waiting = db.session.scalars(select(OverrideVersion).join(OverrideVersion.override).where(
        Override.scope == "in")).one()
    assert waiting.drift
    asked = db.session.scalars(select(Override.scope).join(Override.versions).where(
        OverrideVersion.status == VersionStatus.REGIONAL_REVIEW).order_by(Override.scope)).all()
    assert asked == ["ph", "th"]


def test_requests_wait_for_legal_for_whoever_asked_and_for_the_global_head() -> None:
    waiting = {handle: [task.title.partition(":")[0] for task in [*to_consent_to(actor), *to_hear(actor), *to_follow_up(
        actor)]] for handle in ("d.moreau", "i.solheim", "o.keane") if (actor := actor_of(person(handle)))}
    assert waiting["d.moreau"] == ["Legal"]
    assert waiting["i.solheim"] == ["Appeal"]
    assert waiting["o.keane"][0] == "Returned"
    assert "Review" in {task.title.partition(":")[0] for task in to_rule_on(actor_of(person("j.tan")))}


def test_overrides_lost_their_base_in_every_way_a_lead_should_see() -> None:
    rows = db.session.execute(select(Override.scope, OperationDrift.operation, OperationDrift.state).join(
        OperationDrift.override_version).join(OverrideVersion.override).where(OperationDrift.until_on.is_(None))).all()
    assert {(scope, operation): str(state) for scope, operation, state in rows}.items() >= {
        ("sg", "add to WEL-05"): "review", ("co", "replace ESC-03"): "conflict", ("kr", "set leaver_h"): "inverted",
        ("th", "set review_days"): "redundant", ("gb", "change WEL-EMEA-01"): "orphan"}.items()
    accepted = db.session.scalars(select(OperationDrift).where(OperationDrift.accepted_at.is_not(None))).one()
    assert (accepted.operation, accepted.accepted_by) == ("set leaver_h", "Eszter Varga")


def test_texts_wait_for_each_of_those_who_decide_on_them() -> None:
    waits = {handle: {(each.what.value, each.version.number) for each in waiting(actor_of(person(handle)))}
             for handle in ("e.varga", "d.moreau", "t.nguyen", "t.fairweather")}
    assert waits["e.varga"] >= {("approval", "2.2.0"), ("approval", "2.0.0")}
    assert ("consent", "2.0.0") in waits["d.moreau"]
    assert ("changes", "1.5.1") in waits["t.nguyen"]
    assert ("reading", "1.2.0") in waits["t.fairweather"], "one owner has let the day go by"


def test_whoever_led_a_site_may_not_audit_it_yet() -> None:
    vendor = db.session.scalars(select(Vendor).where(Vendor.code == "KBC")).one()
    audited = Audited(site("MNL1"), vendor, Story.playbooks("ESC WEL DAC"), END.date())
    conflicts = team_conflicts([person("j.reyes")], audited)
    assert [conflict.code for conflict in conflicts] == ["cooling_off"]
    assert team_conflicts([person("h.watanabe")], audited) == []


def test_everybody_who_decides_has_something_to_decide() -> None:
    assert to_verify(actor_of(person("t.ferreira")))
    for handle in ("j.tan", "m.okafor", "l.brandt", "f.aziz"):
        assert plans_to_approve(actor_of(person(handle))), handle
    assert count(Report.id.is_not(None)) == 2


def test_the_story_is_the_same_each_time(tellings: dict[str, Told]) -> None:
    """Two tellings, on the two databases: all that is kept is alike but for ids and secrets."""
    contents = []
    for told in tellings.values():
        db.connect(told.database.url)
        contents.append(content())
    first, *others = contents
    for other in others:
        assert [table for table in first if first[table] != other[table]] == []
    assert sum(map(len, first.values())) > 8_000


def content() -> dict[str, list[str]]:
    """The rows of every table without what differs by nature: identities, and what is made of them."""
    found = {}
    for table in db.Model.metadata.sorted_tables:
        if table.name == "field_epoch":  # made with the database, by its migration, and never by the story
            continue
        kept = [column for column in table.columns
                if not isinstance(column.type, Uuid) and column.name not in MADE_OF_IDS]
        rows = db.session.execute(select(*kept)).all() if kept else []
        found[table.name] = sorted(without_ids(repr([plain(value) for value in row])) for row in rows)
    return found


MADE_OF_IDS = {"body", "hash", "prev_hash", "token_hash", "key", "chain_key", "lineage_digest", "resolved_at",
               "snapshot"}
ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def plain(value: Any) -> Any:
    """A value as both databases give it: an instant in UTC, JSON in one order."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def without_ids(row: str) -> str:
    return ID.sub("an id", row)


def test_the_journal_holds_and_finds_what_was_changed(backend: str) -> None:
    entries, fault = journal.verify()
    assert fault is None
    assert entries > 4_000
    assert count(journal.JournalEntry.event == journal.Event.DEMO_TOLD) == 1
    for statement in unguarded(backend):
        db.session.execute(text(statement))
    db.session.execute(text("UPDATE journal SET body = :body WHERE seq = 1000"), {"body": b"{}"})
    held, found = journal.verify()
    assert (held, found and found.seq) == (999, 1000)
    db.session.rollback()


def unguarded(backend: str) -> list[str]:
    """Take the triggers away, as somebody with the database in hand could; rolled back by the test."""
    if backend == "sqlite":
        return ["DROP TRIGGER journal_no_update"]
    return ["ALTER TABLE journal DISABLE TRIGGER journal_append_only"]
