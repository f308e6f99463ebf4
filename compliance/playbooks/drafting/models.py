"""What is kept beside a draft: every text saved in it, what people have typed and not saved, and comments."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from compliance.access import Permission, Place
from compliance.accounts.models import Person
from compliance.db import Digest, Identified, Model, Versioned, enum_column
from compliance.playbooks.models import OverrideVersion, PlaybookVersion

Draft = PlaybookVersion | OverrideVersion


class CommentState(StrEnum):
    """An open comment stands against the approval of the text."""

    OPEN = "open"
    RESOLVED = "resolved"


def of_one_text(*others: Any) -> tuple[Any, ...]:
    """The constraints of a table whose rows belong to a version of a playbook or of an override, never to both."""
    return (CheckConstraint("(playbook_version_id IS NULL) <> (override_version_id IS NULL)", name="one_text"), *others)


class OfText:
    """Mixin: a row about one version of a playbook or of an override."""

    playbook_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("playbook_versions.id"), index=True)
    override_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("override_versions.id"), index=True)

    @declared_attr
    def playbook_version(cls) -> Mapped[PlaybookVersion | None]:  # noqa: N805 - declared_attr makes it a class method
        return relationship(PlaybookVersion, lazy="raise")

    @declared_attr
    def override_version(cls) -> Mapped[OverrideVersion | None]:  # noqa: N805
        return relationship(OverrideVersion, lazy="raise")


class DraftSave(OfText, Identified, Model):
    """A text as it was saved in a draft, by whom: the base of a merge, and who wrote it. Never changes."""

    __tablename__ = "draft_saves"
    __table_args__ = of_one_text()

    counter: Mapped[int]  # the version counter of the draft that carries this text
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Digest)
    saved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    saved_by: Mapped[str]  # the name as it was then
    saved_at: Mapped[datetime]


class WorkingCopy(OfText, Identified, Model):
    """What one person has typed into a draft and not saved; theirs alone, and never in the journal."""

    __tablename__ = "working_copies"
    __table_args__ = of_one_text(
        UniqueConstraint("playbook_version_id", "person_id"), UniqueConstraint("override_version_id", "person_id"))

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    seen: Mapped[int]  # the version counter of the draft when it was opened
    kept_at: Mapped[datetime]


class DraftComment(OfText, Identified, Versioned, Model):
    """What a reader says of a clause of a draft, or of the whole; it stays when the text moves on."""

    __tablename__ = "draft_comments"
    __table_args__ = of_one_text()
    seen_with: ClassVar[Permission] = Permission.VIEW_PLAYBOOK

    anchor: Mapped[str]  # "ESC-02", "replace ESC-02", "parameters"; "" for the whole text
    text_digest: Mapped[str] = mapped_column(Digest)  # of what stood there when it was said; "" when nothing did
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    said: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]
    state: Mapped[CommentState] = mapped_column(enum_column(CommentState))
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None]

    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise")
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id], lazy="raise")
    answers: Mapped[list["DraftAnswer"]] = relationship(
        back_populates="comment", lazy="raise", order_by="DraftAnswer.said_at, DraftAnswer.id")

    @property
    def draft(self) -> Draft:
        found = self.playbook_version or self.override_version
        assert found is not None, "a comment is about one text"
        return found

    @property
    def place(self) -> Place:
        return self.draft.place


class DraftAnswer(Identified, Model):
    """An answer to a comment. Never changes."""

    __tablename__ = "draft_answers"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("draft_comments.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    said: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]

    comment: Mapped[DraftComment] = relationship(back_populates="answers", lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise")
