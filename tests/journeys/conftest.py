"""The demo, told once for each database, served afresh for each journey, and the people who walk through it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from compliance import clock, config, db
from compliance.files import store
from tests.journeys.walking import Walk
from tests.support.browser import LiveServer
from tests.support.database import Source, settings
from tests.support.story import END, Told


@pytest.fixture
def app(assembled: Flask, told: Told, source: Source) -> Iterator[Flask]:
    """The application on the demo, on the day its story ends."""
    before = dict(assembled.config)
    mine = source.copy(told.database)
    here = config.load(settings(mine, told.files))
    assembled.config["PLUMBLINE"] = here
    db.connect(here.database_url)
    store.keep_in(here.data / "files")
    clock.fix(END)
    yield assembled
    clock.fix(None)
    db.dispose()
    source.drop(mine)
    assembled.config.clear()
    assembled.config.update(before)


@pytest.fixture
def walk(live_server: LiveServer, new_context: Callable[..., BrowserContext]) -> Iterator[Walk]:
    """Whoever walks here, nothing the content policy refuses and no fault of a script goes by unseen."""
    walking = Walk(live_server.url, new_context)
    yield walking
    assert walking.said == []
