"""`./run bench [--quick] [--db NAME] [--shapes 10k,100k,1M] [--floor] [--write]`: measure, show, write the page."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compliance import db, migrating
from compliance.app import create_app
from tests.bench import drifting, everywhere, floor, heavier, reporting, world
from tests.bench.measuring import Measured, measure, watch
from tests.bench.shapes import TIMES, Run, run
from tests.bench.workloads import Workload
from tests.support import postgres
from tests.support.database import SECRET_KEY


def main(arguments: list[str]) -> int:
    chosen = _chosen(arguments)
    if chosen.floor:
        return floor.main(write=chosen.write)
    shapes = ["10k"] if chosen.quick else chosen.shapes.split(",")
    runs = [_one(backend, shape) for backend in chosen.db for shape in shapes]
    beside = [] if chosen.quick else list(_beside())
    if chosen.write:
        reporting.write(runs, beside)
    return 0


def _beside() -> Iterator[tuple[Workload, Measured]]:
    """What no shape of records changes: resolving, a whole world of playbooks, the first start with the demo."""
    for worlds in (world.workloads, drifting.workloads, everywhere.workloads):
        with tempfile.TemporaryDirectory() as folder, _database("sqlite", Path(folder)) as url:
            app = create_app({"DATA": folder, "TESTING": "1", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": url})
            with app.app_context():
                migrating.upgrade()
                yield from worlds()
            db.dispose()
    with tempfile.TemporaryDirectory() as folder:
        each = heavier.demo(Path(folder))
        yield each, measure(each.what, each.run, rounds=1, warm=0)


def _chosen(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run bench")
    parser.add_argument("--quick", action="store_true", help="the smallest shape only")
    parser.add_argument("--db", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--shapes", default=",".join(TIMES), help="of " + ", ".join(TIMES))
    parser.add_argument("--floor", action="store_true", help="only the tablet, in a browser")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser.parse_args(arguments)


def _one(backend: str, shape: str) -> Run:
    sys.stdout.write(f"\n{backend}, {shape}: loading\n")
    with tempfile.TemporaryDirectory() as folder, _database(backend, Path(folder)) as url:
        app = create_app({"DATA": folder, "TESTING": "1", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": url})
        done = run(app, backend, shape)
        db.dispose()
    sys.stdout.write(reporting.table(done))
    return done


@contextmanager
def _database(backend: str, folder: Path) -> Iterator[str]:
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    server = postgres.start(settings="")
    if server.folder:
        watch(int((server.folder / "d" / "postmaster.pid").read_text(encoding="utf-8").split()[0]))
    try:
        server.execute("CREATE DATABASE bench")
        yield server.database("bench")
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
