"""Every revision goes up, down and up again on both databases, carries its rows, and ends where the models are."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from compliance import db, migrating
from tests.support.database import Database

SCRIPTS = ScriptDirectory(str(migrating.FOLDER))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


@contextmanager
def connected(database: Database) -> Iterator[Callable[[], Any]]:
    """The product on this database; what is handed over opens a connection that writes and commits."""
    engine = db.connect(database.url).execution_options(writing=True)
    yield engine.begin
    db.dispose()


def schema(connection: Connection) -> dict[str, Any]:
    """Everything the database says about its tables, in an order that does not depend on how they were made."""
    look = inspect(connection)
    return {
        table: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(table)),
            "indexes": sorted((str(i["name"]), i["column_names"], i["unique"]) for i in look.get_indexes(table)),
            "foreign": sorted((str(f["name"]), f["constrained_columns"]) for f in look.get_foreign_keys(table)),
            "unique": sorted((str(u["name"]), u["column_names"]) for u in look.get_unique_constraints(table)),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in look.get_check_constraints(table)),
        }
        for table in look.get_table_names() if table != "alembic_version"
    }


def test_up_down_and_up_again_build_the_same(empty_database: Database) -> None:
    with connected(empty_database) as begin:
        migrating.upgrade()
        with begin() as connection:
            first = schema(connection)
        migrating.downgrade("base")
        with begin() as connection:
            assert schema(connection) == {}
        migrating.upgrade()
        with begin() as connection:
            assert schema(connection) == first
        assert len(first) > 1


def test_the_models_are_what_the_newest_revision_builds(database: Database) -> None:
    with connected(database):
        migrating.check()


def test_a_missing_column_is_noticed(database: Database) -> None:
    with connected(database) as begin:
        with begin() as connection:
            connection.execute(text("ALTER TABLE vendors DROP COLUMN notice_days"))
        with pytest.raises(Exception, match="notice_days"):
            migrating.check()


def test_revisions_stand_in_one_line_and_are_numbered() -> None:
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert SCRIPTS.get_heads() == [REVISIONS[-1]]


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_revision_says_why(revision: str) -> None:
    assert "\nWhy: " in (SCRIPTS.get_revision(revision).module.__doc__ or ""), "say in the docstring why, after 'Why:'"


def rows_of(revision: str) -> ModuleType:
    """`tests/migrations/revision_<number>.py`: `BEFORE` (statements that fill the schema of the revision before),
    `check_upgraded(connection)` and `check_downgraded(connection)`."""
    return importlib.import_module(f"tests.migrations.revision_{revision}")


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_revision_carries_its_rows_up_and_down(empty_database: Database, revision: str) -> None:
    rows, before = rows_of(revision), SCRIPTS.get_revision(revision).down_revision or "base"
    with connected(empty_database) as begin:
        if before != "base":
            migrating.upgrade(str(before))
        with begin() as connection:
            for statement in rows.BEFORE:
                connection.execute(text(statement))
        migrating.upgrade(revision)
        with begin() as connection:
            rows.check_upgraded(connection)
        migrating.downgrade(str(before))
        with begin() as connection:
            rows.check_downgraded(connection)
