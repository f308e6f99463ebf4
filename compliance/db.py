"""The database: engines for SQLite and PostgreSQL, the model base, and the one place that commits."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    Index,
    MetaData,
    String,
    Uuid,
    bindparam,
    create_engine,
    event,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    scoped_session,
    selectinload,
    sessionmaker,
)
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

from compliance.errors import Conflict

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# SQLite before these can corrupt a WAL database when a checkpoint races a writer (fixed in 3.51.3 and two backports).
WAL_SAFE_FROM = ((3, 44, 6, 3, 45), (3, 50, 7, 3, 51), (3, 51, 3, 4, 0))


class Instant(TypeDecorator[datetime]):
    """A point in time in UTC; SQLite stores no offset, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("An instant needs an offset.")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def new_id() -> UUID:
    """A fresh identity that sorts by the time it was made."""
    return uuid7()


class Model(DeclarativeBase):
    """What every table shares: names for constraints, and how Python types are stored."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Instant(), UUID: Uuid(), dict[str, Any]: JSON(), list[str]: JSON(), list[int]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


class Identified:
    """A row with an identity of its own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Versioned:
    """A mutable record: a write over a version somebody else has replaced is refused, never merged in silence."""

    version: Mapped[int] = mapped_column(nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - declared_attr makes it a class method
        return {"version_id_col": cls.version}


class HasVersion(Protocol):
    """A record with a `version_id_col`, by the mixin or a column of its own."""

    version: Any


def check_version(record: HasVersion, seen: int | None) -> None:
    """Refuse a change made on a version of the record that is no longer the present one."""
    if seen is not None and record.version != seen:
        raise Conflict("Somebody else changed this after you opened it. What you typed is kept; read what stands now.")


def enum_column(kind: type[StrEnum], *, name: str = "", length: int = 32) -> Enum:
    """A column type that holds the values of a StrEnum, kept by a CHECK on both databases.

    A second column of the same enum in one table needs a `name` of its own for its CHECK.
    """
    return Enum(
        kind, native_enum=False, create_constraint=True, length=length, name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def among(column: Any, values: Iterable[StrEnum]) -> ColumnElement[bool]:
    """`column IN (…)` with the values written out: SQLite sees that a partial index serves only by what it can read."""
    written = bindparam(None, sorted(values), expanding=True, literal_execute=True, type_=column.type)
    return column.in_(written)  # type: ignore[no-any-return]  # a comparison of whatever column is asked about


def partial_index(name: str, *columns: Any, where: ColumnElement[bool]) -> Index:
    """An index of the rows a condition made by `among` holds for, on both databases."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class unindexed(FunctionElement[Any]):  # noqa: N801 - reads as the function it is in a statement
    """A column a condition asks about without SQLite starting from its index.

    It would gather and sort what may be half the table, where walking the order of the list ends after a page.
    PostgreSQL weighs this by itself.
    """

    inherit_cache = True

    @property
    def column(self) -> ColumnElement[Any]:
        return next(iter(self.clauses))


@compiles(unindexed)
def _as_it_is(element: unindexed, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.column, **given)


@compiles(unindexed, "sqlite")
def _with_a_plus(element: unindexed, compiler: SQLCompiler, **given: Any) -> str:
    return "+" + compiler.process(element.column, **given)


class days_after(FunctionElement[date]):  # noqa: N801 - reads as the function it is in a statement
    """The day so many days after another: days_after(Action.due_on, 30)."""

    type = Date()
    inherit_cache = True


@compiles(days_after)
def _plus_days(element: days_after, compiler: SQLCompiler, **given: Any) -> str:
    return "({} + {})".format(*(compiler.process(each, **given) for each in element.clauses))


@compiles(days_after, "sqlite")
def _date_plus_days(element: days_after, compiler: SQLCompiler, **given: Any) -> str:
    return "date({}, ({}) || ' days')".format(*(compiler.process(each, **given) for each in element.clauses))


class utc_day(FunctionElement[date]):  # noqa: N801 - reads as the function it is in a statement
    """The day an instant falls on in UTC, whatever the server's own zone."""

    type = Date()
    inherit_cache = True


@compiles(utc_day)
def _day_in_utc(element: utc_day, compiler: SQLCompiler, **given: Any) -> str:
    return f"CAST({compiler.process(next(iter(element.clauses)), **given)} AT TIME ZONE 'UTC' AS DATE)"


@compiles(utc_day, "sqlite")
def _day_as_kept(element: utc_day, compiler: SQLCompiler, **given: Any) -> str:
    return f"date({compiler.process(next(iter(element.clauses)), **given)})"


Digest = String(64)
Related = list[tuple[Any, dict[str, Any]]]  # records with what they have loaded of their relations, by name

session: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))
before_commit: list[Callable[[Session], None]] = []
_engines: list[Engine] = []


def connect(url: str) -> Engine:
    """Point the session at a database; what was connected before is let go."""
    dispose()
    engine = _engine_for(url)
    session.configure(bind=engine)
    _engines.append(engine)
    return engine


