"""Which versions hold at a place on a date: the choice before anything is resolved, in one statement."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import JSON, Boolean, ColumnElement, ScalarSelect, Select, String, cast, null, or_, select, union_all

from compliance import db
from compliance.network.models import Site
from compliance.playbooks import staleness, timeline
from compliance.playbooks.digests import digest
from compliance.playbooks.effective import GLOBAL, ScopeKind
from compliance.playbooks.judgement import RULES
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.rendering import RENDERER
from compliance.playbooks.staleness import Accepted, Stage

T = TypeVar("T")
ORDER = {kind: at for at, kind in enumerate(ScopeKind)}
STANDING = (VersionStatus.APPROVED, VersionStatus.RETIRED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version, as far as choosing needs it (a `timeline.Dated`); `kind` is None for the global text.

    `digest` is that of a text which may still change; "" once it is approved, and never changes again.
    """

    id: UUID
    effective: date
    until: date | None
    approved_at: datetime | None
    reviews: tuple[date, ...] = ()
    against: tuple[tuple[str, str], ...] = ()
    kind: ScopeKind | None = None
    scope: str = GLOBAL
    number: str = ""
    digest: str = ""
    lawful: bool = False
    accepted: tuple[Accepted, ...] = ()

    @property
    def outlasts(self) -> bool:
        return self.lawful or self.kind is ScopeKind.VENDOR

    def as_of(self, on: date) -> "Candidate":
        """The same with what had been accepted by a day."""
        return self._accepted_if(lambda said: said.at.date() <= on)

    def known_by(self, at: datetime | None) -> "Candidate":
        """The same with what had been accepted by an instant."""
        return self if at is None else self._accepted_if(lambda said: said.at <= at)

    def _accepted_if(self, counts: Callable[[Accepted], bool]) -> "Candidate":
        return replace(self, accepted=tuple(filter(counts, self.accepted))) if self.accepted else self

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
        """The digest of all that the result depends on: see `step_of`. With a new renderer or other rules every
        chain is looked at again."""
        return digest([RENDERER, RULES, *(self.step_of(each) for each in (self.playbook, *self.layers))])

    def step_of(self, layer: Candidate) -> list[object]:
        """A layer with its approval, which of its waivers have run out and which texts it was written against are here.

        A draft looked at before it is approved is another step than the same text afterwards: who stands behind it,
        and what is allowed, has changed.
        """
        known = [list(pair) for pair in layer.against if pair in self.at_hand]
        approved = (layer.approved_at.isoformat() if layer.approved_at else "") + layer.digest
        accepted = [[said.operation, said.seen] for said in layer.accepted if said.at.date() <= self.on]
        past = [[stage.begins.isoformat(), stage.over_on <= self.on, *(str(each.id) for each in stage.chain)]
                for stage in self.stages_of(layer)]
        return [str(layer.id), approved, [day.isoformat() for day in layer.lapsed(self.on)], known, accepted, past]

    def stages_of(self, layer: Candidate) -> Sequence[Stage[Candidate]]:
        """What stood above a layer since it took effect, when that is no longer what it was written against.

        How long it has waited hangs on these alone, so they belong to the key.
        """
        if layer.kind is None or not staleness.moved(layer, self.above(layer.depth).held, self.at_hand.values()):
            return ()
        everything = tuple(self.at_hand.values())
        return staleness.stages(layer, everything, self.on)

    @property
    def held(self) -> tuple[Candidate, ...]:
        return (self.playbook, *self.layers)

    def above(self, depth: int) -> "Chosen":
        """The same chain, cut off where it is as local as `depth`."""
        return replace(self, layers=tuple(layer for layer in self.layers if layer.depth < depth))


def choose(playbook: Playbook, site: Site, vendor_id: UUID | None, on: date,
           known_at: datetime | None = None) -> Chosen | None:
    """The chain of a site on a date, as known at an instant; None while no version of the playbook is in force."""
    return pick(candidates(playbook.id, scope_codes(site.path), vendor_id), on, known_at)


