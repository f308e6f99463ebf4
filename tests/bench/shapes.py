"""One run: a shape loaded into one database, and every workload on it."""

import time
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select, text

from compliance import db
from compliance.accounts.models import Person
from compliance.findings.models import Finding
from compliance.findings.queries.listing import SORTS
from compliance.paging import cursor_of
from tests.bench import network, workloads
from tests.bench.measuring import Measured, measure, peak_megabytes
from tests.bench.records import load
from tests.bench.workloads import Workload
from tests.builders.accounts import sign_in

TIMES = {"10k": 1, "100k": 10, "1M": 99}


@dataclass
class Run:
    """The results of one shape on one database."""

    backend: str
    shape: str
    loading: float
    rows: dict[str, int]
    results: list[tuple[Workload, Measured]] = field(default_factory=list)
    peak: int = 0


def run(app: Flask, backend: str, shape: str) -> Run:
    with app.app_context():
        began = time.perf_counter()
        ground = network.lay()
        load(ground, TIMES[shape])
        done = Run(backend, shape, time.perf_counter() - began, _rows())
        client = app.test_client()
        sign_in(client, db.session.get_one(Person, ground.head))
        far_down = _far_down()
    for workload in [*workloads.pages(client, far_down), workloads.answering(client), *workloads.exports(client)]:
        done.results.append((workload, measure(workload.what, workload.run, rounds=workload.rounds,
                                               warm=0 if workload.rounds == 1 else 1)))
    done.peak = peak_megabytes()
    return done


def _rows() -> dict[str, int]:
    names = ("findings", "assessments", "audits", "actions")
    return {name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}


def _far_down() -> str:
    """A cursor near the end of the list: what a person would reach after twenty thousand clicks."""
    order = SORTS["due"]
    late = db.session.scalars(select(Finding).order_by(Finding.close_due_on.desc()).limit(200)).all()[-1]
    return cursor_of(order, late)
