"""Audits: what is planned, the criteria pinned at the start, and an assessment per clause."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ColumnElement, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import ROOT, Actor, Permission, Place, Placed, kept_from
from compliance.accounts.models import Person
from compliance.audits.lateness import Signature, signature_of
from compliance.audits.lifecycle import AuditMethod, AuditStatus
from compliance.audits.results import Result
from compliance.audits.scoring import Conformity, Rating
from compliance.db import Digest, Identified, Model, Versioned, enum_column
from compliance.network.models import Site, Vendor
from compliance.playbooks.document import Severity
from compliance.playbooks.models import Playbook
from compliance.playbooks.waivers.models import Waiver


class AuditProgramme(Identified, Versioned, Model):
    """A set of audits planned for a period and a purpose."""

    __tablename__ = "audit_programmes"
    seen_with = Permission.VIEW_AUDIT

    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    objectives: Mapped[str] = mapped_column(Text, default="")

    @property
    def place(self) -> Place:
        return Place(ROOT)


class Audit(Placed, Identified, Versioned, Model):
    """One visit to one site (and one vendor there) on one or more playbooks."""

    __tablename__ = "audits"
    __table_args__ = (
        Index("ix_audits_status_planned", "status", "planned_from", "id"),
        Index("ix_audits_site_status", "site_id", "status", "planned_from"),
        Index("ix_audits_planned", "planned_from", "id"),
    )
    seen_with = Permission.VIEW_AUDIT

    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[AuditStatus] = mapped_column(enum_column(AuditStatus))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("audit_programmes.id"), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"), index=True)
    method: Mapped[AuditMethod] = mapped_column(enum_column(AuditMethod))
    purpose: Mapped[str] = mapped_column(default="surveillance")  # surveillance, initial, pre-go-live, follow-up
    mandatory: Mapped[bool] = mapped_column(default=True)
    unannounced: Mapped[bool] = mapped_column(default=False)
    lobs: Mapped[list[str]] = mapped_column(JSON)
    objective: Mapped[str] = mapped_column(Text, default="")
    planned_from: Mapped[date]
    planned_until: Mapped[date]
    due_on: Mapped[date]  # the day the programme wants it done by
    postponed: Mapped[int] = mapped_column(default=0)
    evidence_from: Mapped[date | None]
    evidence_until: Mapped[date | None]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # the auditee's contact
    exception: Mapped[str] = mapped_column(Text, default="")  # an independence conflict accepted, and why
    second_reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # what an exception asks for
    second_reviewed_at: Mapped[datetime | None]
    unannounced_approver_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("audits.id"))  # the cancelled audit this stands in for

    score_rules: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    closing_meeting_on: Mapped[date | None]
    acknowledged_by: Mapped[str] = mapped_column(default="")  # the auditee who acknowledged the closing meeting
    refusal_note: Mapped[str] = mapped_column(Text, default="")  # why nobody did
    not_assessed_reason: Mapped[str] = mapped_column(Text, default="")
    conclusion: Mapped[str] = mapped_column(Text, default="")
    review_comment: Mapped[str] = mapped_column(Text, default="")
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")

    # Kept beside the assessments, in the transaction that changes one: a list of audits shows progress for no query.
    clauses: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    conflicts: Mapped[int] = mapped_column(default=0, server_default="0")  # open ones on its closing

    # Signed on a tablet: by its clock, which was so much ahead of ours. `submitted_at` is when that reached us.
    signed_at: Mapped[datetime | None]
    signed_skew_ms: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    lead: Mapped[Person] = relationship(foreign_keys=[lead_id], lazy="raise")
    contact: Mapped[Person | None] = relationship(foreign_keys=[contact_id], lazy="raise")
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id], lazy="raise")
    second_reviewer: Mapped[Person | None] = relationship(foreign_keys=[second_reviewer_id], lazy="raise")
    programme: Mapped[AuditProgramme | None] = relationship(lazy="raise")
    members: Mapped[list["AuditMember"]] = relationship(lazy="raise", cascade="all, delete-orphan")
    criteria: Mapped[list["AuditCriteria"]] = relationship(
        back_populates="audit", order_by="AuditCriteria.position", lazy="raise"
    )

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    @property
    def signature(self) -> Signature | None:
        """The sign-off on a tablet that stands under this audit."""
        return signature_of(self.signed_at, self.signed_skew_ms, self.submitted_at)

    @property
    def team(self) -> frozenset[UUID]:
        """The people of the audit team, the lead among them."""
        return frozenset(member.person_id for member in self.members)

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:
        """An unannounced audit is unknown to the auditee until it starts."""
        return kept_from(actor, Permission.VIEW_UNANNOUNCED, cls, cls.unannounced.is_(True) & cls.started_at.is_(None))


class AuditMember(Model):
    """Somebody on the audit team; the lead is one of them."""

    __tablename__ = "audit_members"

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("audits.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)

    person: Mapped[Person] = relationship(lazy="raise")


class AuditCriteria(Placed, Identified, Model):
    """One playbook of an audit: what was pinned at the start, and the result at submission.

    Site and vendor are repeated here so that the heatmap and the trends read one table.
    """

    __tablename__ = "audit_criteria"
    __table_args__ = (
        UniqueConstraint("audit_id", "playbook_id"),
        Index("ix_audit_criteria_site_playbook", "site_id", "playbook_id", "assessed_on"),
        Index("ix_audit_criteria_content", "content_digest"),
    )
    seen_with = Permission.VIEW_AUDIT

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("audits.id"))
    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    position: Mapped[int]
    version: Mapped[str] = mapped_column(default="")  # of the global playbook, once pinned
    chain_key: Mapped[str | None] = mapped_column(ForeignKey("resolved_chains.key"))
    content_digest: Mapped[str | None] = mapped_column(Digest)
    lineage_digest: Mapped[str | None] = mapped_column(Digest)

    assessed_on: Mapped[date | None]  # local date of submission
    points: Mapped[float | None]
    weight: Mapped[float | None]
    score: Mapped[float | None]  # raw per cent; None is "not rated"
    coverage: Mapped[float | None]
    rating: Mapped[Rating | None] = mapped_column(enum_column(Rating))
    cap: Mapped[str] = mapped_column(default="")  # why the rating is lower than the score says
    conforming: Mapped[int] = mapped_column(default=0)
    assessed: Mapped[int] = mapped_column(default=0)
    waived: Mapped[int] = mapped_column(default=0, server_default="0")  # clauses answered so
    # As though nothing were waived: what is waived counts as not met. None where nothing is.
    score_without_waivers: Mapped[float | None]
    points_without_waivers: Mapped[float | None]
    weight_without_waivers: Mapped[float | None]

    audit: Mapped[Audit] = relationship(back_populates="criteria", lazy="raise")
    playbook: Mapped[Playbook] = relationship(lazy="raise")
    site: Mapped[Site] = relationship(lazy="raise")
    assessments: Mapped[list["Assessment"]] = relationship(
        back_populates="criteria", order_by="Assessment.position", lazy="raise"
    )

    def keep(self, result: Result, on: date) -> None:
        """Write what was scored; `on` is the local day of the submission."""
        for name, value in result.columns().items():
            setattr(self, name, value)
        self.assessed_on = on

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)


class Assessment(Identified, Versioned, Model):
    """The judgement on one clause in one audit; the clause's words are pinned by digest."""

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("criteria_id", "clause_id"),
        Index("ix_assessments_audit_position", "audit_id", "position"),
    )
    seen_with: ClassVar[Permission] = Permission.VIEW_AUDIT

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("audits.id"))
    criteria_id: Mapped[UUID] = mapped_column(ForeignKey("audit_criteria.id"))
    position: Mapped[int]
    clause_id: Mapped[str]
    clause_digest: Mapped[str] = mapped_column(ForeignKey("clause_texts.digest"))
    section: Mapped[str]
    title: Mapped[str]
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    weight: Mapped[int]
    applicable: Mapped[bool] = mapped_column(default=True)  # False: an override says "not applicable" here
    # The waiver in force for this clause when the criteria froze; on a line of its own, its compensating control.
    waiver_id: Mapped[UUID | None] = mapped_column(ForeignKey("waivers.id"), index=True)
    control_of: Mapped[str] = mapped_column(default="", server_default="")  # the waived clause this line stands in for
    conformity: Mapped[Conformity | None] = mapped_column(enum_column(Conformity))
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")  # for not applicable and not assessed
    sample_size: Mapped[int | None]
    sample_failed: Mapped[int | None]
    evidence_count: Mapped[int] = mapped_column(default=0)
    finding_title: Mapped[str] = mapped_column(default="")  # what the auditor proposes to raise
    finding_risk: Mapped[str] = mapped_column(Text, default="")
    proposed_severity: Mapped[Severity | None] = mapped_column(enum_column(Severity, name="proposed_severity"))
    proposed_action: Mapped[str] = mapped_column(Text, default="", server_default="")  # for the review, to the finding
    finding_id: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))
    read_in: Mapped[str] = mapped_column(default="", server_default="")  # the language of the clause the auditor read
    written_in: Mapped[str] = mapped_column(default="", server_default="")  # the language of the note, "" for English
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    # Values two auditors gave side by side, beside the one that stands; kept here so that submission sees them.
    conflicts: Mapped[int] = mapped_column(default=0, server_default="0")

    criteria: Mapped[AuditCriteria] = relationship(back_populates="assessments", lazy="raise")
    waiver: Mapped[Waiver | None] = relationship(lazy="raise")
    answered_by: Mapped[Person | None] = relationship(lazy="raise")

    # What evidence and access ask of a record; an assessment stands where its audit does.
    @property
    def reference(self) -> str:
        return f"{self.criteria.audit.reference} {self.clause_id}"

    @property
    def site(self) -> Site:
        return self.criteria.audit.site

    @property
    def site_id(self) -> UUID:
        return self.criteria.audit.site_id

    @property
    def vendor_id(self) -> UUID | None:
        return self.criteria.audit.vendor_id

    @property
    def place(self) -> Place:
        return self.criteria.audit.place


class Standing(Placed, Model):
    """The latest reviewed result of a site on a playbook: the cell of the heatmap, kept when a review is done."""

    __tablename__ = "standings"
    __table_args__ = (Index("ix_standings_playbook", "playbook_id"),)
    seen_with = Permission.VIEW_AUDIT

    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"), primary_key=True)
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    criteria_id: Mapped[UUID] = mapped_column(ForeignKey("audit_criteria.id"))
    audit_id: Mapped[UUID] = mapped_column(ForeignKey("audits.id"))
    assessed_on: Mapped[date]
    points: Mapped[float]
    weight: Mapped[float]
    score: Mapped[float | None]
    rating: Mapped[Rating] = mapped_column(enum_column(Rating))
    capped: Mapped[bool]
    conforming: Mapped[int]
    assessed: Mapped[int]
