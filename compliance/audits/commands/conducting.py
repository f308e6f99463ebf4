"""Carrying an audit out: the criteria freeze, each clause is answered, and the whole is submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.accounts.models import Person
from compliance.audits import score_rules
from compliance.audits.lifecycle import AuditStatus, check_transition
from compliance.audits.models import Assessment, Audit, AuditCriteria
from compliance.audits.queries.records import assessments_of
from compliance.audits.queries.states import as_answered, closing_of, may_be_waived, results_of, told_results
from compliance.audits.scoring import Conformity, may_be_partial
from compliance.audits.submission import Closing, submission_blockers, why_not_waived
from compliance.audits.waiving import with_waivers
from compliance.db import check_version, new_id
from compliance.errors import Conflict, Forbidden, InvalidInput, RuleViolation
from compliance.files import commands as files
from compliance.files.intake import Upload
from compliance.files.models import Evidence
from compliance.journal import Event, record
from compliance.network.queries import lobs_at
from compliance.playbooks.document import Severity
from compliance.playbooks.effectiveness import ClauseOnPage, clauses_of, in_force, lineage_key
from compliance.playbooks.waivers.queries import waivers_at
from compliance.refusals import Refusal, refuse
from compliance.wording import words

FIELDS = ("conformity", "note", "reason", "sample_size", "sample_failed", "finding_title", "finding_risk",
          "proposed_severity", "proposed_action", "read_in", "written_in")
TEXTS = frozenset({"note", "reason", "finding_title", "finding_risk", "proposed_action"})
COLUMNS = (*FIELDS, "version", "answered_by_id", "answered_at")
TABLE = Table(Assessment.__tablename__, Assessment.metadata)
WRITE = update(TABLE).where(TABLE.c.id == bindparam("seen_id"), TABLE.c.version == bindparam("seen_version"))
CHANGED = "{name} answered {clause} after you opened it. Yours is not saved until you send it again."


def start_audit(actor: Actor, audit: Audit, *, evidence_from: date | None = None, evidence_until: date | None = None,
                version: int | None = None) -> None:
    """Begin, and freeze what it is judged by: what is in force at the end of the evidence period, today at the latest.

    A later version of a playbook or override no longer moves this audit.
    """
    require(actor, Permission.CONDUCT_AUDIT, audit)
    _only_team(actor, audit)
    check_version(audit, version)
    check_transition(audit.status, AuditStatus.IN_PROGRESS)
    audit.evidence_from = evidence_from or audit.evidence_from
    audit.evidence_until = evidence_until or audit.evidence_until
    today = clock.today(audit.site.zone or "UTC")
    on = min(audit.evidence_until or today, today)
    lobs = frozenset(audit.lobs) & lobs_at(audit.site, audit.vendor_id, on) or frozenset(audit.lobs)
    waived = waivers_at(audit.site, audit.vendor_id, on)
    rows = [row for criteria in audit.criteria for row in _pin(audit, criteria, lobs, on)]
    rows = with_waivers(rows, {criteria.id: criteria.playbook_id for criteria in audit.criteria}, waived, new_id)
    if not rows:
        raise RuleViolation("No clause of these playbooks concerns the lines of business of this audit.")
    for position, row in enumerate(rows):
        row["position"] = position
    audit.status, audit.started_at = AuditStatus.IN_PROGRESS, clock.now()
    audit.score_rules, audit.clauses, audit.answered = str(score_rules.CURRENT.version), len(rows), 0
    db.session.flush()
    # Without the option a line with a waiver between two without would make three statements of one.
    db.session.execute(insert(Assessment).execution_options(render_nulls=True), rows)
    pinned = {row["waiver_id"] for row in rows}
    record(actor, Event.AUDIT_STARTED, audit, criteria_on=on, clauses=len(rows), criteria={
        each.playbook.prefix: {"version": each.version, "content": each.content_digest} for each in audit.criteria},
        waivers=[waiver.reference for waiver in waived if waiver.id in pinned] or None)


def _pin(audit: Audit, criteria: AuditCriteria, lobs: frozenset[str], on: date) -> list[dict[str, Any]]:
    chain = in_force(criteria.playbook, audit.site, audit.vendor_id, on)
    criteria.version, criteria.chain_key = chain.version, chain.key
    criteria.content_digest, criteria.lineage_digest = chain.content_digest, lineage_key(chain)
    return [_assessment(audit, criteria, clause) for clause in clauses_of(chain, lobs)]


def _assessment(audit: Audit, criteria: AuditCriteria, clause: ClauseOnPage) -> dict[str, Any]:
    reason = "" if clause.applicable else clause.origins.get("applicable", {}).get("why", "")
    return {
        "id": new_id(), "version": 1, "audit_id": audit.id, "criteria_id": criteria.id, "clause_id": clause.id,
        "clause_digest": clause.digest, "section": clause.section, "title": clause.title, "weight": clause.weight,
        "severity": Severity(clause.severity), "applicable": clause.applicable, "reason": reason, "waiver_id": None,
        "control_of": "",
    }


def answer(
    actor: Actor, assessment: Assessment, *, conformity: Conformity | None, note: str = "", reason: str = "",
    sample_size: int | None = None, sample_failed: int | None = None, finding_title: str = "", finding_risk: str = "",
    proposed_severity: Severity | None = None, proposed_action: str = "", read_in: str = "",
    written_in: str = "", version: int | None = None,
) -> None:  # fmt: skip
    """Answer one clause, or take the answer back with None. What is still missing is asked for at submission.

    `read_in` is the language the clause was read in, `written_in` that of the note: "" for English.

    Raises Conflict with what now stands when a colleague answered meanwhile.
    """
    require(actor, Permission.CONDUCT_AUDIT, assessment)
    audit = assessment.criteria.audit
    _open_for(actor, audit)
    _check_seen(assessment, version)
    check_conformity(assessment, conformity)
    _check_sample(sample_size, sample_failed)
    _write(actor, audit, [(assessment, {
        "conformity": conformity, "note": note, "reason": reason, "sample_size": sample_size,
        "sample_failed": sample_failed, "finding_title": finding_title, "finding_risk": finding_risk,
        "proposed_severity": proposed_severity, "proposed_action": proposed_action, "read_in": read_in,
        "written_in": written_in})])
    record(actor, Event.ASSESSMENT_ANSWERED, assessment, conformity=conformity or "taken back", read_in=read_in or None,
           sample=None if sample_size is None else f"{sample_failed} of {sample_size} failed")


@dataclass(frozen=True, slots=True)
class Part:
    """Some fields of one answer, the rest as it stands; `operations` are those of the tablet that say so."""

    assessment: Assessment
    fields: Mapping[str, Any]
    operations: Sequence[UUID] = ()


def answer_parts(actor: Actor, audit: Audit, parts: Sequence[Part], *, device: UUID | None = None) -> None:
    """Write fields of many answers as a tablet sends them, in as many statements as for one.

    Checked of what was drawn and what failed together is only at submission: a tablet sends two fields one after the
    other, and what lies between them need not make sense.
    """
    require(actor, Permission.CONDUCT_AUDIT, audit)
    _open_for(actor, audit)
    for part in parts:
        if "conformity" in part.fields:
            check_conformity(part.assessment, part.fields["conformity"])
    _write(actor, audit, [(part.assessment, part.fields) for part in parts])
    for part in parts:
        told = {"conformity": part.fields["conformity"] or "taken back"} if "conformity" in part.fields else {}
        record(actor, Event.ASSESSMENT_ANSWERED, part.assessment, **told, fields=sorted(part.fields), device=device,
               operations=[str(each) for each in part.operations])


def _write(actor: Actor, audit: Audit, parts: Sequence[tuple[Assessment, Mapping[str, Any]]]) -> None:
    """One UPDATE for all of them, each on the version that was read: a write in between is a conflict, never lost."""
    db.session.flush()
    rows = [_row(actor, assessment, fields) for assessment, fields in parts]
    if not rows:
        return
    step = sum((row["conformity"] is not None) - (assessment.conformity is not None)
               for row, (assessment, _) in zip(rows, parts, strict=True))
    written = db.session.connection().execute(WRITE, rows)
    if written.rowcount != len(rows):
        raise Conflict("Somebody else answered the same clause a moment ago. Read what stands now.")
    for row, (assessment, _) in zip(rows, parts, strict=True):
        for name in COLUMNS:
            set_committed_value(assessment, name, row[name])
    if step:
        # Counted in the database and past the version of the audit: two auditors on two clauses are no conflict.
        db.session.execute(update(Audit).where(Audit.id == audit.id).values(answered=Audit.answered + step))


def _row(actor: Actor, assessment: Assessment, fields: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: fields.get(name, getattr(assessment, name)) for name in FIELDS}
    said = {name: value.strip() if isinstance(value, str) and name in TEXTS else value for name, value in said.items()}
    return said | {"seen_id": assessment.id, "seen_version": assessment.version, "version": assessment.version + 1,
                   "answered_by_id": actor.id, "answered_at": clock.now()}


def attach_evidence(actor: Actor, assessment: Assessment, upload: Upload, *, caption: str = "") -> Evidence:
    """Let a photo or file support an answer. Until the review it is a working paper."""
    require(actor, Permission.CONDUCT_AUDIT, assessment)
    _open_for(actor, assessment.criteria.audit)
    subject: Any = assessment  # evidence asks for columns; an assessment answers with those of its audit
    evidence = files.attach(actor, Permission.CONDUCT_AUDIT, subject, upload, caption=caption, working=True)
    _count_evidence(assessment)
    return evidence


def caption_evidence(actor: Actor, assessment: Assessment, evidence: Evidence, *, caption: str) -> None:
    """Say anew what a photo shows."""
    require(actor, Permission.CONDUCT_AUDIT, assessment)
    _open_for(actor, assessment.criteria.audit)
    files.caption(actor, Permission.CONDUCT_AUDIT, evidence, caption=caption)


def withdraw_evidence(actor: Actor, assessment: Assessment, evidence: Evidence, *, reason: str) -> None:
    require(actor, Permission.CONDUCT_AUDIT, assessment)
    _open_for(actor, assessment.criteria.audit)
    files.withdraw(actor, Permission.CONDUCT_AUDIT, evidence, reason=reason)
    _count_evidence(assessment)


def attach_signature(actor: Actor, audit: Audit, upload: Upload, *, caption: str) -> Evidence:
    """Keep the signature under a sign-off as evidence of the audit; a working paper until the review."""
    require(actor, Permission.CONDUCT_AUDIT, audit)
    _open_for(actor, audit)
    return files.attach(actor, Permission.CONDUCT_AUDIT, audit, upload, caption=caption, working=True)


def note_closing(
    actor: Actor, audit: Audit, *, meeting_on: date | None, acknowledged_by: str = "", refusal_note: str = "",
    not_assessed_reason: str = "", conclusion: str = "", version: int | None = None,
) -> None:  # fmt: skip
    """Keep what the closing meeting left behind before everything is ready to be submitted."""
    require(actor, Permission.CONDUCT_AUDIT, audit)
    check_version(audit, version)
    _open_for(actor, audit)
    _close_with(audit, Closing(meeting_on, acknowledged_by, refusal_note, not_assessed_reason), conclusion)


def submit_audit(
    actor: Actor, audit: Audit, *, meeting_on: date | None, acknowledged_by: str = "", refusal_note: str = "",
    not_assessed_reason: str = "", conclusion: str = "", version: int | None = None,
    signed_at: datetime | None = None, signed_skew_ms: int = 0,
) -> None:  # fmt: skip
    """Hand the audit to review, scored per playbook. Raises RuleViolation with everything that is still missing.

    `signed_at` is when it was signed on a tablet, by a clock that was `signed_skew_ms` ahead of ours.
    """
    require(actor, Permission.CONDUCT_AUDIT, audit)
    check_version(audit, version)
    check_transition(audit.status, AuditStatus.SUBMITTED)
    if actor.id != audit.lead_id:
        raise Forbidden(f"The lead auditor, {audit.lead.name}, submits this audit.")
    _close_with(audit, Closing(meeting_on, acknowledged_by, refusal_note, not_assessed_reason), conclusion)
    assessments = assessments_of(actor, audit)
    rules = score_rules.rules_of(audit.score_rules)
    today = clock.today(audit.site.zone or "UTC")
    refuse(submission_blockers([as_answered(each) for each in assessments], closing_of(audit), today, rules))
    audit.status, audit.submitted_at = AuditStatus.SUBMITTED, clock.now()
    audit.signed_at, audit.signed_skew_ms = signed_at, signed_skew_ms
    for criteria, result in results_of(audit, assessments):
        criteria.keep(result, today)
    record(actor, Event.AUDIT_SUBMITTED, audit, results=told_results(audit), signed_at=signed_at)


def _close_with(audit: Audit, closing: Closing, conclusion: str) -> None:
    audit.closing_meeting_on, audit.acknowledged_by = closing.meeting_on, closing.acknowledged_by.strip()
    audit.refusal_note, audit.not_assessed_reason = closing.refusal_note.strip(), closing.not_assessed_reason.strip()
    audit.conclusion = conclusion.strip()


def _only_team(actor: Actor, audit: Audit) -> None:
    if actor.id not in audit.team:
        raise Forbidden(_strange(audit).message)


def _open_for(actor: Actor, audit: Audit) -> None:
    _only_team(actor, audit)
    refuse([each for each in (_closed(audit),) if each])


def why_not_open(actor: Actor, audit: Audit) -> Refusal | None:
    """Why this person's answers are not taken; the code is "not_on_team", or the status of the audit."""
    return _closed(audit) or (None if actor.id in audit.team else _strange(audit))


