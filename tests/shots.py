"""A picture of every page of `shots.toml`, as a demo person sees it: two sizes, light and dark."""

import argparse
import logging
import sys
import tempfile
import threading
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from compliance import db
from compliance.access import SYSTEM, Role
from compliance.accounts import signing_in
from compliance.accounts.models import Person, RoleGrant
from compliance.app import create_app
from tests.support.browser import ARGUMENTS, DESKTOP, TABLET, find_chromium
from tests.support.database import SECRET_KEY

LIST = Path(__file__).with_name("shots.toml")
SIZES = (DESKTOP, TABLET)
THEMES = ("light", "dark")


class Missing(Exception):
    """A page of the list cannot be shown; the message says what was looked for."""


@dataclass(frozen=True)
class Shot:
    """One page: at `path`, or from there on by clicking through the first match of each selector in `follow`."""

    name: str
    path: str
    role: str = ""  # nobody signed in
    person: str = ""  # an e-mail address, where the first holder of the role is not the one wanted
    follow: tuple[str, ...] = ()
    whole: bool = False  # the whole length of the page, not the first screen
    status: int = 200  # what the first page answers

    @property
    def visitor(self) -> str:
        return self.person or self.role


@dataclass
class Studio:
    """A served demo and a browser; keeps one signed-in profile per visitor."""

    app: Flask
    url: str
    browser: Browser
    profiles: dict[str, BrowserContext] = field(default_factory=dict)

    def page(self, visitor: str) -> Page:
        if visitor not in self.profiles:
            self.profiles[visitor] = self.browser.new_context(base_url=self.url, locale="en-GB",
                                                              reduced_motion="reduce")
            if visitor:
                self._sign_in(self.profiles[visitor].new_page(), visitor)
        return self.profiles[visitor].new_page()

    def _sign_in(self, page: Page, visitor: str) -> None:
        page.goto(f"/enter/{self._link(visitor)}")
        page.get_by_role("button", name="Sign in as").click()
        page.wait_for_url(lambda url: "/enter/" not in url)
        page.close()

    def _link(self, visitor: str) -> str:
        with self.app.app_context(), db.transaction():
            person = db.session.scalars(_wanted(visitor)).first()
            if person is None:
                raise Missing(f"the demo has nobody for {visitor!r}")
            return signing_in.issue_link(SYSTEM, person)


def _wanted(visitor: str):  # type: ignore[no-untyped-def]  # a Select whose row type says nothing here
    if "@" in visitor:
        return select(Person).where(Person.email == visitor)
    held = select(RoleGrant.person_id).where(RoleGrant.role == Role(visitor))
    return select(Person).where(Person.id.in_(held), Person.active).order_by(Person.id)


def read_list(names: Sequence[str]) -> list[Shot]:
    """The pages to show; `names` narrows them to those that start with one of the names."""
    pages = tomllib.loads(LIST.read_text(encoding="utf-8"))["page"]
    shots = [Shot(**{key: tuple(value) if isinstance(value, list) else value for key, value in page.items()})
             for page in pages]
    return [shot for shot in shots if not names or shot.name.startswith(tuple(names))]


def prepare_demo(data: Path) -> Flask:
    """The application on a database with the demo network, made now unless `data` holds one already."""
    app = create_app({"DATA": str(data), "DATABASE_URL": f"sqlite:///{data / 'plumbline.sqlite3'}",
                      "SECRET_KEY": SECRET_KEY, "TESTING": "1"})
    result = app.test_cli_runner().invoke(args=["start"])
    if result.exit_code:
        raise Missing(f"flask start: {result.output}") from result.exception
    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def take(studio: Studio, shot: Shot, folder: Path) -> None:
    page = studio.page(shot.visitor)
    try:
        _walk(page, shot)
        for size in SIZES:
            for theme in THEMES:
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=theme)
                page.wait_for_timeout(80)  # a frame, for what is laid out by size
                page.screenshot(path=folder / f"{shot.name}-{size['width']}-{theme}.png", full_page=shot.whole)
    finally:
        page.close()


def _walk(page: Page, shot: Shot) -> None:
    page.set_viewport_size(DESKTOP)
    answer = page.goto(shot.path)
    if answer is None or answer.status != shot.status:
        raise Missing(f"{shot.path} answers {answer.status if answer else 'nothing'}")
    for selector in shot.follow:
        target = page.locator(selector).first
        if target.count() == 0:
            raise Missing(f"nothing matches {selector!r} on {page.url}")
        target.click()
        page.wait_for_load_state()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run shots", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="pages whose name starts so")
    parser.add_argument("--out", type=Path, default=Path("shots"))
    parser.add_argument("--data", type=Path, help="keep the demo here and use it again (default: thrown away)")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as fresh:
        return show_all(read_list(options.only), options.data or Path(fresh), options.out)


def show_all(shots: Sequence[Shot], data: Path, out: Path) -> int:
    """Take every picture; the number of pages that could not be shown."""
    missed = 0
    app = prepare_demo(data)
    with served(app) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        studio = Studio(app, url, browser)
        for shot in shots:
            try:
                take(studio, shot, out)
                print(f"{shot.name}", flush=True)
            except (Missing, Error) as reason:
                missed += 1
                print(f"{shot.name}: not shown: {reason}", file=sys.stderr, flush=True)
        browser.close()
    db.dispose()
    print(f"{len(shots) - missed} pages in {out}, {missed} not shown")
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
