"""One batch judged: every operation gets its verdict before anything is written, so that a bad one spoils nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from compliance import clock
from compliance.access import Actor
from compliance.audits.field.kinds import OUT_OF_SIGHT, Change, NotTaken, Work
from compliance.audits.field.merging import Field, Key, Merged, Verdict, merge
from compliance.audits.field.models import FieldOperation
from compliance.audits.field.reading import SET_KINDS, Sent
from compliance.audits.field.standing import Standing
from compliance.journal import Event, record
from compliance.refusals import Refusal

REUSED = "Another operation was sent under the same id before; this one is kept beside it and changes nothing."
MESSAGES = {
    "conflict": "{by} gave another answer. Both are kept until one is chosen.",
    "lead_decides": "Only the lead auditor puts a value over a colleague's. Both are kept until then.",
    "moved": "What stands was changed while you chose. Look again and choose.",
}


def aside_id(sent: Sent) -> UUID:
    """The id under which an operation is kept whose own is taken by another."""
    assert sent.op_id is not None  # asked only of what has an id
    return uuid5(sent.op_id, sent.payload_sha)


@dataclass
class Origin:
    """Where the operations of a batch come from; `author` made them, whoever sends them."""

    actor: Actor
    device: UUID
    skew_ms: int
    author: str


@dataclass
class Bench:
    """What a batch is judged with, and what comes of it.

    `known` are operations stored before, `followed` those that a stored one names as its parent.
    """

    origin: Origin
    rev: int
    standings: Mapping[str, Standing]
    known: dict[UUID, FieldOperation]
    followed: frozenset[UUID]
    new: dict[UUID, FieldOperation] = field(default_factory=dict)
    settled: dict[UUID, str] = field(default_factory=dict)
    changes: dict[str, dict[Key, Change]] = field(default_factory=dict)
    held: dict[str, list[UUID]] = field(default_factory=dict)
    now: datetime = field(default_factory=clock.now)

    @property
    def actor(self) -> Actor:
        return self.origin.actor

    def work(self, reference: str) -> Work | None:
        standing = self.standings.get(reference)
        return standing.work if standing else None

    def find(self, op_id: UUID) -> FieldOperation | None:
        return self.new.get(op_id) or self.known.get(op_id)

    def seen(self, parent: UUID | None) -> UUID | None:
        """What its auditor was looking at: an operation that came to nothing stands for what that one had seen."""
        named = self.find(parent) if parent else None
        nothing = named is not None and named.verdict in (Verdict.REJECTED, Verdict.HELD)
        return named.seen if named is not None and nothing else parent

    def keep(self, sent: Sent, verdict: Verdict, code: str = "", message: str = "", *, value: Any = None,
             op_id: UUID | None = None) -> FieldOperation:
        """A row for an operation, in the order of the server; a sign-off judged before is judged anew in its place."""
        work, self.rev = self.work(sent.work), self.rev + 1
        op_id = op_id or sent.op_id
        assert op_id is not None  # what has no id is answered and not kept
        row = self.known.get(op_id) or FieldOperation(
            op_id=op_id, payload_sha=sent.payload_sha, device=self.origin.device, person_id=self.actor.id,
            author=self.origin.author, work=sent.work, site_id=work.site_id if work else None,
            vendor_id=work.vendor_id if work else None, item=sent.item, field=sent.field, kind=sent.kind,
            parent=sent.parent, seen=self.seen(sent.parent), resolves=[str(each) for each in sent.resolves],
            client_at=sent.client_at, zone=sent.zone, settled_how="", settled_why="", live=False)
        row.rev, row.skew_ms, row.received_at = self.rev, self.origin.skew_ms, self.now
        row.verdict, row.code, row.message, row.value = verdict, code, message, value
        row.waiting = verdict is Verdict.HELD and work is not None and code != "incomplete"
        if op_id not in self.known:
            self.new[op_id] = row
        return row

    def reject(self, sent: Sent, code: str, message: str) -> FieldOperation:
        return self.keep(sent, Verdict.REJECTED, code, message, value=sent.value)

    def hold(self, sent: Sent, why: Refusal) -> FieldOperation:
        self.held.setdefault(sent.work, []).append(sent.op_id or UUID(int=0))
        return self.keep(sent, Verdict.HELD, why.code, why.message, value=sent.value)


def why_not(bench: Bench, sent: Sent) -> FieldOperation | None:
    """The row of an operation that is not looked into: it cannot be read, or its work does not take it now."""
    if sent.fault:
        return bench.reject(sent, "malformed", sent.fault)
    work = bench.work(sent.work)
    held = work.why_held(bench.actor) if work else Refusal("out_of_sight", OUT_OF_SIGHT)
    if held is None and sent.kind not in SET_KINDS | {"set", "resolve", "signoff"}:
        return bench.reject(sent, "unknown_kind", "This kind of operation is not known.")
    return bench.hold(sent, held) if held else None


def judge_value(bench: Bench, sent: Sent) -> FieldOperation:
    """The verdict on a `set` or `resolve`, with the value noted that is to be written."""
    standing = bench.standings[sent.work]
    key = (sent.item, sent.field)
    try:
        value = standing.work.accept(key, sent.value)
    except NotTaken as refused:
        return bench.reject(sent, refused.code, str(refused))
    before = standing.at(key)
    operation = sent.as_operation(bench.actor.id, parent=bench.seen(sent.parent), value=value)
    merged = merge(before, operation, lead_id=standing.work.lead_id, overtaken=operation.op_id in bench.followed)
    row = _kept(bench, sent, standing, merged, value)
    standing.fields[key] = merged.field
    standing.judged.add(key)
    if merged.field.value != before.value:
        changes = bench.changes.setdefault(sent.work, {})
        earlier = changes[key].operations if key in changes else ()
        changes[key] = Change(value, (*earlier, operation.op_id))
    for op_id, how in merged.settled:
        bench.settled[op_id] = how
    _tell(bench, standing, key, merged)
    return row


def _kept(bench: Bench, sent: Sent, standing: Standing, merged: Merged, value: Any) -> FieldOperation:
    code = merged.code or ("conflict" if merged.verdict is Verdict.CONFLICT else "")
    by = standing.told((sent.item, sent.field))["by"] or "Somebody"
    row = bench.keep(sent, merged.verdict, code, MESSAGES.get(code, "").format(by=by), value=value)
    standing.live[row.op_id] = row
    return row


def _tell(bench: Bench, standing: Standing, key: Key, merged: Merged) -> None:
    """A disagreement and its end are told; that an answer was given is told where it is written."""
    told = {"item": key[0] or None, "field": key[1], "device": bench.origin.device}
    if merged.verdict is Verdict.CONFLICT:
        record(bench.actor, Event.FIELD_CONFLICT_OPENED, standing.work.subject, **told,
               operations=[str(side.op_id) for side in merged.field.sides])
    settled = {str(op_id): how for op_id, how in merged.settled if how != "replaced"}
    if settled:
        record(bench.actor, Event.FIELD_CONFLICT_SETTLED, standing.work.subject, **told, value=merged.field.value,
               settled=settled)


def speaking(present: Field) -> set[UUID]:
    """The operations of a place that still say something."""
    return {*present.heads, *(side.op_id for side in present.sides)}
