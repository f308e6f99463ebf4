"""Sign-offs and lineages come and go; versions stay, with nothing said of their review, and keep their checks."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

BOOK, OLD, NEW = (f"0000000000000000000000000000000{n}" for n in "123")
VERSION = ("INSERT INTO playbook_versions (id, playbook_id, number, title, source, digest, status, effective_on, "
           "clauses, change, note, claimed, decision, added_at, approved_by, version) VALUES "
           "('{}', '" + BOOK + "', '{}', 'Tiny', 'text', '" + "a" * 64 + "', '{}', '2026-01-01', 3, '', '', '', '', "
           "'2026-01-01 08:00:00', '', 1)")
BEFORE = (
    ("INSERT INTO playbooks (id, key, prefix, title, owner, version) VALUES "
     f"('{BOOK}', 'tiny', 'TIN', 'Tiny', 'tests', 1)"),
    VERSION.format(OLD, "1.0.0", "draft"),
)


def check_upgraded(connection: Connection) -> None:
    row = connection.execute(text("SELECT submitted_at, submitted_by, review_on, emergency FROM playbook_versions"))
    assert [tuple(each) for each in row] == [(None, "", None, False)]
    assert connection.execute(text("SELECT count(*) FROM sign_offs")).scalar() == 0
    assert connection.execute(text("SELECT count(*) FROM clause_lineages")).scalar() == 0
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(text(VERSION.format(NEW, "1.0.1", "whatever")))


def check_downgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT number, status FROM playbook_versions")).all() == [("1.0.0", "draft")]
