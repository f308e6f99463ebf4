"""One run: a shape loaded into one database, and every workload on it."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from compliance import db, migrating
from compliance.accounts.models import Person
from compliance.findings.models import Finding
from compliance.findings.queries.listing import SORTS
from compliance.paging import cursor_of
from tests.bench import heavier, network, sending, workloads
from tests.bench.measuring import Measured, measure, peak_megabytes
from tests.bench.records import load, stand
from tests.bench.workloads import Workload
from tests.builders.accounts import sign_in

TIMES = {"10k": 1, "100k": 10, "1M": 99}


@dataclass
class Run:
    """The results of one shape on one database; `memory` is (when, megabytes, target)."""

    backend: str
    shape: str
    loading: float = 0
    rows: dict[str, int] = field(default_factory=dict)
    results: list[tuple[Workload, Measured]] = field(default_factory=list)
    memory: list[tuple[str, int, int]] = field(default_factory=list)
    peak: int = 0

    def take(self, workloads: Iterable[Workload]) -> None:
        for each in workloads:
            sys.stdout.write(f"  {each.name} ")
            sys.stdout.flush()
            self.results.append((each, measure(each.what, each.run, rounds=each.rounds, warm=each.rounds > 1)))


def run(app: Flask, backend: str, shape: str) -> Run:
    """Load, then everything in order: reading before writing, so that the shape is what it says."""
    done = Run(backend, shape)
    began = time.perf_counter()
    with app.app_context():
        done.take([Workload("M", "migrations on an empty database", migrating.upgrade, milliseconds=5000, rounds=1)])
        ground = network.lay()
        load(ground, TIMES[shape])
        done.loading, done.rows = time.perf_counter() - began, _rows()
        far_down = _far_down()
    head, auditor, regional, lead = (_client(app, each) for each in (
        ground.head, ground.auditor, ground.regional, ground.owners[1]))
    done.take(workloads.pages(head, far_down))
    done.take(workloads.of_others(regional, lead))
    done.memory = list(heavier.memory(db.engine().url.render_as_string(hide_password=False)))
    done.take(workloads.exports(head, done.rows["findings"]))
    done.take([workloads.starting(auditor), workloads.answering(auditor)])
    with app.app_context():
        sending.rename()
    done.take([sending.workload(auditor, ground.auditor)])
    with app.app_context():
        done.take([heavier.report_as_pdf(), heavier.new_version(), heavier.catalogue()])
        with db.transaction():
            stand(network.grow(ground, 1000), ground.playbooks)
    done.take(workloads.wide(head))
    done.peak = peak_megabytes()
    return done


def _client(app: Flask, person_id: UUID) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        sign_in(client, db.session.get_one(Person, person_id))
    return client


def _rows() -> dict[str, int]:
    names = ("findings", "assessments", "audits", "actions")
    return {name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}


def _far_down() -> str:
    """A cursor near the end of the list: what a person would reach after twenty thousand clicks."""
    order = SORTS["due"]
    late = db.session.scalars(select(Finding).order_by(Finding.close_due_on.desc()).limit(200)).all()[-1]
    return cursor_of(order, late)
