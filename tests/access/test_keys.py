"""Ids in bodies and addresses: one that is out of sight is refused exactly as one that never was."""

import re
from pathlib import Path

import pytest

from compliance.app import create_app
from compliance.db import new_id
from tests.access import asking
from tests.access.forms import forms
from tests.access.keys import Office
from tests.access.world import build
from tests.support.database import Database, settings

pytestmark = pytest.mark.slow
UNKNOWN_FIELD = 422


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    app = create_app(settings(database, tmp_path))
    asking.rehearse(app)
    with app.app_context():
        world = build()
        return Office(app, world, asking.clients(app, world))


def test_a_form_that_names_what_is_out_of_sight_is_refused_as_for_what_is_nowhere(office: Office) -> None:
    wrong = []
    for sent in forms(office):
        status, text = office.send(sent, sent.body)
        assert text == "rehearsed", f"{sent.endpoint} refuses what it should take: {status} {_plain(text)[:600]}"
        wrong += office.tell_apart(sent)
    assert not wrong, "\n".join(wrong)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", text.partition("<main")[2] or text))


def test_a_filter_that_names_what_is_out_of_sight_says_no_more_than_one_of_nothing(office: Office) -> None:
    assert len(office.pages()) > 30
    wrong = [each for page in office.pages() for each in office.filters_tell_apart(page)]
    assert not wrong, "\n".join(wrong)


def test_fields_a_form_does_not_have_change_nothing(office: Office) -> None:
    """Columns of the record sent along are not taken: what is saved is what the form says."""
    extra = {"id": new_id(), "site_id": office.far.site.id, "vendor_id": office.far.vendor.id, "status": "closed",
             "severity": "minor", "approved_by": "Somebody", "version_id": 7, "created_at": "2020-01-01", "role": "x"}
    for sent in forms(office):
        status, text = office.send(sent, extra | sent.body)
        refused = status == UNKNOWN_FIELD and sent.url.startswith("/api/")  # JSON may be told so
        assert refused or (status, text) == (200, "rehearsed"), sent.endpoint
