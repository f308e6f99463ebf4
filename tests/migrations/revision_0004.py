"""Drafts are written here: the text of a version stays as it was, and what is kept beside it goes with the tables."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

ANN, BOOK, VERSION = (f"0000000000000000000000000000000{number}" for number in (1, 2, 3))
BEFORE = (
    ("INSERT INTO people (id, name, email, title, zone, active, version) VALUES "
     f"('{ANN}', 'Ann', 'ann@lumora.example', '', 'UTC', true, 1)"),
    ("INSERT INTO playbooks (id, key, prefix, title, owner, version) VALUES "
     f"('{BOOK}', 'tiny-rules', 'TIN', 'Tiny rules', 'global-tests', 1)"),
    ("INSERT INTO playbook_versions (id, playbook_id, number, title, source, digest, status, effective_on, clauses, "
     "change, note, claimed, decision, added_at, approved_by, version) VALUES "
     f"('{VERSION}', '{BOOK}', '1.0.0', 'Tiny rules', 'text', '{'a' * 64}', 'draft', '2026-01-01', 1, '', '', '', '', "
     "'2025-12-01 00:00:00+00:00', '', 1)"),
)
KEPT = ("INSERT INTO working_copies (id, playbook_version_id, override_version_id, person_id, source, seen, kept_at) "
        "VALUES ('{}', {}, NULL, '" + ANN + "', 'typed', 1, '2025-12-02 00:00:00+00:00')")


def check_upgraded(connection: Connection) -> None:
    connection.execute(text(KEPT.format("00000000000000000000000000000004", f"'{VERSION}'")))
    assert _refused(connection, KEPT.format("00000000000000000000000000000005", "NULL")), "a copy of no text"
    assert _refused(connection, KEPT.format("00000000000000000000000000000006", f"'{VERSION}'")), "two of one person"


def check_downgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT source FROM playbook_versions")).scalars().all() == ["text"]


def _refused(connection: Connection, statement: str) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(text(statement))
    except IntegrityError:
        return True
    return False
