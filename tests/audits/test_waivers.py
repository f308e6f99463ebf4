"""Audits of places with waivers: what is pinned, what may be answered, what stands in, and what it scores."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from compliance import db
from compliance.audits import commands
from compliance.audits.models import Audit, AuditCriteria
from compliance.audits.queries import get_audit, pinned_waivers
from compliance.audits.scoring import Conformity
from compliance.errors import InvalidInput, RuleViolation
from compliance.findings.models import Finding
from compliance.journal import Event, JournalEntry
from compliance.playbooks.waivers.commands import revoke_waiver
from compliance.playbooks.waivers.lifecycle import State
from tests.builders.audits import (
    Stage,
    a_scheduled,
    a_started,
    a_text,
    a_version,
    answered,
    clause_of,
    loaded,
    reviewed,
    submit,
)
from tests.builders.saving import saving
from tests.builders.waivers import CLAUSES, MAJOR, MINOR, Cast, a_request, a_waiver, fresh
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _today(clock: Any) -> None:
    clock.at("2026-03-17 04:00")


def a_place() -> tuple[Cast, Stage]:
    """A playbook of a minor, a major and a critical clause (weights 1, 2, 5), and a team that may audit it."""
    cast = Cast()
    return cast, Stage(site=cast.site)


def lines(audit: Audit) -> list[str]:
    return [each.clause_id.partition("-")[2] for each in loaded(audit)]


def answer(stage: Stage, audit: Audit, clause: str, conformity: str) -> None:
    with saving():
        commands.answer(stage.actor("auditor"), clause_of(audit, clause), conformity=Conformity(conformity))


def test_starting_pins_the_waiver_and_adds_its_control_behind_the_clause() -> None:
    cast, stage = a_place()
    waiver = a_waiver(cast, MAJOR)
    audit = a_started(stage, cast.playbook)
    assert lines(audit) == ["01", "02", "02-CONTROL", "03"]
    clause, control = loaded(audit)[1:3]
    assert (clause.waiver_id, clause.control_of) == (waiver.id, "")
    assert (control.waiver_id, control.control_of) == (waiver.id, cast.clause(MAJOR))
    assert (control.severity, control.weight, control.clause_digest) == ("major", 2, waiver.control_digest)
    assert audit.clauses == 4
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == Event.AUDIT_STARTED)).one()
    assert entry.told["fields"]["waivers"] == [waiver.reference]


def test_edge_16_a_clause_that_was_reflowed_since_is_still_waived(clock: Any) -> None:
    cast, stage = a_place()
    waiver = a_waiver(cast, MAJOR)
    text = a_text(cast.playbook.prefix, CLAUSES, version="2.0.0").replace("shift keeps", "shift\nkeeps")
    a_version(cast.playbook, CLAUSES, effective_on=date(2026, 3, 18), source=text)
    clock.forward(days=2)
    audit = a_started(stage, cast.playbook)
    assert lines(audit) == ["01", "02", "02-CONTROL", "03"]
    assert loaded(audit)[1].clause_digest != waiver.clause_digest


@pytest.mark.parametrize("what", ["requested", "ahead", "elsewhere", "over", "revoked", "lapsed"])
def test_only_a_waiver_in_force_there_on_that_day_is_pinned(clock: Any, what: str) -> None:
    cast, stage = a_place()
    if what == "requested":
        a_request(cast, MAJOR)
    elif what == "ahead":
        a_waiver(cast, MAJOR, ahead=3)
    elif what == "elsewhere":
        a_waiver(Cast(playbook=cast.playbook), MAJOR)
    else:
        waiver = a_waiver(cast, MAJOR, days=2 if what == "over" else 90)
        clock.forward(days=2)
        if what == "revoked":
            with saving():
                revoke_waiver(cast.actor("owner"), fresh(waiver), reason="The floor is ready.")
        elif what == "lapsed":
            a_version(cast.playbook, [("minor", 1), ("major", 3), ("critical", 5)], effective_on=date(2026, 3, 18))
    audit = a_started(stage, cast.playbook)
    assert lines(audit) == ["01", "02", "03"]
    with pytest.raises(InvalidInput, match="had no waiver when the criteria were fixed") as refused:
        answer(stage, audit, cast.clause(MAJOR), "waived")
    assert "conformity" in refused.value.fields


def test_what_counts_is_the_day_the_evidence_is_from() -> None:
    """Edge 13: the criteria are those of the end of the evidence period, so are the waivers."""
    cast, stage = a_place()
    a_waiver(cast, MAJOR)  # from today on
    audit = a_scheduled(stage, cast.playbook)
    with saving():
        commands.start_audit(stage.actor("auditor"), audit, evidence_until=date(2026, 3, 16))
    assert lines(audit) == ["01", "02", "03"]


def test_a_waiver_that_ends_while_the_audit_runs_still_counts_and_both_are_shown(clock: Any) -> None:
    """Edge 13: the value at the evidence date applies; the checklist shows both."""
    cast, stage = a_place()
    waiver = a_waiver(cast, MAJOR, days=3)
    audit = a_started(stage, cast.playbook)
    clock.forward(days=5)
    answer(stage, audit, cast.clause(MAJOR), "waived")
    present = get_audit(stage.actor("auditor"), audit.reference)
    line = pinned_waivers(present, loaded(audit))[waiver.id]
    assert (line.on(date(2026, 3, 17)), line.state) == (State.ACTIVE, State.EXPIRED)


@pytest.mark.parametrize(("clause", "given", "said"), [
    ("01", "waived", "had no waiver"), ("03", "waived", "is critical and cannot be waived"),
    ("02-CONTROL", "waived", "so it is not waived in turn"), ("02-CONTROL", "partial", "done or it is not"),
])
def test_what_is_not_offered_is_refused(clause: str, given: str, said: str) -> None:
    cast, stage = a_place()
    a_waiver(cast, MAJOR)
    audit = a_started(stage, cast.playbook)
    with pytest.raises(InvalidInput, match=said):
        answer(stage, audit, f"{cast.playbook.prefix}-{clause}", given)


@pytest.mark.parametrize("given", ["not_applicable", "not_assessed"])
def test_a_waived_clause_needs_its_control_assessed(given: str) -> None:
    cast, stage = a_place()
    a_waiver(cast, MAJOR)
    audit = a_started(stage, cast.playbook)
    answered(stage, audit, ["conformity", "waived", given, "conformity"])
    with pytest.raises(RuleViolation, match="assess whether that is done"):
        submit(stage, audit, not_assessed_reason="The shift was off.")
    answer(stage, audit, cast.clause(MAJOR) + "-CONTROL", "conformity")
    submit(stage, audit)


# Weights 1 (minor), 2 (major), 5 (critical); the control of the major one weighs 2.
# Answers of 01, 02, its control, 03 -> score, rating, assessed, score with the waived clause counted as not met.
SCORES = [
    # (1 + 2 + 5) / (1 + 2 + 5); without the waiver (1 + 0 + 5) / (1 + 2 + 5) and no control.
    (("conformity", "waived", "conformity", "conformity"), 100.0, "A", 3, 75.0),
    # (1 + 0 + 5) / 8, the control failed: the same as without the waiver.
    (("conformity", "waived", "nonconformity", "conformity"), 75.0, "C", 3, 75.0),
    # (0 + 2 + 5) / 8 = 87.5 against (0 + 0 + 5) / 8 = 62.5
    (("nonconformity", "waived", "conformity", "conformity"), 87.5, "B", 3, 62.5),
    # Nothing is waived in the end: the clause is met, its control not needed. (1 + 2 + 5) / 8
    (("conformity", "conformity", "not_applicable", "conformity"), 100.0, "A", 3, None),
]


@pytest.mark.parametrize(("answers", "score", "rating", "assessed", "without"), SCORES)
def test_what_it_scores_with_and_without(answers: tuple[str, ...], score: float, rating: str, assessed: int,
                                         without: float | None) -> None:
    cast, stage = a_place()
    a_waiver(cast, MAJOR)
    audit = a_started(stage, cast.playbook)
    answered(stage, audit, answers)
    submit(stage, audit)
    kept = db.session.scalars(select(AuditCriteria)).one()
    assert (kept.score, kept.rating, kept.assessed, kept.score_without_waivers) == (score, rating, assessed, without)
    assert kept.waived == (without is not None)
    if without is not None and kept.points_without_waivers is not None and kept.weight_without_waivers is not None:
        assert 100 * kept.points_without_waivers / kept.weight_without_waivers == without


def test_a_control_that_fails_is_a_finding_like_others() -> None:
    cast, stage = a_place()
    waiver = a_waiver(cast, MAJOR)
    audit = a_started(stage, cast.playbook)
    answered(stage, audit, ["conformity", "waived", "nonconformity", "conformity"])
    submit(stage, audit)
    reviewed(stage, audit)
    finding = db.session.scalars(select(Finding)).one()
    assert (finding.clause_id, finding.severity) == (cast.clause(MAJOR) + "-CONTROL", "major")
    assert (finding.criterion, finding.clause_digest) == ("The shift lead reads the board out.", waiver.control_digest)
    assert finding.title == f"Compensating control for {cast.clause(MAJOR)}: not met"


def test_once_it_has_ended_the_next_audit_asks_as_usual_and_past_results_stand(clock: Any) -> None:
    cast, stage = a_place()
    a_waiver(cast, MINOR, days=10)
    first = a_started(stage, cast.playbook)
    answered(stage, first, ["waived", "conformity", "conformity", "conformity"])
    submit(stage, first)
    reviewed(stage, first)
    clock.forward(days=12)
    second = a_started(stage, cast.playbook, planned_from=date(2026, 3, 29) + timedelta(days=1))
    answered(stage, second, ["nonconformity", "conformity", "conformity"])
    submit(stage, second)
    reviewed(stage, second)
    scores = db.session.scalars(select(AuditCriteria.score).order_by(AuditCriteria.assessed_on)).all()
    assert list(scores) == [100.0, 87.5]


def test_pinning_takes_the_same_statements_for_any_number_of_waivers(queries: QueryRecorder) -> None:
    def start(waived: tuple[int, ...]) -> int:
        cast, stage = a_place()
        for number in waived:
            a_waiver(cast, number)
        audit = a_scheduled(stage, cast.playbook)
        a_started(stage, cast.playbook)  # so that every text is kept by now
        with saving():
            return len(queries.during(lambda: commands.start_audit(stage.actor("auditor"), audit)))

    without = start(())
    assert start((MAJOR,)) == start((MINOR, MAJOR)) == without + 2
