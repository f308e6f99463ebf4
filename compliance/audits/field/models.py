"""What tablets are and what they sent: devices, operations in the order they came, photographs, the epoch."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Permission, Place, Placed
from compliance.accounts.models import Person
from compliance.audits.field.merging import Verdict
from compliance.db import Digest, Identified, Model, enum_column
from compliance.network.models import Site, Vendor


class MediaState(StrEnum):
    """A photograph is announced by an operation, then its bytes arrive; held ones wait for somebody to adopt them."""

    ANNOUNCED = "announced"
    STORED = "stored"
    HELD = "held"
    REFUSED = "refused"
    REMOVED = "removed"


class FieldDevice(Identified, Model):
    """A tablet as one person uses it; a shared tablet is one row per person."""

    __tablename__ = "field_devices"
    __table_args__ = (UniqueConstraint("device", "person_id"),)
    seen_with = Permission.VIEW_PEOPLE

    device: Mapped[UUID]  # made up by the tablet itself at its first start
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    app_version: Mapped[str] = mapped_column(default="")
    first_seen_at: Mapped[datetime]
    last_sync_at: Mapped[datetime]
    unsent_ops: Mapped[int] = mapped_column(default=0)  # what it said it still holds
    unsent_media: Mapped[int] = mapped_column(default=0)
    skew_ms: Mapped[int] = mapped_column(BigInteger, default=0)  # its clock minus ours, at the last sync
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("login_sessions.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    wipe_asked_at: Mapped[datetime | None]
    wiped_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    revoked_by: Mapped[Person | None] = relationship(foreign_keys=[revoked_by_id], lazy="raise")

    @property
    def place(self) -> Place:
        return self.person.place

    @property
    def reference(self) -> str:
        return self.name or str(self.device)


class FieldOperation(Placed, Model):
    """One operation of a tablet, kept for good with what became of it.

    `rev` is the order in which the server took operations; the clock of a tablet (`client_at`) is evidence, never
    order. `live` says that it still speaks: it is what stands in the record, or a side of an open conflict.
    `waiting` says that it is held and nobody has adopted or dismissed it. `seen` is what the auditor was looking at
    once the operations that came to nothing are left out of its parents.
    """

    __tablename__ = "field_operations"
    __table_args__ = (
        Index("ix_field_operations_work", "work", "rev"),
        Index("ix_field_operations_parent", "parent"),
        Index("ix_field_operations_live", "work", "live", "item", "field", "rev"),
        Index("ix_field_operations_waiting", "waiting", "site_id", "rev"),
        Index("ix_field_operations_device", "device", "person_id"),
    )
    seen_with = Permission.VIEW_WORKING_PAPERS

    op_id: Mapped[UUID] = mapped_column(primary_key=True)
    rev: Mapped[int] = mapped_column(unique=True)
    payload_sha: Mapped[str] = mapped_column(Digest)
    device: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)  # who sent it
    author: Mapped[str]  # who made it: of an imported backup not who sent it
    work: Mapped[str]  # the reference, as it was sent
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("nodes.id"))  # None: there is no such work
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    item: Mapped[str]
    field: Mapped[str]
    kind: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON, nullable=True)
    parent: Mapped[UUID | None]
    seen: Mapped[UUID | None]
    resolves: Mapped[list[str]] = mapped_column(JSON)
    client_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default="")
    skew_ms: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict))
    code: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(Text, default="")
    live: Mapped[bool] = mapped_column(default=False)
    waiting: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    settled_how: Mapped[str] = mapped_column(default="")  # adopted, dismissed, gave way, decided, same, replaced
    settled_why: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")

    @property
    def id(self) -> UUID:
        return self.op_id

    @property
    def reference(self) -> str:
        return f"{self.work} {self.item}".strip()


class FieldMedia(Placed, Model):
    """A photograph or signature a tablet announced, and what became of its bytes."""

    __tablename__ = "field_media"
    __table_args__ = (Index("ix_field_media_work", "work", "state"), Index("ix_field_media_sha256", "sha256"))
    seen_with = Permission.VIEW_WORKING_PAPERS

    media_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Digest)  # of the bytes as the tablet holds them
    op_id: Mapped[UUID] = mapped_column(ForeignKey("field_operations.op_id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    work: Mapped[str]
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    item: Mapped[str]
    kind: Mapped[str] = mapped_column(default="photo")  # photo, signature
    state: Mapped[MediaState] = mapped_column(enum_column(MediaState))
    refusal: Mapped[str] = mapped_column(Text, default="")
    refusal_code: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    caption: Mapped[str] = mapped_column(Text, default="")
    size: Mapped[int]  # as announced
    kept_sha256: Mapped[str | None] = mapped_column(Digest)  # of the bytes as they are stored
    kept_size: Mapped[int | None]
    media_type: Mapped[str] = mapped_column(default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    announced_at: Mapped[datetime]
    stored_at: Mapped[datetime | None]


class FieldEpoch(Model):
    """One row: which life of the database this is, and the last `rev` given. Its lock orders those who sync."""

    __tablename__ = "field_epoch"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[UUID]
    rev: Mapped[int]
    begun_at: Mapped[datetime]
