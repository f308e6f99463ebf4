"""A thousand sites on five playbooks: finding a clause that holds anywhere, and how far each site is with each text."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import insert, select, update

from compliance import clock, db
from compliance.access import SYSTEM
from compliance.db import new_id
from compliance.network.models import Operation
from compliance.playbooks.adoption.lifecycle import AdoptionStatus
from compliance.playbooks.adoption.models import Adoption
from compliance.playbooks.adoption.queries import board
from compliance.playbooks.holding.queries import bring_up_to_date
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.searching.queries import Wanted, search
from tests.bench import network
from tests.bench.measuring import Measured
from tests.bench.measuring import measure as timed
from tests.bench.network import MADE_AT
from tests.bench.workloads import Workload, Wrong
from tests.bench.world import lay_overrides

SITES, PLAYBOOKS, CLAUSES = 1000, 5, 40
DONE = 60  # of a hundred sites have done something about a version


def workloads() -> Iterator[tuple[Workload, Measured]]:
    """In a database of their own."""
    network.lay(SITES, PLAYBOOKS, CLAUSES)
    overrides = lay_overrides(random.Random(1))
    over = f"{SITES} sites × {PLAYBOOKS} playbooks"
    for each in (
        Workload("RK", f"clauses over {over}, {overrides} overrides read for search from cold", _read_all, rounds=1),
        Workload("RC", "search for a clause there", _search("before the queue opens"), 8, 120),
        Workload("RN", "search without a hit", _search("quokka"), 8, 120),
        Workload("RO", "search after the work of one site changed", _after_a_change, milliseconds=2_000, rounds=3),
    ):
        yield each, timed(each.what, each.run, rounds=each.rounds, warm=each.rounds > 1)
    _adopt(random.Random(2))
    shown = Workload("RA", f"adoption board of {over}", _board, 8, 1_000, rounds=5)
    yield shown, timed(shown.what, shown.run, rounds=shown.rounds)


def _adopt(dice: random.Random) -> None:
    """A version of each playbook that is new, and of which most sites have said that they have it."""
    versions = db.session.scalars(select(PlaybookVersion.id)).all()
    runs = db.session.execute(select(Operation.site_id, Operation.vendor_id)).all()
    with db.transaction():
        db.session.execute(update(PlaybookVersion).values(effective_on=clock.today() - timedelta(days=20)))
        db.session.execute(insert(Adoption), [
            {"id": new_id(), "site_id": run.site_id, "vendor_id": run.vendor_id, "playbook_version_id": version,
             "status": AdoptionStatus.ACKNOWLEDGED, "acknowledged_at": MADE_AT + timedelta(days=dice.randint(1, 30)),
             "acknowledged_by": "Bench", "needed_pct": 95, "version": 1}
            for run in runs for version in versions if dice.randrange(100) < DONE])


def _read_all() -> None:
    """Request after request, as people search while it is read."""
    until = time.monotonic() + 120
    while bring_up_to_date():
        if time.monotonic() > until:
            raise Wrong("what holds everywhere is never read to its end")


def _search(words: str) -> Callable[[], object]:
    def run() -> None:
        if search(SYSTEM, Wanted(q=words)).behind:
            raise Wrong("a search of what is not read yet")
    return run


def _after_a_change() -> None:
    operation = db.session.scalars(select(Operation).order_by(Operation.id).limit(1)).one()
    with db.transaction():
        operation.lob = "Other" if operation.lob == "Core" else "Core"
    if not search(SYSTEM, Wanted(q="before the queue opens")).rows:
        raise Wrong("a clause that holds everywhere is not found")


def _board() -> None:
    rows = board(SYSTEM)
    if sum(len(row.lines) for row in rows) != SITES * PLAYBOOKS:
        raise Wrong("the board has lost a site")
