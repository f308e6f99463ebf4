"""Evidence: what supports an assessment, a finding, an action or an exercise."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Actor, Permission, Place, Placed, kept_from
from compliance.db import Digest, Identified, Model

if TYPE_CHECKING:
    from compliance.network.models import Site


class Evidence(Placed, Identified, Model):
    """A photo or file under the digest of its bytes.

    `subject_type` and `subject_id` name what it supports ("assessments", "actions", ...): evidence knows nothing of
    the features above it. While `working` it belongs to an audit not yet reviewed and auditees do not see it.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_subject", "subject_type", "subject_id"),)
    seen_with = Permission.VIEW_FINDING  # not the administrator, who sees no content

    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"), index=True)
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    sha256: Mapped[str] = mapped_column(Digest, index=True)
    original_sha256: Mapped[str] = mapped_column(Digest, index=True)  # of the bytes as they came, before re-encoding
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    taken_at: Mapped[datetime | None]  # what the camera said, when it said something
    added_at: Mapped[datetime]
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    added_by_name: Mapped[str]
    caption: Mapped[str] = mapped_column(default="")
    working: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]

    site: Mapped["Site"] = relationship(lazy="raise")

    @property
    def is_photo(self) -> bool:
        return self.media_type == "image/jpeg"

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:
        return kept_from(actor, Permission.VIEW_WORKING_PAPERS, cls, cls.working.is_(True))
