"""Who did what, when: append-only, chained by hash, written in the transaction of the change it tells of."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import LargeBinary, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from compliance import clock, db
from compliance.access import Actor
from compliance.db import Digest, Model

DOMAIN = b"plumbline-journal-v1\x00"
GENESIS = "0" * 64


class Event(StrEnum):
    """Everything the journal can tell of: `<subject>.<past tense>`."""

    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    PERSON_DEACTIVATED = "person.deactivated"
    ROLE_GRANTED = "role.granted"
    ROLE_REVOKED = "role.revoked"
    LINK_ISSUED = "link.issued"
    PASSWORD_SET = "password.set"  # noqa: S105 - the name of an event
    SESSION_OPENED = "session.opened"
    SESSION_ENDED = "session.ended"
    NODE_ADDED = "node.added"
    NODE_RENAMED = "node.renamed"
    SITE_CHANGED = "site.changed"
    VENDOR_ADDED = "vendor.added"
    VENDOR_CHANGED = "vendor.changed"
    OPERATION_STARTED = "operation.started"
    OPERATION_ENDED = "operation.ended"
    NETWORK_IMPORTED = "network.imported"
    PLAYBOOK_ADDED = "playbook.added"
    PLAYBOOK_VERSION_IMPORTED = "playbook_version.imported"
    PLAYBOOK_VERSION_APPROVED = "playbook_version.approved"
    PLAYBOOK_VERSION_DECLINED = "playbook_version.declined"
    PLAYBOOK_VERSION_SUBMITTED = "playbook_version.submitted"
    PLAYBOOK_VERSION_RETURNED = "playbook_version.returned"
    PLAYBOOK_VERSION_RECALLED = "playbook_version.recalled"
    PLAYBOOK_VERSION_CONSENTED = "playbook_version.consented"
    PLAYBOOK_VERSION_TRACED = "playbook_version.traced"
    PLAYBOOK_VERSION_TAKEN_OVER = "playbook_version.taken_over"
    PLAYBOOK_VERSION_HURRIED = "playbook_version.hurried"
    PLAYBOOK_VERSION_WITHDRAWN = "playbook_version.withdrawn"
    PLAYBOOK_VERSION_REVIEWED = "playbook_version.reviewed"
    PLAYBOOK_VERSION_RETIRING = "playbook_version.retiring"
    PLAYBOOK_VERSION_RETIRED = "playbook_version.retired"
    SIGN_OFF_ENDED = "sign_off.ended"
    DRAFT_STARTED = "draft.started"
    DRAFT_SAVED = "draft.saved"
    DRAFT_DISCARDED = "draft.discarded"
    DRAFT_COMMENT_MADE = "draft_comment.made"
    DRAFT_COMMENT_ANSWERED = "draft_comment.answered"
    DRAFT_COMMENT_RESOLVED = "draft_comment.resolved"
    DRAFT_COMMENT_REOPENED = "draft_comment.reopened"
    OVERRIDE_VERSION_IMPORTED = "override_version.imported"
    OVERRIDE_VERSION_REQUESTED = "override_version.requested"
    OVERRIDE_VERSION_CONSENTED = "override_version.consented"
    OVERRIDE_VERSION_CONSENT_REFUSED = "override_version.consent_refused"
    OVERRIDE_VERSION_PASSED_ON = "override_version.passed_on"
    OVERRIDE_VERSION_RETURNED = "override_version.returned"
    OVERRIDE_VERSION_WITHDRAWN = "override_version.withdrawn"
    OVERRIDE_VERSION_APPEALED = "override_version.appealed"
    OVERRIDE_VERSION_APPROVED = "override_version.approved"
    OVERRIDE_VERSION_DECLINED = "override_version.declined"
    OVERRIDE_VERSION_REBASED = "override_version.rebased"
    OVERRIDE_VERSION_CARRIED_OVER = "override_version.carried_over"
    DRIFT_ACCEPTED = "drift.accepted"
    WAIVER_REQUESTED = "waiver.requested"
    WAIVER_APPROVED = "waiver.approved"
    WAIVER_DECLINED = "waiver.declined"
    WAIVER_REVOKED = "waiver.revoked"
    WAIVER_CLOSED = "waiver.closed"
    ADOPTION_ACKNOWLEDGED = "adoption.acknowledged"
    ADOPTION_ATTESTED = "adoption.attested"
    ADOPTION_WENT_LIVE = "adoption.went_live"
    TEXT_ACKNOWLEDGED = "text.acknowledged"
    TRANSLATION_PROPOSED = "translation.proposed"
    TRANSLATION_APPROVED = "translation.approved"
    TRANSLATION_DECLINED = "translation.declined"
    READING_LANGUAGE_CHOSEN = "reading_language.chosen"
    PROGRAMME_ADDED = "programme.added"
    AUDIT_PLANNED = "audit.planned"
    AUDIT_SCHEDULED = "audit.scheduled"
    AUDIT_STARTED = "audit.started"
    AUDIT_SUBMITTED = "audit.submitted"
    AUDIT_RETURNED = "audit.returned"
    AUDIT_SECONDED = "audit.seconded"
    AUDIT_REVIEWED = "audit.reviewed"
    AUDIT_CLOSED = "audit.closed"
    AUDIT_CANCELLED = "audit.cancelled"
    AUDIT_POSTPONED = "audit.postponed"
    AUDIT_REASSIGNED = "audit.reassigned"
    ASSESSMENT_ANSWERED = "assessment.answered"
    EVIDENCE_ADDED = "evidence.added"
    EVIDENCE_WITHDRAWN = "evidence.withdrawn"
    EVIDENCE_CAPTIONED = "evidence.captioned"
    EVIDENCE_VIEWED = "evidence.viewed"
    FIELD_WORK_HELD = "field_work.held"
    FIELD_WORK_ADOPTED = "field_work.adopted"
    FIELD_WORK_DISMISSED = "field_work.dismissed"
    FIELD_CONFLICT_OPENED = "field_conflict.opened"
    FIELD_CONFLICT_SETTLED = "field_conflict.settled"
    FIELD_DEVICE_ADDED = "field_device.added"
    FIELD_DEVICE_REVOKED = "field_device.revoked"
    FIELD_DEVICE_ALLOWED = "field_device.allowed"
    FIELD_DEVICE_WIPE_ASKED = "field_device.wipe_asked"
    FIELD_DEVICE_WIPED = "field_device.wiped"
    FIELD_EPOCH_RENEWED = "field_epoch.renewed"
    FINDING_RAISED = "finding.raised"
    FINDING_ISSUED = "finding.issued"
    FINDING_ACCEPTED = "finding.accepted"
    FINDING_DISPUTED = "finding.disputed"
    FINDING_UPHELD = "finding.upheld"
    FINDING_REGRADED = "finding.regraded"
    FINDING_WITHDRAWN = "finding.withdrawn"
    FINDING_VERIFIED = "finding.verified"
    FINDING_CLOSED = "finding.closed"
    FINDING_REOPENED = "finding.reopened"
    FINDING_NOTED = "finding.noted"
    FINDING_GROUPED = "finding.grouped"
    ACTION_RAISED = "action.raised"
    ACTION_CONTAINED = "action.contained"
    ACTION_CAUSE_STATED = "action.cause_stated"
    ACTION_PLAN_SUBMITTED = "action.plan_submitted"
    ACTION_PLAN_APPROVED = "action.plan_approved"
    ACTION_PLAN_RETURNED = "action.plan_returned"
    ACTION_STEP_DONE = "action.step_done"
    ACTION_IMPLEMENTED = "action.implemented"
    ACTION_CHECKED = "action.checked"
    ACTION_CLOSED = "action.closed"
    ACTION_REOPENED = "action.reopened"
    ACTION_EXTENDED = "action.extended"
    ACTION_REASSIGNED = "action.reassigned"
    ACTION_REGRADED = "action.regraded"
    ACTION_RETESTED = "action.retested"
    ACTION_CANCELLED = "action.cancelled"
    PLAN_ADDED = "plan.added"
    PLAN_CHANGED = "plan.changed"
    PLAN_SUBMITTED = "plan.submitted"
    PLAN_RETURNED = "plan.returned"
    PLAN_APPROVED = "plan.approved"
    EXERCISE_PLANNED = "exercise.planned"
    EXERCISE_SCHEDULED = "exercise.scheduled"
    EXERCISE_CANCELLED = "exercise.cancelled"
    EXERCISE_OBSERVED = "exercise.observed"
    EXERCISE_CONDUCTED = "exercise.conducted"
    EXERCISE_REVIEW_WRITTEN = "exercise.review_written"
    EXERCISE_REVIEWED = "exercise.reviewed"
    EXERCISE_CLOSED = "exercise.closed"
    REPORT_MADE = "report.made"
    REPORT_EXPORTED = "report.exported"
    LIST_EXPORTED = "list.exported"
    DEMO_TOLD = "demo.told"


class JournalEntry(Model):
    """One sealed entry. `body` is the exact canonical bytes that were hashed; the other columns only index it."""

    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(index=True)
    actor_id: Mapped[UUID] = mapped_column(index=True)
    subject_type: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    prev_hash: Mapped[str] = mapped_column(Digest)
    hash: Mapped[str] = mapped_column(Digest)

    @property
    def told(self) -> dict[str, Any]:
        """The body as values: seq, at, actor, actor_id, event, subject_type, subject_id, subject, fields."""
        told: dict[str, Any] = json.loads(self.body)
        return told


class JournalHead(Model):
    """The end of the chain; its one row is the lock that orders writers, taken last in every transaction."""

    __tablename__ = "journal_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Digest)


class Subject(Protocol):
    """What an entry can be about."""

    id: Any
    __tablename__: Any


@dataclass(frozen=True, slots=True)
class Noted:
    """What was recorded in a transaction that has not committed yet."""

    actor: Actor
    event: Event
    subject: Subject | None
    fields: dict[str, object]
    at: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that does not hold."""

    seq: int
    what: str


