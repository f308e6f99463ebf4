"""The gallery in a real browser: axe finds nothing, the content policy refuses nothing, nothing runs over the edge."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.support.browser import DESKTOP, TABLET, WCAG, LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def app(pages: Flask) -> Flask:
    return pages


@pytest.fixture
def gallery(page: Page) -> Page:
    page.goto("/components")
    return page


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, TABLET], ids=["1280x800", "810x1080"])
def test_axe_finds_nothing(browser: Browser, live_server: LiveServer, size: dict[str, int], theme: str) -> None:
    page = browser.new_page(base_url=live_server.url, viewport=size, color_scheme=theme)
    page.goto("/components")
    found = Axe().run(page, options={"runOnly": WCAG["runOnly"]}).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []
    page.close()


def test_the_content_policy_refuses_nothing_we_use(page: Page) -> None:
    said: list[str] = []

    def keep(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("console", keep)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/components", wait_until="networkidle")
    assert said == []
    # An icon of the sprite is really drawn: a refused one has no box.
    assert page.locator("nav.pl-nav .icon use").first.bounding_box() is not None


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1024, 1199, 1280, 1920])
def test_nothing_runs_over_the_page(gallery: Page, width: int) -> None:
    gallery.set_viewport_size({"width": width, "height": 800})
    assert gallery.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_chosen_theme_is_kept_and_set_before_the_first_paint(gallery: Page) -> None:
    gallery.get_by_label("Account of Aisyah Rahman").click()
    gallery.get_by_label("Dark").check()
    expect(gallery.locator("html")).to_have_attribute("data-bs-theme", "dark")
    gallery.reload()
    expect(gallery.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_question_closes_with_escape_and_gives_the_focus_back(gallery: Page) -> None:
    question = gallery.locator("details.pl-confirm").first
    question.locator("summary").click()
    question.get_by_label("Why is it withdrawn?").fill("Raised against the wrong clause.")
    gallery.keyboard.press("Escape")
    expect(question).not_to_have_attribute("open", "")
    expect(question.locator("summary")).to_be_focused()


def test_a_dependent_field_follows_its_answer_and_is_not_sent_while_hidden(gallery: Page) -> None:
    statute = gallery.get_by_label("Which law?")
    expect(statute).to_be_visible()
    gallery.get_by_label("Assumed").check()
    expect(statute).to_be_hidden()
    expect(statute).to_be_disabled()


def test_a_counter_stays_between_nothing_and_its_most(gallery: Page) -> None:
    failed = gallery.get_by_label("Failed", exact=True)
    failed.fill("31")
    for _ in range(3):
        gallery.get_by_role("button", name="One more failed").click()
    assert failed.input_value() == "32"
    failed.fill("0")
    gallery.get_by_role("button", name="One fewer failed").click()
    assert failed.input_value() == "0"


def test_a_form_is_sent_once(gallery: Page) -> None:
    gallery.route("**/sign-out", lambda _route: None)  # never answered, so that the page stays
    sent: list[str] = []
    gallery.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    gallery.evaluate(
        "() => { const form = document.querySelector('form[action=\"/sign-out\"]');"
        " form.requestSubmit(); form.requestSubmit(); }"
    )
    gallery.wait_for_timeout(200)
    assert len(sent) == 1


def test_without_script_everything_is_still_there(browser: Browser, live_server: LiveServer) -> None:
    context: BrowserContext = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/components")
    expect(page.get_by_label("Which law?")).to_be_visible()
    page.locator("details.pl-confirm summary").first.click()
    expect(page.get_by_role("button", name="Withdraw it")).to_be_visible()
    context.close()
