"""People, the roles they hold where, and the sessions they are signed in with."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, exists, false, or_, select, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import ROOT, Grant, Permission, Place, Role
from compliance.db import Digest, Identified, Model, enum_column
from compliance.network.models import Node, Operation, Vendor


class Person(Identified, Model):
    """Somebody who signs in, or did. `vendor_id` is the employer; None for the company's own people."""

    __tablename__ = "people"
    seen_with: ClassVar[Permission] = Permission.VIEW_PEOPLE

    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="UTC")
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"), index=True)
    home_site_id: Mapped[UUID | None] = mapped_column(ForeignKey("nodes.id"))
    manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}

    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", foreign_keys="RoleGrant.person_id", lazy="raise")

    @property
    def reference(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        return Place(ROOT, self.vendor_id)

    @classmethod
    def within(cls, scopes: tuple[Grant, ...]) -> ColumnElement[bool]:
        """A vendor's people see their own colleagues; others see the company's people and the vendors in reach."""
        conditions: list[ColumnElement[bool]] = []
        for scope in scopes:
            if scope.vendor_id is not None:
                conditions.append(cls.vendor_id == scope.vendor_id)
            elif scope.path == ROOT:
                return true()
            else:
                works_here = select(Operation.id).join(Node, Node.id == Operation.site_id).where(
                    Operation.vendor_id == cls.vendor_id, Node.path.startswith(scope.path, autoescape=True))
                conditions.append(or_(cls.vendor_id.is_(None), exists(works_here)))
        return or_(*conditions) if conditions else ~true()

    @classmethod
    def withheld(cls, actor: object) -> None:  # noqa: ARG003
        return None


class RoleGrant(Identified, Model):
    """A role over a node, or over what a vendor does below it, from–until (half-open, UTC days)."""

    __tablename__ = "role_grants"
    __table_args__ = (Index("ix_role_grants_node_role", "node_id", "role"),)
    seen_with: ClassVar[Permission] = Permission.VIEW_PEOPLE

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    node_id: Mapped[UUID] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id], lazy="raise")
    node: Mapped[Node] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")

    @property
    def place(self) -> Place:
        return Place(self.node.path, self.vendor_id)


class LoginSession(Identified, Model):
    """A signed-in browser; the cookie holds a random token, the table only its digest."""

    __tablename__ = "login_sessions"

    token_hash: Mapped[str] = mapped_column(Digest, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")
    tablet: Mapped[bool] = mapped_column(default=False, server_default=false())  # of a tablet that sent its work here
    by_link: Mapped[bool] = mapped_column(default=False)  # then a forgotten password need not be known to set another

    person: Mapped[Person] = relationship(lazy="raise")


class OneTimeLink(Identified, Model):
    """A link that signs a person in once; the table holds its digest alone."""

    __tablename__ = "one_time_links"

    token_hash: Mapped[str] = mapped_column(Digest, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class LoginAttempt(Identified, Model):
    """A try at signing in, kept for the limits."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index("ix_login_attempts_account_at", "account", "at"),
        Index("ix_login_attempts_address_at", "address", "at"),
    )

    account: Mapped[str] = mapped_column(Digest)  # digest of the e-mail, so that a mistyped password is never kept
    address: Mapped[str] = mapped_column(Digest)
    at: Mapped[datetime] = mapped_column(index=True)
    succeeded: Mapped[bool]
