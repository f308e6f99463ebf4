"""The day and the text these tests are told on."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from compliance import clock
from compliance.playbooks.models import Playbook
from tests.builders.network import a_market, a_site
from tests.builders.playbooks import a_playbook

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(NOW):
        yield


@pytest.fixture
def playbook(app: Flask) -> Playbook:
    """The small playbook in force, with a site in Malaysia that reads it."""
    a_site("KUL1", a_market())
    return a_playbook()
