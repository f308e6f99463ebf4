"""Audits from start to closure through the commands: who may, what stands against it, what it scores."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from compliance import db
from compliance.access import Role
from compliance.actions.lifecycle import ActionStatus
from compliance.actions.models import Action
from compliance.audits import commands
from compliance.audits.commands import Grade
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Standing
from compliance.audits.scoring import Conformity, Rating
from compliance.errors import Conflict, Forbidden, InvalidInput, PlumblineError, RuleViolation
from compliance.files.models import Evidence
from compliance.findings.models import Finding
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_grant, a_person, actor_of
from tests.builders.audits import (
    WORKED,
    Stage,
    a_playbook,
    a_scheduled,
    a_started,
    a_submitted,
    a_version,
    answered,
    clause_of,
    loaded,
    reviewed,
    submit,
)
from tests.builders.network import an_operation
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-03-17 04:00"


@pytest.fixture(autouse=True)
def _today(clock: Any) -> None:
    clock.at(TODAY)


def codes(error: PlumblineError) -> str:
    return " ".join(getattr(error, "reasons", (str(error),)))


def test_starting_freezes_what_concerns_the_lines_of_business() -> None:
    stage = Stage()
    an_operation(stage.site, lob="Age Support")
    core, age = a_playbook([("major", 3)] * 3), a_playbook([("minor", 1)] * 2, facts="- Applies to: Age Support")
    audit = a_started(stage, core, age)
    assert [each.clause_id for each in loaded(audit)] == [f"{core.prefix}-0{number}" for number in (1, 2, 3)]
    assert (audit.clauses, audit.answered, audit.status) == (3, 0, AuditStatus.IN_PROGRESS)
    assert all(each.content_digest and each.version == "1.0.0" for each in audit.criteria)


def test_a_later_version_does_not_move_a_started_audit() -> None:
    stage, playbook = Stage(), a_playbook([("major", 3)])
    audit = a_started(stage, playbook)
    pinned = audit.criteria[0].content_digest
    a_version(playbook, [("major", 3), ("minor", 1)], effective_on=date(2026, 3, 1))
    fresh = a_started(stage, playbook)
    assert audit.criteria[0].content_digest == pinned != fresh.criteria[0].content_digest


def test_only_the_team_starts_and_answers() -> None:
    stage, stranger = Stage(), actor_of(a_person(Role.AUDITOR))
    audit = a_scheduled(stage)
    with pytest.raises(Forbidden, match="Only the audit team"), saving():
        commands.start_audit(stranger, audit)
    audit = a_started(stage)
    with pytest.raises(Forbidden, match="Only the audit team"), saving():
        commands.answer(stranger, loaded(audit)[0], conformity=Conformity.CONFORMITY)


ANSWERS: list[tuple[dict[str, Any], type[PlumblineError]]] = [
    ({"conformity": Conformity.PARTIAL}, RuleViolation),
    ({"conformity": Conformity.WAIVED}, InvalidInput),
    ({"conformity": Conformity.CONFORMITY, "sample_size": 5, "sample_failed": 6}, InvalidInput),
    ({"conformity": Conformity.CONFORMITY, "sample_size": -5, "sample_failed": 0}, InvalidInput),
]


@pytest.mark.parametrize(("fields", "error"), ANSWERS)
def test_an_answer_that_cannot_be_is_refused(fields: dict[str, Any], error: type[PlumblineError]) -> None:
    stage = Stage()
    audit = a_started(stage, a_playbook([("critical", 5)]))
    with pytest.raises(error), saving():
        commands.answer(stage.actor("auditor"), loaded(audit)[0], **fields)


def test_two_people_on_one_clause_the_second_is_shown_both() -> None:
    stage, other = Stage(), a_person(Role.AUDITOR)
    audit = a_started(stage, team=[other])
    first = loaded(audit)[0]
    seen = first.version
    with saving():
        commands.answer(
            stage.actor("auditor"), first, conformity=Conformity.NONCONFORMITY, note="Log empty.", version=seen)
    again = clause_of(audit, first.clause_id)
    with pytest.raises(Conflict) as clash, saving():
        commands.answer(actor_of(other), again, conformity=Conformity.CONFORMITY, version=seen)
    assert clash.value.theirs["Answer"] == "Nonconformity"
    assert clash.value.theirs["Note"] == "Log empty."
    assert stage.auditor.name in str(clash.value)


def test_two_people_on_two_clauses_do_not_clash() -> None:
    stage, other = Stage(), a_person(Role.AUDITOR)
    audit = a_started(stage, team=[other])
    version = audit.version
    with saving():
        for person, assessment in zip((stage.auditor, other), loaded(audit), strict=True):
            commands.answer(actor_of(person), assessment, conformity=Conformity.CONFORMITY, version=assessment.version)
    db.session.refresh(audit)
    assert (audit.answered, audit.version) == (2, version)


def test_an_answer_can_be_taken_back() -> None:
    stage = Stage()
    audit = a_started(stage)
    with saving():
        commands.answer(stage.actor("auditor"), loaded(audit)[0], conformity=Conformity.CONFORMITY)
        commands.answer(stage.actor("auditor"), loaded(audit)[0], conformity=None)
    db.session.refresh(audit)
    assert audit.answered == 0


def test_submitting_lists_everything_that_is_missing() -> None:
    stage = Stage()
    audit = a_started(stage, a_playbook([("major", 3), ("minor", 1), ("minor", 1)]))
    with saving():
        for assessment, given in zip(loaded(audit)[:2], ("nonconformity", "not_applicable"), strict=True):
            commands.answer(stage.actor("auditor"), assessment, conformity=Conformity(given))
    with pytest.raises(RuleViolation) as refused, saving():
        commands.submit_audit(stage.actor("auditor"), audit, meeting_on=None)
    told = codes(refused.value)
    for expected in ("attach what shows it", "write what you found", "say why", "has no answer yet", "who is harmed",
                     "closing meeting", "acknowledge"):
        assert expected in told
    assert audit.status is AuditStatus.IN_PROGRESS


def test_only_the_lead_submits() -> None:
    stage, other = Stage(), a_person(Role.AUDITOR)
    audit = a_started(stage, team=[other])
    answered(stage, audit, ["conformity", "conformity"])
    with pytest.raises(Forbidden, match="lead auditor"), saving():
        commands.submit_audit(actor_of(other), audit, meeting_on=date(2026, 3, 17), acknowledged_by="Ann")


def critical_failed() -> list[tuple[str, int, str]]:
    """94.0 % with one critical clause failed."""
    return [("critical", 3, "nonconformity"), *[("minor", 1, "conformity")] * 47]


SCORES = [
    (list(WORKED), 78.5714, Rating.C, "", (16.5, 21.0)),
    (critical_failed(), 94.0, Rating.D, "Capped at D: 1 critical clause failed", (47.0, 50.0)),
    ([("minor", 1, "not_applicable")], None, Rating.NOT_RATED, "Not rated", (0.0, 0.0)),
]


@pytest.mark.parametrize(("clauses", "percent", "rating", "cap", "pool"), SCORES)
def test_scores_through_the_commands(clauses: Any, percent: float | None, rating: Rating, cap: str, pool: Any) -> None:
    criteria = a_submitted(Stage(), clauses).criteria[0]
    assert criteria.score == pytest.approx(percent, abs=0.0001) if percent else criteria.score is None
    assert (criteria.rating, (criteria.points, criteria.weight)) == (rating, pool)
    assert criteria.cap.startswith(cap)
    assert criteria.assessed_on == date(2026, 3, 17)


# ---- reviewing

def test_the_review_issues_a_finding_for_each_failed_clause() -> None:
    stage = Stage()
    audit = reviewed(stage, a_submitted(stage))
    findings = db.session.scalars(select(Finding).order_by(Finding.reference)).all()
    assert [(each.clause_id[-2:], each.severity, each.source_reference) for each in findings] == [
        ("03", Severity.MINOR, audit.reference), ("05", Severity.MINOR, audit.reference)]
    assert all(each.issued_at and "Every shift keeps rule" in each.criterion for each in findings)
    assert {each.finding_id for each in loaded(audit)} - {None} == {each.id for each in findings}
    assert not db.session.scalars(select(Evidence).where(Evidence.working.is_(True))).all()


def test_what_an_auditor_would_do_about_it_reaches_the_finding() -> None:
    stage = Stage()
    audit = a_started(stage, a_playbook([("minor", 1)]))
    answered(stage, audit, ["nonconformity"], proposed_action=" Staff the night desk. ")
    submit(stage, audit)
    reviewed(stage, audit)
    assert db.session.scalars(select(Finding.recommendation)).one() == "Staff the night desk."


def test_before_the_review_evidence_is_a_working_paper() -> None:
    a_submitted(Stage())
    assert all(db.session.scalars(select(Evidence.working)))


def test_who_is_on_the_team_does_not_review() -> None:
    stage = Stage()
    audit = a_submitted(stage)
    a_grant(stage.auditor, Role.REVIEWER)
    with pytest.raises(Forbidden, match="on the audit team"), saving():
        commands.review_audit(stage.actor("auditor"), audit)


def test_a_grade_moves_finding_and_cap_and_needs_a_reason() -> None:
    stage = Stage()
    audit = a_submitted(stage, [("minor", 1, "nonconformity"), *[("minor", 5, "conformity")] * 4])
    clause = loaded(audit)[0].clause_id
    with pytest.raises(RuleViolation, match="say why it is graded critical"):
        reviewed(stage, audit, grades={clause: Grade(Severity.CRITICAL)})
    with pytest.raises(InvalidInput, match="nothing to grade"):
        reviewed(stage, audit, grades={"XYZ-09": Grade(Severity.MINOR)})
    reviewed(stage, audit, grades={clause: Grade(Severity.CRITICAL, "Lives depend on it.")})
    assert audit.criteria[0].rating is Rating.D
    assert db.session.scalars(select(Finding.severity)).one() is Severity.CRITICAL


def test_a_returned_audit_goes_on_and_can_be_submitted_again() -> None:
    stage = Stage()
    audit = a_submitted(stage)
    with pytest.raises(InvalidInput), saving():
        commands.return_audit(stage.actor("reviewer"), audit, comment="")
    with saving():
        commands.return_audit(stage.actor("reviewer"), audit, comment="Show the log of week 5.")
    assert (audit.status, audit.review_comment) == (AuditStatus.IN_PROGRESS, "Show the log of week 5.")
    submit(stage, audit)
    assert audit.status is AuditStatus.SUBMITTED


def test_an_exception_is_reviewed_by_two() -> None:
    stage, second = Stage(), a_person(Role.REVIEWER)
    a_grant(stage.auditor, Role.SITE_LEAD, stage.site, until_on=date(2025, 7, 1))
    audit = a_submitted(stage, exception="Small site.", second_reviewer=second)
    with pytest.raises(RuleViolation, match="second reviewer has to agree"):
        reviewed(stage, audit)
    with pytest.raises(Forbidden), saving():
        commands.second_review(stage.actor("reviewer"), audit)
    with saving():
        commands.second_review(actor_of(second), audit)
    assert reviewed(stage, audit).status is AuditStatus.REVIEWED


def test_the_heatmap_keeps_the_newest_result(clock: Any) -> None:
    stage, playbook = Stage(), a_playbook([("minor", 1)])
    older = a_started(stage, playbook)
    answered(stage, older, ["nonconformity"])
    submit(stage, older)
    clock.forward(days=10)
    newer = a_started(stage, playbook)
    answered(stage, newer, ["conformity"])
    submit(stage, newer)
    reviewed(stage, newer)
    reviewed(stage, older)
    standing = db.session.scalars(select(Standing)).one()
    assert (standing.audit_id, standing.rating, standing.assessed_on) == (newer.id, Rating.A, date(2026, 3, 27))


def test_closing_waits_for_the_plans() -> None:
    stage = Stage()
    audit = reviewed(stage, a_submitted(stage))
    with pytest.raises(RuleViolation) as refused, saving():
        commands.close_audit(stage.actor("manager"), audit)
    assert len(refused.value.reasons) == 2
    approve_plans()
    with saving():
        commands.close_audit(stage.actor("manager"), audit)
    assert audit.status is AuditStatus.CLOSED


def approve_plans() -> None:
    with saving():
        for action in db.session.scalars(select(Action)):
            action.status = ActionStatus.PLAN_APPROVED


def test_an_audit_without_findings_closes_at_once() -> None:
    stage = Stage()
    audit = reviewed(stage, a_submitted(stage, [("minor", 1, "conformity")]))
    with saving():
        commands.close_audit(stage.actor("manager"), audit)
    assert audit.closed_at is not None
