"""A real browser against the real application: Chromium, a served app, and axe."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
# Without these, Chromium tries to reach its maker at every start; the sandbox cannot start as root or in a container.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars"]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
TABLET = {"width": 810, "height": 1080}
DESKTOP = {"width": 1280, "height": 800}
# A browser and a server share two cores with the tests of another process: what takes long there is no fault.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass(frozen=True)
class LiveServer:
    url: str
    app: Flask


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The application, served on a free port by threads, as in real life."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield LiveServer(f"http://127.0.0.1:{server.server_port}", app)
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": ARGUMENTS}


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], live_server: LiveServer) -> BrowserContext:
    """A browser profile that knows the served application: `page.goto("/audits")` works."""
    context = new_context(base_url=live_server.url, viewport=DESKTOP, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """A check that axe finds nothing on the page as it stands now."""

    def check(page: Page) -> None:
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"page", "context", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not find_chromium():
        pytest.skip("no Chromium here: install one, or name it in CHROMIUM")
