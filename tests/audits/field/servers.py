"""Two servers a history can be played on: the whole one with its database, and its judging alone, which is quick."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID, uuid4

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Role
from compliance.audits import commands as page
from compliance.audits.field import kinds
from compliance.audits.field.commands import sync
from compliance.audits.field.commands.judging import Bench, Origin
from compliance.audits.field.commands.syncing import concluded, judged
from compliance.audits.field.merging import Stands, Verdict
from compliance.audits.field.models import FieldOperation
from compliance.audits.field.reading import read
from compliance.audits.field.standing import Standing, derived, told
from compliance.audits.models import Assessment, Audit, AuditCriteria
from compliance.audits.queries import get_assessment
from tests.builders.accounts import a_person, actor_of
from tests.builders.audits import Stage
from tests.builders.saving import saving
from tests.builders.syncing import a_floor, items_of

CLAUSES = 12
PLACES = ("note", "finding_title")
SAID = ("", "a", "b", "c")


class Server(Protocol):
    """What a history asks of where it is played: one item of one work, its lead and another auditor."""

    lead: Actor
    other: Actor
    work: str
    item: str

    def take(self, actor: Actor, body: bytes) -> dict[str, Any]: ...
    def told(self, actor: Actor) -> dict[str, Any]: ...
    def record(self) -> tuple[Any, ...]: ...
    def write_in_page(self, place: str, value: str) -> None: ...
    def kept(self) -> dict[str, str]: ...
    def names(self, place: str) -> dict[str, str]: ...


@dataclass
class OnDatabase:
    """The product whole: each history on a clause nobody has touched."""

    lead: Actor
    other: Actor
    work: str
    item: str

    def take(self, actor: Actor, body: bytes) -> dict[str, Any]:
        db.session.remove()
        with db.transaction():
            answer = sync(actor, read(body, clock.now()))
        return {"results": answer["results"], "conflicts": self._mine(answer["work"][0]["conflicts"])}

    def told(self, actor: Actor) -> dict[str, Any]:
        db.session.remove()
        found = told(actor, self.work)
        return {name: self._mine(found[name]) for name in ("answers", "conflicts")}

    def _mine(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [each for each in entries if each["item"] == self.item]

    def record(self) -> tuple[Any, ...]:
        db.session.remove()
        return tuple(db.session.execute(
            select(Assessment.note, Assessment.finding_title, Assessment.conflicts).join(Assessment.criteria)
            .join(AuditCriteria.audit).where(Audit.reference == self.work, Assessment.clause_id == self.item)).one())

    def write_in_page(self, place: str, value: str) -> None:
        with saving():
            clause = get_assessment(self.lead, self.work, self.item)
            stays = {name: getattr(clause, name) for name in (*PLACES, "conformity")}
            page.answer(self.lead, clause, **stays | {place: value})

    def kept(self) -> dict[str, str]:
        return {str(row.op_id): row.verdict.value for row in db.session.scalars(
            select(FieldOperation).where(FieldOperation.work == self.work, FieldOperation.item == self.item))}

    def names(self, place: str) -> dict[str, str]:
        work = kinds.load(self.lead, [self.work])[self.work]
        return {str(derived(work, (self.item, place), value)): value for value in SAID}


def on_database() -> Iterator[OnDatabase]:
    while True:
        db.session.remove()
        stage, other = Stage(), a_person(Role.AUDITOR)
        audit = a_floor(stage, CLAUSES, team=[other])
        lead, second, work = actor_of(stage.auditor), actor_of(other), audit.reference
        yield from [OnDatabase(lead, second, work, item) for item in items_of(audit)]


@dataclass
class Sheet:
    """A work that is one sheet of paper: as much of `Work` as judging asks."""

    lead_id: UUID
    reference: str = "AUD-2026-0001"
    id: UUID = field(default_factory=uuid4)
    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    site_id: UUID = field(default_factory=uuid4)
    vendor_id: UUID | None = None
    handed_over: bool = False

    __tablename__ = "sheets"

    @property
    def subject(self) -> Any:
        return self

    def may_read(self, actor: Actor) -> bool:
        return bool(actor)

    def why_held(self, actor: Actor) -> None:
        assert actor

    def stands(self, key: tuple[str, str]) -> Stands:
        return Stands(self.values.get(key, ""))

    def fields(self) -> Iterator[tuple[str, str]]:
        return (key for key, value in self.values.items() if value)

    def accept(self, key: tuple[str, str], value: Any) -> Any:
        assert key
        return value


@dataclass
class InMemory:
    """The judging alone, over rows that are kept in a dictionary."""

    lead: Actor = field(default_factory=lambda: Actor(uuid4(), "Maria", ()))
    other: Actor = field(default_factory=lambda: Actor(uuid4(), "Ben", ()))
    item: str = "AAA-01"
    rows: dict[UUID, FieldOperation] = field(default_factory=dict)
    rev: int = 0

    def __post_init__(self) -> None:
        self.sheet = Sheet(self.lead.id)
        self.work = self.sheet.reference

    def standing(self) -> Standing:
        live = {row.op_id: row for row in sorted(self.rows.values(), key=lambda each: each.rev) if row.live}
        sheet: Any = self.sheet
        return Standing(sheet, live)

    def take(self, actor: Actor, body: bytes) -> dict[str, Any]:
        batch = read(body, clock.now())
        followed = frozenset(row.parent for row in self.rows.values()
                             if row.parent and row.verdict is not Verdict.REJECTED)
        standing = self.standing()
        bench = Bench(Origin(actor, batch.device, batch.skew_ms, actor.name), self.rev, {self.work: standing},
                      dict(self.rows), followed)
        results = judged(bench, batch.ops)
        db.session().info.clear()  # what would be told to the journal
        self.sheet.values |= {key: change.value for key, change in bench.changes.get(self.work, {}).items()}
        for changed in concluded(bench):
            for name in ("live", "settled_how", "settled_at", "settled_by_id"):
                setattr(self.rows[changed["of"]], name, changed[name])
        self.rows |= bench.new
        self.rev = bench.rev
        return {"results": results, "conflicts": standing.conflicts()}

    def told(self, actor: Actor) -> dict[str, Any]:
        assert actor
        standing = self.standing()
        return {"answers": standing.answers(), "conflicts": standing.conflicts()}

    def record(self) -> tuple[Any, ...]:
        sides = self.standing().open_sides([self.item])[self.item]
        return (*(self.sheet.values.get((self.item, place), "") for place in PLACES), sides)

    def write_in_page(self, place: str, value: str) -> None:
        self.sheet.values[self.item, place] = value

    def kept(self) -> dict[str, str]:
        return {str(row.op_id): row.verdict.value for row in self.rows.values()}

    def names(self, place: str) -> dict[str, str]:
        sheet: Any = self.sheet
        return {str(derived(sheet, (self.item, place), value)): value for value in SAID}


def in_memory() -> Iterator[InMemory]:
    while True:
        yield InMemory()
