"""A sign-off: taken only when the server holds everything it vouches for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.audits.field.commands.judging import Bench
from compliance.audits.field.kinds import NotTaken, Signing
from compliance.audits.field.merging import Verdict
from compliance.audits.field.models import FieldOperation, MediaState
from compliance.audits.field.reading import Sent, as_uuid
from compliance.audits.field.standing import Standing

MOST_NAMED = 20_000
INCOMPLETE = "Not everything that was signed has arrived: {answers} answers and {photos} photographs are missing."
ATTENTION = "Something that was signed was refused. Settle what needs attention first: {items}."


def judge_signoff(bench: Bench, sent: Sent) -> tuple[FieldOperation, dict[str, Any]]:
    """The verdict on a sign-off with what is missing or stands against it; all before it in the batch is written."""
    standing = bench.standings[sent.work]
    value: Mapping[str, Any] = sent.value if isinstance(sent.value, dict) else {}
    try:
        operations, photographs = _ids(value.get("ops")), _media(value.get("media"))
        missing = {"ops": _missing_operations(bench, sent, operations), "media": _missing(standing, photographs)}
        if any(missing.values()):
            return _incomplete(bench, sent, missing)
        _check_signature(standing, value)
        standing.work.sign(bench.actor, Signing(value, sent.client_at, bench.origin.skew_ms))
    except NotTaken as refused:
        row = bench.reject(sent, refused.code, str(refused))
        return row, {"reasons": list(refused.missing)} if refused.missing else {}
    row = bench.keep(sent, Verdict.APPLIED, value=sent.value)
    row.live = True
    standing.live[row.op_id] = row
    return row, {}


def _incomplete(bench: Bench, sent: Sent, missing: dict[str, list[str]]) -> tuple[FieldOperation, dict[str, Any]]:
    message = INCOMPLETE.format(answers=len(missing["ops"]), photos=len(missing["media"]))
    return bench.keep(sent, Verdict.HELD, "incomplete", message, value=sent.value), {"missing": missing}


def _ids(given: Any) -> list[UUID]:
    ids = [as_uuid(each) for each in given] if isinstance(given, list) and len(given) <= MOST_NAMED else [None]
    found = [each for each in ids if each is not None]
    if len(found) < len(ids):
        raise NotTaken("invalid", "A sign-off names its operations by their ids.")
    return found


def _media(given: Any) -> dict[UUID, Any]:
    listed = given if isinstance(given, list) and len(given) <= MOST_NAMED else [None]
    found = {as_uuid(each.get("media_id")): each.get("sha256") for each in listed if isinstance(each, dict)}
    if None in found or len(found) < len(listed):
        raise NotTaken("invalid", "A sign-off names its photographs by id and digest.")
    return {media_id: sha for media_id, sha in found.items() if media_id}


def _missing_operations(bench: Bench, sent: Sent, named: list[UUID]) -> list[str]:
    """Those the server does not hold. Raises NotTaken for one that was refused and not said anew since."""
    elsewhere = [each for each in named if bench.find(each) is None]
    stored = {each.op_id: each for each in db.session.scalars(
        select(FieldOperation).where(FieldOperation.op_id.in_(elsewhere)))} if elsewhere else {}
    rows = {each: bench.find(each) or stored.get(each) for each in named}
    held = [row for row in rows.values() if row is not None and row.work == sent.work]
    latest: dict[tuple[str, str], FieldOperation] = {}
    for row in sorted(held, key=lambda each: each.rev):
        if row.kind in ("set", "resolve"):
            latest[row.item, row.field] = row
    refused = sorted({row.item or "the closing" for row in latest.values() if row.verdict is Verdict.REJECTED
                      and row.code not in ("lead_decides", "moved")})
    if refused:
        raise NotTaken("attention", ATTENTION.format(items=", ".join(refused)))
    return [str(op_id) for op_id, row in rows.items() if row is None or row.work != sent.work]


def _missing(standing: Standing, named: Mapping[UUID, Any]) -> list[str]:
    return [str(media_id) for media_id, sha in named.items() if not _is_stored(standing, media_id, sha)]


def _is_stored(standing: Standing, media_id: UUID, sha: Any) -> bool:
    media = standing.media.get(media_id)
    return media is not None and media.state in (MediaState.STORED, MediaState.REMOVED) and media.sha256 == sha


def _check_signature(standing: Standing, value: Mapping[str, Any]) -> None:
    media = standing.media.get(as_uuid(value.get("signature_media_id")) or UUID(int=0))
    if media is None or media.kind != "signature" or media.state is not MediaState.STORED:
        raise NotTaken("unsigned", "The signature has not arrived. Sign again before you hand this over.")