def pick(found: Iterable[Candidate], on: date, known_at: datetime | None = None) -> Chosen | None:
    """The same choice from candidates already at hand."""
    known = [each.known_by(known_at) for each in timeline.known(found, known_at)]
    chain = staleness.chain_on(known, on)
    if not chain:
        return None
    return Chosen(chain[0], chain[1:], on, timeline.next_change(known, on, _lapses(chain, known, on)),
                  {(candidate.scope, candidate.number): candidate for candidate in known})


def last_change(chosen: Chosen, *, brought: bool = False) -> date | None:
    """The latest day up to which anything was otherwise: the day the present choice began.

    `brought` looks only at what somebody brought: a grace that ran out changes the choice, and often not a word.
    """
    begins = [candidate.effective for candidate in chosen.at_hand.values()]
    ends = [candidate.until for candidate in chosen.at_hand.values() if candidate.until is not None]
    accepted = [said.at.date() for candidate in chosen.held for said in candidate.accepted]
    lapses = [] if brought else _lapses(chosen.held, tuple(chosen.at_hand.values()), chosen.on)
    return max((day for day in (*begins, *ends, *accepted, *lapses) if day <= chosen.on), default=None)


def _lapses(chain: Iterable[Candidate], known: Sequence[Candidate], on: date) -> list[date]:
    """The days, past and to come, on which something in a chain stops holding by itself."""
    return [day for each in chain for day in (*each.reviews, *staleness.graces(each, known, on))]


def scope_codes(path: str) -> list[str]:
    """The codes overrides may stand under for a node: its region, its market and itself."""
    return [code for code in path.split("/") if code]


def candidates(playbook_id: UUID, scopes: Sequence[str], vendor_id: UUID | None) -> list[Candidate]:
    """Every approved version that may have a say in a chain."""
    return [_candidate(row) for row in db.session.execute(_union(playbook_id, scopes, vendor_id))]


Beside = tuple[type[T], ScalarSelect[Any]]  # a table, and the id of its row that is wanted with the rest


def playbook_with_candidates(key: str, scopes: Sequence[str], vendor_id: UUID | None,
                             beside: Beside[T] | None = None) -> tuple[Playbook | None, list[Candidate], T | None]:
    """A playbook by its key with its candidates, in one statement; None when nothing of it was ever approved.

    `beside` brings one row of another table along, so that a page that needs it asks no more.
    """
    wanted = select(Playbook.id).where(Playbook.key == key).scalar_subquery()
    said = _union(wanted, scopes, vendor_id).subquery()
    statement: Any = select(Playbook, *said.c).join(said, said.c.playbook_id == Playbook.id)
    if beside is not None:
        model: Any = beside[0]
        statement = statement.add_columns(model).outerjoin(model, model.id == beside[1])
    rows = db.session.execute(statement).all()
    first = rows[0] if rows else None
    return (first[0] if first else None), [_candidate(row) for row in rows], first[-1] if first and beside else None


def library_at(path: str, vendor_id: UUID | None) -> dict[UUID, list[Candidate]]:
    """What may have a say at one place in any playbook, by playbook, in one statement."""
    found: dict[UUID, list[Candidate]] = {}
    for row in db.session.execute(_union(select(Playbook.id), scope_codes(path), vendor_id)):
        found.setdefault(row.playbook_id, []).append(_candidate(row))
    return found


def choose_everywhere(playbook_id: UUID, places: Iterable[tuple[str, str]], on: date) -> dict[tuple[str, str], Chosen]:
    """The chain of many places, each a site's path and a vendor's code ("" in-house), in one statement.

    Places whose layers are the same share one choice, so that whoever resolves them resolves it once. A place at which
    nothing is in force is left out.
    """
    return choose_among(versions_of(playbook_id), places, on)


