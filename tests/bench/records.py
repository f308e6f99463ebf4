"""The records of a shape: ten thousand made in Python, the rest multiplied from them inside the database."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select, text

from compliance import db
from compliance.actions.lifecycle import ActionKind, ActionStatus
from compliance.actions.models import Action
from compliance.audits.lifecycle import AuditMethod, AuditStatus
from compliance.audits.models import Assessment, Audit, AuditCriteria, AuditMember, Standing
from compliance.audits.scoring import Conformity, Rating
from compliance.db import Model, new_id
from compliance.findings.lifecycle import FindingKind, FindingStatus
from compliance.findings.models import Finding
from compliance.network.models import Site
from compliance.playbooks.document import Severity
from compliance.playbooks.effectiveness import ClauseOnPage, clauses_of, in_force
from compliance.playbooks.models import Playbook, ResolvedChain
from tests.bench.network import Ground

BASE_FINDINGS, BASE_AUDITS, BASE_ACTIONS, TO_START = 10_000, 100, 1_000, 40
WORDS = (
    "queue", "shift", "lead", "record", "night", "access", "sample", "handover", "roster", "vendor", "check",
    "training", "screen", "policy", "review", "backlog", "counsellor", "badge", "escalation", "log",
)
RARE = "zebra"
TODAY = date(2026, 11, 1)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Loader:
    ground: Ground
    dice: random.Random

    def words(self, count: int) -> str:
        return " ".join(self.dice.choices(WORDS, k=count))

    def place(self, number: int) -> dict[str, Any]:
        at = number % len(self.ground.sites)
        return {"site_id": self.ground.sites[at], "vendor_id": self.ground.vendors[at]}

    def owner(self, number: int) -> UUID:
        return self.ground.owners[number % len(self.ground.owners)]

    def playbook(self, number: int) -> UUID:
        return self.ground.playbooks[number % len(self.ground.playbooks)]

    def day(self) -> date:
        return TODAY + timedelta(days=self.dice.randint(-200, 200))


def load(ground: Ground, times: int) -> None:
    """Everything of a shape: `times` = 1 is 10k, 10 is 100k, 99 is 1M."""
    add(ground, BASE_FINDINGS, BASE_ACTIONS, BASE_AUDITS)
    multiply(times)
    with db.transaction():
        _planned(Loader(ground, random.Random(2)))
        db.session.execute(text("ANALYZE"))


def add(ground: Ground, findings: int, actions: int, audits: int, first: int = 0) -> None:
    """So many records, numbered from `first` on."""
    loader = Loader(ground, random.Random(1))
    with db.transaction():
        found = [_finding(loader, n) for n in range(first, first + findings)]
        _insert(Finding, found)
        _insert(Action, [_action(loader, first + n, found[answered(n) % findings]["id"]) for n in range(actions)])
        _audits(loader, range(first, first + audits))


def multiply(times: int) -> None:
    """Copies inside the database; the indices are made afterwards, in a tenth of the time."""
    tables = [model.__table__ for model, _ in MULTIPLIED] if times > 1 else []
    indices = [index for table in tables for index in table.indexes]  # type: ignore[attr-defined]  # a Table has them
    with db.transaction():
        for index in indices:
            index.drop(db.session.connection())
    for copy in range(1, times):
        with db.transaction():
            for model, references in MULTIPLIED:
                _multiply(model.__table__, references, copy)  # type: ignore[arg-type]  # a mapped class has a Table
    with db.transaction():
        for index in indices:
            index.create(db.session.connection())


def _planned(loader: Loader) -> None:
    """Audits that wait to be started, for W1."""
    for number in range(TO_START):
        place, audit_id = loader.place(number), new_id()
        _insert(Audit, [{
            "id": audit_id, "reference": f"W1-{number:04d}", "version": 1, **place, "method": AuditMethod.ON_SITE,
            "status": AuditStatus.SCHEDULED, "lobs": ["Core"], "planned_from": TODAY, "planned_until": TODAY,
            "due_on": TODAY, "lead_id": loader.ground.auditor}])
        _insert(AuditMember, [{"audit_id": audit_id, "person_id": loader.ground.auditor}])
        _insert(AuditCriteria, [{"id": new_id(), "audit_id": audit_id, "playbook_id": loader.ground.playbooks[0],
                                 **place, "position": 0}])


def stand(sites: Sequence[tuple[UUID, UUID | None]], playbooks: Sequence[UUID]) -> None:
    """A result of every site on every playbook, each as if from the audit of its number: the cells of a heatmap."""
    pinned = db.session.execute(select(AuditCriteria.id, AuditCriteria.audit_id).where(
        AuditCriteria.rating.is_not(None)).limit(BASE_AUDITS)).all()
    kept = {tuple(row) for row in db.session.execute(select(Standing.site_id, Standing.playbook_id))}
    rows = [_cell(site, playbook, pinned[(at + n) % len(pinned)], (at + n) % 4)
            for at, site in enumerate(sites) for n, playbook in enumerate(playbooks) if (site[0], playbook) not in kept]
    _insert(Standing, rows)
    db.session.execute(text("ANALYZE"))


def _cell(site: tuple[UUID, UUID | None], playbook: UUID, pinned: Any, grade: int) -> dict[str, Any]:
    score = (96.0, 85.0, 72.0, 50.0)[grade]
    return {"site_id": site[0], "vendor_id": site[1], "playbook_id": playbook, "criteria_id": pinned.id,
            "audit_id": pinned.audit_id, "assessed_on": TODAY - timedelta(days=grade * 40), "capped": grade == 3,
            "points": score * 2.5, "weight": 250, "score": score, "rating": list(Rating)[grade], "conforming": 40,
            "assessed": 60}


def _insert(model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    db.session.execute(insert(model), list(rows))


def _finding(loader: Loader, number: int) -> dict[str, Any]:
    dice, due = loader.dice, loader.day()
    severity = dice.choice(list(Severity))
    body = f"{loader.words(14)} {RARE if number % 100 == 0 else loader.words(1)} {loader.words(15)}"
    return {
        "id": new_id(), "reference": f"F-{number:07d}", "kind": FindingKind.NONCONFORMITY,
        "status": dice.choice(list(FindingStatus)), "severity": severity, "first_severity": severity,
        **loader.place(number), "lobs": ["Core"], "playbook_id": loader.playbook(number),
        "playbook_version": "1.0.0", "clause_id": f"AAB-{number % 100:02d}", "source_type": "audits",
        "source_id": new_id(), "source_reference": "AUD-2026-0001", "title": f"Finding {number:07d} {loader.words(4)}",
        "condition": body, "raised_by_id": loader.ground.auditor, "raised_at": NOON, "issued_at": NOON,
        "issued_on": due - timedelta(days=60), "close_due_on": due, "plan_due_on": due,
        "owner_id": loader.owner(number),
        "details": {}, "version": 1}


def answered(action: int) -> int:
    """The number of the finding an action answers: every tenth or so, at all sites in turn."""
    return action * 10 + action % 10


def _action(loader: Loader, number: int, finding: UUID) -> dict[str, Any]:
    due, at = loader.day(), answered(number)
    return {
        "id": new_id(), "reference": f"A-{number:07d}", "kind": ActionKind.CORRECTIVE,
        "status": loader.dice.choice(list(ActionStatus)), "severity": loader.dice.choice(list(Severity)),
        **loader.place(at), "source_type": "findings", "source_id": finding,
        "source_reference": f"F-{at:07d}", "title": f"Action {number:07d} {loader.words(4)}",
        "description": loader.words(15), "raised_at": NOON, "raised_by_id": loader.ground.auditor,
        "owner_id": loader.owner(at), "due_on": due, "original_due_on": due, "version": 1}


def _audits(loader: Loader, numbers: range) -> None:
    """Audits of all clauses of the first playbook, one at each site; the first two are left in progress for W2."""
    site = db.session.get_one(Site, loader.ground.sites[0])
    playbook = db.session.get_one(Playbook, loader.ground.playbooks[0])
    chain = in_force(playbook, site, None, TODAY)
    clauses = clauses_of(chain)
    for number in numbers:
        _audit(loader, number, chain, clauses)


def _audit(loader: Loader, number: int, chain: ResolvedChain, clauses: Sequence[ClauseOnPage]) -> None:
    ground, place, audit_id, criteria_id = loader.ground, loader.place(number), new_id(), new_id()
    going_on, planned = number < 2, loader.day()
    points = loader.dice.randint(120, 250)
    rating = Rating.A if points > 225 else Rating.B if points > 200 else Rating.C if points > 162 else Rating.D
    _insert(Audit, [{
        "id": audit_id, "reference": f"U-{number:06d}", "version": 1, **place, "method": AuditMethod.ON_SITE,
        "status": AuditStatus.IN_PROGRESS if going_on else AuditStatus.REVIEWED, "lobs": ["Core"],
        "planned_from": planned, "planned_until": planned, "due_on": planned, "lead_id": ground.auditor,
        "started_at": NOON, "clauses": len(clauses), "answered": 0 if going_on else 60}])
    _insert(AuditMember, [{"audit_id": audit_id, "person_id": ground.auditor}])
    result = {"points": points, "weight": 250, "score": points / 2.5, "rating": rating, "conforming": 40,
              "assessed": 60}
    _insert(AuditCriteria, [{
        "id": criteria_id, "audit_id": audit_id, "playbook_id": ground.playbooks[0], **place, "position": 0,
        "version": "1.0.0", "chain_key": chain.key, "content_digest": chain.content_digest,
        "lineage_digest": chain.lineage_digest, "coverage": 60, "cap": "",
        "assessed_on": None if going_on else planned, **({} if going_on else result)}])
    _insert(Assessment, [_assessment(loader, at, clause, (audit_id, criteria_id), going_on=going_on)
                         for at, clause in enumerate(clauses)])
    if not going_on:
        _insert(Standing, [{**place, "playbook_id": ground.playbooks[0], "criteria_id": criteria_id,
                            "audit_id": audit_id, "assessed_on": planned, "capped": False, **result}])


def _assessment(loader: Loader, position: int, clause: ClauseOnPage, ids: tuple[UUID, UUID], *,
                going_on: bool) -> dict[str, Any]:
    answered = not going_on and position % 5 < 3
    return {
        "id": new_id(), "version": 1, "audit_id": ids[0], "criteria_id": ids[1], "position": position,
        "clause_id": clause.id, "clause_digest": clause.digest, "section": clause.section, "title": clause.title,
        "severity": Severity(clause.severity), "weight": clause.weight,
        "conformity": loader.dice.choice(list(Conformity)[:4]) if answered else None,
        "note": loader.words(15) if answered and position % 2 else ""}


# Which columns of a copied row point at rows copied with it; their ids are derived in the same way.
MULTIPLIED: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Finding, ()), (Action, ("source_id",)), (Audit, ()), (AuditMember, ("audit_id",)), (AuditCriteria, ("audit_id",)),
    (Assessment, ("audit_id", "criteria_id")))


def _multiply(table: Table, references: tuple[str, ...], copy: int) -> None:
    """Copy the first ten thousand with ids whose first four digits are the number of the copy."""
    columns = [column.name for column in table.columns]
    derived = [_derived(name, references, copy) for name in columns]
    base = "CAST({id} AS TEXT)" if db.engine().dialect.name == "postgresql" else "{id}"
    first = base.format(id="id" if "id" in columns else "audit_id")
    statement = (f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(derived)} FROM {table.name} "
                 f"WHERE substr({first}, 1, 2) = '01'")
    db.session.execute(text(statement))


def _derived(name: str, references: tuple[str, ...], copy: int) -> str:
    # UUIDs of version 7 made these years begin with 01; a copy's begin with its number, from 1000 up.
    prefix = f"{0x1000 + copy:04x}"
    if name == "reference":
        return f"reference || '-{copy}'"
    if name != "id" and name not in references:
        return name
    if db.engine().dialect.name == "postgresql":
        return f"CAST('{prefix}' || substr(CAST({name} AS TEXT), 5) AS UUID)"
    return f"'{prefix}' || substr({name}, 5)"

