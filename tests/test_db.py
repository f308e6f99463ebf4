"""The one place that commits: what is kept, what is refused, and that nothing is lost between two writers."""

import sqlite3
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from compliance import db
from compliance.errors import Conflict
from compliance.network.models import Operation, Site, Vendor
from tests.builders.network import a_site, a_vendor, an_operation

pytestmark = pytest.mark.usefixtures("app")
THREADS, ROUNDS = 4, 5


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("version", "safe"), [
    ((3, 37, 0), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 44, 9), True), ((3, 45, 0), False),
    ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False), ((3, 51, 3), True),
    ((3, 52, 0), True), ((3, 60, 1), True),
])
def test_wal_is_chosen_by_the_version_table(version: tuple[int, int, int], safe: bool) -> None:
    assert db.wal_is_safe(version) is safe


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_journal_mode_is_the_chosen_one() -> None:
    with db.engine().connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    assert mode == ("wal" if db.wal_is_safe(sqlite3.sqlite_version_info) else "delete")


def test_a_write_outside_a_transaction_is_refused() -> None:
    vendor = a_vendor()
    vendor.name = "Renamed in passing"
    with pytest.raises(RuntimeError, match="outside"):
        db.session.flush()


def test_transactions_do_not_nest() -> None:
    with pytest.raises(RuntimeError, match="do not nest"), db.transaction(), db.transaction():
        pass


def test_a_failure_undoes_all_of_it() -> None:
    vendor = a_vendor("TWO", name="Before")

    def fail_halfway() -> None:
        with db.transaction():
            vendor.name = "After"
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert name_of("TWO") == "Before"


def test_a_change_on_a_version_that_was_replaced_is_refused() -> None:
    vendor = a_vendor()
    with pytest.raises(Conflict, match="Somebody else changed this"):
        db.check_version(vendor, vendor.version + 1)
    db.check_version(vendor, vendor.version)


def test_the_second_of_two_writers_learns_of_the_first() -> None:
    vendor = a_vendor("TWO", name="Before")

    def overtaken() -> None:
        with db.transaction():
            read = db.session.get_one(Vendor, vendor.id)
            db.session.connection().execute(update(Vendor.__table__).values(version=read.version + 1))
            read.name = "Lost update"

    with pytest.raises(Conflict, match="while you were working on it"):
        overtaken()
    assert name_of("TWO") == "Before"


def test_the_same_thing_twice_is_a_conflict_in_words() -> None:
    a_vendor("TWO")
    with pytest.raises(Conflict, match="a moment ago"):
        a_vendor("TWO")


def test_four_writers_at_once_lose_nothing(app: Flask) -> None:
    """Read, add one, write, from four threads; whoever is told of a conflict tries again."""
    vendor = a_vendor(notice_days=0)
    db.session.remove()

    def add_one() -> None:
        with db.transaction():
            mine = db.session.get_one(Vendor, vendor.id)
            mine.notice_days += 1

    at_once(lambda: [until_done(add_one) for _ in range(ROUNDS)])
    assert db.session.get_one(Vendor, vendor.id).notice_days == THREADS * ROUNDS


# On SQLite without WAL the open read of this test would keep the other writer out.
@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_transaction_reads_columns_and_collections_again_and_keeps_the_links() -> None:
    operation = an_operation(a_site(name="Before"))
    db.session.remove()
    read = db.session.scalars(select(Operation).options(joinedload(Operation.site).selectinload(Site.operations))).one()
    elsewhere(lambda: changed_meanwhile(operation))
    with db.transaction():
        assert read.site.name == "After"
        assert {each.lob for each in read.site.operations} == {"Core", "Crisis"}


def test_after_a_refusal_the_record_still_shows_its_links() -> None:
    an_operation(a_site(name="Here"))
    db.session.remove()
    read = db.session.scalars(select(Operation).options(joinedload(Operation.site).options(
        selectinload(Site.operations)))).one()

    def refused() -> None:
        with db.transaction():
            read.site.name = "Elsewhere"
            raise Conflict("No")

    with pytest.raises(Conflict, match="No"):
        refused()
    assert (read.site.name, [each.lob for each in read.site.operations]) == ("Here", ["Core"])


def changed_meanwhile(operation: Operation) -> None:
    site = db.session.get_one(Site, operation.site_id)
    with db.transaction():
        site.name = "After"
        db.session.add(Operation(site_id=site.id, lob="Crisis", from_on=operation.from_on))


def name_of(code: str) -> str | None:
    db.session.remove()
    return db.session.scalar(select(Vendor.name).where(Vendor.code == code))


def until_done(act: Callable[[], None], tries: int = 200) -> None:
    for _ in range(tries):
        try:
            return act()
        except Conflict:
            continue
    raise AssertionError("never got through")


def elsewhere(act: Callable[[], object]) -> None:
    """As another request would do it: in a thread with a session of its own."""
    at_once(act, threads=1)


def at_once(act: Callable[[], object], threads: int = THREADS) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)
        finally:
            db.session.remove()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert not failures, failures
