"""Playbooks, their immutable versions, overrides, and the content-addressed cache of what they resolve to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from compliance.access import EVERYWHERE, ROOT, Actor, Grant, Permission, Place, Published, may_anywhere, reach
from compliance.db import Digest, Identified, Model, Versioned, enum_column
from compliance.network.models import Node, Vendor
from compliance.playbooks.drift import State
from compliance.playbooks.effective import ScopeKind
from compliance.playbooks.operations import Effect
from compliance.playbooks.standing import VersionStatus
from compliance.wording import apart

__all__ = [
    "APPROVED", "ASKED", "IN_HAND", "UNPUBLISHED", "ClauseText", "EffectivePlaybook", "Override", "OverrideVersion",
    "Playbook", "PlaybookVersion", "ResolvedChain", "VersionStatus",
]  # fmt: skip
UNPUBLISHED = tuple(each for each in VersionStatus if each not in {VersionStatus.APPROVED, VersionStatus.RETIRED})
IN_HAND = (VersionStatus.DRAFT, VersionStatus.RETURNED, VersionStatus.WITHDRAWN)  # its writers may change the text
ASKED = (VersionStatus.REGIONAL_REVIEW, VersionStatus.GLOBAL_REVIEW)
APPROVED: ColumnElement[bool] = literal_column("status = 'approved'")
ONLY_APPROVED: dict[str, Any] = {"sqlite_where": APPROVED, "postgresql_where": APPROVED}


class Playbook(Published, Identified, Versioned, Model):
    """One playbook through all its versions."""

    __tablename__ = "playbooks"
    seen_with: ClassVar[Permission] = Permission.VIEW_PLAYBOOK

    key: Mapped[str] = mapped_column(unique=True)  # "escalation-handling"
    prefix: Mapped[str] = mapped_column(unique=True)  # "ESC"
    title: Mapped[str]
    owner: Mapped[str]  # the handle the text names, "global-ts-policy"

    versions: Mapped[list["PlaybookVersion"]] = relationship(back_populates="playbook", lazy="raise")
    overrides: Mapped[list["Override"]] = relationship(back_populates="playbook", lazy="raise")

    @property
    def reference(self) -> str:
        return self.prefix

    @property
    def place(self) -> Place:
        return EVERYWHERE


class PlaybookVersion(Published, Identified, Versioned, Model):
    """A text under a number; source and digest never change once stored."""

    __tablename__ = "playbook_versions"
    __table_args__ = (
        UniqueConstraint("playbook_id", "number"),
        Index("ix_playbook_versions_playbook_effective", "playbook_id", "effective_on"),
        # Two approvers at once: the database lets one of two texts for the same day through, whatever both had read.
        Index("uq_playbook_versions_approved_effective", "playbook_id", "effective_on", unique=True, **ONLY_APPROVED),
    )
    seen_with: ClassVar[Permission] = Permission.VIEW_PLAYBOOK

    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"))
    number: Mapped[str]  # "3.0.0"
    title: Mapped[str]
    source: Mapped[str] = mapped_column(Text)  # the Markdown, byte for byte
    digest: Mapped[str] = mapped_column(Digest)  # of the source
    status: Mapped[VersionStatus] = mapped_column(enum_column(VersionStatus))
    effective_on: Mapped[date]
    until_on: Mapped[date | None]
    clauses: Mapped[int]  # how many it asks, the retired ones not counted
    change: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(Text, default="")
    claimed: Mapped[str] = mapped_column(default="")  # what the file says of its approval: a claim
    decision: Mapped[str] = mapped_column(Text, default="")  # why it was approved or declined
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    approved_by: Mapped[str] = mapped_column(default="")  # the name as it was then
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str] = mapped_column(default="", server_default="")
    returned_at: Mapped[datetime | None]  # back with its authors since; `decision` says why
    review_on: Mapped[date | None]  # the day by which it is read through again
    emergency: Mapped[bool] = mapped_column(default=False, server_default=false())  # published without its notice

    playbook: Mapped[Playbook] = relationship(back_populates="versions", lazy="raise")

    @property
    def reference(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def called(self) -> str:
        """ "Escalation handling 3.3.0"."""
        return f"{apart(self.title)} {self.number}"

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Drafts and texts in review are for those who write and decide."""
        return None if may_anywhere(actor, Permission.VIEW_DRAFT) else cls.status.in_(UNPUBLISHED)

    @property
    def place(self) -> Place:
        return EVERYWHERE