def record(actor: Actor, event: Event, subject: Subject | None, **fields: object) -> None:
    """Tell the journal; the entry is sealed when the transaction commits, or never was."""
    db.session().info.setdefault("journal", []).append(Noted(actor, event, subject, fields, clock.now()))


def canonical(value: object) -> bytes:
    """Sorted keys, no spaces, UTF-8: the same bytes for the same content on every machine."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def chain(prev: str, body: bytes) -> str:
    return hashlib.sha256(DOMAIN + bytes.fromhex(prev) + body).hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def seal(session: Session) -> None:
    """Append what the transaction recorded. Runs last before the commit, so that the head is the last lock taken."""
    pending = session.info.pop("journal", [])
    if not pending:
        return
    seq, prev = session.execute(select(JournalHead.seq, JournalHead.hash).with_for_update()).one()
    rows = []
    for noted in pending:
        seq += 1
        row = _row(seq, noted)
        row |= {"prev_hash": prev, "hash": chain(prev, row["body"])}
        prev = row["hash"]
        rows.append(row)
    session.execute(insert(JournalEntry), rows)
    session.execute(update(JournalHead).values(seq=seq, hash=prev))


def _row(seq: int, noted: Noted) -> dict[str, Any]:
    subject, actor = noted.subject, noted.actor
    kind = subject.__tablename__ if subject is not None else ""
    subject_id = subject.id if subject is not None else None
    body = {
        "seq": seq, "at": noted.at.isoformat(), "event": noted.event.value, "actor": actor.name,
        "actor_id": str(actor.id), "subject_type": kind, "subject_id": str(subject_id) if subject_id else None,
        "subject": getattr(subject, "reference", None) or getattr(subject, "name", None) or "",
        "fields": {name: value for name, value in noted.fields.items() if value is not None},
    }
    return {"seq": seq, "event": noted.event.value, "actor_id": actor.id, "subject_type": kind,
            "subject_id": subject_id, "at": noted.at, "body": canonical(body)}


def verify() -> tuple[int, Fault | None]:
    """Recompute the whole chain: how many entries hold, and the first that does not."""
    expected_seq, prev = 0, GENESIS
    for entry in _entries():
        expected_seq += 1
        fault = _fault(entry, expected_seq, prev)
        if fault:
            return expected_seq - 1, fault
        prev = entry.hash
    head = db.session.execute(select(JournalHead.seq, JournalHead.hash)).one()
    if tuple(head) != (expected_seq, prev):
        return expected_seq, Fault(expected_seq + 1, f"the head says {head.seq} entries, {expected_seq} are there")
    return expected_seq, None


def _entries() -> Iterator[JournalEntry]:
    # Closed when the reader stops at a fault: PostgreSQL would keep the cursor of the rest open.
    with db.session.scalars(
            select(JournalEntry).order_by(JournalEntry.seq).execution_options(yield_per=1000)) as entries:
        yield from entries


def _fault(entry: JournalEntry, seq: int, prev: str) -> Fault | None:
    if entry.seq != seq:
        return Fault(seq, f"entry {seq} is missing; the next one there is {entry.seq}")
    if entry.prev_hash != prev:
        return Fault(seq, "it does not follow from the entry before it")
    if chain(prev, entry.body) != entry.hash:
        return Fault(seq, "its body was changed")
    told = entry.told
    kept = (entry.seq, entry.event, str(entry.actor_id), entry.subject_type, entry.at.isoformat(),
            str(entry.subject_id) if entry.subject_id else None)
    said = (told["seq"], told["event"], told["actor_id"], told["subject_type"], told["at"], told["subject_id"])
    return None if kept == said else Fault(seq, "its columns differ from its body")


def head_digest() -> str:
    """The hash of the last entry: kept elsewhere, it shows later that nothing before it was replaced."""
    return db.session.scalars(select(JournalHead.hash)).one()


def history(subject: Subject, limit: int = 100) -> list[JournalEntry]:
    """What the journal tells of one record, newest first; the caller has decided that the record may be seen."""
    return list(db.session.scalars(
        select(JournalEntry).where(JournalEntry.subject_id == subject.id).order_by(JournalEntry.seq.desc()).limit(limit)
    ))


db.before_commit.append(seal)
