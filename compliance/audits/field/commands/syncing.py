"""Taking what a tablet sends in one transaction: a verdict for each operation, and in return what it does not know."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, or_, select, update

from compliance import clock, db
from compliance.access import Actor, Permission, require_oneself, require_somewhere
from compliance.accounts.signing_in import keep_for_tablet
from compliance.audits.field import kinds
from compliance.audits.field.commands.judging import (
    REUSED,
    Bench,
    Origin,
    aside_id,
    judge_value,
    speaking,
    why_not,
)
from compliance.audits.field.commands.photographs import announce, judge_photo
from compliance.audits.field.commands.signing import judge_signoff
from compliance.audits.field.merging import Verdict, in_order
from compliance.audits.field.models import FieldDevice, FieldEpoch, FieldMedia, FieldOperation
from compliance.audits.field.news import changes
from compliance.audits.field.reading import SET_KINDS, Batch, Sent
from compliance.audits.field.standing import Standing, entry, read_cursor, standings, unknown
from compliance.db import Model, new_id
from compliance.errors import Conflict, Forbidden
from compliance.journal import Event, record

OPERATIONS = Table(FieldOperation.__tablename__, FieldOperation.metadata)


class EpochChanged(Conflict):
    """The server was restored from a backup: the tablet sends everything it still has, anew."""

    def __init__(self, epoch: str) -> None:
        super().__init__("The server was restored. The tablet sends what it holds once more.")
        self.epoch = epoch


class Revoked(Forbidden):
    """This tablet may not send for this person any more; what it holds stays on it."""

    def __init__(self, wipe: bool) -> None:
        super().__init__("This tablet was shut out. What is on it stays there until somebody lets it in again.")
        self.wipe = wipe


def sync(actor: Actor, batch: Batch) -> dict[str, Any]:
    """Take a batch of a tablet. Raises EpochChanged and Revoked for the whole; nothing is written then."""
    require_oneself(actor, batch.user_id)
    epoch = _epoch_for(batch)
    device = _device(actor, batch)
    answer = _take(actor, batch, epoch, author=actor.name)
    wipe = device.wipe_asked_at is not None and device.wiped_at is None
    return answer | {"device": {"revoked": False, "wipe": wipe}}


def take_backup(actor: Actor, batch: Batch, *, author: str) -> dict[str, Any]:
    """Take the operations of a saved copy: the same as from the tablet, sent by who imports it, made by its author."""
    require_somewhere(actor, Permission.CONDUCT_AUDIT, Permission.RECORD_EXERCISE)
    epoch = db.session.scalars(select(FieldEpoch).with_for_update()).one()
    return _take(actor, batch, epoch, author=author)


def _epoch_for(batch: Batch) -> FieldEpoch:
    """Locked first of all: whoever syncs at the same time waits here, so that no order between two is ever in doubt."""
    epoch = db.session.scalars(select(FieldEpoch).with_for_update().execution_options(populate_existing=True)).one()
    beyond = any(read_cursor(cursor).rev > epoch.rev for cursor in batch.since.values())
    if beyond or (batch.epoch and batch.epoch != str(epoch.epoch)):
        raise EpochChanged(str(epoch.epoch))
    return epoch


def _device(actor: Actor, batch: Batch) -> FieldDevice:
    device = db.session.scalar(
        select(FieldDevice).where(FieldDevice.device == batch.device, FieldDevice.person_id == actor.id))
    if device is not None and device.revoked_at is not None:
        raise Revoked(device.wipe_asked_at is not None and device.wiped_at is None)
    if device is None:
        device = FieldDevice(id=new_id(), device=batch.device, person_id=actor.id, first_seen_at=clock.now(), name="",
                             last_sync_at=clock.now())
        db.session.add(device)
        record(actor, Event.FIELD_DEVICE_ADDED, None, device=batch.device)
    device.last_sync_at, device.app_version, device.skew_ms = clock.now(), batch.app_version, batch.skew_ms
    device.unsent_ops, device.unsent_media = batch.unsent_ops, batch.unsent_media
    device.session_id = actor.session_id
    if actor.session_id is not None:
        keep_for_tablet(actor.session_id)
    return device


def _take(actor: Actor, batch: Batch, epoch: FieldEpoch, *, author: str) -> dict[str, Any]:
    bench = _bench(actor, batch, epoch, author)
    results = judged(bench, batch.ops)
    write_judged(bench, list(bench.standings))
    keep_judged(bench)
    epoch.rev = bench.rev
    works = dict.fromkeys([*(each.work for each in batch.ops if not each.fault and each.work), *batch.since])
    return {
        "server_now": bench.now.isoformat(), "epoch": str(epoch.epoch), "results": results,
        "changes": changes(actor, bench.standings, batch.since, device=batch.device),
        "work": [entry(actor, bench.standings[work], bench.rev) if work in bench.standings
                 else unknown(work, bench.rev) for work in works],
    }


def _bench(actor: Actor, batch: Batch, epoch: FieldEpoch, author: str) -> Bench:
    sent = [each for each in batch.ops if each.op_id is not None]
    named = {*(each.op_id for each in sent), *(each.parent for each in sent if each.parent)}
    asides = {aside_id(each) for each in sent}
    stored = db.session.scalars(select(FieldOperation).where(
        or_(FieldOperation.op_id.in_(named | asides), FieldOperation.parent.in_([each.op_id for each in sent])))).all()
    works = kinds.load(actor, {*(each.work for each in sent), *batch.since}, lock=True)
    followed = frozenset(each.parent for each in stored if each.parent and each.verdict is not Verdict.REJECTED)
    return Bench(Origin(actor, batch.device, batch.skew_ms, author), epoch.rev, standings(works),
                 {each.op_id: each for each in stored}, followed)


def judged(bench: Bench, ops: Sequence[Sent]) -> list[dict[str, Any]]:
    """Each once, parents first; the answers stand in the order in which the operations were sent."""
    first: dict[UUID | None, Sent] = {}
    for each in ops:
        if each.op_id is not None:
            first.setdefault(each.op_id, each)
    answers = {id(each): _judge(bench, each) for each in in_order(list(first.values()))}
    return [answers.get(id(each)) or _judge(bench, each) for each in ops]


def _judge(bench: Bench, sent: Sent) -> dict[str, Any]:
    if sent.op_id is None:
        return {"op_id": sent.told, "status": "rejected", "rev": None, "code": "malformed", "message": sent.fault}
    known = bench.find(sent.op_id)
    if known is not None and known.payload_sha != sent.payload_sha:
        known = bench.find(aside_id(sent)) or bench.keep(sent, Verdict.REJECTED, "reused", REUSED, value=sent.value,
                                                         op_id=aside_id(sent))
        return _told(bench, known, sent)
    if known is not None and not (known.verdict is Verdict.HELD and known.code == "incomplete"):
        return _told(bench, known, sent) | {"status": "duplicate", "verdict": known.verdict.value}
    row = why_not(bench, sent)
    if row is not None:
        if row.verdict is Verdict.HELD and sent.kind in ("photo.add", "signature"):
            announce(bench, sent, work=bench.work(sent.work))
        return _told(bench, row, sent)
    if sent.kind == "signoff":
        write_judged(bench, [sent.work])
        row, more = judge_signoff(bench, sent)
        return _told(bench, row, sent) | more
    return _told(bench, (judge_photo if sent.kind in SET_KINDS else judge_value)(bench, sent), sent)


def _told(bench: Bench, row: FieldOperation, sent: Sent) -> dict[str, Any]:
    """A verdict as the tablet is told it; with what stands, for whoever may read that."""
    told: dict[str, Any] = {"op_id": str(sent.op_id), "status": row.verdict.value, "rev": row.rev}
    if row.code:
        told |= {"code": row.code, "message": row.message}
    standing = bench.standings.get(row.work)
    key = (row.item, row.field)
    settles = row.kind in ("set", "resolve") and row.verdict is not Verdict.HELD
    if settles and standing is not None and standing.work.may_read(bench.actor) and _is_place(standing, key):
        told["head"] = standing.told(key)
    return told


def _is_place(standing: Standing, key: tuple[str, str]) -> bool:
    return key in standing.judged or key in standing.spoken


def write_judged(bench: Bench, works: Sequence[str]) -> None:
    """Write what was judged of these works; a sign-off reads what stands."""
    for reference in works:
        found = bench.changes.pop(reference, {})
        standing = bench.standings[reference]
        if found:
            standing.work.write(bench.actor, found, device=bench.origin.device)
        touched = {item for item, _ in standing.judged}
        moved = {item: number for item, number in standing.open_sides(touched).items()
                 if number != standing.work.noted_conflicts(item)}
        if moved:
            standing.work.note_conflicts(moved)


def keep_judged(bench: Bench) -> None:
    """The operations of the batch, and those of before that speak no more, each in one statement."""
    changed = concluded(bench)
    _insert(FieldOperation, list(bench.new.values()))
    if changed:
        db.session.connection().execute(update(OPERATIONS).where(OPERATIONS.c.op_id == bindparam("of")), changed)
    _insert(FieldMedia, [each for standing in bench.standings.values() for each in standing.media.values()
                         if each.op_id in bench.new and each not in db.session])
    for reference, operations in bench.held.items():
        work = bench.work(reference)
        if work is not None:
            record(bench.actor, Event.FIELD_WORK_HELD, work.subject, device=bench.origin.device,
                   operations=[str(each) for each in operations])


def concluded(bench: Bench) -> list[dict[str, Any]]:
    """What the batch leaves of the operations at its places: the new ones say whether they speak, of those of before
    comes back what changes in their rows."""
    still = {op_id for standing in bench.standings.values() for key in standing.judged
             for op_id in speaking(standing.at(key))}
    for row in bench.new.values():
        row.live = row.live or row.op_id in still
        _settle(row, bench)
    return [_settled(row, bench, live=row.op_id in still) for row in _looked_at(bench)
            if row.op_id in bench.settled or row.op_id not in still]


def _looked_at(bench: Bench) -> Iterator[FieldOperation]:
    """What spoke before this batch at the places it touched."""
    for standing in bench.standings.values():
        for key in standing.judged:
            yield from standing.spoken.get(key, ())


def _settle(row: FieldOperation, bench: Bench) -> None:
    if row.op_id in bench.settled:
        row.settled_at, row.settled_by_id = bench.now, bench.actor.id
        row.settled_how = bench.settled[row.op_id]


def _settled(row: FieldOperation, bench: Bench, *, live: bool) -> dict[str, Any]:
    how = bench.settled.get(row.op_id)
    return {"of": row.op_id, "live": live, "settled_how": how or row.settled_how,
            "settled_at": bench.now if how else row.settled_at,
            "settled_by_id": bench.actor.id if how else row.settled_by_id}


def _insert(model: type[Model], rows: Sequence[Model]) -> None:
    if rows:
        names = [column.key for column in model.__table__.columns]
        told: list[Mapping[str, Any]] = [{name: getattr(row, name) for name in names} for row in rows]
        db.session.execute(insert(model).execution_options(render_nulls=True), told)