class Override(Published, Identified, Versioned, Model):
    """What one scope changes in one playbook, through all its versions."""

    __tablename__ = "overrides"
    __table_args__ = (UniqueConstraint("playbook_id", "scope"),)
    seen_with: ClassVar[Permission] = Permission.VIEW_PLAYBOOK

    playbook_id: Mapped[UUID] = mapped_column(ForeignKey("playbooks.id"))
    kind: Mapped[ScopeKind] = mapped_column(enum_column(ScopeKind))
    scope: Mapped[str]  # the code in lower case: "apac", "my", "kbc", "kul2"
    node_id: Mapped[UUID | None] = mapped_column(ForeignKey("nodes.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendors.id"))

    playbook: Mapped[Playbook] = relationship(back_populates="overrides", lazy="raise")
    node: Mapped[Node | None] = relationship(lazy="raise")
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    versions: Mapped[list["OverrideVersion"]] = relationship(back_populates="override", lazy="raise")

    @property
    def reference(self) -> str:
        return f"{self.scope} override"

    @classmethod
    def within(cls, scopes: Iterable[Grant]) -> ColumnElement[bool]:
        """A region's or market's rule is for everybody to read; a vendor's for those in whose reach that vendor works,
        a site's for those who see the site or are of the company."""
        scopes = tuple(scopes)
        if not scopes:
            return false()
        vendors = cls.vendor_id.in_(select(Vendor.id).where(Vendor.within(scopes)))
        if any(scope.vendor_id is None for scope in scopes):
            return or_(cls.vendor_id.is_(None), vendors)
        here = cls.node_id.in_(select(Node.id).where(Node.within(scopes)))
        return or_(vendors, and_(cls.vendor_id.is_(None), or_(cls.kind != ScopeKind.SITE, here)))

    @classmethod
    def of(cls, scopes: Iterable[Grant]) -> ColumnElement[bool]:
        """Those written for a place under a grant: what is not published yet is read there, not by everybody."""
        scopes = tuple(scopes)
        return or_(cls.vendor_id.in_(select(Vendor.id).where(Vendor.within(scopes))),
                   cls.node_id.in_(select(Node.id).where(Node.within(scopes))))

    @property
    def place(self) -> Place:
        return Place(self.node.path) if self.node is not None else Place("/", self.vendor_id)

    @property
    def where(self) -> str:
        """The name of its region, market or vendor, the code of its site. Needs its node and vendor loaded."""
        named = self.vendor or self.node
        return named.name if named and self.kind is not ScopeKind.SITE else self.scope.upper()


