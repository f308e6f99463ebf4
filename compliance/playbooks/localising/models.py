"""What happened to each request for an override: who asked, consented, decided, returned or appealed, on which text."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.db import Digest, Identified, Model, enum_column
from compliance.playbooks.models import OverrideVersion, VersionStatus


class Act(StrEnum):
    """What somebody does with a request."""

    ASKED = "asked"
    CONSENTED = "consented"
    REFUSED_CONSENT = "refused_consent"
    APPROVED = "approved"
    RETURNED = "returned"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"


class RequestStep(Identified, Model):
    """One act in the life of a request, on the text of that digest. Never changes."""

    __tablename__ = "request_steps"

    override_version_id: Mapped[UUID] = mapped_column(ForeignKey("override_versions.id"), index=True)
    act: Mapped[Act] = mapped_column(enum_column(Act))
    stage: Mapped[VersionStatus] = mapped_column(enum_column(VersionStatus))  # where the request stood
    reason: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Digest)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)  # None: the product itself
    person: Mapped[str]  # the name as it was then
    at: Mapped[datetime]

    override_version: Mapped[OverrideVersion] = relationship(lazy="raise")
