"""What somebody is shown must not move when something moves that they may not see: counts and rates say no name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from types import FunctionType
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, or_, select, update

from compliance import db
from compliance.access import Actor
from compliance.db import Model
from compliance.errors import PlumblineError
from compliance.network.models import Site, Vendor
from compliance.paging import Page
from compliance.playbooks.holding.models import HeldClause
from compliance.playbooks.models import UNPUBLISHED, Override, OverrideVersion, PlaybookVersion, VersionStatus
from tests.access import guards
from tests.access.world import World
from tests.builders.accounts import actor_of
from tests.builders.saving import saving

DEEP = 6
Place = tuple[Site, Vendor]
# Queries that are given somebody else's view and hand it on; each with its reason.
_STAY = "gives back the stay it was given, with whoever else runs something there"
HANDED_ON = {
    "compliance.playbooks.queries.places.effective_view": _STAY,
    "compliance.playbooks.queries.places.effective_view_beside": _STAY,
    "compliance.playbooks.reading.queries.reading_at": _STAY,
    "compliance.playbooks.translations.queries.wordings": "names by digest alone what its callers keep back",
}


def moved(queries: Mapping[str, FunctionType], world: World) -> Iterator[str]:
    """The queries that tell the lead of a vendor that everything of the vendor next door went to another site, or what
    became of its rules and of what is still being written."""
    actor = actor_of(world.people["vendor_lead"])
    before = {name: _told(function, actor, world) for name, function in queries.items()}
    for otherwise in (_gone, _declined):
        with otherwise(world):
            yield from (name for name, function in queries.items() if _told(function, actor, world) != before[name])


@contextmanager
def _gone(world: World) -> Iterator[None]:
    beside = world.corners["neighbour"]
    here, away = (beside.site, beside.vendor), world.away
    _move(here, away)
    try:
        yield
    finally:
        _move(away, here)


@contextmanager
def _declined(world: World) -> Iterator[None]:
    """Every text that is not published, and every rule of the vendor next door; kept like the rest."""
    db.session.rollback()
    theirs = select(Override.id).where(Override.vendor_id == world.corners["neighbour"].vendor.id)
    hidden = {
        PlaybookVersion: PlaybookVersion.status.in_(UNPUBLISHED),
        OverrideVersion: or_(OverrideVersion.status.in_(UNPUBLISHED), OverrideVersion.override_id.in_(theirs))}
    stood = [(kind, *row) for kind, those in hidden.items()
             for row in db.session.execute(select(kind.id, kind.status).where(those))]
    _decide((kind, key, VersionStatus.DECLINED) for kind, key, _ in stood)
    try:
        yield
    finally:
        _decide(stood)


def _decide(texts: Iterable[tuple[type[PlaybookVersion | OverrideVersion], UUID, VersionStatus]]) -> None:
    db.session.rollback()
    with saving():
        for kind, key, status in texts:
            db.session.execute(update(kind).where(kind.id == key).values(status=status))


def _move(here: Place, there: Place) -> None:
    """Every record of a vendor at a site stands at another, under another name.

    Kept, and taken back afterwards: a query that stores what it resolved commits by itself.
    """
    db.session.rollback()
    with saving():
        for table in Model.metadata.sorted_tables:
            if {"site_id", "vendor_id"} <= set(table.columns.keys()):
                db.session.execute(update(table).where(table.c.vendor_id == here[1].id).values(
                    site_id=there[0].id, vendor_id=there[1].id))


def _told(function: FunctionType, actor: Actor, world: World) -> Any:
    db.session.expire_all()  # what a page reads is not what the building of the world left behind
    try:
        return plain(guards.called(function, guards.arguments(function, world, world.corners["own"]), actor))
    except PlumblineError as refused:
        return str(refused)


def plain(value: Any, depth: int = DEEP) -> Any:
    """A result as values that can be compared: a record by its table and key."""
    if isinstance(value, HeldClause):  # made anew, key and all, whenever a rule moves: by what it says
        return value.digest
    if isinstance(value, Model):
        return type(value).__name__, inspect(value).identity
    if isinstance(value, str | int | float | bool | None) or depth == 0:
        return value if depth else "…"
    inside = _inside(value)
    return str(type(value)) if inside is None else [plain(each, depth - 1) for each in inside]


def _inside(value: Any) -> list[Any] | None:
    """The parts of a result in an order of their own; None for what has none."""
    if isinstance(value, Page):
        return list(value.rows)
    if isinstance(value, Mapping):
        return sorted(([str(key), each] for key, each in value.items()), key=str)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Iterator) or (isinstance(value, Sequence) and not isinstance(value, bytes)):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in fields(value)]
    return None
