"""A new version in a world of sites and overrides: what it would touch, and publishing it with all drift noted."""

import time
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import SYSTEM
from compliance.overview.queries.impact import Impact, impact
from compliance.playbooks import effectiveness
from compliance.playbooks.commands import import_text
from compliance.playbooks.governing.commands import approve_version, submit_version
from compliance.playbooks.governing.life import NOTICE_DAYS, ChangeClass
from compliance.playbooks.models import Override, Playbook, PlaybookVersion
from tests.bench.network import text_of
from tests.bench.workloads import Wrong


def foresee(clauses: int) -> tuple[Impact, float, float]:
    """The impact of a new version of the playbook with the most overrides, from cold, and the seconds of processor
    time it took to see that and to publish."""
    version = _new_version(clauses)
    forget()
    began = time.process_time()
    found = impact(SYSTEM, version)
    seen = time.process_time() - began
    if not (found.whole and found.reached and found.overrides):
        raise Wrong("a version that changes every clause touches nobody")
    with db.transaction():
        submit_version(SYSTEM, version)
    forget()
    began = time.process_time()
    with db.transaction():
        approve_version(SYSTEM, version, digest=version.digest, decision="Measured.")
    return found, seen, time.process_time() - began


def forget() -> None:
    """As in a process that has resolved nothing yet."""
    effectiveness._memo.clear()
    effectiveness._base.cache_clear()
    effectiveness._overrides.clear()


def _new_version(clauses: int) -> PlaybookVersion:
    """The next text of the playbook with the most overrides: other words in every clause."""
    book = db.session.scalars(
        select(Playbook).join(Override).group_by(Playbook.id).order_by(func.count().desc()).limit(1)).one()
    effective = clock.today() + timedelta(days=NOTICE_DAYS[ChangeClass.MINOR])
    text = text_of(int(book.key.removeprefix("bench-")), book.prefix, clauses, "1.1.0").replace(
        "before the queue opens", "before the first case is taken").replace(
        "effective: 2020-01-01", f"effective: {effective.isoformat()}\nchange: minor\nnote: Measured.")
    with db.transaction():
        import_text(SYSTEM, text, f"{book.key}/playbook.md")
    return db.session.scalars(
        select(PlaybookVersion).where(PlaybookVersion.playbook_id == book.id, PlaybookVersion.number == "1.1.0")
        .options(joinedload(PlaybookVersion.playbook))).one()