def _strange(audit: Audit) -> Refusal:
    return Refusal("not_on_team", f"Only the audit team works on {audit.reference}. Its lead is {audit.lead.name}.")


def _closed(audit: Audit) -> Refusal | None:
    if audit.status is AuditStatus.IN_PROGRESS:
        return None
    return Refusal(audit.status, f"{audit.reference} is {words(audit.status)}; "
                                 "answers are only taken while it is in progress.")


def _check_seen(assessment: Assessment, version: int | None) -> None:
    if version is None or version == assessment.version:
        return
    colleague = db.session.get(Person, assessment.answered_by_id) if assessment.answered_by_id else None
    name = colleague.name if colleague else "Somebody"
    size, failed = assessment.sample_size, assessment.sample_failed
    raise Conflict(CHANGED.format(name=name, clause=assessment.clause_id), theirs={
        "Answer": (assessment.conformity or "no answer").replace("_", " ").capitalize(),
        "Note": assessment.note or "none", "Reason": assessment.reason or "none",
        "Sample": "none" if size is None else f"{failed} of {size} failed",
    })


def check_conformity(assessment: Assessment, conformity: Conformity | None) -> None:
    """Raise for an answer this clause cannot have."""
    if conformity is Conformity.WAIVED and not may_be_waived(assessment):
        message = f"{assessment.clause_id} {why_not_waived(assessment.severity, assessment.control_of)}"
        raise InvalidInput(message, {"conformity": [message]})
    if conformity is Conformity.PARTIAL and assessment.control_of:
        message = "A compensating control is done or it is not: choose conformity or nonconformity."
        raise InvalidInput(message, {"conformity": [message]})
    if conformity is Conformity.PARTIAL and not may_be_partial(assessment.severity):
        raise RuleViolation(f"{assessment.clause_id} is critical and has no half: choose conformity or nonconformity.")


def _check_sample(size: int | None, failed: int | None) -> None:
    if min(size or 0, failed or 0) < 0 or (size is not None and failed is not None and failed > size):
        message = f"{failed} failed of {size} checked cannot be: correct one of the two."
        raise InvalidInput(message, {"sample_failed": [message]})


def _count_evidence(assessment: Assessment) -> None:
    counted = select(func.count()).where(
        Evidence.subject_type == Assessment.__tablename__, Evidence.subject_id == assessment.id,
        Evidence.withdrawn_at.is_(None)).scalar_subquery()
    # Past the version: a photo added by a colleague does not make the answer I am typing a conflict.
    db.session.execute(update(Assessment).where(Assessment.id == assessment.id).values(evidence_count=counted)
                       .execution_options(synchronize_session=False))
    db.session.refresh(assessment, ["evidence_count"])
