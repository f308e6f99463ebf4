"""How far each site is with a version, and which text each person said they have read."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Permission, Place, Placed
from compliance.accounts.models import Person
from compliance.db import Digest, Identified, Model, Versioned, enum_column
from compliance.network.models import Site, Vendor
from compliance.playbooks.adoption.lifecycle import AdoptionStatus
from compliance.playbooks.models import Playbook, PlaybookVersion

IN_HOUSE: ColumnElement[bool] = literal_column("vendor_id IS NULL")
OUTSIDE: ColumnElement[bool] = literal_column("vendor_id IS NOT NULL")


def once(name: str, *columns: str, where: ColumnElement[bool]) -> Index:
    """A unique index of some rows: without a vendor two rows of one thing would count as two things."""
    parts: dict[str, Any] = {"unique": True, "sqlite_where": where, "postgresql_where": where}
    return Index(name, *columns, **parts)


class Adoption(Placed, Identified, Versioned, Model):
    """A version at a site, for who runs it there. There is none before somebody there did something."""

    __tablename__ = "adoptions"
    __table_args__ = (
        once("uq_adoptions_in_house", "playbook_version_id", "site_id", where=IN_HOUSE),
        once("uq_adoptions_vendor", "playbook_version_id", "site_id", "vendor_id", where=OUTSIDE),
    )
    seen_with = Permission.VIEW_AUDIT  # how well a site keeps up is not the administrator's to know

    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"), index=True)
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    playbook_version_id: Mapped[UUID] = mapped_column(ForeignKey("playbook_versions.id"))
    status: Mapped[AdoptionStatus] = mapped_column(enum_column(AdoptionStatus))
    acknowledged_at: Mapped[datetime]
    acknowledged_by: Mapped[str]
    attested: Mapped[int | None]
    heads: Mapped[int | None]  # the people in scope, as the site counts them
    attested_at: Mapped[datetime | None]
    attested_by: Mapped[str] = mapped_column(default="")
    needed_pct: Mapped[int]  # of the rules it was judged by
    live_on: Mapped[date | None]  # the day there
    live_at: Mapped[datetime | None]  # when it was declared
    live_by: Mapped[str] = mapped_column(default="")
    live_note: Mapped[str] = mapped_column(default="")
    content_digest: Mapped[str | None] = mapped_column(Digest)  # of the text that was declared live

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    text: Mapped[PlaybookVersion] = relationship(lazy="raise")

    @property
    def reference(self) -> str:
        return f"{self.text.reference} at {self.site.code}"

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)


class Acknowledgement(Placed, Identified, Model):
    """Somebody has read a text as it holds at a place: exactly this content, in this language. Never changed."""

    __tablename__ = "acknowledgements"
    __table_args__ = (
        UniqueConstraint("person_id", "site_id", "vendor_id", "playbook_version_id", "content_digest",
                         "language", name="uq_acknowledgements_person_text"),
        once("uq_acknowledgements_in_house", "person_id", "site_id", "playbook_version_id", "content_digest",
             "language", where=IN_HOUSE),
        Index("ix_acknowledgements_site_playbook", "site_id", "playbook_id"),
    )
    seen_with = Permission.VIEW_AUDIT

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    person_name: Mapped[str]  # as it was then
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"))
    playbook_version_id: Mapped[UUID] = mapped_column(ForeignKey("playbook_versions.id"))
    number: Mapped[str]  # of that version
    content_digest: Mapped[str] = mapped_column(Digest)
    chain_key: Mapped[str] = mapped_column(ForeignKey("resolved_chains.key"))  # who had said so by then
    language: Mapped[str]
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")
    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    playbook: Mapped[Playbook] = relationship(lazy="raise")

    @property
    def reference(self) -> str:
        return f"{self.playbook.title} {self.number} at {self.site.code}"

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)
