"""Waivers as they are kept: who asked for what, against which text, and what was said to it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Permission, Place, Placed
from compliance.accounts.models import Person
from compliance.db import Digest, Identified, Model, Versioned, enum_column
from compliance.network.models import Site, Vendor
from compliance.playbooks.document import Severity
from compliance.playbooks.models import ClauseText, Playbook
from compliance.playbooks.waivers.lifecycle import Asked, Decider, Facts, WaiverStatus, decider

STANDING = (WaiverStatus.REQUESTED, WaiverStatus.APPROVED)
_STANDS: ColumnElement[bool] = literal_column("status IN ('requested', 'approved')")


class Waiver(Placed, Identified, Versioned, Model):
    """Leave for one auditee at one site not to meet one clause, as it read when leave was given, for a while.

    Days are civil days at the site, `until_on` the first on which the clause is asked again. Severity and weight are
    the clause's as it applied there.
    """

    __tablename__ = "waivers"
    __table_args__ = (
        Index("ix_waivers_site", "site_id", "playbook_id", "until_on"),
        Index("ix_waivers_until", "until_on", "id"),
        Index("ix_waivers_playbook", "playbook_id", "clause_id"),
        # One renewal at a time; a declined or withdrawn one leaves the way free.
        Index("uq_waivers_renews", "renews_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )
    seen_with = Permission.VIEW_AUDIT

    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[WaiverStatus] = mapped_column(enum_column(WaiverStatus))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"), index=True)
    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"))
    playbook_version: Mapped[str]
    clause_id: Mapped[str]
    clause_title: Mapped[str]
    clause_digest: Mapped[str] = mapped_column(ForeignKey("clause_texts.digest"))
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    weight: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    rationale: Mapped[str] = mapped_column(Text)
    risk: Mapped[str] = mapped_column(Text)
    longer: Mapped[str] = mapped_column(Text, default="")  # why 180 days are not enough
    control: Mapped[str] = mapped_column(Text)
    control_owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    control_digest: Mapped[str | None] = mapped_column(Digest)  # of the clause audits assess, once granted
    renews_id: Mapped[UUID | None] = mapped_column(ForeignKey("waivers.id"))
    renewal: Mapped[int] = mapped_column(default=0)
    requested_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(Text, default="")

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    playbook: Mapped[Playbook] = relationship(lazy="raise")
    clause: Mapped[ClauseText] = relationship(lazy="raise")
    control_owner: Mapped[Person] = relationship(foreign_keys=[control_owner_id], lazy="raise")
    requested_by: Mapped[Person] = relationship(foreign_keys=[requested_by_id], lazy="raise")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="raise")
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id], lazy="raise")
    renews: Mapped["Waiver | None"] = relationship(remote_side="Waiver.id", lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    @property
    def decider(self) -> Decider:
        return decider(self.severity, self.renewal)

    @property
    def asked(self) -> Asked:
        return Asked(self.from_on, self.until_on, self.rationale, self.risk, self.control, self.longer)

    def facts(self, lapsed_on: date | None = None) -> Facts:
        return Facts(self.status, self.from_on, self.until_on, self.decided_on, self.ended_on, lapsed_on)

