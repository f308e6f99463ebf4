"""Scenes for the proof: each test has a server, a database and tablets of its own."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Playwright

from tests.audits.field.proof.stage import Scene, Staging, a_scene
from tests.support.database import SqliteSource


@pytest.fixture(scope="session")
def floor_source() -> Iterator[SqliteSource]:
    """Databases for servers in processes of their own."""
    source = SqliteSource()
    yield source
    source.close()


@pytest.fixture
def stage_scene(playwright: Playwright, floor_source: SqliteSource) -> Staging:
    """`with stage_scene(clauses=40) as scene:` for a test that wants another audit than the usual one."""
    return partial(a_scene, playwright, floor_source)


@pytest.fixture
def scene(stage_scene: Staging) -> Iterator[Scene]:
    """A server with an audit of twelve clauses under way; tablets are taken out by `scene.tablet(person)`."""
    with stage_scene() as made:
        yield made
