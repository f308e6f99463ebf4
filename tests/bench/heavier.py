"""Work that is done once and not thirty times: a report as PDF, a new version of a playbook, the demo, migrations."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import SYSTEM
from compliance.audits.models import AuditCriteria
from compliance.network.models import Node
from compliance.overview.periods import this_quarter
from compliance.overview.queries.scope import Scope
from compliance.playbooks.commands import import_text
from compliance.playbooks.governing.commands import approve_version, submit_version
from compliance.playbooks.governing.life import ChangeClass, earliest
from compliance.playbooks.importing import Outcome
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.oscal import commands
from compliance.playbooks.oscal.reading import Wanted
from compliance.reports.content import Cover, assembled
from compliance.reports.pdf import pdf_of
from compliance.reports.queries.gathering import gather
from tests.bench.network import text_of
from tests.bench.workloads import Workload, Wrong
from tests.playbooks.oscal.fictional import large_catalog

PDF_ROWS = 1000


def new_version() -> Workload:
    """W11: a playbook gets a new version while every audit stays pinned to the old one."""
    def publish() -> None:
        before = _pins()
        text = text_of(0, "AAB", 100, "1.1.0").replace("before the queue opens", "before the first case is taken")
        effective = earliest(clock.today(), ChangeClass.MINOR)
        text = text.replace("effective: 2020-01-01",
                            f"effective: {effective.isoformat()}\nchange: minor\nnote: Measured.")
        with db.transaction():
            import_text(SYSTEM, text, "bench-0/playbook.md")
        version = db.session.scalars(select(PlaybookVersion).where(PlaybookVersion.number == "1.1.0").options(
            joinedload(PlaybookVersion.playbook))).one()
        with db.transaction():
            submit_version(SYSTEM, version)
        with db.transaction():
            approve_version(SYSTEM, version, digest=version.digest, decision="Measured.")
        if _pins() != before:
            raise Wrong("a new version moved what audits are pinned to")

    return Workload("W11", "new version of the playbook all audits use", publish, milliseconds=1000, rounds=1)


def _pins() -> list[tuple[str | None, int]]:
    rows = db.session.execute(select(AuditCriteria.content_digest, func.count()).group_by(AuditCriteria.content_digest))
    return sorted(((row[0], row[1]) for row in rows), key=str)


def report_as_pdf() -> Workload:
    """W10: a report whose register holds a thousand findings."""
    site = db.session.scalars(select(Node).where(Node.code == "S0001")).one()
    now = clock.now()
    period = replace(this_quarter(clock.today()), until=clock.today())
    content = gather(SYSTEM, Scope(path=site.path, code=site.code, name=site.name), period)
    cover = Cover("RPT-0001", "Bench", "Bench", site.name, period.since, period.until, period.since, period.until, now,
                  "Bench", 0, "0" * 64)
    snapshot = assembled(cover, content)
    rows = snapshot["findings"]
    snapshot["findings"] = [dict(rows[n % len(rows)], reference=f"F-{n:07d}") for n in range(PDF_ROWS)]
    return Workload("W10p", "report with 1,000 findings as PDF", lambda: pdf_of(snapshot, "0" * 64), cpu=2000, rounds=1)


def catalogue() -> Workload:
    """A catalogue of a thousand controls read, reported on and taken in as a draft, in one go."""
    data, wanted = large_catalog(1_000), Wanted(clock.today(), "bench")

    def take_in() -> None:
        reading = commands.look_into(SYSTEM, data, wanted)
        with db.transaction():
            done = commands.take_in(SYSTEM, reading, "catalog.json")
        if done.outcome is not Outcome.ADDED:
            raise Wrong("\n".join(done.lines[:3]))

    return Workload("W16", "OSCAL catalogue of 1,000 controls taken in", take_in, milliseconds=10_000, rounds=1)


def demo(folder: Path) -> Workload:
    """The first start with the demo, in a process of its own."""
    return Workload("D", "first start with the demo", lambda: _child("start", str(folder)), milliseconds=60_000,
                    rounds=1)


def memory(url: str) -> Iterator[tuple[str, int, int]]:
    """(when, megabytes, target) of a server after its start, and after every page and a large export."""
    told = _child("memory", url).split()
    yield from zip(("after its start", "after every page and export"), map(int, told), (150, 350), strict=True)


def _child(task: str, *given: str) -> str:
    done = subprocess.run([sys.executable, "-m", "tests.bench.child", task, *given], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise Wrong(done.stderr[-2000:])
    return done.stdout
