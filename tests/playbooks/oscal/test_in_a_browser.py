"""A catalogue from the file on a desk to a draft, in a browser; axe finds nothing on the way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, expect

from compliance.access import Role
from tests.builders.accounts import sign_in_as
from tests.builders.network import a_site
from tests.builders.playbooks import a_playbook
from tests.playbooks.oscal.fictional import a_catalog, as_bytes
from tests.support.browser import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("backend", ["sqlite"])]


@pytest.fixture
def signed_in(client: FlaskClient, context: BrowserContext, live_server: LiveServer, page: Page) -> Page:
    """An author, and a playbook that holds at a site."""
    a_playbook()
    a_site("KUL1")
    sign_in_as(client, Role.AUTHOR)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}
                         for cookie in client._cookies.values()])
    return page


def test_a_catalogue_is_looked_at_and_then_imported(
    signed_in: Page, tmp_path: Path, accessible: Callable[[Page], None]
) -> None:
    file = tmp_path / "harbour.json"
    file.write_bytes(as_bytes(a_catalog()))
    signed_in.goto("/playbooks/import")
    signed_in.get_by_role("link", name="Import an OSCAL catalogue").click()
    accessible(signed_in)
    signed_in.get_by_label("Catalogue").set_input_files(file)
    signed_in.get_by_label("Owner").fill("global-ts-policy")
    signed_in.get_by_role("button", name="Look at it first").click()
    expect(signed_in.get_by_role("row", name="Parts called example")).to_contain_text("Left out")
    expect(signed_in.get_by_label("Owner")).to_have_value("global-ts-policy")
    accessible(signed_in)
    signed_in.get_by_label("Catalogue").set_input_files(file)
    signed_in.get_by_role("button", name="Import as a draft").click()
    signed_in.get_by_role("link", name="Open the draft").click()
    expect(signed_in.get_by_role("heading", level=1)).to_contain_text("Harbour rules 5.1.1")
    expect(signed_in.locator("#HR-QA-01")).to_contain_text("Counting of keys")


def test_what_holds_at_a_site_is_taken_away_as_a_file(signed_in: Page) -> None:
    signed_in.goto("/playbooks/tiny-rules/at/KUL1")
    with signed_in.expect_download() as taken:
        signed_in.get_by_role("link", name="OSCAL").click()
    assert taken.value.suggested_filename.startswith("tiny-rules-kul1-")
    assert taken.value.suggested_filename.endswith("-oscal.zip")
