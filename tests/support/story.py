"""The demo's story, told once for each database in a process: half a minute of the product's own commands.

On SQLite it is told once in a run: where processes share it, those that come later take over the first one's files.
"""

import fcntl
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance import db
from compliance.demo.telling import tell
from compliance.files import store
from tests.support.database import Database, Source, SqliteSource

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
        if isinstance(source, SqliteSource) and "PYTEST_XDIST_WORKER" in os.environ:
            _tell_once(fresh, source.file(fresh.database), tmp_path_factory.getbasetemp().parent)
        else:
            _tell(fresh)
        tellings[backend] = fresh
    return tellings[backend]


def _tell(fresh: Told) -> None:
    db.connect(fresh.database.url)
    store.keep_in(fresh.files / "files")
    tell(END)
    db.dispose()


def _tell_once(fresh: Told, file: Path, common: Path) -> None:
    """Whoever comes first tells it and leaves a copy in the `common` folder; the others wait, and take that."""
    kept = common / "story"
    with (common / "story.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _tell(fresh)
            _copy(file, fresh.files, kept / "sqlite3", kept / "files")
            return
    _copy(kept / "sqlite3", kept / "files", file, fresh.files)


def _copy(file: Path, files: Path, to_file: Path, to_files: Path) -> None:
    shutil.copytree(files, to_files, dirs_exist_ok=True)
    shutil.copyfile(file, to_file)
