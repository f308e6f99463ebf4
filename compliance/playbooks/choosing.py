"""Which versions hold at a place on a date: the choice before anything is resolved, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ScalarSelect, Select, String, cast, null, or_, select, union_all

from compliance import db
from compliance.network.models import Site
from compliance.playbooks import timeline
from compliance.playbooks.digests import digest
from compliance.playbooks.effective import GLOBAL, ScopeKind
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.rendering import RENDERER

ORDER = {kind: at for at, kind in enumerate(ScopeKind)}
STANDING = (VersionStatus.APPROVED, VersionStatus.RETIRED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version, as far as choosing needs it (a `timeline.Dated`); `kind` is None for the global text."""

    id: UUID
    effective: date
    until: date | None
    approved_at: datetime | None
    reviews: tuple[date, ...] = ()
    against: tuple[tuple[str, str], ...] = ()
    kind: ScopeKind | None = None
    scope: str = GLOBAL
    number: str = ""

    @property
    def depth(self) -> int:
        """How local it is: the global text first, a site last."""
        return -1 if self.kind is None else ORDER[self.kind]

    def lapsed(self, on: date) -> tuple[date, ...]:
        """The review dates that have come: what they let pass is over."""
        return tuple(sorted(day for day in self.reviews if day <= on))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The versions of one chain, widest first, and the day from which the choice may be another.

    `at_hand` are all approved versions of these scopes by (scope, number): what a layer may be written against.
    """

    playbook: Candidate
    layers: tuple[Candidate, ...]
    on: date
    next_change_on: date | None
    at_hand: Mapping[tuple[str, str], Candidate] = field(compare=False)

    @property
    def key(self) -> str:
        """The digest of all that the result depends on: see `step_of`. A new renderer looks at every chain again."""
        return digest([RENDERER, *(self.step_of(each) for each in (self.playbook, *self.layers))])

    def step_of(self, layer: Candidate) -> list[object]:
        """A layer with its approval, which of its waivers have run out and which texts it was written against are here.

        A draft looked at before it is approved is another step than the same text afterwards: who stands behind it,
        and what is allowed, has changed.
        """
        known = [list(pair) for pair in layer.against if pair in self.at_hand]
        approved = layer.approved_at.isoformat() if layer.approved_at else ""
        return [str(layer.id), approved, [day.isoformat() for day in layer.lapsed(self.on)], known]

    def above(self, depth: int) -> "Chosen":
        """The same chain, cut off where it is as local as `depth`."""
        return replace(self, layers=tuple(layer for layer in self.layers if layer.depth < depth))


def choose(playbook: Playbook, site: Site, vendor_id: UUID | None, on: date,
           known_at: datetime | None = None) -> Chosen | None:
    """The chain of a site on a date, as known at an instant; None while no version of the playbook is in force."""
    return pick(candidates(playbook.id, scope_codes(site.path), vendor_id), on, known_at)


def pick(found: Iterable[Candidate], on: date, known_at: datetime | None = None) -> Chosen | None:
    """The same choice from candidates already at hand."""
    known = timeline.known(found, known_at)
    by_scope: dict[tuple[int, str], list[Candidate]] = {}
    for candidate in known:
        by_scope.setdefault((candidate.depth, candidate.scope), []).append(candidate)
    held = [timeline.in_force(by_scope[scope], on) for scope in sorted(by_scope)]
    chain = [candidate for candidate in held if candidate is not None]
    if not chain or chain[0].kind is not None:
        return None
    reviews = [day for layer in chain for day in layer.reviews]
    return Chosen(chain[0], tuple(chain[1:]), on, timeline.next_change(known, on, reviews),
                  {(candidate.scope, candidate.number): candidate for candidate in known})


def last_change(chosen: Chosen) -> date | None:
    """The latest day up to which anything was otherwise: the day the present choice began."""
    held = (chosen.playbook, *chosen.layers)
    begins = [candidate.effective for candidate in chosen.at_hand.values()]
    ends = [candidate.until for candidate in chosen.at_hand.values() if candidate.until is not None]
    lapses = [day for candidate in held for day in candidate.reviews]
    return max((day for day in (*begins, *ends, *lapses) if day <= chosen.on), default=None)


def scope_codes(path: str) -> list[str]:
    """The codes overrides may stand under for a node: its region, its market and itself."""
    return [code for code in path.split("/") if code]


def candidates(playbook_id: UUID, scopes: Sequence[str], vendor_id: UUID | None) -> list[Candidate]:
    """Every approved version that may have a say in a chain."""
    return [_candidate(row) for row in db.session.execute(_union(playbook_id, scopes, vendor_id))]


def playbook_with_candidates(key: str, scopes: Sequence[str],
                             vendor_id: UUID | None) -> tuple[Playbook | None, list[Candidate]]:
    """A playbook by its key with its candidates, in one statement; None when nothing of it was ever approved."""
    wanted = select(Playbook.id).where(Playbook.key == key).scalar_subquery()
    said = _union(wanted, scopes, vendor_id).subquery()
    rows = db.session.execute(select(Playbook, *said.c).join(said, said.c.playbook_id == Playbook.id)).all()
    return (rows[0][0] if rows else None), [_candidate(row) for row in rows]


def choose_everywhere(playbook_id: UUID, places: Iterable[tuple[str, str]], on: date) -> dict[tuple[str, str], Chosen]:
    """The chain of many places, each a site's path and a vendor's code ("" in-house), in one statement.

    Places whose layers are the same share one choice, so that whoever resolves them resolves it once. A place at which
    nothing is in force is left out.
    """
    found = versions_of(playbook_id)
    here: dict[tuple[bool, str], list[Candidate]] = {}
    for candidate in found:
        if candidate.kind is not None:
            here.setdefault((candidate.kind is ScopeKind.VENDOR, candidate.scope), []).append(candidate)
    versions = [candidate for candidate in found if candidate.kind is None]
    chosen: dict[tuple[tuple[bool, str], ...], Chosen | None] = {}
    result = {}
    for path, vendor in places:
        wanted = [(False, code) for code in scope_codes(path)] + [(True, vendor.lower())]
        scopes = tuple(scope for scope in wanted if scope in here)
        if scopes not in chosen:
            chosen[scopes] = pick([*versions, *(each for scope in scopes for each in here[scope])], on)
        if (choice := chosen[scopes]) is not None:
            result[path, vendor] = choice
    return result


def versions_of(playbook_id: UUID) -> list[Candidate]:
    """Every approved version of a playbook and of all its overrides, wherever they hold."""
    everywhere = _overrides(playbook_id)
    return [_candidate(row) for row in db.session.execute(union_all(_versions(playbook_id), everywhere))]


def _union(playbook_id: UUID | ScalarSelect[Any], scopes: Sequence[str], vendor_id: UUID | None) -> Any:
    here: ColumnElement[bool] = Override.scope.in_(scopes) & Override.vendor_id.is_(None)
    if vendor_id is not None:
        here = or_(here, Override.vendor_id == vendor_id)
    return union_all(_versions(playbook_id), _overrides(playbook_id).where(here))


def _versions(playbook_id: UUID | ScalarSelect[Any]) -> Select[Any]:
    nothing, no_json = cast(null(), String), cast(null(), JSON)
    return select(
        PlaybookVersion.playbook_id, PlaybookVersion.id.label("version_id"), PlaybookVersion.effective_on,
        PlaybookVersion.until_on, PlaybookVersion.approved_at, PlaybookVersion.number, no_json.label("reviews"),
        no_json.label("written_against"), nothing.label("kind"), nothing.label("scope"),
    ).where(PlaybookVersion.playbook_id == playbook_id, PlaybookVersion.status.in_(STANDING))


def _overrides(playbook_id: UUID | ScalarSelect[Any]) -> Select[Any]:
    return select(
        Override.playbook_id, OverrideVersion.id, OverrideVersion.effective_on, OverrideVersion.until_on,
        OverrideVersion.approved_at, cast(OverrideVersion.number, String), OverrideVersion.reviews,
        OverrideVersion.written_against, cast(Override.kind, String), Override.scope,
    ).join(Override, Override.id == OverrideVersion.override_id).where(
        Override.playbook_id == playbook_id, OverrideVersion.status.in_(STANDING))


def _candidate(row: Any) -> Candidate:
    if row.kind is None:
        return Candidate(row.version_id, row.effective_on, row.until_on, row.approved_at, number=row.number)
    reviews = tuple(date.fromisoformat(day) for day in row.reviews)
    against = tuple((scope, str(number)) for scope, number in row.written_against.items())
    return Candidate(row.version_id, row.effective_on, row.until_on, row.approved_at, reviews, against,
                     ScopeKind(row.kind), row.scope, row.number)