def choose_among(found: Sequence[Candidate], places: Iterable[tuple[str, str]],
                 on: date) -> dict[tuple[str, str], Chosen]:
    """The same from candidates already at hand, as what would be chosen if a draft were approved."""
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


def versions_of_each(playbook_ids: Collection[UUID]) -> dict[UUID, list[Candidate]]:
    """The same of several playbooks, still in one statement."""
    found: dict[UUID, list[Candidate]] = {playbook_id: [] for playbook_id in playbook_ids}
    wanted = select(Playbook.id).where(Playbook.id.in_(playbook_ids))
    for row in db.session.execute(union_all(_versions(wanted), _overrides(wanted))):
        found[row.playbook_id].append(_candidate(row))
    return found


def versions_of(playbook_id: UUID) -> list[Candidate]:
    """Every approved version of a playbook and of all its overrides, wherever they hold."""
    everywhere = _overrides(playbook_id)
    return [_candidate(row) for row in db.session.execute(union_all(_versions(playbook_id), everywhere))]


def _union(playbook_id: UUID | ScalarSelect[Any] | Select[Any], scopes: Sequence[str], vendor_id: UUID | None) -> Any:
    here: ColumnElement[bool] = Override.scope.in_(scopes) & Override.vendor_id.is_(None)
    if vendor_id is not None:
        here = or_(here, Override.vendor_id == vendor_id)
    return union_all(_versions(playbook_id), _overrides(playbook_id).where(here))


def _is(column: Any, wanted: UUID | ScalarSelect[Any] | Select[Any]) -> ColumnElement[bool]:
    """The one playbook of an id, or those of a select."""
    condition: ColumnElement[bool] = column.in_(wanted) if isinstance(wanted, Select) else column == wanted
    return condition


def _versions(playbook_id: UUID | ScalarSelect[Any] | Select[Any]) -> Select[Any]:
    nothing, no_json = cast(null(), String), cast(null(), JSON)
    return select(
        PlaybookVersion.playbook_id, PlaybookVersion.id.label("version_id"), PlaybookVersion.effective_on,
        PlaybookVersion.until_on, PlaybookVersion.approved_at, PlaybookVersion.number, no_json.label("reviews"),
        no_json.label("written_against"), nothing.label("kind"), nothing.label("scope"),
        cast(null(), Boolean).label("legal_basis"), no_json.label("accepted"),
    ).where(_is(PlaybookVersion.playbook_id, playbook_id), PlaybookVersion.status.in_(STANDING))


def _overrides(playbook_id: UUID | ScalarSelect[Any] | Select[Any]) -> Select[Any]:
    return select(
        Override.playbook_id, OverrideVersion.id, OverrideVersion.effective_on, OverrideVersion.until_on,
        OverrideVersion.approved_at, cast(OverrideVersion.number, String), OverrideVersion.reviews,
        OverrideVersion.written_against, cast(Override.kind, String), Override.scope,
        OverrideVersion.legal_basis, OverrideVersion.accepted,
    ).join(Override, Override.id == OverrideVersion.override_id).where(
        _is(Override.playbook_id, playbook_id), OverrideVersion.status.in_(STANDING))


def _candidate(row: Any) -> Candidate:
    if row.kind is None:
        return Candidate(row.version_id, row.effective_on, row.until_on, row.approved_at, number=row.number)
    reviews = tuple(date.fromisoformat(day) for day in row.reviews)
    against = tuple((scope, str(number)) for scope, number in row.written_against.items())
    accepted = tuple(Accepted(said["operation"], said["seen"], datetime.fromisoformat(said["at"]))
                     for said in row.accepted or ())
    return Candidate(row.version_id, row.effective_on, row.until_on, row.approved_at, reviews, against,
                     ScopeKind(row.kind), row.scope, row.number, lawful=bool(row.legal_basis), accepted=accepted)
