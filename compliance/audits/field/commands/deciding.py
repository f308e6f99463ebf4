"""What people decide on the server: held work adopted or dismissed, a conflict settled without a tablet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor
from compliance.audits.field import kinds
from compliance.audits.field.commands.judging import Bench, Origin, judge_value
from compliance.audits.field.commands.keeping import make_evidence
from compliance.audits.field.commands.photographs import judge_photo
from compliance.audits.field.commands.syncing import keep_judged, write_judged
from compliance.audits.field.kinds import Work
from compliance.audits.field.merging import Verdict
from compliance.audits.field.models import FieldEpoch, FieldMedia, FieldOperation, MediaState
from compliance.audits.field.reading import SET_KINDS, Sent, as_uuid
from compliance.audits.field.standing import Standing, standings
from compliance.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.files import store
from compliance.files.intake import Upload
from compliance.journal import Event, record

NOT_THEIRS = frozenset({"not_on_team", "may_not"})
THE_PAGE = UUID(int=0)  # the device of what was decided in the page
NOT_ARRIVED = "The photograph itself has not arrived yet. It can be adopted once it has."
SIGN_YOURSELF = "A sign-off is not adopted: whoever leads the work signs it off."


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was taken over, and why each of the others was left as it is."""

    operations: tuple[UUID, ...]
    left: dict[UUID, str]


def adopt(actor: Actor, reference: str, operations: Collection[UUID]) -> Adopted:
    """Let held operations count after all, in the order they came. For whoever leads the work, while it is open.

    The values are the lead's decision from then on; who made them stays on record.
    """
    work = _led(actor, reference)
    _check_open(actor, work)
    rows = _held(reference, operations)
    bench = _bench(actor, work, rows)
    left = {row.op_id: reason for row in rows if (reason := _adopt(bench, row))}
    write_judged(bench, [reference])
    keep_judged(bench)
    _number(bench)
    done = [row for row in rows if row.op_id not in left]
    if done:
        record(actor, Event.FIELD_WORK_ADOPTED, work.subject, operations=[str(row.op_id) for row in done],
               authors=sorted({row.author for row in done}))
    return Adopted(tuple(row.op_id for row in done), left)


def dismiss(actor: Actor, reference: str, operations: Collection[UUID], *, reason: str) -> None:
    """Lay held operations aside for good, with a reason. They stay on record, and so do their photographs."""
    work = _led(actor, reference)
    if not reason.strip():
        raise InvalidInput("Say why this is not taken over.", {"reason": ["Say why this is not taken over."]})
    rows = _held(reference, operations)
    for row in rows:
        row.waiting, row.settled_at, row.settled_by_id = False, clock.now(), actor.id
        row.settled_how, row.settled_why = "dismissed", reason.strip()
    record(actor, Event.FIELD_WORK_DISMISSED, work.subject, operations=[str(row.op_id) for row in rows],
           authors=sorted({row.author for row in rows}), reason=reason.strip())


def settle(actor: Actor, reference: str, item: str, field: str, *, chosen: UUID | None) -> None:
    """End a conflict in the page: `chosen` is the side that holds, None what stands. Raises Forbidden."""
    work = _led(actor, reference, alone=False)
    _check_open(actor, work)
    bench = _bench(actor, work, [])
    present = bench.standings[reference].at((item, field)) if _is_disputed(bench, reference, (item, field)) else None
    sides = {side.op_id: side for side in present.sides} if present else {}
    if present is None or (chosen is not None and chosen not in sides):
        raise NotFound
    value = present.value if chosen is None else sides[chosen].value
    op_id = uuid4()
    row = judge_value(bench, Sent(str(op_id), op_id, op_id.hex * 2, reference, item, field, "resolve", value,
                                  present.head, tuple(sides), bench.now, "UTC"))
    if row.verdict is Verdict.REJECTED:
        raise Forbidden(row.message)
    write_judged(bench, [reference])
    keep_judged(bench)
    _number(bench)


def _check_open(actor: Actor, work: Work) -> None:
    why = work.why_held(actor)
    if why is not None:
        raise (Forbidden if why.code in NOT_THEIRS else RuleViolation)(why.message)


