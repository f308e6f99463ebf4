"""Translations of clause texts, and the language each person reads in."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import EVERYWHERE, Actor, Permission, Place, Published, may_anywhere
from compliance.db import Digest, Identified, Model, Versioned, enum_column
from compliance.playbooks.models import Playbook


class TranslationStatus(StrEnum):
    """Stale is derived: approved, and its source holds nowhere any more."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    REPLACED = "replaced"


def _one(status: str) -> dict[str, Any]:
    where: ColumnElement[bool] = literal_column(f"status = '{status}'")
    return {"unique": True, "sqlite_where": where, "postgresql_where": where}


KEY = ("playbook_id", "clause_id", "wording", "language")


class Translation(Published, Identified, Versioned, Model):
    """Title and text of a clause in another language, for one wording of it; placeholders stand where values go."""

    __tablename__ = "translations"
    __table_args__ = (
        Index("ix_translations_playbook_language", "playbook_id", "language", "clause_id"),
        Index("ix_translations_wording", "wording", "language"),
        # Two approvers at once, or two proposals: one of each stands, whatever both had read.
        Index("uq_translations_approved", *KEY, **_one("approved")),
        Index("uq_translations_proposed", *KEY, **_one("proposed")),
    )
    seen_with: ClassVar[Permission] = Permission.VIEW_PLAYBOOK

    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"))
    clause_id: Mapped[str]
    wording: Mapped[str] = mapped_column(Digest)
    language: Mapped[str]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    source_title: Mapped[str]  # what was translated: a later text is shown against it
    source_text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)  # title and text as search compares them
    status: Mapped[TranslationStatus] = mapped_column(enum_column(TranslationStatus))
    translator_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    translator: Mapped[str]  # the name as it was then
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(Text, default="")  # why it was declined

    playbook: Mapped[Playbook] = relationship(lazy="raise")

    @property
    def reference(self) -> str:
        return f"{self.clause_id} in {self.language}"

    @property
    def place(self) -> Place:
        return EVERYWHERE

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Until somebody approved it, a translation is for those who translate."""
        return None if may_anywhere(actor, Permission.TRANSLATE) else cls.status != TranslationStatus.APPROVED


class ReadingLanguage(Model):
    """The language a person chose to read clauses in; no row means the language they were written in."""

    __tablename__ = "reading_languages"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    language: Mapped[str]
