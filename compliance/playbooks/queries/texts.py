"""Reading playbooks, their versions and overrides: by scope, and drafts for those alone who may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from compliance import clock, db
from compliance.access import Actor, visible_to
from compliance.errors import NotFound
from compliance.network.models import Node, NodeKind, Vendor
from compliance.paging import PAGE, Page, Sort, page
from compliance.playbooks.effective import ScopeKind
from compliance.playbooks.models import (
    Override,
    OverrideVersion,
    Playbook,
    PlaybookVersion,
    VersionStatus,
)
from compliance.playbooks.operations import Effect
from compliance.playbooks.standing import State, announced, states

NEWEST_FIRST = Sort(OverrideVersion.effective_on, OverrideVersion.id, lambda row: row.effective_on, descending=True)
SORTS = {
    "-effective": NEWEST_FIRST,
    "effective": Sort(OverrideVersion.effective_on, OverrideVersion.id, lambda row: row.effective_on),
    "-added": Sort(OverrideVersion.added_at, OverrideVersion.id, lambda row: row.added_at, descending=True),
    "added": Sort(OverrideVersion.added_at, OverrideVersion.id, lambda row: row.added_at),
}
T = TypeVar("T")

@dataclass(frozen=True, slots=True)
class PlaybookLine:
    """A playbook as the list shows it."""

    playbook: Playbook
    in_force: PlaybookVersion | None
    coming: PlaybookVersion | None
    drafts: int
    in_review: int
    overrides: int
    stale: int


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """A version of an override with where it stands; `stale` when somebody has to look at it now."""

    version: OverrideVersion
    state: State
    stale: bool

    @property
    def scope(self) -> str:
        return self.version.override.scope

    @property
    def where(self) -> str:
        """The name of its region, market, vendor or site."""
        return self.version.override.where


def get_playbook(actor: Actor, key: str) -> Playbook:
    """A playbook by its key ("escalation-handling") or its prefix in either case ("esc")."""
    return _found(visible_to(actor, select(Playbook), Playbook).where(
        or_(Playbook.key == key, Playbook.prefix == key.upper())), Playbook)


def playbooks(actor: Actor, search: str = "") -> Sequence[Playbook]:
    """All playbooks by title; `search` looks in title, prefix, key and owner."""
    statement = visible_to(actor, select(Playbook), Playbook).order_by(Playbook.title, Playbook.id)
    if search:
        fields = (Playbook.title, Playbook.prefix, Playbook.key, Playbook.owner)
        statement = statement.where(or_(*(each.icontains(search, autoescape=True) for each in fields)))
    return db.session.scalars(statement).all()


def playbook_lines(actor: Actor, search: str = "", on: date | None = None) -> list[PlaybookLine]:
    """The list of playbooks with what is in force on a day, in three statements."""
    on = on or clock.today()
    shown = playbooks(actor, search)
    versions: dict[UUID, list[PlaybookVersion]] = {}
    for version in db.session.scalars(visible_to(actor, select(PlaybookVersion), PlaybookVersion).options(
            defer(PlaybookVersion.source))):
        versions.setdefault(version.playbook_id, []).append(version)
    counts = _override_counts(actor, on)
    return [_line(playbook, versions.get(playbook.id, []), counts, on) for playbook in shown]


def _line(playbook: Playbook, versions: list[PlaybookVersion], counts: Mapping[UUID, tuple[int, int]],
          on: date) -> PlaybookLine:
    standing = states(versions, on)
    held = next((version for version in versions if standing[version.id] is State.EFFECTIVE), None)
    coming = announced(versions, on)
    drafts, in_review = (sum(standing[version.id] is state for version in versions)
                         for state in (State.DRAFT, State.IN_REVIEW))
    overrides, stale = counts.get(playbook.id, (0, 0))
    following = next((version for version in versions if coming and version.id == coming[0].id), None)
    return PlaybookLine(playbook, held, following, drafts, in_review, overrides, stale)


def _override_counts(actor: Actor, on: date) -> dict[UUID, tuple[int, int]]:
    """By playbook: how many overrides are in force, and how many of them are stale."""
    stale = func.count(OverrideVersion.id).filter(OverrideVersion.stale_from <= on)
    counted: Any = select(Override.playbook_id, func.count(OverrideVersion.id), stale)
    rows = db.session.execute(
        visible_to(actor, counted.join(OverrideVersion.override), OverrideVersion)
        .where(_in_state(State.EFFECTIVE, on)).group_by(Override.playbook_id))
    return {playbook_id: (count, waiting) for playbook_id, count, waiting in rows}


def versions_of(actor: Actor, playbook: Playbook) -> list[tuple[PlaybookVersion, State]]:
    """Its versions in sight, newest date first, with where each stands today."""
    rows = db.session.scalars(
        visible_to(actor, select(PlaybookVersion), PlaybookVersion)
        .where(PlaybookVersion.playbook_id == playbook.id)
        .order_by(PlaybookVersion.effective_on.desc(), PlaybookVersion.id.desc())).all()
    standing = states(rows, clock.today())
    return [(row, standing[row.id]) for row in rows]


def get_version(actor: Actor, key: str, number: str) -> PlaybookVersion:
    """One version by number, with its playbook."""
    return _found(visible_to(actor, select(PlaybookVersion).join(PlaybookVersion.playbook), PlaybookVersion)
                  .where(Playbook.key == key, PlaybookVersion.number == number)
                  .options(joinedload(PlaybookVersion.playbook)), PlaybookVersion)


def get_override_version(actor: Actor, key: str, scope: str, number: int) -> OverrideVersion:
    """One version of an override, with its playbook and place."""
    return _found(_override_versions(actor).where(
        Playbook.key == key, Override.scope == scope.lower(), OverrideVersion.number == number), OverrideVersion)


def override_lines_of(actor: Actor, playbook: Playbook) -> list[OverrideLine]:
    """The versions of all overrides of a playbook that matter now: in force, coming or undecided; by scope."""
    on = clock.today()
    rows = db.session.scalars(_override_versions(actor).where(Override.playbook_id == playbook.id)).all()
    lines = [line for line in _lines(rows, rows, on)
             if line.state not in {State.SUPERSEDED, State.EXPIRED, State.DECLINED, State.WITHDRAWN, State.RETIRED}]
    return sorted(lines, key=lambda line: (list(ScopeKind).index(line.version.override.kind), line.where,
                                           line.version.number))


def override_lines(actor: Actor, *, playbook: str = "", scope: str = "", state: str = "", effect: str = "",
                   stale: bool = False, where: Sequence[ColumnElement[bool]] = (), sort: str = "-effective",
                   cursor: str = "", limit: int = PAGE) -> Page[OverrideLine]:
    """The register of override versions, in two statements a page whatever the filters."""
    on = clock.today()
    statement = _override_versions(actor).where(*where)
    if playbook:
        statement = statement.where(Playbook.key == playbook)
    if scope:
        statement = statement.where(Override.scope == scope.lower())
    if state:
        statement = statement.where(_in_state(_known(State, state), on))
    if effect:
        statement = statement.where(OverrideVersion.effect == _known(Effect, effect))
    if stale:
        statement = statement.where(OverrideVersion.stale_from <= on, _in_state(State.EFFECTIVE, on))
    found = page(statement, SORTS.get(sort, NEWEST_FIRST), cursor, limit)
    return Page(_lines(found.rows, _siblings(found.rows), on), found.next)


def scopes(actor: Actor) -> list[tuple[str, str]]:
    """The scopes with a version in sight, as (code, name), to choose from: a draft does not give itself away."""
    rows = db.session.scalars(visible_to(actor, select(Override), Override).where(
        Override.id.in_(_with_a_version(actor))).options(joinedload(Override.node), joinedload(Override.vendor)))
    return sorted({(row.scope, row.where) for row in rows}, key=lambda pair: pair[1])


def _with_a_version(actor: Actor) -> Select[UUID]:
    """The ids of overrides with a version in sight."""
    return visible_to(actor, select(OverrideVersion.override_id), OverrideVersion)


def place_named(actor: Actor, code: str) -> dict[str, Any] | None:
    """The region, market, site or vendor of a code in small letters, as the columns of an override."""
    node = db.session.scalar(
        visible_to(actor, select(Node), Node).where(func.lower(Node.code) == code, Node.kind != NodeKind.NETWORK))
    if node is not None:
        return {"kind": ScopeKind(node.kind.value), "node": node, "vendor": None}
    vendor = db.session.scalar(visible_to(actor, select(Vendor), Vendor).where(func.lower(Vendor.code) == code))
    return {"kind": ScopeKind.VENDOR, "node": None, "vendor": vendor} if vendor is not None else None


def line_of(version: OverrideVersion) -> OverrideLine:
    """Where one version, which the caller saw, stands today."""
    return _lines([version], _siblings([version]), clock.today())[0]


def _override_versions(actor: Actor) -> Select[Any]:
    whole = joinedload(OverrideVersion.override)
    return visible_to(
        actor, select(OverrideVersion).join(OverrideVersion.override).join(Override.playbook), OverrideVersion,
    ).options(whole.joinedload(Override.playbook), whole.joinedload(Override.node), whole.joinedload(Override.vendor))


def _siblings(rows: Sequence[OverrideVersion]) -> Sequence[OverrideVersion]:
    wanted = {row.override_id for row in rows}
    return db.session.scalars(
        select(OverrideVersion).where(OverrideVersion.override_id.in_(wanted)).options(defer(OverrideVersion.source))
    ).all() if wanted else []


def _lines(rows: Sequence[OverrideVersion], siblings: Sequence[OverrideVersion], on: date) -> list[OverrideLine]:
    by_override: dict[UUID, list[OverrideVersion]] = {}
    for sibling in siblings:
        by_override.setdefault(sibling.override_id, []).append(sibling)
    standing: dict[UUID, State] = {}
    for versions in by_override.values():
        standing |= states(versions, on)
    return [OverrideLine(row, standing[row.id], standing[row.id] is State.EFFECTIVE and row.stale_from is not None
                         and row.stale_from <= on) for row in rows]


def _in_state(state: State, on: date) -> ColumnElement[bool]:
    """The same as `standing.states`, where the database has to filter by it."""
    later = aliased(OverrideVersion)
    approved, begun = OverrideVersion.status == VersionStatus.APPROVED, OverrideVersion.effective_on <= on
    superseded = exists(select(later.id).where(
        later.override_id == OverrideVersion.override_id, later.status == VersionStatus.APPROVED,
        later.effective_on > OverrideVersion.effective_on, later.effective_on <= on))
    ended = and_(OverrideVersion.until_on.is_not(None), OverrideVersion.until_on <= on)
    derived = {
        State.APPROVED: and_(approved, OverrideVersion.effective_on > on),
        State.EFFECTIVE: and_(approved, begun, ~superseded, ~ended),
        State.SUPERSEDED: and_(approved, begun, superseded),
        State.EXPIRED: and_(approved, begun, ~superseded, ended),
    }
    if state in derived:
        return derived[state]
    return OverrideVersion.status == VersionStatus(state.value)


def _known(kind: Any, value: str) -> Any:
    """A filter value of an enum; one that is none names nothing."""
    try:
        return kind(value)
    except ValueError:
        raise NotFound from None


def _found(statement: Select[Any], kind: type[T]) -> T:
    thing = db.session.scalars(statement).unique().one_or_none()
    if not isinstance(thing, kind):
        raise NotFound
    return thing
