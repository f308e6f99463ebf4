"""The application on a fresh database, and a client for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compliance import db
from compliance.app import create_app
from tests.support.database import Database, settings


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database; a test that asks for it runs once per backend."""
    yield create_app(settings(database, tmp_path / "data"))
    db.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
