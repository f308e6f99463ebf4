"""What the server holds, read from its file past the product's own code."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from tests.audits.field.proof.serving import Served

ANSWERS = ("conformity", "note", "reason", "sample_size", "sample_failed", "finding_title", "finding_risk",
           "proposed_severity", "proposed_action", "read_in")
SETS = ("set", "resolve")


@dataclass(frozen=True)
class Operation:
    """A row of the server's log; `value` is as it was sent."""

    op_id: str
    device: str
    item: str
    field: str
    kind: str
    value: Any
    parent: str
    resolves: tuple[str, ...]
    client_at: str
    rev: int
    verdict: str
    code: str

    @property
    def told(self) -> tuple[str, ...]:
        """What an operation says; said twice by one tablet at one moment, it was taken for two."""
        return (self.device, self.item, self.field, self.kind, json.dumps(self.value), self.client_at)


@dataclass(frozen=True)
class Kept:
    """A photograph as the server holds it: evidence of a clause, not withdrawn."""

    clause: str
    sent: str  # digest of the bytes the tablet sent
    kept: str


def asked(server: Served, statement: str, *given: object) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(server.database.url.removeprefix("sqlite:///"), timeout=20)) as database:
        database.row_factory = sqlite3.Row
        return database.execute(statement, given).fetchall()


def plain(identity: object) -> str:
    """An id without its dashes: a column of ids and a JSON value write it differently."""
    return str(identity or "").replace("-", "").lower()


def operations(server: Served, work: str) -> list[Operation]:
    """The log of one work, in the order the server took it."""
    rows = asked(server, "SELECT * FROM field_operations WHERE work = ? ORDER BY rev", work)
    return [Operation(
        plain(row["op_id"]), plain(row["device"]), row["item"], row["field"], row["kind"], _json(row["value"]),
        plain(row["parent"]), tuple(plain(each) for each in _json(row["resolves"]) or ()), str(row["client_at"]),
        row["rev"], row["verdict"], row["code"] or "") for row in rows]


def _json(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) else text


def answers(server: Served, work: str) -> dict[tuple[str, str], Any]:
    """What stands in the record, by clause and field, where anything does."""
    rows = asked(server, "SELECT a.* FROM assessments a JOIN audits b ON b.id = a.audit_id WHERE b.reference = ?", work)
    return {(row["clause_id"], name): row[name] for row in rows for name in ANSWERS
            if name in row.keys() and row[name] not in (None, "")}  # noqa: SIM118 - a Row iterates its values


def media(server: Served, work: str) -> dict[str, sqlite3.Row]:
    """What the server knows of each announced photograph."""
    return {plain(row["media_id"]): row for row in asked(server, "SELECT * FROM field_media WHERE work = ?", work)}


def photographs(server: Served, work: str) -> list[Kept]:
    """Every piece of evidence of the audit's clauses."""
    rows = asked(
        server, "SELECT a.clause_id, e.original_sha256, e.sha256 FROM evidence e JOIN assessments a ON "
        "a.id = e.subject_id JOIN audits b ON b.id = a.audit_id WHERE b.reference = ? AND e.withdrawn_at IS NULL", work)
    return [Kept(*row) for row in rows]
