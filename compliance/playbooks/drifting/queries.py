"""The drift inbox: what waits for a person, what can be cleared together, what was accepted, and how many of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from compliance import clock, db
from compliance.access import ROOT, Actor, Permission, reach, visible_to
from compliance.errors import NotFound
from compliance.network.models import Node
from compliance.paging import PAGE, Page, Sort, page
from compliance.playbooks import queries as texts
from compliance.playbooks.drift import MECHANICAL, State
from compliance.playbooks.models import OperationDrift, Override, OverrideVersion, Playbook
from compliance.playbooks.staleness import GRACE

NEVER = date(9999, 12, 31)
RUNS_OUT = func.coalesce(OperationDrift.over_on, NEVER, type_=OperationDrift.from_on.type)
# What the text above takes over from soonest stands first.
SOONEST = Sort(RUNS_OUT, OperationDrift.id, lambda row: row.over_on or NEVER)
BY_DAY = Sort(OverrideVersion.effective_on, OverrideVersion.id, lambda row: row.effective_on)
VIEWS = ("decide", "clear", "accepted")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the inbox is asked for; `scope` is the code of a place, with everything below it, or of a vendor, `mine`
    what the actor answers for."""

    playbook: str = ""
    scope: str = ""
    state: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Operations by state that wait for a person, overrides to clear together, and operations accepted."""

    decide: Mapping[State, int]
    clear: int
    accepted: int

    @property
    def waiting(self) -> int:
        return sum(self.decide.values())


@dataclass(frozen=True, slots=True)
class Lost:
    """An override that waits for somebody: its operations, since when, and when the text above takes over.

    `law` says that a law alone keeps it in force past its grace: it is asked about every day.
    """

    version: OverrideVersion
    items: Sequence[OperationDrift]

    @property
    def since(self) -> date:
        return min(item.from_on for item in self.items)

    @property
    def over_on(self) -> date | None:
        return min((item.over_on for item in self.items if item.over_on is not None), default=None)

    @property
    def due_on(self) -> date:
        return self.over_on or self.since + GRACE

    @property
    def law(self) -> bool:
        kept = [item.from_on for item in self.items if item.over_on is None]
        return bool(self.version.legal_basis and kept) and min(kept) + GRACE <= clock.today()


@dataclass(frozen=True, slots=True)
class Clearable:
    """An override of which nothing waits for a person, with what moved above it (its version loaded)."""

    version: OverrideVersion
    items: Sequence[OperationDrift] = field(default=())


def waiting(actor: Actor, wanted: Wanted, cursor: str = "", limit: int = PAGE) -> Page[OperationDrift]:
    """Operations that wait for a person, what runs out first on top: one statement a page."""
    statement = _items(actor, wanted).where(_for_a_person(), OperationDrift.accepted_at.is_(None), _first_asked())
    return page(statement, SOONEST, cursor, limit)


def accepted(actor: Actor, wanted: Wanted, cursor: str = "", limit: int = PAGE) -> Page[OperationDrift]:
    """Operations somebody accepted as they are, quiet until the text above them moves again."""
    statement = _items(actor, wanted).where(OperationDrift.accepted_at.is_not(None))
    return page(statement, SOONEST, cursor, limit)


def lost(actor: Actor, most: int) -> list[Lost]:
    """The overrides this person answers for that wait for somebody today, what runs out first on top."""
    statement = _items(actor, Wanted(mine=True)).where(_for_a_person(), OperationDrift.accepted_at.is_(None), _today())
    rows = db.session.scalars(statement.order_by(RUNS_OUT, OperationDrift.id).limit(most)).unique()
    found: dict[Any, list[OperationDrift]] = {}
    for row in rows:
        found.setdefault(row.override_version_id, []).append(row)
    return [Lost(items[0].override_version, items) for items in found.values()]


def clearable(actor: Actor, wanted: Wanted, cursor: str = "", limit: int = PAGE) -> Page[Clearable]:
    """Overrides on which something moved today and nothing waits for a person: two statements a page."""
    found = page(_clearable(actor, wanted).options(*_whole()), BY_DAY, cursor, limit)
    rows = db.session.scalars(
        select(OperationDrift).where(OperationDrift.override_version_id.in_([row.id for row in found.rows]), _today())
        .options(*_through()).order_by(OperationDrift.position)).all() if found.rows else []
    moved: dict[Any, list[OperationDrift]] = {}
    for row in rows:
        moved.setdefault(row.override_version_id, []).append(row)
    return Page([Clearable(version, moved.get(version.id, [])) for version in found.rows], found.next)


def counts(actor: Actor, wanted: Wanted) -> Counts:
    """How many there are of each, the state that is filtered for apart."""
    everything = replace(wanted, state="")
    counted: Any = select(OperationDrift.state, OperationDrift.accepted_at.is_not(None), func.count())
    statement = _narrowed(actor, counted, everything).where(
        or_(and_(_for_a_person(), _first_asked()), OperationDrift.accepted_at.is_not(None)))
    rows = db.session.execute(statement.group_by(OperationDrift.state, OperationDrift.accepted_at.is_not(None))).all()
    clear = db.session.scalar(select(func.count()).select_from(_clearable(actor, everything).subquery())) or 0
    decide = {state: count for state, done, count in rows if not done}
    ordered = {state: decide[state] for state in State if state in decide}
    return Counts(ordered, clear, sum(count for _, done, count in rows if done))


def get_clearable(actor: Actor, names: Sequence[str]) -> list[OverrideVersion]:
    """Override versions by "escalation-handling/apac/1"; one that is out of sight reads as not there."""
    found = []
    for name in dict.fromkeys(names):
        key, _, rest = name.partition("/")
        scope, _, number = rest.partition("/")
        if not number.isdecimal() or len(number) > 6:
            raise NotFound
        found.append(texts.get_override_version(actor, key, scope, int(number)))
    return found


def get_item(actor: Actor, version: OverrideVersion, operation: str) -> OperationDrift:
    """How an operation of a version stands now, or from its next change on."""
    statement = visible_to(actor, select(OperationDrift), OperationDrift).where(
        OperationDrift.override_version_id == version.id, OperationDrift.operation == operation, _ahead())
    item = db.session.scalars(statement.options(*_through()).order_by(OperationDrift.from_on).limit(1)).one_or_none()
    if item is None:
        raise NotFound
    return item


def items_of(version: OverrideVersion) -> Mapping[str, OperationDrift]:
    """By operation, how each that moved stands now, or from its next change on. The caller saw the version."""
    rows = db.session.scalars(select(OperationDrift).where(
        OperationDrift.override_version_id == version.id, _ahead()).options(*_through())
        .order_by(OperationDrift.from_on.desc()))
    return {row.operation: row for row in rows}


def _items(actor: Actor, wanted: Wanted) -> Select[Any]:
    return _narrowed(actor, select(OperationDrift), wanted).options(*_through())


def _narrowed(actor: Actor, statement: Select[Any], wanted: Wanted) -> Select[Any]:
    found = visible_to(actor, statement.join(OperationDrift.override_version).join(OverrideVersion.override)
                       .join(Override.playbook), OperationDrift).where(_ahead(), *_about(actor, wanted))
    return found.where(OperationDrift.state == _state(wanted.state)) if wanted.state else found


def _clearable(actor: Actor, wanted: Wanted) -> Select[Any]:
    item = aliased(OperationDrift)
    moved = exists(select(item.id).where(item.override_version_id == OverrideVersion.id, _today(item)))
    waits = exists(select(item.id).where(
        item.override_version_id == OverrideVersion.id, _today(item), item.state.not_in(MECHANICAL)))
    statement = visible_to(actor, select(OverrideVersion).join(OverrideVersion.override).join(Override.playbook),
                           OverrideVersion)
    return statement.where(moved, ~waits, *_about(actor, wanted))


def _about(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Playbook.key == wanted.playbook] if wanted.playbook else []
    if wanted.mine:
        found.append(_answers_for(actor))
    if wanted.scope:
        place = aliased(Node)
        below = select(Node.id).join(place, Node.path.startswith(place.path)).where(
            func.lower(place.code) == wanted.scope.lower())
        found.append(or_(Override.node_id.in_(below), and_(
            Override.vendor_id.is_not(None), Override.scope == wanted.scope.lower())))
    return found


def _answers_for(actor: Actor) -> ColumnElement[bool]:
    """The overrides of places this actor may ask or decide for: a rule of a region is for everybody to read."""
    grants = {*reach(actor, Permission.DECIDE_LOCALLY), *reach(actor, Permission.REQUEST_OVERRIDE)}
    paths = [Node.path.startswith(grant.path, autoescape=True) for grant in grants if grant.vendor_id is None]
    found = [Override.node_id.in_(select(Node.id).where(or_(*paths)))] if paths else []
    if any(grant.path == ROOT and grant.vendor_id is None for grant in grants):
        found.append(Override.vendor_id.is_not(None))
    return or_(*found) if found else false()


def _for_a_person() -> ColumnElement[bool]:
    return OperationDrift.state.not_in(MECHANICAL)


def _first_asked() -> ColumnElement[bool]:
    """Not what a text to come moves again while it waits already: deciding on it settles both."""
    now = aliased(OperationDrift)
    waits = and_(_today(now), now.state.not_in(MECHANICAL), now.accepted_at.is_(None))
    return ~exists(select(now.id).where(
        now.override_version_id == OperationDrift.override_version_id, now.operation == OperationDrift.operation,
        now.id != OperationDrift.id, waits))


def _ahead() -> ColumnElement[bool]:
    """What holds today or will: not what is over."""
    return or_(OperationDrift.until_on.is_(None), OperationDrift.until_on > clock.today())


def _today(item: Any = OperationDrift) -> ColumnElement[bool]:
    today = clock.today()
    return and_(item.from_on <= today, or_(item.until_on.is_(None), item.until_on > today))


def _state(value: str) -> State:
    try:
        return State(value)
    except ValueError:
        raise NotFound from None


def _through() -> tuple[Any, ...]:
    whole = joinedload(OperationDrift.override_version).joinedload(OverrideVersion.override)
    return (whole.joinedload(Override.playbook), whole.joinedload(Override.node), whole.joinedload(Override.vendor))


def _whole() -> tuple[Any, ...]:
    whole = joinedload(OverrideVersion.override)
    return (whole.joinedload(Override.playbook), whole.joinedload(Override.node), whole.joinedload(Override.vendor))
