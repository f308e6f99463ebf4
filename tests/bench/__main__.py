"""`./run bench [--quick] [--db NAME] [--shapes 10k,100k,1M] [--write]`: measure, show, and write the page."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compliance import db, migrating
from compliance.app import create_app
from tests.bench import reporting
from tests.bench.shapes import TIMES, Run, run
from tests.support import postgres
from tests.support.database import SECRET_KEY


def main(arguments: list[str]) -> int:
    chosen = _chosen(arguments)
    shapes = ["10k"] if chosen.quick else chosen.shapes.split(",")
    runs = [_one(backend, shape) for backend in chosen.db for shape in shapes]
    if chosen.write:
        reporting.write(runs)
    return 0


def _chosen(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run bench")
    parser.add_argument("--quick", action="store_true", help="the smallest shape only")
    parser.add_argument("--db", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--shapes", default=",".join(TIMES), help="of " + ", ".join(TIMES))
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser.parse_args(arguments)


def _one(backend: str, shape: str) -> Run:
    sys.stdout.write(f"\n{backend}, {shape}: loading\n")
    with tempfile.TemporaryDirectory() as folder, _database(backend, Path(folder)) as url:
        app = create_app({"DATA": folder, "TESTING": "1", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": url})
        migrating.upgrade()
        done = run(app, backend, shape)
        db.dispose()
    sys.stdout.write(reporting.table(done))
    return done


@contextmanager
def _database(backend: str, folder: Path) -> Iterator[str]:
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    server = postgres.start()
    try:
        server.execute("CREATE DATABASE bench")
        yield server.database("bench")
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
