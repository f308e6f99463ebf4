"""The page of a text in a browser: a tap on a sentence and the keyboard both lead to its source; axe finds nothing."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, expect

from compliance.access import Role
from tests.builders import adoption
from tests.builders.accounts import actor_of, sign_in_as
from tests.builders.playbooks import a_playbook, an_override, an_override_text
from tests.playbooks.reading.test_views import THREE_SCRIPTS
from tests.support.browser import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("backend", ["sqlite"])]
PAGE = "/playbooks/tiny-rules/at/KUL1"


@pytest.fixture
def open_page(client: FlaskClient, context: BrowserContext, live_server: LiveServer, page: Page) -> Page:
    """The text of a site in three scripts, opened by its lead, who read an earlier one."""
    site = adoption.a_place("KUL1")
    a_playbook()
    lead = sign_in_as(client, Role.SITE_LEAD, site)
    adoption.read(actor_of(lead))
    an_override(an_override_text("my", body=THREE_SCRIPTS))
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}
                         for cookie in client._cookies.values()])
    page.goto(PAGE)
    return page


def test_a_tap_on_a_sentence_opens_its_source(open_page: Page) -> None:
    sentence = open_page.locator('[id="TIN-03.3"]')
    sources = open_page.locator("#TIN-03 [data-sources]")
    expect(sources.get_by_text("Read on two floors")).to_be_hidden()
    sentence.click()
    told = sources.locator("[data-told]")
    expect(told).to_contain_text("Malaysia v1, approved by Miriam Okafor")
    expect(told).to_contain_text("Read on two floors")
    open_page.locator('[id="TIN-01.1"]').click()
    expect(open_page.locator("li[data-told]")).to_have_count(1)
    expect(open_page.locator("#TIN-01 li[data-told]")).to_contain_text("Local wording")


def test_the_keyboard_gets_there_too(open_page: Page) -> None:
    line = open_page.locator("#TIN-03 [data-sources] summary")
    line.focus()
    open_page.keyboard.press("Enter")
    expect(open_page.locator("#TIN-03 [data-sources]")).to_contain_text("Sentence 1")
    open_page.keyboard.press("Tab")
    open_page.keyboard.press("Enter")
    expect(open_page).to_have_url(f"{open_page.url.split('#')[0]}#TIN-03.1")


def test_what_changed_is_closed_at_first_and_the_text_is_acknowledged_below(open_page: Page) -> None:
    since = open_page.locator(".pl-since")
    expect(since.locator("ins").first).to_be_hidden()
    since.locator("summary").click()
    expect(since.locator("ins").first).to_be_visible()
    open_page.get_by_role("button", name="Acknowledge TIN 1.0.0").click()
    expect(open_page.get_by_text("It is on record that you have read this text.")).to_be_visible()
    expect(open_page.locator(".pl-since")).to_have_count(0)


@pytest.mark.parametrize("way", ["ltr", "rtl"])
def test_axe_finds_nothing_either_way(open_page: Page, accessible: Callable[[Page], None], way: str) -> None:
    open_page.evaluate("way => { document.documentElement.dir = way; }", way)
    for details in open_page.locator("details.pl-more, details.pl-since").all():
        details.evaluate("each => { each.open = true; }")
    accessible(open_page)
    assert open_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
