"""People of the demo in a browser: how they come in, and what every page they open must hold."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from sqlalchemy import select

from compliance import clock, db
from compliance.access import SYSTEM
from compliance.accounts import signing_in
from compliance.accounts.models import Person
from compliance.demo.story import MAIL
from tests.builders.files import a_photo
from tests.builders.saving import saving
from tests.support.browser import DESKTOP, PATIENCE, WCAG

# The browser notes each answer above 399 as an error. A form or a page that is refused is no fault of the page.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4(03|04|09|22)")
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Rows of a heatmap are alike, and axe needs longer for each of their cells than for the rest of a page.
MORE_OF_THE_SAME = {"exclude": [[".pl-heat tbody tr:nth-child(n+9)"]]}
WIDTHS = 320, 390, 640, 768, 1024
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PHOTO = {"name": "floor.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}


@dataclass
class Walk:
    """`said` is what browsers complained of."""

    url: str
    new_context: Callable[..., BrowserContext]
    said: list[str] = field(default_factory=list)

    def enter(self, handle: str, size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        """The home of somebody who came in by a one-time link, as the demo prints them."""
        context = self.new_context(base_url=self.url, viewport=size, locale="en-GB", reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        page = context.new_page()
        page.goto(f"/enter/{_link(handle)}")
        page.get_by_role("button", name="Sign in as").click()
        page.wait_for_url(lambda address: "/enter/" not in address)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not REFUSED.match(message.text):
            self.said.append(f"{message.page.url if message.page else ''}: {message.text}")

    def look(self, page: Page) -> None:
        """Axe finds nothing, in the light and, for what depends on colour, in the dark; nothing runs over the edge."""
        for scheme, rules in (("light", WCAG), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its literals
            found = Axe().run(page, MORE_OF_THE_SAME, rules)
            assert found.violations_count == 0, f"{page.url}, {scheme}\n{found.generate_report()}"
        page.emulate_media(color_scheme="light")
        size = page.viewport_size or DESKTOP
        for width in (*WIDTHS, size["width"]):
            page.set_viewport_size({**size, "width": width})
            assert page.evaluate(FITS), f"{page.url} runs over the edge at {width}"

    def go(self, page: Page, path: str) -> None:
        answer = page.goto(path)
        assert answer, path
        assert answer.ok, f"{path} answers {answer.status}"
        self.look(page)


def _link(handle: str) -> str:
    with saving():
        person = db.session.scalars(select(Person).where(Person.email == f"{handle}@{MAIL}")).one()
        token = signing_in.issue_link(SYSTEM, person)
    db.session.remove()
    return token


def later(**amount: float) -> None:
    """Some days go by, for everybody."""
    clock.fix(clock.now() + timedelta(**amount))


def day(ahead: int = 0) -> str:
    return (clock.now() + timedelta(days=ahead)).date().isoformat()


def press(page: Page, button: str) -> None:
    """Press a button of the page and wait for the answer."""
    with page.expect_navigation():
        page.locator("main, header").get_by_role("button", name=button).first.click()


def follow(page: Page, link: str) -> None:
    with page.expect_navigation():
        page.locator("main, header").get_by_role("link", name=link).first.click()


def reads(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.locator("main")).to_contain_text(text)


def reference(page: Page) -> str:
    """The reference in the address of a page."""
    found = re.search(r"[A-Z]{3}-\d{4}-\d{4}", page.url)
    assert found, page.url
    return found[0]


def choose(page: Page, answer: str) -> None:
    """Tap one of the large answers of the checklist."""
    page.locator(f"label:has(input[name=conformity][value={answer}])").click()


def saved(page: Page) -> None:
    """The card says that the answer, or the file, is saved."""
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"\b(Saved|saved)\b"))
