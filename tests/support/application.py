"""The application on a fresh database, and a client for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compliance import db
from compliance.app import create_app
from tests.support.database import Database, settings


class Browser(FlaskClient):
    """Asks in a database session of its own, as another process would, so that what a test built stays readable."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.remove()
        return super().open(*args, **kwargs)


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database; a test that asks for it runs once per backend."""
    app = create_app(settings(database, tmp_path / "data"))
    app.test_client_class = Browser
    yield app
    db.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
