"""What holds where today, as tables: kept beside the resolved chains, and read anew when one of them moves."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint, false, or_
from sqlalchemy.orm import Mapped, mapped_column

from compliance.access import Actor, Grant, Permission, placed_within
from compliance.db import Digest, Identified, Model


def listed(names: Iterable[str]) -> str:
    """Names as one text that can be asked for one of them: "|Core|Moderation|"."""
    clean = sorted(name.replace("|", " ") for name in names)
    return f"|{'|'.join(clean)}|" if clean else ""


def names_in(listing: str) -> list[str]:
    return listing.strip("|").split("|") if listing else []


class HeldPlaybook(Model):
    """A playbook as it was last read: by what, and until which day that stands."""

    __tablename__ = "held_playbooks"

    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"), primary_key=True)
    basis: Mapped[str] = mapped_column(Digest)  # digest of what of the texts the reading rested on
    network: Mapped[str] = mapped_column(Digest)  # a digest that moves whenever a site or an operation does
    auditees: Mapped[str] = mapped_column(Digest)  # digest of who reads where: a site may move without moving it
    read_on: Mapped[date | None]
    next_change_on: Mapped[date | None]


class HeldClause(Identified, Model):
    """A clause that holds somewhere, each wording and value of it once."""

    __tablename__ = "held_clauses"
    __table_args__ = (
        UniqueConstraint("playbook_id", "digest"),
        Index("ix_held_clauses_playbook_wording", "playbook_id", "wording"),
        Index("ix_held_clauses_rank", "rank", "id"),
    )

    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"))
    digest: Mapped[str] = mapped_column(ForeignKey("clause_texts.digest"))
    wording: Mapped[str] = mapped_column(Digest)  # of title and text before values: what a translation hangs on
    clause_id: Mapped[str]
    rank: Mapped[str]  # "ESC 0004 ESC-05 …": playbook, position in the widest text it stands in, clause
    severity: Mapped[str]
    law: Mapped[str] = mapped_column(Text)
    lobs: Mapped[str] = mapped_column(Text)  # `listed`; empty: for every line of business
    folded: Mapped[str] = mapped_column(Text)  # id, title and text with values, as `folding.fold` leaves them


class HeldContent(Model):
    """Which clauses stand in a content digest."""

    __tablename__ = "held_contents"
    __table_args__ = (Index("ix_held_contents_digest", "digest"),)

    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"), primary_key=True)
    content_digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    digest: Mapped[str] = mapped_column(Digest, primary_key=True)


class HeldPlace(Identified, Model):
    """What an auditee at a site reads today; without a site, the global text, which is for every reader."""

    __tablename__ = "held_places"
    __table_args__ = (
        Index("ix_held_places_content", "playbook_id", "content_digest"),
        Index("ix_held_places_site", "site_id", "vendor_id"),
    )
    seen_with: ClassVar[Permission] = Permission.VIEW_PLAYBOOK

    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"))
    content_digest: Mapped[str] = mapped_column(Digest)
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    lobs: Mapped[str] = mapped_column(Text)  # `listed`: what is run there; empty before anything is

    @classmethod
    def within(cls, scopes: Iterable[Grant]) -> ColumnElement[bool]:
        scopes = tuple(scopes)
        if not scopes:
            return false()
        return or_(cls.site_id.is_(None), placed_within(cls.site_id, cls.vendor_id, scopes))

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:  # noqa: ARG003
        return None
