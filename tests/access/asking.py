"""Asking as somebody: what came back, in one letter, and all the words in it."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask, Response
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from compliance import clock, db
from compliance.accounts.models import LoginSession, Person
from tests.access.floor import held_at
from tests.access.routes import Case
from tests.access.world import World
from tests.builders.accounts import csrf, sign_in
from tests.builders.files import a_photo
from tests.builders.saving import saving

PASSED, REFUSED, HIDDEN, SIGN_IN, BROKEN = "y", "n", "h", "s", "!"
LETTERS = {403: REFUSED, 404: HIDDEN, 401: SIGN_IN}
GOT_THROUGH = frozenset({200, 201, 204, 302, 303, 409, 422, 429})


A_PHOTO = a_photo(size=(8, 8))
# Of a company, which those who ask for overrides at its site see, and cannot ask for.
A_RULE = ("---\noverrides: book-esc\nscope: vaa\nversion: 9\nowner: vaa-lead\neffective: 2030-01-01\n---\n\n"
          "## Add to ESC-01\n\n- Why: Nights\n\nAlso at night.\n")


class Rehearsed(Exception):
    """Everything was allowed and done; it is rolled back so that the next case meets the same world."""


def rehearse(app: Flask) -> None:
    """Make every write stop before its commit and answer 200."""
    app.register_error_handler(Rehearsed, lambda _done: Response("rehearsed"))


@contextmanager
def without_commits() -> Iterator[None]:
    def stop(_session: Session) -> None:
        raise Rehearsed
    db.before_commit.append(stop)
    try:
        yield
    finally:
        db.before_commit.remove(stop)


def clients(app: Flask, world: World) -> dict[str, FlaskClient]:
    """A browser per principal, each signed in for good."""
    found = {"anonymous": app.test_client()}
    for name, person in world.people.items():
        found[name] = for_good(app.test_client(), person)
    return found


def for_good(client: FlaskClient, person: Person) -> FlaskClient:
    """Signed in, and counted as seen tomorrow.

    Else a question would note from time to time that somebody is still there, and that commit would read as the one
    that was asked for.
    """
    sign_in(client, person)
    with saving():
        db.session.execute(update(LoginSession).where(LoginSession.person_id == person.id).values(
            seen_at=clock.now() + timedelta(days=1)))
    return client


def ask(client: FlaskClient, case: Case, **fields: Any) -> TestResponse:
    """Read an address, or send it these fields: as JSON to a program's address, else as a form; nothing sent is kept.

    Reading may commit: an export notes in the journal that it was taken, before it says a word.
    """
    if case.method == "GET":
        return _whole(client.get(case.url))
    with without_commits():
        return send(client, case, **fields)


def send(client: FlaskClient, case: Case, **fields: Any) -> TestResponse:
    """The same, for good."""
    sent = _bodies(case) | fields
    return _whole(client.open(
        case.url, method=case.method, headers={"X-CSRFToken": csrf(client)},
        **({"json": sent} if case.url.startswith(("/api/", "/field/api/")) else {"data": sent})))


def _whole(answer: TestResponse) -> TestResponse:
    """Read to its end, and what it was streamed from closed."""
    answer.get_data()
    answer.close()
    return answer


def _bodies(case: Case) -> dict[str, Any]:
    """What has to be sent for a route to ask who is asking: with no file or nothing ticked it does nothing at all."""
    view = case.endpoint.partition(":")[0]
    if view == "audits.add_evidence":
        return {"file": (io.BytesIO(A_PHOTO), "photo.jpg")}
    if view == "localising_api.preview":
        return {"text": A_RULE}
    if view == "field.decide":
        return {"op": str(held_at(case.url.split("/")[2])), "reason": "Too late"}
    # Wrong in themselves: whoever may not send them is told nothing of that.
    if view in {"drifting.item", "drifting_api.rebase"}:
        return {"version": "soon"}
    if view in {"drifting.clear", "drifting_api.clear"}:
        return {"versions": ["x" * 201]}
    return {"item": "ESC-01", "field": "note"} if view == "field.settle" else {}


def letter(answer: TestResponse) -> str:
    """What the answer means for access. A redirect to the sign-in page is no way in."""
    if answer.status_code in (302, 303) and answer.headers["Location"].endswith("/sign-in"):
        return SIGN_IN
    if answer.status_code in GOT_THROUGH:
        return PASSED
    return LETTERS.get(answer.status_code, BROKEN)


def words(answer: TestResponse) -> str:
    """All the text of an answer: pages, JSON, CSV, what is packed in it, the pages of a PDF, and the headers."""
    data, kind = answer.get_data(), answer.content_type or ""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    if "spreadsheetml" in kind or kind == "application/zip":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return headers + "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if kind.startswith("application/pdf"):
        return headers + "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return headers + data.decode("utf-8", "replace")
