"""Every command refuses somebody without any role by a guard of its own; every query shows them nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.access import guards, moving
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


def test_no_command_takes_a_record_of_another_place(world: World) -> None:
    """By somebody who may everything at one place, given one thing of another among those of theirs."""
    wrong = [f"{name} {argument}: {outcome}" for name, function in guards.commands().items()
             for argument, outcome in guards.mixed(function, world)
             if outcome != "refused" and f"{name} {argument}" not in guards.FROM_ELSEWHERE]
    assert not wrong, "\n".join(wrong)


def test_no_query_says_what_becomes_of_others(world: World) -> None:
    """Counts, rates and dates have no name in them: they stay as they are when all of the vendor next door leaves."""
    found = set(moving.moved(guards.queries(), world))
    assert found <= set(moving.HANDED_ON), "\n".join(sorted(found))


def test_the_exceptions_are_still_there() -> None:
    """A name that is gone would excuse whatever is called so next."""
    assert set(guards.ASKED_ELSEWHERE) <= set(guards.commands())
    assert set(guards.OPEN) | set(guards.SHAPES) | set(moving.HANDED_ON) <= set(guards.queries())
    assert {name.partition(" ")[0] for name in guards.FROM_ELSEWHERE} <= set(guards.commands())
