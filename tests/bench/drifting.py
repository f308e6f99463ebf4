"""A new version above 6,500 overrides of one playbook: what it costs to say how each of them stands to it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from compliance import db
from compliance.db import new_id
from compliance.network.models import Node, NodeKind
from compliance.playbooks import layers
from compliance.playbooks.comparison import compare
from compliance.playbooks.effective import Rules, ScopeKind
from compliance.playbooks.models import (
    OperationDrift,
    Override,
    OverrideVersion,
    Playbook,
    PlaybookVersion,
    VersionStatus,
)
from compliance.playbooks.operations import Effect
from compliance.playbooks.parsing import parse_playbook
from compliance.playbooks.resolution import base
from tests.bench import network
from tests.bench.foreseeing import forget
from tests.bench.measuring import Measured
from tests.bench.measuring import measure as timed
from tests.bench.network import LONG_AGO, MADE_AT
from tests.bench.records import TODAY
from tests.bench.workloads import Workload

OVERRIDES, CLAUSES = 6500, 40
ABOVE = 25  # regions and markets, which have one override each like every site
KINDS = {NodeKind.REGION: ScopeKind.REGION, NodeKind.MARKET: ScopeKind.MARKET, NodeKind.SITE: ScopeKind.SITE}


def workloads() -> Iterator[tuple[Workload, Measured]]:
    """In a database of their own: publishing writes."""
    diff = Workload("RD", "semantic diff of 200 clauses, each reworded", two_versions(), milliseconds=50)
    yield diff, timed(diff.what, diff.run)
    lay()
    draft = new_version()
    work = Workload("RQ", f"a version published above {OVERRIDES} overrides, drift of all", lambda: publish(draft),
                    milliseconds=10_000, rounds=1)
    yield work, timed(work.what, work.run, rounds=1, warm=0)


def two_versions(clauses: int = 200) -> Callable[[], object]:
    """Two texts parsed beforehand that differ in the words of every clause."""
    old = parse_playbook(network.text_of(0, "AAB", clauses))
    new = parse_playbook(network.text_of(0, "AAB", clauses, "1.1.0").replace("on shift does", "on duty does"))
    effective = base(old, Rules(TODAY)), base(new, Rules(TODAY))

    def diff() -> int:
        found = len(compare(*effective))
        assert found == clauses
        return found

    return diff


def lay() -> None:
    """A network of 6,500 places with an override each, market and site written against those above them."""
    network.lay(OVERRIDES - ABOVE, 1, CLAUSES)
    book = db.session.execute(select(Playbook.id, Playbook.key, Playbook.prefix)).one()
    nodes = db.session.execute(select(Node.id, Node.code, Node.kind, Node.path).where(
        Node.kind != NodeKind.NETWORK)).all()
    ids = [new_id() for _ in nodes]
    with db.transaction():
        db.session.execute(insert(Override), [
            {"id": identity, "playbook_id": book.id, "kind": KINDS[NodeKind(node.kind)], "scope": node.code.lower(),
             "node_id": node.id, "version": 1} for identity, node in zip(ids, nodes, strict=True)])
        db.session.execute(insert(OverrideVersion), [
            _version(identity, book, node, at) for at, (identity, node) in enumerate(zip(ids, nodes, strict=True))])


def _version(override_id: UUID, book: Any, node: Any, at: int) -> dict[str, Any]:
    above = {"global": "1.0.0"} | dict.fromkeys(node.path.split("/")[1:-2], "1")
    return {"id": new_id(), "override_id": override_id, "number": 1, "digest": "0" * 64,
            "source": override_text(book, node.code.lower(), above, at % CLAUSES + 1),
            "status": VersionStatus.APPROVED, "effective_on": LONG_AGO, "written_against": above, "reviews": [],
            "approvals": [], "effect": Effect.ADD, "effects": {}, "drift": [], "accepted": [], "added_at": MADE_AT,
            "approved_at": MADE_AT + timedelta(days=1), "approved_by": "Bench", "version": 1}


def override_text(book: Any, scope: str, above: dict[str, str], clause: int) -> str:
    """One clause added to and another made graver: what a place most often asks."""
    pinned = "".join(f"  {name}: {number}\n" for name, number in above.items())
    return (f"---\noverrides: {book.key}\nscope: {scope}\nversion: 1\nowner: bench\neffective: 2020-01-01\n"
            f"written-against:\n{pinned}---\n\n## Add to {book.prefix}-{clause:02d}\n\n- Why: Local practice\n\n"
            f"At {scope} the lead also tells the desk next door before the step is begun.\n\n"
            f"## Change {book.prefix}-{clause % CLAUSES + 1:02d}\n\n- Severity: critical\n- Why: Local practice\n")


def new_version() -> PlaybookVersion:
    """A draft that rewords every second clause."""
    book = db.session.scalars(select(Playbook)).one()
    text = network.text_of(0, book.prefix, CLAUSES, "1.1.0").replace("2020-01-01", TODAY.isoformat())
    for n in range(2, CLAUSES + 1, 2):
        text = text.replace(f"does step {n} of", f"does the step {n} of")
    draft = PlaybookVersion(
        playbook=book, number="1.1.0", title=book.title, source=text, digest="1" * 64, status=VersionStatus.DRAFT,
        effective_on=TODAY, clauses=CLAUSES, added_at=MADE_AT)
    with db.transaction():
        db.session.add(draft)
    return draft


def publish(draft: PlaybookVersion) -> int:
    """What approving does besides its guards, from cold; gives how many operations have moved."""
    forget()
    with db.transaction():
        draft.status, draft.approved_at, draft.approved_by = VersionStatus.APPROVED, MADE_AT, "Bench"
        db.session.flush()
        layers.note_drift(draft.playbook)
    moved = db.session.scalar(select(func.count()).select_from(OperationDrift)) or 0
    assert moved >= OVERRIDES // 2
    return moved


