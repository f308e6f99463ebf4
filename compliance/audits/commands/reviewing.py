"""Reviewing audits: grades are confirmed, findings issued, standings moved on, and the audit is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select, update

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.actions.lifecycle import ActionStatus
from compliance.actions.models import Action
from compliance.audits.lifecycle import AuditStatus, check_transition
from compliance.audits.models import Assessment, Audit, AuditCriteria, Standing
from compliance.audits.queries.records import assessments_of, texts_of
from compliance.audits.queries.states import results_of, told_results
from compliance.audits.scoring import Conformity, Rating
from compliance.db import check_version
from compliance.errors import Forbidden, InvalidInput, RuleViolation
from compliance.files.models import Evidence
from compliance.findings.commands import issue_finding, raise_finding
from compliance.findings.lifecycle import FindingKind, FindingStatus
from compliance.findings.models import Finding
from compliance.journal import Event, record
from compliance.playbooks.document import Severity
from compliance.playbooks.models import ClauseText
from compliance.playbooks.translations.queries import name_of
from compliance.refusals import Refusal, refuse

FAILED = frozenset({Conformity.PARTIAL, Conformity.NONCONFORMITY})
# What an action may be while its plan does not stand yet.
WITHOUT_PLAN = (ActionStatus.OPEN, ActionStatus.CONTAINED, ActionStatus.ROOT_CAUSE, ActionStatus.PLAN_SUBMITTED)


@dataclass(frozen=True, slots=True)
class Grade:
    """The reviewer's severity of one failed clause; other than the clause's own it needs a reason."""

    severity: Severity
    reason: str = ""


def return_audit(actor: Actor, audit: Audit, *, comment: str, version: int | None = None) -> None:
    """Send a submitted audit back to its team with what is to be looked at again."""
    require(actor, Permission.REVIEW_AUDIT, audit)
    check_version(audit, version)
    check_transition(audit.status, AuditStatus.IN_PROGRESS)
    _not_on_team(actor, audit)
    if not comment.strip():
        raise InvalidInput("Say what the team should look at again.", {"comment": ["Say what to look at again."]})
    audit.status, audit.review_comment, audit.submitted_at = AuditStatus.IN_PROGRESS, comment.strip(), None
    audit.signed_at, audit.signed_skew_ms = None, 0
    audit.second_reviewed_at = None
    record(actor, Event.AUDIT_RETURNED, audit, comment=comment.strip())


def second_review(actor: Actor, audit: Audit, *, comment: str = "", version: int | None = None) -> None:
    """The second reviewer of an audit with an independence exception has read it and agrees."""
    require(actor, Permission.REVIEW_AUDIT, audit)
    check_version(audit, version)
    if actor.id != audit.second_reviewer_id:
        raise Forbidden("Only the second reviewer named in the exception can say so.")
    if audit.status is not AuditStatus.SUBMITTED:
        raise RuleViolation("This audit is not waiting for a review.")
    audit.second_reviewed_at = clock.now()
    record(actor, Event.AUDIT_SECONDED, audit, comment=comment.strip() or None)


def review_audit(actor: Actor, audit: Audit, *, grades: Mapping[str, Grade] | None = None, comment: str = "",
                 version: int | None = None) -> list[Finding]:
    """Confirm an audit: its findings are issued, their clocks start, and its results stand on the heatmap.

    `grades` by clause id; a clause without one keeps its own severity.
    """
    require(actor, Permission.REVIEW_AUDIT, audit)
    check_version(audit, version)
    check_transition(audit.status, AuditStatus.REVIEWED)
    _not_on_team(actor, audit)
    _seconded(actor, audit)
    assessments = assessments_of(actor, audit)
    failed = [each for each in assessments if each.conformity in FAILED]
    _check_grades(failed, grades or {})
    final = {clause: grade.severity for clause, grade in (grades or {}).items()}
    for criteria, result in results_of(audit, assessments, final):
        criteria.keep(result, criteria.assessed_on or clock.today(audit.site.zone or "UTC"))
    audit.status, audit.reviewed_at, audit.reviewed_by_id = AuditStatus.REVIEWED, clock.now(), actor.id
    audit.review_comment = comment.strip()
    findings = _issue(actor, audit, failed, grades or {})
    _release_evidence(audit)
    _move_standings(audit)
    reasons = {clause: f"{grade.severity}: {grade.reason}" for clause, grade in (grades or {}).items() if grade.reason}
    record(actor, Event.AUDIT_REVIEWED, audit, results=told_results(audit),
           findings=[each.reference for each in findings], regraded=reasons or None)
    return findings


def close_audit(actor: Actor, audit: Audit, *, version: int | None = None) -> None:
    """Close a reviewed audit. Actions may still run; every finding must have a plan that was approved."""
    require(actor, Permission.PLAN_AUDIT, audit)
    check_version(audit, version)
    check_transition(audit.status, AuditStatus.CLOSED)
    refuse([Refusal("plan", f"{reference} has no approved plan yet.") for reference in _without_plan(audit)])
    audit.status, audit.closed_at = AuditStatus.CLOSED, clock.now()
    record(actor, Event.AUDIT_CLOSED, audit)


def _without_plan(audit: Audit) -> Sequence[str]:
    planned = exists(select(Action.id).where(
        Action.source_type == Finding.__tablename__, Action.source_id == Finding.id,
        Action.status.not_in((*WITHOUT_PLAN, ActionStatus.CANCELLED))))
    settled = (FindingStatus.WITHDRAWN, FindingStatus.VERIFIED, FindingStatus.CLOSED)
    return db.session.scalars(
        select(Finding.reference).where(
            Finding.source_type == Audit.__tablename__, Finding.source_id == audit.id,
            Finding.kind == FindingKind.NONCONFORMITY, Finding.status.not_in(settled), ~planned)
        .order_by(Finding.reference)).all()


def _not_on_team(actor: Actor, audit: Audit) -> None:
    if actor.id in audit.team:
        raise Forbidden("You are on the audit team, so somebody else reviews this audit.")


def _seconded(actor: Actor, audit: Audit) -> None:
    if audit.second_reviewer_id is None:
        return
    if actor.id == audit.second_reviewer_id:
        raise Forbidden("You are the second reviewer of this audit; another reviewer completes it.")
    if audit.second_reviewed_at is None:
        raise RuleViolation("This audit has an independence exception: its second reviewer has to agree first.")


def _check_grades(failed: Sequence[Assessment], grades: Mapping[str, Grade]) -> None:
    own = {each.clause_id: each.severity for each in failed}
    strangers = sorted(grades.keys() - own.keys())
    if strangers:
        raise InvalidInput(f"{', '.join(strangers)} did not fail in this audit, so there is nothing to grade.")
    refuse([
        Refusal("reason", f"{clause} is {own[clause]} by its playbook: say why it is graded {grade.severity} here.")
        for clause, grade in grades.items() if grade.severity is not own[clause] and not grade.reason.strip()])


def _issue(actor: Actor, audit: Audit, failed: Sequence[Assessment], grades: Mapping[str, Grade]) -> list[Finding]:
    texts = texts_of(failed)
    findings = []
    for assessment in failed:
        grade = grades.get(assessment.clause_id, Grade(assessment.severity))
        finding = _raise(actor, audit, assessment, texts[assessment.clause_digest], grade)
        assessment.finding_id = finding.id
        issue_finding(actor, finding)
        findings.append(finding)
    return findings


def _raise(actor: Actor, audit: Audit, assessment: Assessment, text: ClauseText, grade: Grade) -> Finding:
    criteria = next(each for each in audit.criteria if each.id == assessment.criteria_id)
    details = {"sample": assessment.sample_size, "failed": assessment.sample_failed,
               "conformity": assessment.conformity, "graded": grade.reason.strip() or None,
               "written_in": [assessment.written_in, name_of(assessment.written_in)] if assessment.written_in else None,
               "evidence": [Assessment.__tablename__, str(assessment.id)]}
    return raise_finding(
        actor, source=(Audit.__tablename__, audit.id, audit.reference), kind=FindingKind.NONCONFORMITY,
        severity=grade.severity, site=audit.site, vendor_id=audit.vendor_id, lobs=audit.lobs,
        playbook=criteria.playbook, playbook_version=criteria.version, clause_id=assessment.clause_id,
        clause_digest=assessment.clause_digest, title=assessment.finding_title or f"{assessment.title}: not met",
        criterion=text.content["text"], condition=assessment.note, risk=assessment.finding_risk,
        recommendation=assessment.proposed_action,
        details={name: value for name, value in details.items() if value is not None},
        raised_by_id=assessment.answered_by_id)


def _release_evidence(audit: Audit) -> None:
    mine = select(Assessment.id).where(Assessment.audit_id == audit.id)
    db.session.execute(
        update(Evidence).where(or_(
            and_(Evidence.subject_type == Assessment.__tablename__, Evidence.subject_id.in_(mine)),
            and_(Evidence.subject_type == Audit.__tablename__, Evidence.subject_id == audit.id)))
        .values(working=False).execution_options(synchronize_session=False))


def _move_standings(audit: Audit) -> None:
    """Let the results stand on the heatmap; an audit reviewed late does not replace a newer one."""
    present = {standing.playbook_id: standing for standing in db.session.scalars(
        select(Standing).where(Standing.site_id == audit.site_id))}
    for criteria in audit.criteria:
        standing = present.get(criteria.playbook_id)
        if standing is None:
            standing = Standing(site_id=audit.site_id, playbook_id=criteria.playbook_id)
            db.session.add(standing)
        elif criteria.assessed_on is None or standing.assessed_on > criteria.assessed_on:
            continue
        _stand(standing, audit, criteria)


def _stand(standing: Standing, audit: Audit, criteria: AuditCriteria) -> None:
    standing.vendor_id, standing.criteria_id, standing.audit_id = audit.vendor_id, criteria.id, audit.id
    standing.assessed_on = criteria.assessed_on or clock.today(audit.site.zone or "UTC")
    standing.points, standing.weight = criteria.points or 0.0, criteria.weight or 0.0
    standing.score, standing.rating = criteria.score, criteria.rating or Rating.NOT_RATED
    standing.capped = criteria.cap.startswith("Capped")
    standing.conforming, standing.assessed = criteria.conforming, criteria.assessed
