"""Reading audits: what is in sight, what filters narrow, and what it costs."""

import functools
from datetime import date
from typing import Any

import pytest

from compliance import db
from compliance.access import Actor, Role
from compliance.audits import commands
from compliance.audits import queries as reading
from compliance.audits.queries import AuditFilter
from compliance.audits.scoring import Conformity
from compliance.errors import NotFound
from tests.builders.accounts import an_actor
from tests.builders.audits import (
    Stage,
    a_planned,
    a_playbook,
    a_scheduled,
    a_started,
    a_submitted,
    answered,
    loaded,
    reviewed,
    submit,
)
from tests.builders.network import a_site, a_vendor
from tests.builders.saving import saving
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _today(clock: Any) -> None:
    clock.at("2026-03-17 04:00")


def seen_by(actor: Actor, **wanted: Any) -> set[str]:
    return {audit.reference for audit in reading.audits(actor, AuditFilter(**wanted)).rows}


def everywhere() -> Actor:
    return an_actor(Role.PROGRAMME_MANAGER)


def test_a_vendor_sees_its_own_audits_alone() -> None:
    site, ours, theirs = a_site(), a_vendor(), a_vendor()
    mine, other = (a_planned(Stage(vendor=vendor, site=site)) for vendor in (ours, theirs))
    lead = an_actor(Role.VENDOR_LEAD, site, ours)
    assert seen_by(lead) == {mine.reference}
    with pytest.raises(NotFound):
        reading.get_audit(lead, other.reference)


def test_an_unannounced_audit_is_unknown_to_the_auditee_until_it_starts() -> None:
    stage = Stage(vendor=a_vendor())
    audit = a_scheduled(stage, unannounced=True, unannounced_approver=stage.reviewer)
    assert seen_by(stage.actor("lead")) == set()
    assert seen_by(stage.actor("manager")) == {audit.reference}
    with saving():
        commands.start_audit(stage.actor("auditor"), audit)
    assert seen_by(stage.actor("lead")) == {audit.reference}


def test_answers_are_working_papers_until_the_review() -> None:
    stage = Stage()
    audit = a_submitted(stage)
    clause = loaded(audit)[0].clause_id
    lead = stage.actor("lead")
    assert reading.assessments_of(lead, audit) == []
    with pytest.raises(NotFound):
        reading.get_assessment(lead, audit.reference, clause)
    reviewed(stage, audit)
    assert len(reading.assessments_of(lead, audit)) == 8
    assert reading.get_assessment(lead, audit.reference, clause).clause_id == clause


def test_filters() -> None:
    vendor = a_vendor(code="NLS")
    ours, theirs = Stage(site=a_site("MNL1")), Stage(vendor=vendor, site=a_site("CEB1"))
    playbook = a_playbook(prefix="ESC")
    planned, started = a_planned(ours, playbook), a_started(theirs, planned_from=date(2026, 3, 31))
    actor = everywhere()
    expected: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {planned.reference, started.reference}),
        ({"status": "planned"}, {planned.reference}),
        ({"status": "open"}, {planned.reference, started.reference}),
        ({"status": "no such status"}, set()),
        ({"site": "ceb1"}, {started.reference}),
        ({"vendor": "NLS"}, {started.reference}),
        ({"vendor": "in-house"}, {planned.reference}),
        ({"playbook": "esc"}, {planned.reference}),
        ({"lead_id": ours.auditor.id}, {planned.reference}),
        ({"programme": "PRG-2026-0009"}, set()),
        ({"mine": True}, set()),
    ]
    for wanted, references in expected:
        assert seen_by(actor, **wanted) == references, wanted
    assert seen_by(ours.actor("auditor"), mine=True) == {planned.reference}


@pytest.mark.parametrize(("now", "late"), [
    ("2026-03-17 15:59", False),  # still the 17th in Kuala Lumpur
    ("2026-03-17 16:00", True),
])
def test_overdue_follows_the_clock_of_the_site(clock: Any, now: str, late: bool) -> None:
    audit = a_planned(Stage())
    clock.at(now)
    assert seen_by(everywhere(), overdue=True) == ({audit.reference} if late else set())
    assert reading.is_overdue(audit) is late


