"""Reports: frozen snapshots, from which every export is made."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import Grant, Permission, Place, placed_within
from compliance.accounts.models import Person
from compliance.db import Digest, Identified, Model
from compliance.network.models import Node, Vendor


class Report(Identified, Model):
    """What was true as of an instant, in one scope, seen with one person's eyes; never changed once made."""

    __tablename__ = "reports"
    seen_with: ClassVar[Permission] = Permission.VIEW_REPORT

    reference: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    as_of: Mapped[datetime]
    from_on: Mapped[date]
    until_on: Mapped[date]
    node_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(Digest)  # of the canonical snapshot
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    node: Mapped[Node] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    made_by: Mapped[Person] = relationship(lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.node.path, self.vendor_id)

    @classmethod
    def within(cls, scopes: tuple[Grant, ...]) -> ColumnElement[bool]:
        return placed_within(cls.node_id, cls.vendor_id, scopes)

    @classmethod
    def withheld(cls, actor: object) -> None:  # noqa: ARG003
        return None