def _is_disputed(bench: Bench, reference: str, key: tuple[str, str]) -> bool:
    return key in bench.standings[reference].disputed()


def _led(actor: Actor, reference: str, *, alone: bool = True) -> Work:
    """A work in the actor's sight, nobody writing to it meanwhile; `alone` for its lead and nobody else."""
    db.session.scalars(select(FieldEpoch.rev).with_for_update()).one()
    work = kinds.load(actor, [reference], lock=True).get(reference)
    if work is None or not work.may_read(actor):
        raise NotFound
    if alone and actor.id != work.lead_id:
        raise Forbidden(f"Whoever leads {reference} decides on what was sent to it late.")
    return work


def _held(reference: str, operations: Collection[UUID]) -> Sequence[FieldOperation]:
    """Raises NotFound for what is not held there any more."""
    rows = db.session.scalars(select(FieldOperation).where(
        FieldOperation.work == reference, FieldOperation.op_id.in_(operations), FieldOperation.waiting.is_(True))
        .order_by(FieldOperation.rev)).all()
    if not rows or len(rows) < len(set(operations)):
        raise NotFound
    return rows


def _bench(actor: Actor, work: Work, rows: Sequence[FieldOperation]) -> Bench:
    rev = db.session.scalars(select(FieldEpoch.rev)).one()
    return Bench(Origin(actor, THE_PAGE, 0, actor.name), rev, standings({work.reference: work}),
                 {row.op_id: row for row in rows}, frozenset())


def _number(bench: Bench) -> None:
    db.session.scalars(select(FieldEpoch)).one().rev = bench.rev


def _adopt(bench: Bench, row: FieldOperation) -> str:
    """Judge a held operation as its lead's own; "" when it counts from now on, else why it stays held."""
    standing = bench.standings[row.work]
    if row.kind == "signoff":
        return SIGN_YOURSELF
    media = _media_of(standing, row)
    if media is not None and media.state is MediaState.ANNOUNCED:
        return NOT_ARRIVED
    was = {name: getattr(row, name) for name in ("verdict", "code", "message", "value", "waiting", "skew_ms",
                                                 "received_at", "rev")}
    key = (row.item, row.field)
    head = standing.at(key).head if row.kind in ("set", "resolve") and _is_field(standing.work, key, row) else None
    sent = replace(_sent(row), parent=head)
    (judge_photo if row.kind in SET_KINDS else judge_value)(bench, sent)
    if row.verdict in (Verdict.REJECTED, Verdict.CONFLICT):
        reason = row.message
        for name, value in was.items():
            setattr(row, name, value)
        return reason
    if media is not None and media.state is MediaState.HELD:
        make_evidence(bench.actor, standing.work, media, _stored(media))
    row.skew_ms, row.received_at = was["skew_ms"], was["received_at"]
    row.live = row.op_id in standing.at(key).heads if row.kind in ("set", "resolve") else False
    row.settled_at, row.settled_by_id, row.settled_how = bench.now, bench.actor.id, "adopted"
    return ""


def _is_field(work: Work, key: tuple[str, str], row: FieldOperation) -> bool:
    """Whether the work has this place at all; it may have been refused, had it not been held."""
    try:
        work.accept(key, row.value)
    except kinds.NotTaken:
        return False
    return True


def _sent(row: FieldOperation) -> Sent:
    return Sent(str(row.op_id), row.op_id, row.payload_sha, row.work, row.item, row.field, row.kind, row.value,
                None, (), row.client_at, row.zone)


def _media_of(standing: Standing, row: FieldOperation) -> FieldMedia | None:
    media_id = as_uuid(row.value.get("media_id")) if isinstance(row.value, dict) else None
    announces = row.kind in ("photo.add", "signature")
    return standing.media.get(media_id) if media_id is not None and announces else None


def _stored(media: FieldMedia) -> Upload:
    """What arrived, as it was accepted then."""
    kept = media.kept_sha256 or ""
    return Upload(media.name, store.get(kept), media.media_type, media.sha256, media.width, media.height,
                  media.taken_at)
