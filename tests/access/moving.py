"""What somebody is shown must not move when something moves that they may not see: counts and rates say no name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import FunctionType
from typing import Any

from sqlalchemy import inspect, update

from compliance import db
from compliance.access import Actor
from compliance.db import Model
from compliance.errors import PlumblineError
from compliance.network.models import Site, Vendor
from compliance.paging import Page
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
}


def moved(queries: Mapping[str, FunctionType], world: World) -> Iterator[str]:
    """The queries that tell the lead of a vendor that everything of the vendor next door went to another site."""
    actor = actor_of(world.people["vendor_lead"])
    beside = world.corners["neighbour"]
    here, away = (beside.site, beside.vendor), world.away
    before = {name: _told(function, actor, world) for name, function in queries.items()}
    _move(here, away)
    try:
        yield from (name for name, function in queries.items() if _told(function, actor, world) != before[name])
    finally:
        _move(away, here)


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
