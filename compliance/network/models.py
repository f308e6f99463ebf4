"""The tree of regions, markets and sites, the vendors, and who runs which line of business where and when."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, exists, or_, select, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import ROOT, Grant, Permission, Place, Placed
from compliance.db import Identified, Model, enum_column
from compliance.network.lifecycle import SiteLifecycle, VendorStatus

__all__ = ["Market", "Network", "Node", "NodeKind", "Operation", "Region", "Site", "SiteLifecycle", "Vendor",
           "VendorStatus"]


class NodeKind(StrEnum):
    NETWORK = "network"
    REGION = "region"
    MARKET = "market"
    SITE = "site"


class Node(Identified, Model):
    """A place in the network; `path` is "/" for the root and "/apac/my/kul1/" for a site, in lower-case codes."""

    __tablename__ = "nodes"
    seen_with: ClassVar[Permission] = Permission.VIEW_NETWORK

    kind: Mapped[NodeKind] = mapped_column(enum_column(NodeKind))
    code: Mapped[str] = mapped_column(unique=True)  # "apac", "my", "KUL1": the scope code overrides use, lower-cased
    name: Mapped[str]
    path: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("nodes.id"), index=True)
    version: Mapped[int] = mapped_column(nullable=False)

    parent: Mapped["Node | None"] = relationship(remote_side="Node.id", lazy="raise")

    __mapper_args__ = {"polymorphic_on": kind, "version_id_col": version}

    @property
    def reference(self) -> str:
        return self.code.upper()

    @property
    def place(self) -> Place:
        return Place(self.path)

    @classmethod
    def within(cls, scopes: "tuple[Grant, ...]") -> ColumnElement[bool]:
        """Nodes at or below a grant's node, and for a vendor's people the sites where that vendor works."""
        conditions: list[ColumnElement[bool]] = []
        for scope in scopes:
            below = true() if scope.path == ROOT else cls.path.startswith(scope.path, autoescape=True)
            if scope.vendor_id is not None:
                below = below & exists(
                    select(Operation.id).where(Operation.site_id == cls.id, Operation.vendor_id == scope.vendor_id))
            conditions.append(below)
        return or_(*conditions) if conditions else ~true()

    @classmethod
    def withheld(cls, actor: object) -> None:  # noqa: ARG003
        return None


class Network(Node):
    """The root of the tree."""

    __mapper_args__ = {"polymorphic_identity": NodeKind.NETWORK}


class Region(Node):
    __mapper_args__ = {"polymorphic_identity": NodeKind.REGION}


class Market(Node):
    __mapper_args__ = {"polymorphic_identity": NodeKind.MARKET}


class Site(Node):
    """Where work is done: one time zone, one calendar. `name` is the city."""

    __mapper_args__ = {"polymorphic_identity": NodeKind.SITE}

    zone: Mapped[str | None]
    country: Mapped[str | None]  # ISO 3166-1 alpha-2: whose public holidays count
    subdivision: Mapped[str | None]
    weekend_days: Mapped[list[int] | None]  # Monday is 0
    extra_holidays: Mapped[list[str] | None]  # ISO dates the site adds to the public ones
    languages: Mapped[list[str] | None]
    headcount: Mapped[int | None]
    tier: Mapped[str | None]  # risk tier: critical, high, medium, low
    lifecycle: Mapped[SiteLifecycle | None] = mapped_column(enum_column(SiteLifecycle))
    note: Mapped[str | None]

    operations: Mapped[list["Operation"]] = relationship(back_populates="site", lazy="raise")


class Vendor(Identified, Model):
    """An outside company that runs operations."""

    __tablename__ = "vendors"
    seen_with: ClassVar[Permission] = Permission.VIEW_NETWORK

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    status: Mapped[VendorStatus] = mapped_column(enum_column(VendorStatus))
    notice_days: Mapped[int] = mapped_column(default=14)  # notice of an announced audit, by contract
    contract_until: Mapped[date | None]
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}

    operations: Mapped[list["Operation"]] = relationship(back_populates="vendor", lazy="raise")

    @property
    def reference(self) -> str:
        return self.code

    @property
    def place(self) -> Place:
        return Place(ROOT, self.id)

    @classmethod
    def within(cls, scopes: "tuple[Grant, ...]") -> ColumnElement[bool]:
        """Vendors that work, or worked, somewhere under a grant; a vendor's people see their own company alone."""
        conditions: list[ColumnElement[bool]] = []
        for scope in scopes:
            if scope.vendor_id is not None:
                conditions.append(cls.id == scope.vendor_id)
            elif scope.path == ROOT:
                return true()
            else:
                conditions.append(exists(
                    select(Operation.id).join(Node, Node.id == Operation.site_id).where(
                        Operation.vendor_id == cls.id, Node.path.startswith(scope.path, autoescape=True))))
        return or_(*conditions) if conditions else ~true()

    @classmethod
    def withheld(cls, actor: object) -> None:  # noqa: ARG003
        return None


class Operation(Placed, Identified, Model):
    """Who runs a line of business at a site, from–until (half-open); no vendor means in-house."""

    __tablename__ = "operations"
    __table_args__ = (
        UniqueConstraint("site_id", "vendor_id", "lob", "from_on"),
        Index("ix_operations_vendor_site", "vendor_id", "site_id"),
    )
    seen_with = Permission.VIEW_NETWORK

    site_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"), index=True)
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    lob: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}

    site: Mapped[Site] = relationship(back_populates="operations", lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(back_populates="operations", lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)
