"""A fresh, migrated database for every test, on SQLite and on PostgreSQL."""

import itertools
import re
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest

from compliance import db, migrating
from tests.support import postgres
from tests.support.scratch import scratch_folder

BACKENDS = ("sqlite", "postgresql")
SECRET_KEY = "a key that only the tests know, and nobody else"


@dataclass(frozen=True)
class Database:
    backend: str
    url: str

    @property
    def name(self) -> str:
        """Of the file, or of the database on its server."""
        return self.url.partition("?")[0].rsplit("/", 1)[1]


class Source(Protocol):
    """Where fresh databases come from: `migrated` ones are copies of a template, `empty` ones have no table."""

    def migrated(self) -> Database: ...
    def empty(self) -> Database: ...
    def copy(self, database: Database) -> Database: ...
    def drop(self, database: Database) -> None: ...
    def close(self) -> None: ...


class Numbers:
    """The lowest number nobody uses: a database under a name of before finds the statements compiled for that name."""

    def __init__(self) -> None:
        self.taken: set[int] = set()

    def take(self) -> int:
        number = next(number for number in itertools.count() if number not in self.taken)
        self.taken.add(number)
        return number

    def give_back(self, database: Database) -> None:
        self.taken.discard(int(re.findall(r"\d+", database.name)[0]))  # 7 of "7.sqlite3"


@dataclass
class SqliteSource:
    folder: Path = field(default_factory=lambda: scratch_folder("sqlite-"))
    numbers: Numbers = field(default_factory=Numbers)
    template: Path | None = None

    def migrated(self) -> Database:
        if self.template is None:
            blank = self.empty()
            migrate(blank)
            self.template = self.folder / blank.name
        return self._copy_of(self.template)

    def copy(self, database: Database) -> Database:
        return self._copy_of(self.file(database))

    def file(self, database: Database) -> Path:
        return self.folder / database.name

    def _copy_of(self, file: Path) -> Database:
        fresh = self.empty()
        shutil.copyfile(file, self.folder / fresh.name)
        return fresh

    def empty(self) -> Database:
        return Database("sqlite", f"sqlite:///{self.folder / f'{self.numbers.take()}.sqlite3'}")

    def drop(self, database: Database) -> None:
        for file in self.folder.glob(f"{database.name}*"):
            file.unlink()
        self.numbers.give_back(database)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class PostgresSource:
    server: postgres.Server = field(default_factory=postgres.start)
    numbers: Numbers = field(default_factory=Numbers)
    template: str | None = None

    def migrated(self) -> Database:
        if self.template is None:
            blank = self.empty()
            migrate(blank)
            self.template = blank.name
        return self._create(f"TEMPLATE {self.template} STRATEGY file_copy")

    def copy(self, database: Database) -> Database:
        return self._create(f"TEMPLATE {database.name} STRATEGY file_copy")

    def empty(self) -> Database:
        return self._create("TEMPLATE template0")

    def _create(self, how: str) -> Database:
        name = f"plumbline_test_{self.numbers.take()}"
        self.server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.server.execute(f"CREATE DATABASE {name} {how}")
        return Database("postgresql", self.server.database(name))

    def drop(self, database: Database) -> None:
        self.server.execute(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)")
        self.numbers.give_back(database)

    def close(self) -> None:
        if self.template:
            self.server.execute(f"DROP DATABASE IF EXISTS {self.template} WITH (FORCE)")
        self.server.stop()


def settings(database: Database, folder: Path) -> dict[str, str]:
    """What `create_app` is given in every test."""
    return {"DATABASE_URL": database.url, "DATA": str(folder), "TESTING": "1", "SECRET_KEY": SECRET_KEY}


def migrate(database: Database) -> None:
    """Bring a database to the newest revision."""
    db.connect(database.url)
    migrating.upgrade()
    db.dispose()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=BACKENDS, help="run what needs a database on this one only")


def pytest_configure() -> None:
    """Let a run that is told to stop take its PostgreSQL with it: by default SIGTERM ends Python on the spot."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("told to stop", returncode=128 + signal.SIGTERM))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test with a database runs on both; `@pytest.mark.parametrize("backend", ["sqlite"])` names its own."""
    own = any("backend" in _argument_names(mark) for mark in metafunc.definition.iter_markers("parametrize"))
    if "backend" in metafunc.fixturenames and not own:
        chosen = metafunc.config.getoption("--db")
        metafunc.parametrize("backend", [name for name in BACKENDS if chosen in (None, name)])


def _argument_names(mark: pytest.Mark) -> list[str]:
    names: Any = mark.args[0] if mark.args else mark.kwargs["argnames"]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and "backend" in getattr(getattr(item, "callspec", None), "params", {}):
            item.add_marker(getattr(pytest.mark, item.callspec.params["backend"]))


@pytest.fixture(scope="session")
def sources() -> Iterator[dict[str, Source | str]]:
    """The sources made so far, by backend; a text is the reason why there is none."""
    made: dict[str, Source | str] = {}
    yield made
    for source in made.values():
        if not isinstance(source, str):
            source.close()


@pytest.fixture
def source(backend: str, sources: dict[str, Source | str]) -> Source:
    """Where databases of the backend this test runs on come from."""
    if backend not in sources:
        try:
            sources[backend] = SqliteSource() if backend == "sqlite" else PostgresSource()
        except postgres.Unavailable as reason:
            sources[backend] = str(reason)
    found = sources[backend]
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture
def database(source: Source) -> Iterator[Database]:
    """A migrated database of this test alone."""
    yield from _lent(source, source.migrated())


@pytest.fixture
def empty_database(source: Source) -> Iterator[Database]:
    """A database without a single table."""
    yield from _lent(source, source.empty())


def _lent(source: Source, fresh: Database) -> Iterator[Database]:
    yield fresh
    db.dispose()
    source.drop(fresh)