class OverrideVersion(Published, Identified, Versioned, Model):
    """One text of an override. `approvals` binds each loosening or waiver to the digest it was granted for."""

    __tablename__ = "override_versions"
    __table_args__ = (
        UniqueConstraint("override_id", "number"),
        Index("ix_override_versions_override_effective", "override_id", "effective_on"),
        Index("uq_override_versions_approved_effective", "override_id", "effective_on", unique=True, **ONLY_APPROVED),
    )
    seen_with: ClassVar[Permission] = Permission.VIEW_PLAYBOOK

    override_id: Mapped[UUID] = mapped_column(ForeignKey("overrides.id"))
    number: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Digest)
    status: Mapped[VersionStatus] = mapped_column(enum_column(VersionStatus))
    effective_on: Mapped[date]
    until_on: Mapped[date | None]
    written_against: Mapped[dict[str, Any]] = mapped_column(JSON)  # scope -> version of every layer above
    reviews: Mapped[list[str]] = mapped_column(JSON)  # ISO dates on which a "not applicable" of it runs out
    approvals: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # operation, basis, approver, approved_on
    effect: Mapped[Effect] = mapped_column(enum_column(Effect))  # the gravest of its operations when it was added
    effects: Mapped[dict[str, Any]] = mapped_column(JSON)  # operation -> effect
    drift: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # from a day on: which operations no longer fit above
    stale_from: Mapped[date | None]  # the day since which somebody has to look at one of them
    # What may go on although the text above moved: operation, seen (see staleness.seen_digest), at, by, by_id, why.
    accepted: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    claimed: Mapped[str] = mapped_column(default="")
    rationale: Mapped[str] = mapped_column(Text, default="")
    legal_basis: Mapped[bool | None]  # None until somebody asks for it and says
    legal_reference: Mapped[str] = mapped_column(default="", server_default="")  # the law, when there is one
    review_on: Mapped[date | None]  # the day by which somebody looks at the whole of it again
    control: Mapped[str] = mapped_column(Text, default="", server_default="")  # what compensates for a loosening
    control_owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str] = mapped_column(Text, default="")  # why it was approved or declined
    requested_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    approved_by: Mapped[str] = mapped_column(default="")

    override: Mapped[Override] = relationship(back_populates="versions", lazy="raise")

    @property
    def reference(self) -> str:
        return f"version {self.number}"

    @property
    def called(self) -> str:
        """ "Escalation handling, India v1"."""
        return f"{apart(self.override.playbook.title)}, {self.override.where} v{self.number}"

    @classmethod
    def within(cls, scopes: Iterable[Grant]) -> ColumnElement[bool]:
        return cls.override_id.in_(select(Override.id).where(Override.within(scopes)))

    @classmethod
    def withheld(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Whoever asked for an override may follow it, whatever else they may read; what was declined can be appealed
        against, so those who hear appeals read it."""
        heard = (VersionStatus.DECLINED, VersionStatus.APPEALED) if may_anywhere(actor, Permission.HEAR_APPEAL) else ()
        hidden = [each for each in UNPUBLISHED if each not in heard]
        others = and_(cls.status.in_(hidden), cls.requested_by_id.is_distinct_from(actor.id))
        scopes = reach(actor, Permission.VIEW_DRAFT)
        if not scopes:
            return others
        if any(scope.path == ROOT and scope.vendor_id is None for scope in scopes):
            return None
        return and_(others, cls.override_id.not_in(select(Override.id).where(Override.of(scopes))))

    @property
    def place(self) -> Place:
        return self.override.place


class OperationDrift(Published, Identified, Model):
    """How one operation of an approved override stands to the text above it in [from_on, until_on).

    Made anew by `layers.note_drift` whenever a text is approved, so that an inbox can be filtered, counted and paged;
    what somebody accepted stands in `OverrideVersion.accepted`. An operation on which nothing moved has no row.
    """

    __tablename__ = "drift_items"
    __table_args__ = (Index("ix_drift_items_version_from", "override_version_id", "from_on"),)
    seen_with: ClassVar[Permission] = Permission.VIEW_PLAYBOOK

    override_version_id: Mapped[UUID] = mapped_column(ForeignKey("override_versions.id"))
    position: Mapped[int]  # in the file
    operation: Mapped[str]  # "replace ESC-03"
    clause: Mapped[str]  # its present id; "" for a parameter
    state: Mapped[State] = mapped_column(enum_column(State))
    moved: Mapped[list[str]] = mapped_column(JSON)  # the fields above that are others now
    seen: Mapped[str] = mapped_column(Digest)
    against: Mapped[str]  # the global version it was compared with
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    over_on: Mapped[date | None]  # from then on the text above holds instead; None: never
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str]

    override_version: Mapped[OverrideVersion] = relationship(lazy="raise")

    @classmethod
    def within(cls, scopes: Iterable[Grant]) -> ColumnElement[bool]:
        return cls.override_version_id.in_(select(OverrideVersion.id).where(OverrideVersion.within(scopes)))

    @property
    def place(self) -> Place:
        return self.override_version.place


class ClauseText(Model):
    """A clause as somebody was once bound by it, under its digest: stored once, rendered once, never changed."""

    __tablename__ = "clause_texts"

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # the clause with its parameter values, text substituted
    html: Mapped[str] = mapped_column(Text)  # sanitised; values in force marked
    renderer: Mapped[str]


class EffectivePlaybook(Model):
    """The ordered clauses behind a content digest, shared by every site whose chain resolves to the same text."""

    __tablename__ = "effective_playbooks"

    content_digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    key: Mapped[str]
    title: Mapped[str]
    clauses: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # [{"id": "ESC-02", "digest": "…"}, …]


class ResolvedChain(Model):
    """What a chain of immutable versions resolved to, with who said so; found by key, never invalidated.

    `key` is the digest of the version ids and of the date-dependent operations in force (see `choosing.Chosen.key`).
    """

    __tablename__ = "resolved_chains"

    key: Mapped[str] = mapped_column(Digest, primary_key=True)
    content_digest: Mapped[str] = mapped_column(ForeignKey("effective_playbooks.content_digest"), index=True)
    lineage_digest: Mapped[str] = mapped_column(Digest)
    version: Mapped[str]  # of the global playbook
    chain: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # scope, version, approver, approved on, ids
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    provenance: Mapped[dict[str, Any]] = mapped_column(JSON)  # clause id -> section, origin of each field, sentences
    issues: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    next_change_on: Mapped[date | None]
    resolved_at: Mapped[datetime]

    effective: Mapped[EffectivePlaybook] = relationship(lazy="joined")


