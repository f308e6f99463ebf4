"""A thousand sites on two hundred playbooks: how long it takes to say what holds everywhere, from cold."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from compliance import db
from compliance.db import new_id
from compliance.network.models import Node, NodeKind
from compliance.playbooks import effectiveness, keeping
from compliance.playbooks.choosing import choose_everywhere
from compliance.playbooks.effective import Layer, Rules, ScopeKind
from compliance.playbooks.models import ClauseText, Override, OverrideVersion, Playbook, VersionStatus
from compliance.playbooks.operations import Effect
from compliance.playbooks.parsing import parse_override, parse_playbook
from compliance.playbooks.resolution import resolve
from compliance.web.words import number
from tests.bench import network
from tests.bench.foreseeing import foresee
from tests.bench.measuring import Measured
from tests.bench.measuring import measure as timed
from tests.bench.network import LONG_AGO, MADE_AT
from tests.bench.records import TODAY
from tests.bench.workloads import Workload

SITES, PLAYBOOKS, CLAUSES, STORED = 1000, 200, 40, 4
# How many of a hundred (playbook, place) pairs have an override: about 6,500 in all.
SHARE = {NodeKind.REGION: 50.0, NodeKind.MARKET: 25.0, NodeKind.SITE: 2.5}
KINDS = {NodeKind.REGION: ScopeKind.REGION, NodeKind.MARKET: ScopeKind.MARKET, NodeKind.SITE: ScopeKind.SITE}


def workloads() -> Iterator[tuple[Workload, Measured]]:
    """The results as rows beside the others."""
    four = Workload("R4", "4 layers × 200 clauses resolved", four_layers(), milliseconds=20)
    yield four, timed(four.what, four.run)
    seen = measure()
    everywhere = (f"{number(SITES)} sites × {PLAYBOOKS} playbooks from cold: {number(seen.pairs)} pairs, "
                  f"{number(seen.overrides)} overrides, {number(seen.chains)} chains, {number(seen.clauses)} clauses")
    yield _told("RW", everywhere, seen.seconds, 30_000)
    stored = (f"{number(seen.stored)} of these chains stored: {number(seen.rendered)} clauses rendered, "
              f"{number(seen.distinct)} distinct")
    yield _told("RS", stored, seen.rendering, None)
    found, foreseeing, publishing = foresee(CLAUSES)
    yield _told("RI", f"impact of a new version on {number(found.places)} sites, {number(seen.overrides)} overrides "
                f"in all, {found.overrides} of this playbook", foreseeing, 5_000)
    yield _told("RP", "the same version published, its drift noted", publishing, 10_000)


def _told(name: str, what: str, seconds: float, target: float | None) -> tuple[Workload, Measured]:
    spent = seconds * 1000
    return Workload(name, what, lambda: None, milliseconds=target, rounds=1), Measured(what, spent, spent, spent, 0, 1)


@dataclass(frozen=True)
class Seen:
    """Seconds of processor time; `stored` pairs were also kept and rendered."""

    pairs: int
    overrides: int
    chains: int
    clauses: int
    seconds: float
    stored: int
    rendering: float
    rendered: int
    distinct: int


def measure() -> Seen:
    """Lay the world down, then choose and resolve for every pair, and store the chains of the first playbooks."""
    network.lay(SITES, PLAYBOOKS, CLAUSES)
    overrides = lay_overrides(random.Random(1))
    places = [(row.path, "") for row in db.session.execute(select(Node.path).where(Node.kind == NodeKind.SITE))]
    books = db.session.scalars(select(Playbook).order_by(Playbook.prefix)).all()
    effectiveness._memo.clear()
    began, pairs = time.process_time(), 0
    chains, clauses = set[str](), set[str]()
    for book in books:
        chosen = choose_everywhere(book.id, places, TODAY)
        pairs += len(chosen)
        for each in {id(choice): choice for choice in chosen.values()}.values():
            chains.add(each.key)
            clauses.update(entry.digest for entry in effectiveness.resolve_chosen(each).clauses)
    seconds = time.process_time() - began
    stored, rendering, rendered = _store(books[:STORED], places)
    distinct = db.session.scalar(select(func.count()).select_from(ClauseText)) or 0
    return Seen(pairs, overrides, len(chains), len(clauses), seconds, stored, rendering, rendered, distinct)


def _store(books: Sequence[Playbook], places: list[tuple[str, str]]) -> tuple[int, float, int]:
    """Keep the chains of some playbooks; returns chains, seconds, and how often a clause was rendered."""
    calls: list[str] = []
    made = keeping.text_row

    def counted(entry: Any, values: Any) -> dict[str, Any]:
        calls.append(entry.digest)
        return made(entry, values)

    began, chains = time.process_time(), 0
    keeping.text_row = counted
    try:
        for book in books:
            chosen = list({each.key: each for each in choose_everywhere(book.id, places, TODAY).values()}.values())
            with db.transaction():
                chains += len(effectiveness.chains_of(chosen))
    finally:
        keeping.text_row = made
    return chains, time.process_time() - began, len(calls)


def lay_overrides(dice: random.Random) -> int:
    """Those of a world, as `SHARE` has it; gives how many."""
    books = db.session.execute(select(Playbook.id, Playbook.key, Playbook.prefix)).all()
    nodes = db.session.execute(select(Node.id, Node.code, Node.kind).where(Node.kind != NodeKind.NETWORK)).all()
    rows = [(book, node) for book in books for node in nodes if dice.random() * 100 < SHARE[NodeKind(node.kind)]]
    ids = [new_id() for _ in rows]
    with db.transaction():
        db.session.execute(insert(Override), [
            {"id": identity, "playbook_id": book.id, "kind": KINDS[NodeKind(node.kind)], "scope": node.code.lower(),
             "node_id": node.id, "version": 1} for identity, (book, node) in zip(ids, rows, strict=True)])
        db.session.execute(insert(OverrideVersion), [
            _version(identity, override_text(book.key, book.prefix, node.code.lower(), dice.randint(1, CLAUSES)))
            for identity, (book, node) in zip(ids, rows, strict=True)])
    return len(rows)


def _version(override_id: UUID, source: str) -> dict[str, Any]:
    return {"id": new_id(), "override_id": override_id, "number": 1, "source": source, "digest": "0" * 64,
            "status": VersionStatus.APPROVED, "effective_on": LONG_AGO, "written_against": {"global": "1.0.0"},
            "reviews": [], "approvals": [], "effect": Effect.ADD, "effects": {}, "drift": [], "added_at": MADE_AT,
            "approved_at": MADE_AT + timedelta(days=1), "approved_by": "Bench", "version": 1}


def override_text(key: str, prefix: str, scope: str, clause: int) -> str:
    """One clause added to: what a place most often asks."""
    return (f"---\noverrides: {key}\nscope: {scope}\nversion: 1\nowner: bench\neffective: 2020-01-01\n"
            f"written-against:\n  global: 1.0.0\n---\n\n## Add to {prefix}-{clause:02d}\n\n- Why: Local practice\n\n"
            f"At {scope} the lead also tells the desk next door before the step is begun.\n")


def four_layers(clauses: int = 200) -> Callable[[], object]:
    """Resolves a playbook of 200 clauses under three overrides of 25 operations each, parsed beforehand."""
    text = parse_playbook(network.text_of(0, "AAB", clauses))
    layers = [Layer(kind, scope, parse_override("".join(_many(scope, clauses, at)), playbook="AAB"))
              for at, (kind, scope) in enumerate(((ScopeKind.REGION, "r0"), (ScopeKind.MARKET, "m00"),
                                                  (ScopeKind.SITE, "s0000")))]
    return lambda: resolve(text, layers, Rules(on=TODAY)).content_digest


def _many(scope: str, clauses: int, at: int) -> Iterator[str]:
    yield (f"---\noverrides: bench-0\nscope: {scope}\nversion: 1\nowner: bench\neffective: 2020-01-01\n"
           "written-against:\n  global: 1.0.0\n---\n")
    for n in range(1 + at, clauses, 8):
        yield f"\n## Add to AAB-{n:02d}\n\n- Why: Local practice\n\nAt {scope} the lead also tells the next desk.\n"
