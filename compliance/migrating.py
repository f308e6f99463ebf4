"""Moving the schema: Alembic run on the application's own engine, with SQLite's rebuilds made safe."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from compliance import db

FOLDER = Path(__file__).parent.parent / "migrations"


def upgrade(revision: str = "head") -> None:
    _run(lambda config: command.upgrade(config, revision))


def downgrade(revision: str) -> None:
    _run(lambda config: command.downgrade(config, revision))


def check() -> None:
    """Raise when the models differ from what the migrations build."""
    _run(command.check)


def current() -> str | None:
    with db.engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    return ScriptDirectory(str(FOLDER)).get_current_head()


def draft(message: str, number: str) -> None:
    """Write a new numbered migration from what the models say and the database lacks; a person reads and mends it."""
    _run(lambda config: command.revision(config, message=message, autogenerate=True, rev_id=number))


def _run(step: Callable[[Config], object]) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with db.engine().connect().execution_options(writing=True) as connection:
        config.attributes["connection"] = connection
        _foreign_keys(connection, on=False)
        try:
            with connection.begin():
                step(config)
                _refuse_orphans(connection)
        finally:
            _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """SQLite alters a table by rebuilding it: with foreign keys on, dropping the old one would delete its children."""
    raw = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and raw is not None:
        raw.cursor().execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"The migration left rows that point at nothing: {broken[:5]}")
