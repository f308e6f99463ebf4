"""The demo, told once for each database, served afresh for each journey, and the people who walk through it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from compliance import clock, config, db
from compliance.demo.telling import tell
from compliance.files import store
from tests.journeys.walking import END, Walk
from tests.support.browser import LiveServer
from tests.support.database import Database, Source, settings


@dataclass(frozen=True)
class Told:
    """The story as it was told: a database nobody changes, and the files it names."""

    database: Database
    files: Path

    def copy(self, source: Source) -> Database:
        """A database for one journey. Only SQLite's is copied: on PostgreSQL there is one journey."""
        if self.database.backend == "postgresql":
            return self.database
        fresh = source.empty()
        shutil.copyfile(_file(self.database), _file(fresh))
        return fresh


def _file(database: Database) -> Path:
    return Path(database.url.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def tellings() -> dict[str, Told]:
    return {}


@pytest.fixture
def told(backend: str, source: Source, tellings: dict[str, Told], tmp_path_factory: pytest.TempPathFactory) -> Told:
    if backend not in tellings:
        fresh = Told(source.migrated(), tmp_path_factory.mktemp("data"))
        db.connect(fresh.database.url)
        store.keep_in(fresh.files / "files")
        tell(END)
        db.dispose()
        tellings[backend] = fresh
    return tellings[backend]


@pytest.fixture
def app(assembled: Flask, told: Told, source: Source) -> Iterator[Flask]:
    """The application on the demo, on the day its story ends."""
    before = dict(assembled.config)
    here = config.load(settings(told.copy(source), told.files))
    assembled.config["PLUMBLINE"] = here
    db.connect(here.database_url)
    store.keep_in(here.data / "files")
    clock.fix(END)
    yield assembled
    clock.fix(None)
    db.dispose()
    assembled.config.clear()
    assembled.config.update(before)


@pytest.fixture
def walk(live_server: LiveServer, new_context: Callable[..., BrowserContext]) -> Iterator[Walk]:
    """Whoever walks here, nothing the content policy refuses and no fault of a script goes by unseen."""
    walking = Walk(live_server.url, new_context)
    yield walking
    assert walking.said == []