@lru_cache(maxsize=8)
def _engine_for(url: str) -> Engine:
    """The engine of an address: asked for again it still knows the statements it compiled."""
    options: dict[str, Any] = {} if url.startswith("sqlite") else {"pool_pre_ping": True}
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def engine() -> Engine:
    """The engine in use."""
    return _engines[-1]


def dispose() -> None:
    session.remove()
    while _engines:
        _engines.pop().dispose()


def wal_is_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite may run in WAL mode (see `WAL_SAFE_FROM`)."""
    return any((a, b, c) <= version < (d, e) for a, b, c, d, e in WAL_SAFE_FROM)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own implicit BEGIN would be a deferred one
    mode = "WAL" if wal_is_safe() else "DELETE"
    for pragma in ("busy_timeout=10000", f"journal_mode={mode}", "synchronous=FULL", "foreign_keys=ON",
                   "trusted_schema=OFF", "cache_size=-65536", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot be upgraded once somebody else wrote: writers take the
    # write lock at their first step, readers never do.
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[None]:
    """Commit everything done inside, or nothing.

    What was read before is read again inside, so that a rule never decides on a stale row. Raises Conflict when
    somebody else changed or created the same thing meanwhile.
    """
    current = session()
    if current.info.get("writing"):
        raise RuntimeError("Transactions do not nest: open one at the edge, around every command that belongs to it.")
    kept = _related(current)
    reading = current.in_transaction()
    current.rollback()
    current.info["writing"] = True
    try:
        current.connection(execution_options={"writing": True})
        if reading:
            _read_again(current, kept)
        yield
        current.flush()
        for hook in before_commit:
            hook(current)
        current.commit()
    except StaleDataError as stale:
        _undo(current, kept)
        raise Conflict("Somebody else changed this while you were working on it. Read what stands now.") from stale
    except IntegrityError as clash:
        _undo(current, kept)
        raise Conflict("The same thing was saved a moment ago, or something it needs is gone. Look again.") from clash
    except BaseException:
        _undo(current, kept)
        raise
    finally:
        current.info.pop("writing", None)
        current.info.pop("journal", None)


@contextmanager
def savepoint() -> Iterator[None]:
    """Undo what was done inside when it fails, and let the transaction go on; the journal tells nothing of it."""
    current = session()
    told = len(current.info.get("journal", ()))
    try:
        with current.begin_nested():
            yield
    except BaseException:
        del current.info.get("journal", [])[told:]
        raise


def _related(current: Session) -> Related:
    """What each record has loaded of its relations. A rollback forgets it, and nothing is loaded lazily here."""
    return [(thing, {key: list(value) if isinstance(value, list) else value
                     for key, value in inspect(thing).dict.items() if key in inspect(thing).mapper.relationships})
            for thing in current.identity_map.values()]


def _read_again(current: Session, kept: Related) -> None:
    """Collections anew in two statements each; single records stay linked, and are read when they are asked."""
    collections: dict[type[Any], dict[str, set[Any]]] = {}
    for thing, related in kept:
        for key, value in related.items():
            if isinstance(value, list):
                collections.setdefault(type(thing), {}).setdefault(key, set()).add(inspect(thing).identity[0])
    for kind, keys in collections.items():
        # All collections of a kind at once: reading one by one would make each reading forget the one before.
        ids = set().union(*keys.values())
        current.scalars(select(kind).where(inspect(kind).primary_key[0].in_(ids)).options(*(
            selectinload(getattr(kind, key)) for key in keys)).execution_options(populate_existing=True)).all()
    _link(current, [(thing, {key: value for key, value in related.items() if not isinstance(value, list)})
                    for thing, related in kept])


def _link(current: Session, kept: Related) -> None:
    for thing, related in kept:
        if thing in current:
            for key, value in related.items():
                set_committed_value(thing, key, value)


def _undo(current: Session, kept: Related) -> None:
    """Roll back to what stood before, so that the page that says why not can still show its record."""
    current.rollback()
    _link(current, kept)


@event.listens_for(Session, "before_flush")
def _only_inside_a_transaction(current: Session, *_: object) -> None:
    if (current.new or current.dirty or current.deleted) and not current.info.get("writing"):
        raise RuntimeError("A write outside `with transaction():` would never be committed.")


@contextmanager
def aside() -> Iterator[Session]:
    """A session for what is merely remembered (a cache filled while reading), committed on its own.

    Inside a transaction it is that transaction. Outside, the read is ended first without forgetting what it loaded:
    SQLite would otherwise wait for a lock that this very request holds.
    """
    current = session()
    if current.info.get("writing"):
        yield current
        return
    current.commit()
    with Session(engine(), expire_on_commit=False) as other:
        other.info["writing"] = True
        other.connection(execution_options={"writing": True})
        yield other
        other.commit()


def end_reading() -> None:
    """Let writers pass between two parts of a long reading; nothing that was read is forgotten."""
    current = session()
    if not current.info.get("writing"):
        current.commit()


def insert_missing(target: Session, model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows whose key is not there yet; the same row from two requests at once is no error."""
    if rows:
        insert = postgresql.insert if engine().dialect.name == "postgresql" else sqlite.insert
        statement: Any = insert(model)
        target.execute(statement.on_conflict_do_nothing(), [dict(row) for row in rows])
