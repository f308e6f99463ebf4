"""The chain: every way to change the past is found, and writers at once keep it whole."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from compliance import db, journal
from compliance.access import SYSTEM
from compliance.journal import GENESIS, Event, JournalEntry, canonical, chain
from tests.builders.network import a_vendor

TRIGGERS = {
    "sqlite": "SELECT name, NULL FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'",
    "postgresql": "SELECT tgname, 1 FROM pg_trigger WHERE tgrelid = 'journal'::regclass AND NOT tgisinternal",
}
EDITED = "UPDATE journal SET body = CAST(REPLACE(CAST(body AS TEXT), 'KBC', 'QQQ') AS BLOB) WHERE seq = 3"
APPENDED = """INSERT INTO journal (seq, event, actor_id, subject_type, at, body, prev_hash, hash)
    SELECT 6, event, actor_id, subject_type, at, body, hash, hash FROM journal WHERE seq = 5"""


@pytest.fixture
def entries(app: Flask) -> int:
    """Five sealed entries in two transactions."""
    vendor = a_vendor("KBC")
    for count in (2, 3):
        with db.transaction():
            for number in range(count):
                journal.record(SYSTEM, Event.VENDOR_CHANGED, vendor, number=number, name=["Before", "Après"])
    return 5


def tamper(*statements: str) -> None:
    """What somebody with the password of the database can do: take the triggers off first."""
    with db.engine().begin() as connection:
        backend = connection.dialect.name
        for name, _ in connection.execute(text(TRIGGERS[backend])).all():
            connection.execute(text(f"DROP TRIGGER {name}" + (" ON journal" if backend == "postgresql" else "")))
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_chain_holds(entries: int) -> None:
    assert journal.verify() == (entries, None)


def test_an_empty_chain_holds(app: Flask) -> None:
    assert journal.verify() == (0, None)


@pytest.mark.parametrize(("statements", "seq", "what"), [
    ([EDITED], 3, "body was changed"),
    (["UPDATE journal SET event = 'vendor.added' WHERE seq = 2"], 2, "columns differ"),
    (["UPDATE journal SET at = '2020-01-01 00:00:00' WHERE seq = 2"], 2, "columns differ"),
    (["UPDATE journal SET subject_id = NULL WHERE seq = 2"], 2, "columns differ"),
    (["DELETE FROM journal WHERE seq = 3"], 3, "is missing"),
    (["DELETE FROM journal WHERE seq = 1"], 1, "is missing"),
    (["DELETE FROM journal WHERE seq = 5"], 5, "the head says 5 entries, 4 are there"),
    (["DELETE FROM journal"], 1, "the head says 5 entries, 0 are there"),
    (["UPDATE journal SET seq = 99 WHERE seq = 2", "UPDATE journal SET seq = 2 WHERE seq = 3",
      "UPDATE journal SET seq = 3 WHERE seq = 99"], 2, "does not follow"),
    (["UPDATE journal SET hash = prev_hash WHERE seq = 4"], 4, "body was changed"),
    ([APPENDED], 6, "body was changed"),
], ids=lambda value: value[0][:60] if isinstance(value, list) else "")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_change_of_the_past_is_found(entries: int, statements: list[str], seq: int, what: str) -> None:
    tamper(*statements)
    held, fault = journal.verify()
    assert fault is not None
    assert (fault.seq, held) == (seq, seq - 1)
    assert what in fault.what


def test_a_chain_written_anew_from_the_middle_no_longer_meets_its_head(entries: int) -> None:
    """Whoever rewrites an entry and all hashes after it must also have the head; a copy of it kept elsewhere tells."""
    kept = journal.head_digest()
    rewritten = db.session.scalars(select(JournalEntry).where(JournalEntry.seq == 5)).one()
    body = rewritten.body.replace(b"KBC", b"QQQ")
    db.session.remove()
    tamper("DELETE FROM journal WHERE seq = 5")
    with db.engine().begin() as connection:
        connection.execute(JournalEntry.__table__.insert().values(
            seq=5, event=rewritten.event, actor_id=rewritten.actor_id, subject_type=rewritten.subject_type,
            subject_id=rewritten.subject_id, at=rewritten.at, body=body, prev_hash=rewritten.prev_hash,
            hash=chain(rewritten.prev_hash, body)))
    held, fault = journal.verify()
    assert (held, fault is not None) == (5, True)
    db.session.remove()
    with db.engine().begin() as connection:
        connection.execute(journal.JournalHead.__table__.update().values(hash=chain(rewritten.prev_hash, body)))
    db.session.remove()
    assert journal.verify() == (5, None)
    assert journal.head_digest() != kept


@pytest.mark.parametrize("statement", ["UPDATE journal SET event = 'x'", "DELETE FROM journal"])
def test_the_database_refuses_before_that(entries: int, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), db.engine().begin() as connection:
        connection.execute(text(statement))


def test_what_is_rolled_back_was_never_told(entries: int) -> None:
    vendor = a_vendor()
    with pytest.raises(ZeroDivisionError):
        fail_after(lambda: journal.record(SYSTEM, Event.VENDOR_CHANGED, vendor))
    assert journal.verify() == (entries, None)


def test_what_a_savepoint_undoes_is_not_told_either(entries: int) -> None:
    vendor = a_vendor()

    def undone() -> None:
        with db.savepoint():
            journal.record(SYSTEM, Event.VENDOR_CHANGED, vendor, undone=True)
            raise ZeroDivisionError

    with db.transaction():
        with pytest.raises(ZeroDivisionError):
            undone()
        journal.record(SYSTEM, Event.VENDOR_ADDED, vendor)
    assert journal.verify() == (entries + 1, None)
    assert [entry.event for entry in journal.history(vendor)] == ["vendor.added"]


def test_writers_at_once_keep_one_chain(app: Flask) -> None:
    vendor, ready = a_vendor(), threading.Barrier(4)
    db.session.remove()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            ready.wait(10)
            for number in range(6):
                with db.transaction():
                    journal.record(SYSTEM, Event.VENDOR_CHANGED, vendor, number=number)
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)
        finally:
            db.session.remove()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert journal.verify() == (24, None)


def test_the_form_of_an_entry_is_fixed() -> None:
    """Computed by hand with another tool: the prefix, 32 zero bytes, and the body."""
    body = canonical({"b": "é", "a": [1, None]})
    assert body == '{"a":[1,null],"b":"é"}'.encode()
    assert chain(GENESIS, body) == "4a10986b7256c3b8956c914c24b0b03896a43c5edec4bc8c2c89c2011c67d7da"


def fail_after(act: Callable[[], None]) -> None:
    with db.transaction():
        act()
        raise ZeroDivisionError
