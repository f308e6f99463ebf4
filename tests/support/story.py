"""The demo's story, told once for each database in a process: half a minute of the product's own commands."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance import db
from compliance.demo.telling import tell
from compliance.files import store
from tests.support.database import Database, Source

END = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """The story as it was told: a database nobody changes, and the files it names."""

    database: Database
    files: Path


@pytest.fixture(scope="session")
def tellings() -> dict[str, Told]:
    return {}


@pytest.fixture
def told(backend: str, source: Source, tellings: dict[str, Told], tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story on the backend of this test, to read from or to copy."""
    if backend not in tellings:
        fresh = Told(source.migrated(), tmp_path_factory.mktemp("told"))
        db.connect(fresh.database.url)
        store.keep_in(fresh.files / "files")
        tell(END)
        db.dispose()
        tellings[backend] = fresh
    return tellings[backend]
