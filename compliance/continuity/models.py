"""Continuity plans, and the exercises that show whether they hold."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Permission, Place, Placed
from compliance.accounts.models import Person
from compliance.continuity.contents import activities_of, missed_names, roles_of
from compliance.continuity.objectives import (
    ExerciseStatus,
    ExerciseType,
    PlanFacts,
    PlanStatus,
    is_due_for_review,
)
from compliance.db import Identified, Model, Versioned, enum_column
from compliance.network.models import Site, Vendor

# One plan is current per site and operator, whoever approves at the same moment. No two nulls are equal to a
# database, so what the company runs itself needs an index of its own.
_CURRENT_OF_VENDOR: ColumnElement[bool] = literal_column("status = 'current' AND vendor_id IS NOT NULL")
_CURRENT_IN_HOUSE: ColumnElement[bool] = literal_column("status = 'current' AND vendor_id IS NULL")


class ContinuityPlan(Placed, Identified, Versioned, Model):
    """How one site keeps or restores its work; a new plan supersedes the current one, it never edits it."""

    __tablename__ = "continuity_plans"
    __table_args__ = (
        Index("ix_continuity_plans_site_status", "site_id", "status"),
        Index("ix_continuity_plans_review", "review_on", "id"),
        Index("uq_continuity_plans_current_of_vendor", "site_id", "vendor_id", unique=True,
              sqlite_where=_CURRENT_OF_VENDOR, postgresql_where=_CURRENT_OF_VENDOR),
        Index("uq_continuity_plans_current_in_house", "site_id", unique=True,
              sqlite_where=_CURRENT_IN_HOUSE, postgresql_where=_CURRENT_IN_HOUSE),
    )
    seen_with = Permission.VIEW_CONTINUITY

    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[PlanStatus] = mapped_column(enum_column(PlanStatus))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(Text, default="")
    activation: Mapped[str] = mapped_column(Text, default="")  # when the plan is put into action, and who decides
    deactivation: Mapped[str] = mapped_column(Text, default="")
    recovery: Mapped[str] = mapped_column(Text, default="")  # order of recovery, resources, return to normal
    # [{"name", "tier": 1, "rto_minutes", "mtpd_minutes", "mbco_percent", "strategy", "failover": site code}, …]
    activities: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # [{"role", "primary", "deputy", "contact"}, …]
    roles: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    bia_on: Mapped[date | None]  # the day the business impact analysis behind it was done
    review_on: Mapped[date]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    writer_ids: Mapped[list[str]] = mapped_column(JSON)  # everybody who wrote in it: none of them approves it
    added_at: Mapped[datetime]
    returned_reason: Mapped[str] = mapped_column(Text, default="")  # why it was last sent back to its author
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    review_wanted: Mapped[str] = mapped_column(Text, default="")  # why it is due for review before its date
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("continuity_plans.id"))

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise")
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id], lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    def facts_for(self, approver_id: str = "") -> PlanFacts:
        """What approving it depends on; whoever wrote in it counts as its author."""
        return PlanFacts(
            author_id=approver_id if approver_id in self.writer_ids else str(self.author_id), approver_id=approver_id,
            bia_on=self.bia_on, activities=activities_of(self.activities), roles=roles_of(self.roles),
            purpose=self.purpose, activation=self.activation, deactivation=self.deactivation, recovery=self.recovery,
            review_on=self.review_on)

    def is_due(self, today: date) -> bool:
        return self.status is PlanStatus.CURRENT and is_due_for_review(self.review_on, today, self.review_wanted)


class Exercise(Placed, Identified, Versioned, Model):
    """A rehearsal with objectives, and what it measured."""

    __tablename__ = "exercises"
    __table_args__ = (
        Index("ix_exercises_site_conducted", "site_id", "conducted_on"),
        Index("ix_exercises_planned", "planned_on", "id"),
        Index("ix_exercises_retest_of", "retest_of_id"),
    )
    seen_with = Permission.VIEW_CONTINUITY

    reference: Mapped[str] = mapped_column(unique=True)
    type: Mapped[ExerciseType] = mapped_column(enum_column(ExerciseType))
    status: Mapped[ExerciseStatus] = mapped_column(enum_column(ExerciseStatus))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("continuity_plans.id"))
    retest_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercises.id"))
    title: Mapped[str]
    objective: Mapped[str] = mapped_column(Text, default="")
    scenario: Mapped[str] = mapped_column(Text, default="")
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    planned_on: Mapped[date]
    conducted_on: Mapped[date | None]
    participants: Mapped[int | None]
    # [{"name", "tier", "target_minutes", "measured_minutes", "mbco_percent", "achieved_percent", "met"}, …]
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # What was seen while it ran, by item and field: {"objective-1": {"met": "yes", "note": "…"}}
    observations: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    conflicts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")  # open sides, by item
    call_tree_called: Mapped[int | None]
    call_tree_acknowledged: Mapped[int | None]
    passed: Mapped[bool | None]
    timeline: Mapped[str] = mapped_column(Text, default="")  # what happened when, as the people there wrote it down
    strengths: Mapped[str] = mapped_column(Text, default="")
    plan_changes: Mapped[str] = mapped_column(Text, default="")  # what the plan must say differently
    # [{"text", "capability", "owner_id", "due_on", "action_reference", "no_action_reason", "no_action_signed_by"}, …]
    improvements: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")
    review_author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    review_author_ids: Mapped[list[str]] = mapped_column(JSON)  # everybody who wrote in the review
    review_approved_at: Mapped[datetime | None]
    review_approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    plan: Mapped[ContinuityPlan | None] = relationship(lazy="raise")
    lead: Mapped[Person] = relationship(foreign_keys=[lead_id], lazy="raise")
    review_author: Mapped[Person | None] = relationship(foreign_keys=[review_author_id], lazy="raise")
    review_approved_by: Mapped[Person | None] = relationship(foreign_keys=[review_approved_by_id], lazy="raise")
    retest_of: Mapped["Exercise | None"] = relationship(remote_side="Exercise.id", lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    @property
    def missed(self) -> list[str]:
        """The activities that came back too late, or below their level."""
        return missed_names(self.results)
