"""What a tablet sent, taken apart: a request that is not the protocol is refused whole, a bad operation alone."""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.audits.field.merging import Operation
from compliance.errors import InvalidInput, PlumblineError

PROTOCOL, OLDEST = 1, 1
MOST_OPS = 100
MOST_BYTES = 256 * 1024
MOST_WORKS = 50
LONGEST = {"work": 40, "item": 80, "field": 40, "kind": 20, "tz": 64}
PAYLOAD = ("op_id", "work", "item", "field", "kind", "value", "parent", "resolves", "client_at", "tz")
MOST_RESOLVED = 20
FIRST_YEAR, LAST_YEAR = 1970, 2200  # what a tablet with a dead clock shows, and what still leaves room to count
DEEPEST = 12
SET_KINDS = frozenset({"photo.add", "photo.remove", "photo.caption", "signature"})
KINDS = SET_KINDS | {"set", "resolve", "signoff"}
# PostgreSQL keeps no NUL and no half of a surrogate pair.
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
SHA = re.compile("[0-9a-f]{64}")


class NotTheProtocol(InvalidInput):
    """The request as a whole cannot be read (422)."""


class TooMuch(PlumblineError):
    """More than one request may carry (413): the tablet halves what it sends."""


class TooOld(PlumblineError):
    """The app on the tablet speaks an older protocol than is taken (426)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One operation as a tablet sent it. `fault` says why it cannot be read; then the other fields are what could be.

    `told` is the id as it came, which need not be one; None where it was not even a text.
    """

    told: str | None
    op_id: UUID | None
    payload_sha: str
    work: str = ""
    item: str = ""
    field: str = ""
    kind: str = ""
    value: Any = None
    parent: UUID | None = None
    resolves: tuple[UUID, ...] = ()
    client_at: datetime | None = None
    zone: str = ""
    fault: str = ""

    def as_operation(self, person_id: UUID, *, parent: UUID | None, value: Any) -> Operation:
        assert self.op_id is not None  # one without an id never gets this far
        return Operation(self.op_id, value, parent, person_id, frozenset(self.resolves))


@dataclass(frozen=True, slots=True)
class Batch:
    """A request of a tablet. `skew_ms` is by how much its clock is ahead of ours."""

    device: UUID
    user_id: UUID
    app_version: str
    epoch: str
    skew_ms: int
    ops: tuple[Sent, ...]
    since: Mapping[str, str]
    unsent_ops: int
    unsent_media: int


def read(body: bytes, now: datetime) -> Batch:
    """Raises NotTheProtocol, TooMuch or TooOld for the request; a bad operation comes back with its fault."""
    if len(body) > MOST_BYTES:
        raise TooMuch(f"A request carries at most {MOST_BYTES // 1024} KB. Send half of it.")
    told = _object(body)
    if told.get("protocol") != PROTOCOL:
        if isinstance(told.get("protocol"), int) and told["protocol"] < OLDEST:
            raise TooOld("This version of the app is too old to send. Update it; what you filled in stays here.")
        raise NotTheProtocol("This is not the protocol of the tablet.")
    ops = told.get("ops")
    if not isinstance(ops, list):
        raise NotTheProtocol("`ops` is a list.")
    if len(ops) > MOST_OPS:
        raise TooMuch(f"A request carries at most {MOST_OPS} operations. Send half of it.")
    return Batch(
        _uuid(told, "device_id"), _uuid(told, "user_id"), _text(told, "app_version", 80), _text(told, "epoch", 80),
        _skew(told, now), tuple(read_operation(each) for each in ops), _since(told.get("since")),
        *_unsent(told.get("unsent")))


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise NotTheProtocol("This is no JSON.") from None
    if not isinstance(told, dict):
        raise NotTheProtocol("Send a JSON object.")
    return told


def _uuid(told: Mapping[str, Any], name: str) -> UUID:
    found = as_uuid(told.get(name))
    if found is None:
        raise NotTheProtocol(f"`{name}` is a UUID.")
    return found


def _text(told: Mapping[str, Any], name: str, longest: int) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > longest or NO_TEXT.search(value):
        raise NotTheProtocol(f"`{name}` is a text.")
    return value


