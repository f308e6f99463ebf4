"""The journal can only grow: entries written before stay, and from then on cannot be changed or removed."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

BEFORE = (
    ("INSERT INTO journal (seq, event, actor_id, subject_type, at, body, prev_hash, hash) VALUES "
    "(1, 'site.opened', '00000000000000000000000000000001', 'site', '2026-01-05 09:00:00', '{}', 'a', 'b')"),
)


def check_upgraded(connection: Connection) -> None:
    for change in ("UPDATE journal SET event = 'site.closed'", "DELETE FROM journal"):
        with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
            connection.execute(text(change))
    assert connection.execute(text("SELECT event FROM journal")).all() == [("site.opened",)]
    assert connection.execute(text("SELECT seq FROM journal_head")).all() == [(0,)]


def check_downgraded(connection: Connection) -> None:
    assert connection.execute(text("SELECT event FROM journal")).all() == [("site.opened",)]
    connection.execute(text("UPDATE journal SET event = 'site.closed'"))
