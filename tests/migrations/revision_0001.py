"""The first tables: nothing stands before them, so nothing is carried; what they make must hold its rules."""

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

BEFORE: tuple[str, ...] = ()


def check_upgraded(connection: Connection) -> None:
    """The database itself refuses a second journal entry under one number, and an unheard-of word in an enum."""
    entry = ("INSERT INTO journal (seq, event, actor_id, subject_type, at, body, prev_hash, hash) VALUES "
             "(1, 'site.opened', '00000000000000000000000000000001', 'site', '2026-01-05 09:00:00', '{}', 'a', 'b')")
    connection.execute(text(entry))
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(text(entry))
    statuses = [check["sqltext"] for check in inspect(connection).get_check_constraints("vendors")]
    assert any("exit notice" in status for status in statuses)


def check_downgraded(connection: Connection) -> None:
    assert not inspect(connection).has_table("journal")
