"""What a view asks of the request it serves."""

import re
from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from flask import Flask, g, request

from compliance.access import Actor
from compliance.errors import InvalidInput, NotFound

# PostgreSQL keeps no NUL and no half of a surrogate pair; neither stands in anything a person wrote.
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
LARGEST = 2**31 - 1  # what a number in an address can name at most: our integer columns hold no more


def init(app: Flask) -> None:
    app.before_request(_refuse_what_nothing_holds)


def _refuse_what_nothing_holds() -> None:
    for value in (request.view_args or {}).values():
        if (isinstance(value, int) and value > LARGEST) or (isinstance(value, str) and NO_TEXT.search(value)):
            raise NotFound
    files = (file.filename or "" for file in request.files.values())
    _refuse_broken(text for values in (request.args.values(), request.form.values(), files) for text in values)


def _refuse_broken(texts: Iterator[str]) -> None:
    if any(NO_TEXT.search(text) for text in texts):
        raise InvalidInput("Something in what was sent is no character and cannot be kept. Take it out and send again.")


def actor() -> Actor:
    """Who is asking; only public endpoints are ever reached without one."""
    return cast(Actor, g.actor)


def json_body() -> dict[str, Any]:
    """The JSON object sent. Raises InvalidInput when it is none."""
    try:
        body = request.get_json(silent=True)
        _refuse_broken(_texts(body))
    except RecursionError:
        raise InvalidInput("This JSON is nested too deeply.") from None
    if not isinstance(body, dict):
        raise InvalidInput("Send a JSON object.")
    return body


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        for part in parts:
            yield from _texts(part)


def id_argument(name: str) -> UUID | None:
    """An id from the query string; one that is no id at all names nothing."""
    raw = request.args.get(name, "")
    if not raw:
        return None
    try:
        return UUID(raw)
    except ValueError:
        raise NotFound from None


def uploaded(field: str = "file") -> list[tuple[bytes, str]]:
    """The files sent under a form field, as (bytes, name); a field left empty sends none."""
    return [(file.read(), file.filename) for file in request.files.getlist(field) if file.filename]
