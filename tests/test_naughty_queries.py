"""Whatever stands in an address: an answer of ours, never a fault. Dates that overflow, bytes no database keeps,
cursors made by hand."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict

from compliance.app import create_app
from tests.access.routes import Case, cases
from tests.access.world import build
from tests.builders.accounts import sign_in
from tests.support.database import BACKENDS, Database, settings

pytestmark = pytest.mark.slow
ASKING = ("global_head", "vendor_lead")
NOBODY = "0199f0e0-0000-7000-8000-000000000000"


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


NAUGHTY = {
    "blank": " ", "quote": "'",
    "comment": "x'; DROP TABLE person;--", "wild cards": "%_\\", "markup": "<script>{{7*7}}",
    "nul": "a\0b", "outside the plane": "\U0001f4a3", "right to left": "\u202eabc", "not a character": "\ufffe",
    "long": "q" * 5000, "deep": "[" * 2000, "path": "../../etc/passwd", "line break": "a\r\nX-Injected: yes",
    "number": "0", "negative": "-1", "huge": "9" * 40, "past 32 bits": "2147483648", "infinite": "1e999",
    "other digits": "١٢٣", "not a number": "NaN", "half an id": NOBODY[:-1], "no such id": NOBODY, "bare id": "{" * 32,
    "first day": "0001-01-01", "last day": "9999-12-31", "no day": "2026-02-30", "year 10000": "10000-01-01",
    "week": "2026-W05-1", "no site": "ZZZ9", "two at once": "KUL1|ZZZ9", "auditee": "KUL1/ZZZ",
    "cursor of nothing": cursor(), "cursor of a list": cursor("v", ["x"], NOBODY),
    "cursor of none": cursor("v", None, NOBODY), "cursor of a text": cursor("v", "x", NOBODY),
    "cursor of a nul": cursor("v", "a\0", NOBODY), "cursor of a number": cursor("v", 10**30, NOBODY),
    "cursor of a day": cursor("d", "9999-12-31", NOBODY), "cursor of truth": cursor("v", True, NOBODY),
    "cursor of a moment": cursor("t", "2026-01-01T00:00:00", NOBODY),
    "cursor without an id": cursor("d", "2026-01-01", "nobody"),
}


class Heard(ImmutableMultiDict[str, str]):
    """A query string that remembers which names a page asked it for."""

    names: set[str] = set()  # noqa: RUF012 - of the request being served; one is served at a time

    def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.names.add(key)
        return super().get(key, *args, **kwargs)

    def getlist(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *args, **kwargs)


class Listening(Request):
    parameter_storage_class = Heard


class Asked:
    """Every page there is, and the browsers that ask for them."""

    def __init__(self, app: Flask) -> None:
        app.request_class = Listening
        with app.app_context():
            world = build()
            self.pages: list[Case] = [case for case in cases(app, world) if case.method == "GET"
                                      and case.placement in {"own", "-"} and case.endpoint != "components"
                                      and not case.url.endswith(".xlsx")]  # made of the same rows as the CSV
            self.clients: dict[str, FlaskClient] = {}
            for name in ASKING:
                self.clients[name] = app.test_client()
                sign_in(self.clients[name], world.people[name])

    def names_read(self, page: Case) -> list[str]:
        """What a page reads of its query string, found by asking it once."""
        Heard.names.clear()
        self.answered("global_head", page.url)
        return sorted(Heard.names)

    def answered(self, who: str, url: str) -> int:
        """The status of an answer that was read to its last byte: a file is made while it is sent."""
        with self.clients[who].get(url) as answer:
            assert b"Traceback" not in answer.get_data(), url
            return answer.status_code


@pytest.fixture
def asked(database: Database, tmp_path: Path) -> Asked:
    return Asked(create_app(settings(database, tmp_path)))


def test_no_query_string_is_a_fault(asked: Asked, backend: str) -> None:
    queries = _queries(asked, BACKENDS.index(backend))
    answers = [(asked.answered(who, url), what, url, who) for url, what, who in queries]
    faults = [f"{what}: {url[:90]} by {who} is {status}" for status, what, url, who in answers if status >= 500]
    assert not faults, "\n".join(faults)
    assert len(answers) > 1000, "the pages were not heard asking for their parameters"


def _queries(asked: Asked, begun: int) -> Iterator[tuple[str, str, str]]:
    """A fifth of the values for each parameter of each page, another fifth on the next and on the other database:
    each name meets them all.
    """
    read = ((page, name) for page in asked.pages for name in asked.names_read(page))
    for turn, (page, name) in enumerate(read):
        for what, value in list(NAUGHTY.items())[(begun + turn) % 5 :: 5]:
            yield f"{page.url}?{name}={quote(value)}", f"{name}, {what}", ASKING[turn % 7 == 0]


def test_no_path_is_a_fault_nor_a_way_in(asked: Asked) -> None:
    wrong = []
    for turn, page in enumerate(asked.pages):
        if page.endpoint == "field.shell":  # the same bytes at every address: what is shown comes out of the tablet
            continue
        for at, part in enumerate(page.url.split("/")):
            if page.placement != "own" or not (set(part) & set("0123456789") or part.isupper()):
                continue
            for what, value in list(NAUGHTY.items())[turn % 3 :: 3]:
                parts = page.url.split("/")
                parts[at] = quote(value, safe="")
                status = asked.answered("global_head", "/".join(parts))
                if status not in {302, 308, 403, 404}:
                    wrong.append(f"{what}: {'/'.join(parts)[:90]} is {status}")
    assert not wrong, "\n".join(wrong)
