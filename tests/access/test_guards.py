"""Every command refuses somebody without any role by a guard of its own; every query shows them nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.access import guards
from tests.access.world import World, build

pytestmark = pytest.mark.slow


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context():
        yield build()


def test_every_command_asks_before_it_does_anything(world: World) -> None:
    wrong = [f"{name}: {said}" for name, function in guards.commands().items()
             if (said := _said(function, world)) != "require" and name not in guards.ASKED_ELSEWHERE]
    assert not wrong, "\n".join(wrong)


def _said(function: guards.Command, world: World) -> str:
    try:
        return guards.refusal_of(function, guards.arguments(function, world, world.corners["own"]))
    except AssertionError as failure:
        return str(failure)


def test_no_query_shows_anything_to_whom_it_is_not_meant_for(world: World) -> None:
    """To somebody without a role nothing at all, to others nothing of the corner they have no part in."""
    wrong = [f"{name} shows {watcher.name} {found}" for name, function in guards.queries().items()
             for watcher in guards.watchers(world)
             if name not in guards.OPEN and (found := guards.seen(function, watcher, world))]
    assert not wrong, "\n".join(wrong)


def test_the_exceptions_are_still_there() -> None:
    """A name that is gone would excuse whatever is called so next."""
    assert set(guards.ASKED_ELSEWHERE) <= set(guards.commands())
    assert set(guards.OPEN) <= set(guards.queries())