def test_pages_follow_each_other_whatever_the_sort() -> None:
    stage = Stage()
    playbook = a_playbook()
    references = {a_planned(stage, playbook).reference for _ in range(5)}
    for sort in ("planned", "-planned", "due", "-due", "reference", "-reference"):
        first = reading.audits(everywhere(), sort=sort, limit=3)
        second = reading.audits(everywhere(), sort=sort, limit=3, cursor=first.next)
        assert {audit.reference for audit in [*first.rows, *second.rows]} == references
        assert not second.next
    assert {audit.reference for audit in reading.all_audits(everywhere(), AuditFilter())} == references


def test_a_sort_shown_as_descending_begins_with_the_latest() -> None:
    stage, playbook = Stage(), a_playbook()
    days = [date(2026, 5, 4), date(2026, 4, 6), date(2026, 6, 1)]
    for day in days:
        a_planned(stage, playbook, planned_from=day)
    assert [audit.planned_from for audit in reading.audits(everywhere()).rows] == sorted(days, reverse=True)
    assert [audit.planned_from for audit in reading.audits(everywhere(), sort="planned").rows] == sorted(days)


def test_a_list_costs_the_same_however_long(queries: QueryRecorder) -> None:
    actor, wanted = everywhere(), AuditFilter(overdue=True, status="open", playbook="ZZZ")
    counts = []
    for _ in range(2):
        for _ in range(3):
            a_planned(Stage())
        db.session.expunge_all()
        counts.append(len(queries.during(lambda: listed(actor, wanted))))
    assert counts[0] == counts[1] <= 8


def listed(actor: Actor, wanted: AuditFilter) -> None:
    for audit in [*reading.audits(actor, wanted).rows, *reading.audits(actor).rows]:
        assert audit.site.code
        assert [each.playbook.title for each in audit.criteria]


def test_one_audit_costs_the_same_however_many_clauses(queries: QueryRecorder) -> None:
    counts = []
    for clauses in (2, 100):
        stage = Stage()
        reference, actor = a_started(stage, a_playbook([("minor", 1)] * clauses)).reference, stage.actor("auditor")
        db.session.expunge_all()
        counts.append(len(queries.during(functools.partial(whole, actor, reference))))
    assert counts[0] == counts[1] <= 10


def whole(actor: Actor, reference: str) -> None:
    audit = reading.get_audit(actor, reference)
    assert len(reading.texts_of(reading.assessments_of(actor, audit))) == audit.clauses
    reading.chains_of(audit)
    reading.findings_of(actor, audit)


def test_starting_costs_the_same_however_many_clauses(queries: QueryRecorder) -> None:
    stage, counts = Stage(), []
    for clauses in (2, 100):
        playbook = a_playbook([("minor", 1)] * clauses)
        a_started(stage, playbook)  # the criteria are resolved and kept
        audit = a_scheduled(stage, playbook)
        actor = stage.actor("auditor")

        def start(audit: Any = audit, actor: Actor = actor) -> None:
            with db.transaction():
                commands.start_audit(actor, audit)

        counts.append(len(queries.during(start)))
    assert counts[0] == counts[1]
    assert counts[1] <= 16


def test_an_answer_costs_ten_statements_at_most(queries: QueryRecorder) -> None:
    stage = Stage()
    audit = a_started(stage, a_playbook([("minor", 1)] * 100))
    actor, reference, clause = stage.actor("auditor"), audit.reference, loaded(audit)[7].clause_id
    db.session.expunge_all()

    def answer() -> None:
        with db.transaction():
            commands.answer(actor, get(actor, reference, clause), conformity=Conformity.CONFORMITY)

    assert len(queries.during(answer)) <= 10


def get(actor: Actor, reference: str, clause: str) -> Any:
    return reading.get_assessment(actor, reference, clause)




def test_last_time_here(clock: Any) -> None:
    stage, playbook = Stage(), a_playbook([("minor", 1)])
    first = a_started(stage, playbook)
    answered(stage, first, ["nonconformity"])
    submit(stage, first)
    second = a_started(stage, playbook)
    assert reading.last_result(loaded(second)[0]) is None
    reviewed(stage, first)
    last = reading.last_result(loaded(second)[0])
    assert last is not None
    assert (last.conformity, last.criteria.audit.reference) == (Conformity.NONCONFORMITY, first.reference)
    (finding,) = reading.open_findings_here(stage.actor("auditor"), loaded(second)[0])
    assert finding.source_reference == first.reference
