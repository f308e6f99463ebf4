"""The copy a tablet saves of what it holds: lines of JSON, read one by one, refused with the line that is broken."""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from compliance.audits.field.reading import MOST_OPS, NO_TEXT, SHA, Sent, as_uuid, read_operation
from compliance.errors import InvalidInput
from compliance.files.intake import MOST_BYTES

FORMAT, VERSION = "plumbline-field-backup", 1
MOST_LINES = 50_000
LONGEST_LINE = MOST_BYTES * 4 // 3 + 16_384  # a photograph in base64 with what is said of it
NO_BACKUP = "This is no copy a tablet saved: its first line says so. Choose the file that ends in .ndjson."


class Broken(InvalidInput):
    """A line that cannot be read; what stands before it can."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"Line {line}: {what}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Backup:
    """What a copy says of itself, and the last line that can be read."""

    user_id: UUID
    name: str
    device: UUID
    app_version: str
    made_at: str
    operations: int
    photos: int
    until: int


@dataclass(frozen=True, slots=True)
class SavedPhoto:
    media_id: UUID
    name: str
    sha256: str
    data: bytes


def look_through(file: BinaryIO, *, until_broken: bool = False) -> Backup:
    """Read a copy from end to end and take nothing. Raises Broken for the first line that cannot be read.

    `until_broken` takes what stands before it for the whole, as when the tablet died while it saved.
    """
    file.seek(0)
    counts, last, ended = {"op": 0, "photo": 0}, 1, False
    header = _header(_line(1, file.readline(LONGEST_LINE + 1)))
    try:
        for last, told in _entries(file):
            ended = told["type"] == "end"
            if not ended:
                counts[told["type"]] += 1
                _check(last, told)
        _check_end(last, counts, told if ended else None)
    except Broken as broken:
        if not until_broken:
            raise
        last = broken.line - 1
    return Backup(_id(1, header["user"], "id"), _text(1, header["user"], "name"), _id(1, header, "device_id"),
                  _text(1, header, "app_version"), _text(1, header, "made_at"), counts["op"], counts["photo"], last)


def operations_in(file: BinaryIO, backup: Backup) -> Iterator[tuple[Sent, ...]]:
    """The operations in the order in which they were made, as many at a time as one request carries."""
    every = (read_operation(told) for told in _wanted(file, backup, "op"))
    while batch := tuple(islice(every, MOST_OPS)):
        yield batch


def photos_in(file: BinaryIO, backup: Backup) -> Iterator[SavedPhoto]:
    """The photographs one by one: a copy is larger than what should lie in memory."""
    for told in _wanted(file, backup, "photo"):
        yield SavedPhoto(UUID(told["media_id"]), told["name"], told["sha256"], base64.b64decode(told["data"]))


def _wanted(file: BinaryIO, backup: Backup, kind: str) -> Iterator[dict[str, Any]]:
    file.seek(0)
    file.readline()
    for _, told in _entries(file, backup.until):
        if told["type"] == kind:
            yield told


def _entries(file: BinaryIO, until: int = MOST_LINES) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), start=2):
        if number > until < MOST_LINES:
            return
        if number > MOST_LINES:
            raise Broken(number, f"a copy has at most {MOST_LINES} lines. Save one audit at a time.")
        if line.strip():
            told = _line(number, line)
            if told.get("type") not in ("op", "photo", "end"):
                raise Broken(number, "neither an answer nor a photograph.")
            yield number, told


def _line(number: int, line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise Broken(number, f"longer than a photograph of {MOST_BYTES // 1024**2} MB could be.")
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        if number == 1:
            raise InvalidInput(NO_BACKUP) from None
        raise Broken(number, "cannot be read. The file was cut off or changed.") from None
    if not isinstance(told, dict):
        raise Broken(number, "cannot be read. The file was cut off or changed.")
    return told


def _header(told: dict[str, Any]) -> dict[str, Any]:
    if told.get("format") != FORMAT or not isinstance(told.get("user"), dict):
        raise InvalidInput(NO_BACKUP)
    if told.get("version") != VERSION:
        raise InvalidInput("This copy was saved by a newer app than this server knows. Update the server first.")
    return told


def _check(number: int, told: dict[str, Any]) -> None:
    """What a photograph needs to be told by; an operation that cannot be read is answered by the server, by name."""
    if told["type"] == "op":
        return
    _id(number, told, "media_id")
    _text(number, told, "name")
    if not isinstance(told.get("sha256"), str) or not SHA.fullmatch(told["sha256"]):
        raise Broken(number, "a photograph without the digest of its bytes.")
    try:
        base64.b64decode(told.get("data", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Broken(number, "a photograph whose bytes cannot be read.") from None


def _check_end(number: int, counts: dict[str, int], end: dict[str, Any] | None) -> None:
    if end is None:
        raise Broken(number + 1, "its last line is missing. The file was cut off.")
    if (end.get("ops"), end.get("photos")) != (counts["op"], counts["photo"]):
        raise Broken(number, f"{end.get('ops')} answers and {end.get('photos')} photographs were saved, and "
                             f"{counts['op']} and {counts['photo']} are here. Lines are missing.")


def _id(number: int, told: dict[str, Any], name: str) -> UUID:
    found = as_uuid(told.get(name))
    if found is None:
        raise Broken(number, f"`{name}` is missing.")
    return found


def _text(number: int, told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or len(value) > 400 or NO_TEXT.search(value):
        raise Broken(number, f"`{name}` is missing.")
    return value
