"""What a decision on a version rests on: who said yes to exactly which text, and what became of its clauses."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import EVERYWHERE, Permission, Place, Published
from compliance.db import Digest, Identified, Model, Versioned, enum_column
from compliance.playbooks.governing.life import Fate, Yes
from compliance.playbooks.models import PlaybookVersion

STANDS: ColumnElement[bool] = literal_column("ended_at IS NULL")
WHILE_IT_STANDS: dict[str, Any] = {"sqlite_where": STANDS, "postgresql_where": STANDS}


class SignOff(Published, Identified, Versioned, Model):
    """One person's yes to one text. What takes two people waits in it for the second.

    It is bound to the digest: of another text it says nothing. `ended_at` when it was taken back or turned down.
    """

    __tablename__ = "sign_offs"
    __table_args__ = (
        Index("uq_sign_offs_version_kind_person", "playbook_version_id", "kind", "digest", "person_id", unique=True,
              **WHILE_IT_STANDS),
    )
    seen_with: ClassVar[Permission] = Permission.VIEW_DRAFT

    playbook_version_id: Mapped[UUID] = mapped_column(ForeignKey("playbook_versions.id"), index=True)
    kind: Mapped[Yes] = mapped_column(enum_column(Yes))
    digest: Mapped[str] = mapped_column(Digest)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    person: Mapped[str]  # the name as it was then
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    until_on: Mapped[date | None]  # of a retirement: the first day nothing holds any more
    successor: Mapped[str] = mapped_column(default="")  # of a retirement: the key of the playbook that follows
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    second: Mapped[str] = mapped_column(default="")
    second_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")
    ended_reason: Mapped[str] = mapped_column(Text, default="")

    playbook_version: Mapped[PlaybookVersion] = relationship(lazy="raise")

    @property
    def reference(self) -> str:
        return f"{self.kind} of {self.digest[:12]}"

    @property
    def place(self) -> Place:
        return EVERYWHERE


class ClauseLineage(Identified, Versioned, Model):
    """What became of a clause of the version before, as a person confirmed it: overrides and findings follow it."""

    __tablename__ = "clause_lineages"
    __table_args__ = (UniqueConstraint("playbook_version_id", "former"),)

    playbook_version_id: Mapped[UUID] = mapped_column(ForeignKey("playbook_versions.id"))
    former: Mapped[str]  # "ESC-03", of the version before
    fate: Mapped[Fate] = mapped_column(enum_column(Fate))
    successors: Mapped[list[str]]  # ids of this version
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    confirmed_by: Mapped[str]
    confirmed_at: Mapped[datetime]
