"""What a view asks of the request it serves."""

from typing import Any, cast
from uuid import UUID

from flask import g, request

from compliance.access import Actor
from compliance.errors import InvalidInput, NotFound


def actor() -> Actor:
    """Who is asking; only public endpoints are ever reached without one."""
    return cast(Actor, g.actor)


def json_body() -> dict[str, Any]:
    """The JSON object sent. Raises InvalidInput when it is none."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidInput("Send a JSON object.")
    return body


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
