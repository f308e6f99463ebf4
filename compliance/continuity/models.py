"""Continuity plans, and the exercises that show whether they hold."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Permission, Place, Placed
from compliance.accounts.models import Person
from compliance.continuity.objectives import ExerciseStatus, ExerciseType, PlanStatus
from compliance.db import Identified, Model, Versioned, enum_column
from compliance.network.models import Site, Vendor


class ContinuityPlan(Placed, Identified, Versioned, Model):
    """How one site keeps or restores its work; a new plan supersedes the current one, it never edits it."""

    __tablename__ = "continuity_plans"
    __table_args__ = (Index("ix_continuity_plans_site_status", "site_id", "status"),)
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
    # [{"name", "tier": 1, "rto_minutes", "mtpd_minutes", "mbco_pct", "strategy", "failover": site code}, …]
    activities: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # [{"role", "primary", "deputy", "contact"}, …]
    roles: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    bia_on: Mapped[date | None]  # the day the business impact analysis behind it was done
    review_on: Mapped[date]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    review_wanted: Mapped[str] = mapped_column(default="")  # why it is due for review before its date
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("continuity_plans.id"))

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise")
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id], lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)


class Exercise(Placed, Identified, Versioned, Model):
    """A rehearsal with objectives, and what it measured."""

    __tablename__ = "exercises"
    __table_args__ = (Index("ix_exercises_site_conducted", "site_id", "conducted_on"),)
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
    # [{"name", "target_minutes", "measured_minutes", "mbco_pct", "achieved_pct", "met"}, …]
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    call_tree_called: Mapped[int | None]
    call_tree_acknowledged: Mapped[int | None]
    passed: Mapped[bool | None]
    strengths: Mapped[str] = mapped_column(Text, default="")
    # [{"text", "capability", "action_reference" or "no_action_reason"}, …]
    improvements: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    review_author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    review_approved_at: Mapped[datetime | None]
    review_approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    plan: Mapped[ContinuityPlan | None] = relationship(lazy="raise")
    lead: Mapped[Person] = relationship(foreign_keys=[lead_id], lazy="raise")
    retest_of: Mapped["Exercise | None"] = relationship(remote_side="Exercise.id", lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)
