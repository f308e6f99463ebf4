"""Whatever is typed into a field: an answer of ours, never a fault, and nothing of it kept."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from compliance.app import create_app
from tests.access import asking
from tests.access.routes import Case, cases
from tests.access.world import World, build
from tests.builders.accounts import csrf
from tests.support.database import BACKENDS, Database, settings

pytestmark = pytest.mark.slow
NOBODY = "0199f0e0-0000-7000-8000-000000000000"
NAUGHTY = {
    "blank": " ", "nul": "a\0b", "markup": "<script>{{7*7}}", "outside the plane": "\U0001f4a3", "long": "q" * 5000,
    "huge": "9" * 40, "past 32 bits": "2147483648", "negative": "-1", "infinite": "1e999", "no such id": NOBODY,
    "half an id": NOBODY[:-1], "first day": "0001-01-01", "last day": "9999-12-31", "year 10000": "10000-01-01",
    "line break": "a\r\nb", "no site": "ZZZ9",
}


class Fields(HTMLParser):
    """The fields of the first form that has a submit button of its page, with what they hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif self.forms and tag in {"input", "textarea", "select"} and said.get("name", "csrf_token") != "csrf_token":
            checked = said.get("type") not in {"radio", "checkbox"} or "checked" in said
            if checked or said["name"] not in self.forms[-1]:
                self.forms[-1][said["name"]] = said.get("value", "")
            self.select = said["name"] if tag == "select" else ""
        elif tag == "option" and self.select and said.get("value") and (
                "selected" in said or not self.forms[-1][self.select]):
            self.forms[-1][self.select] = said["value"]


def form_of(client: FlaskClient, url: str) -> dict[str, str]:
    """The largest form of a page: the small ones are buttons."""
    with client.get(url) as page:
        found = Fields(page.get_data(as_text=True)).forms if page.status_code == 200 else []
    return max(found, key=len, default={})


@pytest.fixture
def world_and_cases(database: Database, tmp_path: Path) -> tuple[World, dict[str, FlaskClient], list[Case]]:
    app = create_app(settings(database, tmp_path))
    asking.rehearse(app)
    with app.app_context():
        world = build()
        return world, asking.clients(app, world), [
            case for case in cases(app, world) if case.method == "POST" and case.placement in {"own", "-"}
            and case.endpoint not in {"accounts.sign_out", "accounts.sign_in", "accounts.enter"}]


def test_no_field_is_a_fault(world_and_cases: tuple[World, dict[str, FlaskClient], list[Case]], backend: str) -> None:
    _, clients, forms = world_and_cases
    tried = faults = ()
    for case in forms:
        for who, client in clients.items():
            if begun := form_of(client, case.url):
                tried += (case.endpoint,)
                faults += tuple(f"{case.url} by {who}: {fault}" for fault in _faults(client, case.url, begun, backend))
                break
    assert not faults, "\n".join(faults)
    assert len(tried) > 25, sorted(tried)


def _faults(client: FlaskClient, url: str, begun: dict[str, str], backend: str) -> Iterator[str]:
    """A quarter of the values in each field, another quarter in the next and on the other database."""
    for turn, name in enumerate(begun):
        for what, value in list(NAUGHTY.items())[(turn + BACKENDS.index(backend)) % 4 :: 4]:
            with asking.without_commits(), client.post(
                    url, data=begun | {name: value}, headers={"X-CSRFToken": csrf(client)}) as answer:
                if answer.status_code >= 500:
                    yield f"{name}, {what}: {answer.status_code}"
