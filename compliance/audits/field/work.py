"""An audit as field work: what stands in it, and how what a tablet sends is written through the audit's commands."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from marshmallow.fields import Field
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from compliance import clock, db
from compliance.access import Actor, Permission, may, visible_to
from compliance.audits import commands, score_rules
from compliance.audits.commands.conducting import FIELDS, TABLE, check_conformity, why_not_open
from compliance.audits.field.kinds import OUT_OF_SIGHT, Change, NotTaken, OfItsRecord, Signing
from compliance.audits.field.merging import Key, Stands
from compliance.audits.field.snapshot import assigned_audits, audit_snapshot
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Assessment, Audit
from compliance.audits.queries.records import CRITERIA, TEAM, may_read_answers
from compliance.audits.queries.states import as_answered, closing_of, results_of
from compliance.audits.schemas import AnswerSchema, ClosingSchema
from compliance.audits.scoring import Conformity
from compliance.audits.submission import Blocker, Closing, submission_blockers
from compliance.errors import PlumblineError
from compliance.files.intake import Upload
from compliance.files.models import Evidence
from compliance.refusals import Refusal

CLOSING = {"meeting_on": "closing_meeting_on", "acknowledged_by": "acknowledged_by", "refusal_note": "refusal_note",
           "not_assessed_reason": "not_assessed_reason", "conclusion": "conclusion"}
CHOSEN = frozenset({"conformity", "proposed_severity", "sample_size", "sample_failed", "meeting_on"})
NOTE_CONFLICTS = update(TABLE).where(TABLE.c.id == bindparam("noted_id"))


# Field by field: a schema asked as a whole for one of its fields would take longer than all the rest of an operation.
ANSWER, CLOSED = AnswerSchema().fields, ClosingSchema().fields


class AuditKind:
    """Audits, by their reference."""

    name = "audit"
    prefix = "AUD-"

    def load(self, actor: Actor, references: Collection[str], *, lock: bool) -> Mapping[str, "AuditWork"]:
        """Clauses before the audit: the page that answers takes its locks in that order, too."""
        mine = select(Assessment).join(Audit, Audit.id == Assessment.audit_id).where(Audit.reference.in_(references))
        clauses = mine.options(joinedload(Assessment.answered_by)).order_by(Assessment.position, Assessment.id)
        seen = Audit.id.in_(visible_to(actor, select(Audit.id), Audit))
        audits = select(Audit, seen).where(Audit.reference.in_(references)).options(
            joinedload(Audit.site), joinedload(Audit.vendor), joinedload(Audit.lead), TEAM, CRITERIA)
        if lock:
            clauses, audits = clauses.with_for_update(of=Assessment), audits.with_for_update(of=Audit)
        assessments = db.session.scalars(clauses).all()
        return {audit.reference: AuditWork(audit, in_sight, _linked(audit, assessments))
                for audit, in_sight in db.session.execute(audits)}

    def snapshot(self, actor: Actor, reference: str) -> dict[str, Any]:
        return audit_snapshot(actor, reference)

    def assigned(self, actor: Actor) -> Sequence[dict[str, Any]]:
        return assigned_audits(actor)


def _linked(audit: Audit, assessments: Sequence[Assessment]) -> dict[str, Assessment]:
    by_criteria = {each.id: each for each in audit.criteria}
    for criteria in audit.criteria:
        set_committed_value(criteria, "audit", audit)
    mine = [each for each in assessments if each.audit_id == audit.id]
    for assessment in mine:
        set_committed_value(assessment, "criteria", by_criteria[assessment.criteria_id])
    return {each.clause_id: each for each in mine}


@dataclass(frozen=True, slots=True)
class AuditWork(OfItsRecord):
    """One audit, loaded with its clauses, its team and its criteria."""

    audit: Audit
    in_sight: bool
    clauses: Mapping[str, Assessment]

    kind = AuditKind.name

    @property
    def subject(self) -> Audit:
        return self.audit

    @property
    def subjects(self) -> Mapping[UUID, str]:
        return {each.id: item for item, each in self.clauses.items()}

    @property
    def handed_over(self) -> bool:
        return self.audit.status is not AuditStatus.IN_PROGRESS

    def may_read(self, actor: Actor) -> bool:
        return self.in_sight and may_read_answers(actor, self.audit)

    def why_held(self, actor: Actor) -> Refusal | None:
        if not self.in_sight:
            return Refusal("out_of_sight", OUT_OF_SIGHT)
        why = why_not_open(actor, self.audit)
        if why is None and not may(actor, Permission.CONDUCT_AUDIT, self.audit):
            return Refusal("may_not", "You may not conduct audits here any more. What was sent is kept aside.")
        return why

    def stands(self, key: Key) -> Stands:
        item, field = key
        if not item:
            return Stands(_as_json(getattr(self.audit, CLOSING[field])))
        clause = self.clauses[item]
        by = clause.answered_by.name if clause.answered_by else ""
        return Stands(_as_json(getattr(clause, field)), by, clause.answered_by_id, clause.answered_at)

    def fields(self) -> Iterator[Key]:
        held = [((item, field), getattr(clause, field)) for item, clause in self.clauses.items() for field in FIELDS]
        held += [(("", field), getattr(self.audit, column)) for field, column in CLOSING.items()]
        return (key for key, value in held if value not in (None, ""))

    def changed_since(self, instant: datetime) -> Collection[str]:
        """The closing carries no time of its own, and is small: it is told each time."""
        return {"", *(item for item, each in self.clauses.items() if each.answered_at and each.answered_at >= instant)}

    def accept(self, key: Key, value: Any) -> Any:
        item, field = key
        clause = self.clauses.get(item)
        if item and clause is None:
            raise NotTaken("unknown_item", f"{self.reference} has no clause {item}.")
        if field not in (FIELDS if item else CLOSING):
            raise NotTaken("unknown_field", f"There is no field {field} to fill in.")
        given = _read(ANSWER if item else CLOSED, field, value)
        if clause is not None and field == "conformity":
            _checked(clause, given)
        return _as_json(given.strip() if isinstance(given, str) else given)

    def write(self, actor: Actor, changes: Mapping[Key, Change], *, device: UUID) -> None:
        said: dict[str, dict[str, Any]] = {}
        sent: dict[str, list[UUID]] = {}
        for (item, field), change in changes.items():
            said.setdefault(item, {})[field] = _read(ANSWER if item else CLOSED, field, change.value)
            sent.setdefault(item, []).extend(change.operations)
        closing = said.pop("", None)
        if closing:
            present = {field: getattr(self.audit, column) for field, column in CLOSING.items()}
            commands.note_closing(actor, self.audit, **present | closing)
        if said:
            commands.answer_parts(actor, self.audit, [
                commands.Part(self.clauses[item], fields, sent[item]) for item, fields in said.items()], device=device)

    def noted_conflicts(self, item: str) -> int:
        return self.clauses[item].conflicts if item else self.audit.conflicts

    def note_conflicts(self, open_sides: Mapping[str, int]) -> None:
        if "" in open_sides:
            self.audit.conflicts = open_sides[""]
        rows = [{"noted_id": self.clauses[item].id, "conflicts": number} for item, number in open_sides.items() if item]
        if rows:
            db.session.connection().execute(NOTE_CONFLICTS, rows)
        for item, number in open_sides.items():
            if item:
                set_committed_value(self.clauses[item], "conflicts", number)

    def attach(self, actor: Actor, item: str, upload: Upload, *, caption: str, kind: str) -> Evidence:
        if kind == "signature":
            return commands.attach_signature(actor, self.audit, upload, caption=caption)
        return commands.attach_evidence(actor, self._clause(item), upload, caption=caption)

    def caption(self, actor: Actor, item: str, evidence: Evidence, caption: str) -> None:
        commands.caption_evidence(actor, self._clause(item), evidence, caption=caption)

    def withdraw(self, actor: Actor, item: str, evidence: Evidence, *, reason: str) -> None:
        commands.withdraw_evidence(actor, self._clause(item), evidence, reason=reason)

    def _clause(self, item: str) -> Assessment:
        if item not in self.clauses:
            raise NotTaken("unknown_item", f"{self.reference} has no clause {item or 'of no name'}.")
        return self.clauses[item]

    def sign(self, actor: Actor, signing: Signing) -> None:
        if actor.id != self.audit.lead_id:
            raise NotTaken("lead_signs", f"The lead auditor, {self.audit.lead.name}, signs this audit off.")
        given = {field: _read(CLOSED, field, signing.value.get(field)) for field in CLOSING}
        closing = Closing(given["meeting_on"], given["acknowledged_by"], given["refusal_note"],
                          given["not_assessed_reason"], self.audit.conflicts)
        blockers = self._blockers(closing)
        if blockers:
            raise NotTaken("blocked", blockers[0].message, _told(blockers))
        commands.submit_audit(actor, self.audit, signed_at=signing.at, signed_skew_ms=signing.skew_ms, **given)

    def _blockers(self, closing: Closing) -> list[Blocker]:
        today, rules = clock.today(self.audit.site.zone or "UTC"), score_rules.rules_of(self.audit.score_rules)
        return submission_blockers([as_answered(each) for each in self.clauses.values()], closing, today, rules)

    def told(self, actor: Actor) -> dict[str, Any]:
        audit, why = self.audit, self.why_held(actor)
        assessments = list(self.clauses.values())
        return {
            "status": audit.status.value, "on_team": actor.id in audit.team, "message": why.message if why else "",
            "lead": {"id": str(audit.lead_id), "name": audit.lead.name}, "answered": audit.answered,
            "clauses": audit.clauses, "results": [
                {"prefix": criteria.playbook.prefix, "score": result.score, "rating": result.rating, "cap": result.cap}
                for criteria, result in (results_of(audit, assessments) if assessments else ())],
            "blockers": _told(self._blockers(closing_of(audit))) if assessments and not self.handed_over else [],
        }


def _read(fields: Mapping[str, Field[Any]], name: str, value: Any) -> Any:
    """A value by the schema of the page and the JSON; nothing is what that field takes for nothing."""
    if value in (None, "") and not isinstance(value, bool):
        return None if name in CHOSEN else ""
    try:
        return fields[name].deserialize(value)
    except ValidationError as error:
        raise NotTaken("invalid", " ".join(map(str, error.messages))) from error


def _checked(clause: Assessment, conformity: Conformity | None) -> None:
    try:
        check_conformity(clause, conformity)
    except PlumblineError as error:
        raise NotTaken("invalid", str(error)) from error


def _as_json(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _told(blockers: Sequence[Blocker]) -> list[dict[str, str]]:
    return [{"item": each.clause_id, "code": each.code, "message": each.message} for each in blockers]