def _skew(told: Mapping[str, Any], now: datetime) -> int:
    at = as_instant(told.get("client_now"))
    if at is None:
        raise NotTheProtocol("`client_now` is a point in time with an offset.")
    return round((at - now).total_seconds() * 1000)


def _since(value: Any) -> dict[str, str]:
    given = {} if value is None else value
    if not isinstance(given, dict) or len(given) > MOST_WORKS:
        raise NotTheProtocol(f"`since` is an object of at most {MOST_WORKS} works.")
    for work, cursor in given.items():
        if not isinstance(cursor, str) or len(work) > LONGEST["work"] or NO_TEXT.search(work + cursor):
            raise NotTheProtocol("`since` gives a cursor for each work.")
    return {work.upper(): cursor for work, cursor in given.items()}


def _unsent(value: Any) -> Iterator[int]:
    given = value if isinstance(value, dict) else {}
    for name in ("ops", "media"):
        number = given.get(name)
        yield number if isinstance(number, int) and 0 <= number < 2**31 else 0


def read_operation(raw: Any) -> Sent:
    """An operation, or what could be read of it with its fault."""
    if not isinstance(raw, dict):
        return Sent(None, None, _sha(raw), fault="An operation is an object.")
    sha = _sha({name: raw.get(name) for name in PAYLOAD})
    told = raw.get("op_id") if isinstance(raw.get("op_id"), str) else None
    fault = next(_faults(raw), "")
    if fault:
        texts = {name: _cut(raw.get(name), longest) for name, longest in LONGEST.items()}
        return Sent(told, as_uuid(told), sha, texts["work"].upper(), texts["item"], texts["field"], texts["kind"],
                    _canonical(raw).decode(), zone=texts["tz"], fault=fault)
    return Sent(
        told, as_uuid(told), sha, raw["work"].upper(), raw.get("item", ""), raw.get("field", ""), raw["kind"],
        raw.get("value"), as_uuid(raw.get("parent")), tuple(UUID(each) for each in raw.get("resolves") or ()),
        as_instant(raw["client_at"]), raw.get("tz", ""))


def _faults(raw: Mapping[str, Any]) -> Iterator[str]:
    if as_uuid(raw.get("op_id")) is None:
        yield "`op_id` is a UUID."
    for name, longest in LONGEST.items():
        value = raw.get(name, "")
        if not isinstance(value, str) or len(value) > longest:
            yield f"`{name}` is a text of at most {longest} characters."
    if not raw.get("work"):
        yield "`work` names what it belongs to."
    if raw.get("kind") not in KINDS:
        yield "This kind of operation is not known."
    if as_instant(raw.get("client_at")) is None:
        yield "`client_at` is a point in time with an offset."
    if raw.get("parent") is not None and as_uuid(raw["parent"]) is None:
        yield "`parent` is a UUID or null."
    yield from filter(None, (_fault_of_resolves(raw.get("resolves")), _fault_of_value(raw, 0)))


def _fault_of_resolves(resolves: Any) -> str:
    given = resolves or []
    if not isinstance(given, list) or len(given) > MOST_RESOLVED or any(as_uuid(each) is None for each in given):
        return f"`resolves` is a list of at most {MOST_RESOLVED} UUIDs."
    return ""


def _fault_of_value(value: Any, depth: int) -> str:
    """What a database or a reader of JSON would not take."""
    if depth > DEEPEST:
        return "A value is nested too deeply."
    if isinstance(value, str) and NO_TEXT.search(value):
        return "Something in it is no character and cannot be kept."
    if isinstance(value, float) and not math.isfinite(value):
        return "A number has to be finite."
    if isinstance(value, dict | list):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        return next(filter(None, (_fault_of_value(part, depth + 1) for part in parts)), "")
    return ""


def _cut(value: Any, longest: int) -> str:
    return NO_TEXT.sub("", value)[:longest] if isinstance(value, str) else ""


def _sha(value: Any) -> str:
    return hashlib.sha256(_canonical(value)).hexdigest()


def _canonical(value: Any) -> bytes:
    """Escaped to ASCII: half a surrogate pair has no other bytes."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    except RecursionError:
        return b'"nested too deeply"'


def as_uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def as_instant(value: Any) -> datetime | None:
    """A point in time with an offset in years a clock can be off by."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None and FIRST_YEAR <= at.year < LAST_YEAR else None
