"""Which playbooks there are on a day, whom they concern, and where an override no longer fits what is above it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.access import Actor, visible_to
from compliance.network.models import Node
from compliance.playbooks.document import Parameter
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import parse_playbook
from compliance.playbooks.queries.lines import lines_of


@dataclass(frozen=True, slots=True)
class Column:
    """A playbook in force; `lobs` are the lines of business it concerns in lower case, None for all."""

    id: UUID
    version_id: UUID
    prefix: str
    key: str
    title: str
    number: str
    effective_on: date
    lobs: frozenset[str] | None
    digest: str  # of the source

    def concerns(self, lobs: Iterable[str]) -> bool:
        return self.lobs is None or not self.lobs.isdisjoint(lob.casefold() for lob in lobs)


@dataclass(frozen=True, slots=True)
class Change:
    """A version that took effect, or will."""

    playbook: Playbook
    number: str
    effective_on: date
    note: str

    @property
    def is_major(self) -> bool:
        return self.number.endswith(".0.0")

    @property
    def label(self) -> str:
        return f"{self.playbook.prefix} {self.number.removesuffix('.0')}"


@dataclass(frozen=True, slots=True)
class Library:
    """The playbooks in force by prefix, and every approved version in the order they take effect."""

    columns: list[Column]
    changes: list[Change]

    def since(self, day: date) -> list[Change]:
        return [change for change in self.changes if change.effective_on >= day]


def library(actor: Actor, on: date) -> Library:
    """In one statement, once the texts in force were read."""
    rows = db.session.execute(
        visible_to(actor, select(
            PlaybookVersion.id, PlaybookVersion.number, PlaybookVersion.effective_on, PlaybookVersion.until_on,
            PlaybookVersion.note, PlaybookVersion.digest, Playbook).join(PlaybookVersion.playbook), PlaybookVersion)
        .where(PlaybookVersion.status == VersionStatus.APPROVED)
        .order_by(Playbook.prefix, PlaybookVersion.effective_on, PlaybookVersion.approved_at)).all()
    held = {row.Playbook.id: row for row in rows if row.effective_on <= on}
    columns = [Column(row.Playbook.id, row.id, row.Playbook.prefix, row.Playbook.key, row.Playbook.title, row.number,
                      row.effective_on, lines_of(row.id, row.digest), row.digest)
               for row in held.values() if row.until_on is None or on < row.until_on]
    changes = [Change(row.Playbook, row.number, row.effective_on, row.note) for row in rows]
    return Library(columns, sorted(changes, key=lambda change: change.effective_on))


# Safe to remember for ever: a stored version never changes.
@lru_cache(maxsize=1024)
def parameters_in(version_id: UUID, digest: str) -> Mapping[str, Parameter]:  # noqa: ARG001 - the text remembered
    """The values an approved version names."""
    source = db.session.scalar(select(PlaybookVersion.source).where(PlaybookVersion.id == version_id))
    return {each.name: each for each in parse_playbook(source or "").parameters}


@dataclass(frozen=True, slots=True)
class Stale:
    """An override in force that somebody has to look at again: where it holds, and since when."""

    playbook_id: UUID
    scope: str
    path: str | None
    vendor_id: UUID | None
    since: date

    def holds_at(self, path: str, vendors: Iterable[UUID | None]) -> bool:
        return path.startswith(self.path) if self.path is not None else self.vendor_id in vendors


def stale_overrides(actor: Actor, on: date) -> list[Stale]:
    """In one statement: the overrides in force that have been overtaken from above."""
    statement = visible_to(actor, select(
        Override.id, Override.playbook_id, Override.scope, Override.vendor_id, Node.path, OverrideVersion.until_on,
        OverrideVersion.stale_from).join(OverrideVersion.override).join(
            Node, Override.node_id == Node.id, isouter=True), OverrideVersion).where(
        OverrideVersion.status == VersionStatus.APPROVED, OverrideVersion.effective_on <= on)
    rows = db.session.execute(statement.order_by(OverrideVersion.effective_on, OverrideVersion.approved_at))
    held = {row.id: row for row in rows}
    return [Stale(row.playbook_id, row.scope, row.path, row.vendor_id, row.stale_from) for row in held.values()
            if row.stale_from is not None and row.stale_from <= on and (row.until_on is None or on < row.until_on)]
