"""The application on a fresh database, and a client for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compliance import config, db
from compliance.app import create_app
from compliance.files import store
from tests.support.database import Database, settings


class Browser(FlaskClient):
    """Asks in a database session of its own, as another process would, so that what a test built stays readable."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.remove()
        return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, put together once: its routes and templates are the same for every test."""
    app = create_app(settings(Database("sqlite", "sqlite://"), tmp_path_factory.mktemp("assembled")))
    app.test_client_class = Browser
    return app


@pytest.fixture
def app(assembled: Flask, database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database; a test that asks for it runs once per backend."""
    before = dict(assembled.config)
    here = config.load(settings(database, tmp_path / "data"))
    assembled.config["PLUMBLINE"] = here
    db.connect(here.database_url)
    store.keep_in(here.data / "files")
    yield assembled
    db.dispose()
    assembled.config.clear()
    assembled.config.update(before)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
