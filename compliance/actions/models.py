"""Actions and their steps: the one record of work that must be done, whatever raised it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Permission, Place, Placed
from compliance.accounts.models import Person
from compliance.actions.lifecycle import OPEN_STATUSES, ActionKind, ActionStatus
from compliance.db import Identified, Model, Versioned, among, enum_column, partial_index
from compliance.network.models import Site, Vendor
from compliance.playbooks.document import Severity


class Action(Placed, Identified, Versioned, Model):
    """One piece of work with one accountable owner, from raising to verified closure.

    `source_type` and `source_id` name what raised it ("findings", "exercises", ...): the engine does not look there.
    """

    __tablename__ = "actions"
    __table_args__ = (
        Index("ix_actions_source", "source_type", "source_id"),
        Index("ix_actions_status_due", "status", "due_on", "id"),
        Index("ix_actions_site_status_due", "site_id", "status", "due_on"),
        Index("ix_actions_owner_status", "owner_id", "status", "due_on"),
        Index("ix_actions_verifier_status", "verifier_id", "status"),
        Index("ix_actions_vendor_status_due", "vendor_id", "status", "due_on"),
        Index("ix_actions_due", "due_on", "id"),
        Index("ix_actions_raised", "raised_at", "id"),
        Index("ix_actions_closed", "closed_on"),
    )
    seen_with = Permission.VIEW_ACTION

    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ActionKind] = mapped_column(enum_column(ActionKind))
    status: Mapped[ActionStatus] = mapped_column(enum_column(ActionStatus))
    severity: Mapped[Severity | None] = mapped_column(enum_column(Severity))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    source_type: Mapped[str]
    source_id: Mapped[UUID | None]
    source_reference: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    description: Mapped[str] = mapped_column(Text, default="")
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    implementer_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    verifier_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    contain_due_at: Mapped[datetime | None]
    plan_due_on: Mapped[date | None]
    due_on: Mapped[date]  # local date of the site; the day it must be implemented by
    original_due_on: Mapped[date]
    extensions: Mapped[int] = mapped_column(default=0)

    contained_at: Mapped[datetime | None]
    containment: Mapped[str] = mapped_column(Text, default="")
    cause_method: Mapped[str] = mapped_column(default="")
    cause_category: Mapped[str] = mapped_column(default="", index=True)
    cause: Mapped[str] = mapped_column(Text, default="")
    human_error: Mapped[bool] = mapped_column(default=False)  # a symptom somebody noted, never a cause
    extent: Mapped[str] = mapped_column(Text, default="")  # other sites or lines affected, and how that was checked
    extent_elsewhere: Mapped[bool | None]

    criterion: Mapped[str] = mapped_column(Text, default="")  # what will show that it worked
    metric: Mapped[str] = mapped_column(default="")
    target: Mapped[str] = mapped_column(default="")
    sample: Mapped[str] = mapped_column(default="")
    soak_days: Mapped[int | None]
    plan_submitted_at: Mapped[datetime | None]
    plan_approved_at: Mapped[datetime | None]
    plan_approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    implemented_at: Mapped[datetime | None]

    criterion_met: Mapped[bool | None]
    verification: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]  # local date of the site
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    reopened: Mapped[int] = mapped_column(default=0)
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")

    needs_retest: Mapped[bool] = mapped_column(default=False)  # raised by a failed exercise: a re-test must pass
    retest_on: Mapped[date | None]
    retest_passed: Mapped[bool | None]
    retest_reference: Mapped[str] = mapped_column(default="")

    site: Mapped[Site] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="raise")
    implementer: Mapped[Person | None] = relationship(foreign_keys=[implementer_id], lazy="raise")
    verifier: Mapped[Person | None] = relationship(foreign_keys=[verifier_id], lazy="raise")
    steps: Mapped[list["ActionStep"]] = relationship(
        back_populates="action", order_by="ActionStep.position", lazy="raise", cascade="all, delete-orphan"
    )

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    @property
    def plan(self) -> list["ActionStep"]:
        """The steps of the present plan; those of plans that did not work stay behind it."""
        return [step for step in self.steps if step.round == self.reopened]


# What is open stays few while history grows: lists of it and counts over it read these alone.
IS_OPEN = among(Action.status, OPEN_STATUSES)
partial_index("ix_actions_open_due", Action.due_on, Action.id, where=IS_OPEN)
partial_index("ix_actions_open_site", Action.site_id, Action.due_on, Action.id, where=IS_OPEN)
partial_index("ix_actions_open_vendor", Action.vendor_id, Action.due_on, Action.id, where=IS_OPEN)


class ActionStep(Identified, Model):
    """One step of the plan, with its own owner and date; evidence can support it as it can the action."""

    __tablename__ = "action_steps"
    __table_args__ = (Index("ix_action_steps_owner_done", "owner_id", "done_at"),)
    seen_with = Permission.VIEW_ACTION

    action_id: Mapped[UUID] = mapped_column(ForeignKey("actions.id"), index=True)
    round: Mapped[int] = mapped_column(default=0)  # how often the action had been reopened when this was planned
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    done_note: Mapped[str] = mapped_column(Text, default="")

    # The step is always read with its action: what is in memory already needs no statement.
    action: Mapped[Action] = relationship(back_populates="steps", lazy="raise_on_sql")
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="raise")

    @property
    def reference(self) -> str:
        return f"{self.action.reference} step {self.position}"

    @property
    def site(self) -> Site:
        return self.action.site

    @property
    def site_id(self) -> UUID:
        return self.action.site_id

    @property
    def vendor_id(self) -> UUID | None:
        return self.action.vendor_id

    @property
    def place(self) -> Place:
        return self.action.place


class EvidenceView(Identified, Model):
    """Somebody opened a piece of evidence of an action: what a verifier has not seen counts for nothing."""

    __tablename__ = "evidence_views"
    __table_args__ = (UniqueConstraint("action_id", "evidence_id", "person_id"),)

    action_id: Mapped[UUID] = mapped_column(ForeignKey("actions.id"))
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class ActionExtension(Identified, Model):
    """A new date granted for an action; the dates before it stay readable."""

    __tablename__ = "action_extensions"

    action_id: Mapped[UUID] = mapped_column(ForeignKey("actions.id"), index=True)
    number: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
