"""Which versions hold at a place on a date: the choice before anything is resolved, in two statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.engine import Row

from compliance import db
from compliance.network.models import Site
from compliance.playbooks import timeline
from compliance.playbooks.digests import digest
from compliance.playbooks.effective import ScopeKind
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus

ORDER = {kind: at for at, kind in enumerate(ScopeKind)}
STANDING = (VersionStatus.APPROVED, VersionStatus.RETIRED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An approved version, as far as choosing needs it (a `timeline.Dated`)."""

    id: UUID
    effective: date
    until: date | None
    approved_at: datetime | None
    reviews: tuple[date, ...] = ()
    kind: ScopeKind | None = None
    scope: str = "global"
    number: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The versions of one chain, widest first, and the day from which the choice may be another."""

    playbook: Candidate
    layers: tuple[Candidate, ...]
    on: date
    next_change_on: date | None

    @property
    def key(self) -> str:
        """The digest of what the result depends on: the versions, and which of their waivers have run out."""
        lapsed = sorted(day.isoformat() for layer in self.layers for day in layer.reviews if day <= self.on)
        return digest([str(self.playbook.id), [str(layer.id) for layer in self.layers], lapsed])


def choose(playbook: Playbook, site: Site, vendor_id: UUID | None, on: date,
           known_at: datetime | None = None) -> Chosen | None:
    """The chain of a site on a date, as known at an instant; None while no version of the playbook is in force."""
    versions = [_candidate(row) for row in _versions(playbook)]
    layers = [_layer(row) for row in _overrides(playbook, site, vendor_id)]
    return pick(versions, layers, on, known_at)


def pick(versions: Sequence[Candidate], layers: Sequence[Candidate], on: date,
         known_at: datetime | None = None) -> Chosen | None:
    """The same choice from candidates already at hand."""
    base = timeline.in_force(versions, on, known_at)
    if base is None:
        return None
    scopes = {(layer.kind, layer.scope) for layer in layers}
    chosen = (
        timeline.in_force([layer for layer in layers if (layer.kind, layer.scope) == scope], on, known_at)
        for scope in scopes
    )
    held = sorted((layer for layer in chosen if layer is not None), key=lambda layer: ORDER[layer.kind or ScopeKind.SITE])
    reviews = [day for layer in held for day in layer.reviews]
    return Chosen(base, tuple(held), on, timeline.next_change([*versions, *layers], on, reviews))


def scope_codes(site: Site) -> list[str]:
    """The codes overrides may stand under for a site: its region, its market and itself."""
    return [code for code in site.path.split("/") if code]


def _versions(playbook: Playbook) -> Iterable[Row[tuple[UUID, date, date | None, datetime | None, str]]]:
    return db.session.execute(
        select(PlaybookVersion.id, PlaybookVersion.effective_on, PlaybookVersion.until_on, PlaybookVersion.approved_at,
               PlaybookVersion.number)
        .where(PlaybookVersion.playbook_id == playbook.id, PlaybookVersion.status.in_(STANDING)))


def _overrides(playbook: Playbook, site: Site, vendor_id: UUID | None):  # type: ignore[no-untyped-def]  # a wide row
    here = Override.scope.in_(scope_codes(site)) & Override.vendor_id.is_(None)
    if vendor_id is not None:
        here = or_(here, Override.vendor_id == vendor_id)
    return db.session.execute(
        select(OverrideVersion.id, OverrideVersion.effective_on, OverrideVersion.until_on, OverrideVersion.approved_at,
               OverrideVersion.number, OverrideVersion.reviews, Override.kind, Override.scope)
        .join(Override, Override.id == OverrideVersion.override_id)
        .where(Override.playbook_id == playbook.id, here, OverrideVersion.status.in_(STANDING)))


def _candidate(row: Row[tuple[UUID, date, date | None, datetime | None, str]]) -> Candidate:
    return Candidate(row.id, row.effective_on, row.until_on, row.approved_at, number=row.number)


def _layer(row):  # type: ignore[no-untyped-def]  # a wide row
    reviews = tuple(date.fromisoformat(day) for day in row.reviews)
    return Candidate(row.id, row.effective_on, row.until_on, row.approved_at, reviews, row.kind, row.scope,
                     str(row.number))
