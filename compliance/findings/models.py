"""Findings: what an audit or an exercise found that needs follow-up."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Actor, Permission, Place, Placed, kept_from
from compliance.accounts.models import Person
from compliance.db import Digest, Identified, Model, Versioned, among, enum_column, partial_index
from compliance.findings.lifecycle import OPEN_STATUSES, FindingKind, FindingStatus
from compliance.network.models import Site, Vendor
from compliance.playbooks.document import Severity
from compliance.playbooks.models import Playbook


class Finding(Placed, Identified, Versioned, Model):
    """Criterion, condition, evidence, risk and extent, with the clocks its severity started.

    `source_type` and `source_id` name what raised it ("audits", "exercises"): findings know neither.
    """

    __tablename__ = "findings"
    __table_args__ = (
        Index("ix_findings_source", "source_type", "source_id"),
        Index("ix_findings_status_due", "status", "close_due_on", "id"),
        Index("ix_findings_site_status_due", "site_id", "status", "close_due_on"),
        Index("ix_findings_vendor_status_due", "vendor_id", "status", "close_due_on"),
        Index("ix_findings_severity_status", "severity", "status", "close_due_on", "id"),
        Index("ix_findings_lineage", "site_id", "playbook_id", "clause_id", "issued_at"),
        Index("ix_findings_vendor_lineage", "vendor_id", "playbook_id", "clause_id", "issued_at"),
        Index("ix_findings_issued", "issued_at", "id"),
        Index("ix_findings_due", "close_due_on", "id"),
        Index("ix_findings_severity", "severity", "id"),
        Index("ix_findings_closed", "closed_on"),
    )
    seen_with = Permission.VIEW_FINDING

    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[FindingKind] = mapped_column(enum_column(FindingKind))
    status: Mapped[FindingStatus] = mapped_column(enum_column(FindingStatus))
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    first_severity: Mapped[Severity] = mapped_column(enum_column(Severity, name="first_severity"))  # before any regrade
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))  # the vendor at issue
    lobs: Mapped[list[str]] = mapped_column(JSON)
    playbook_id: Mapped[UUID | None] = mapped_column(ForeignKey("playbooks.id"))
    playbook_version: Mapped[str] = mapped_column(default="")
    clause_id: Mapped[str] = mapped_column(default="")
    clause_digest: Mapped[str | None] = mapped_column(Digest)
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    source_reference: Mapped[str]

    title: Mapped[str]
    criterion: Mapped[str] = mapped_column(Text, default="")
    condition: Mapped[str] = mapped_column(Text, default="")
    risk: Mapped[str] = mapped_column(Text, default="")
    extent: Mapped[str] = mapped_column(Text, default="")
    recommendation: Mapped[str] = mapped_column(Text, default="")
    internal_note: Mapped[str] = mapped_column(Text, default="")  # never shown to vendors

    raised_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]  # local date of the site: day 0 of every clock
    clock_rules: Mapped[str] = mapped_column(default="")  # which version of the clock rules started them
    dispute_until: Mapped[date | None]
    contain_due_at: Mapped[datetime | None]
    plan_due_on: Mapped[date | None]
    close_due_on: Mapped[date | None]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)  # who answers for the auditee

    accepted_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    dispute: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str] = mapped_column(Text, default="")
    implemented_at: Mapped[datetime | None]  # when the last of its actions was: from here it soaks and is not late
    verified_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    reopened: Mapped[int] = mapped_column(default=0)
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    repeat_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"), index=True)  # of a systemic finding
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # sample drawn, failed, lot, letter

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    playbook: Mapped[Playbook | None] = relationship(lazy="raise")
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id], lazy="raise")
    repeat_of: Mapped["Finding | None"] = relationship(
        foreign_keys=[repeat_of_id], remote_side="Finding.id", lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Drafts belong to the audit team until the review issues them."""
        return kept_from(actor, Permission.VIEW_WORKING_PAPERS, cls, cls.status == FindingStatus.DRAFT)


# What is open stays few while history grows: lists of it and counts over it read these alone.
IS_OPEN = among(Finding.status, OPEN_STATUSES)
partial_index("ix_findings_open_due", Finding.close_due_on, Finding.id, where=IS_OPEN)
partial_index("ix_findings_open_site", Finding.site_id, Finding.close_due_on, Finding.id, where=IS_OPEN)
partial_index("ix_findings_open_vendor", Finding.vendor_id, Finding.close_due_on, Finding.id, where=IS_OPEN)
