"""One piece of work as a tablet takes it along: everything about it that can be read, and what stands in it now."""

import json
from hashlib import sha256
from typing import Any

from flask import Response, jsonify, make_response, request

from compliance.audits.field import kinds
from compliance.audits.field.blueprint import api
from compliance.audits.field.standing import told
from compliance.errors import NotFound
from compliance.web.request import actor


@api.get("/work/<reference>")
def work(reference: str) -> Response:
    """A piece of work whole; 304 for a tablet that has just this."""
    kind = _kind(reference)
    snapshot = kind.snapshot(actor(), reference.upper()) | told(actor(), reference.upper())
    response = make_response(jsonify(snapshot))
    response.set_etag(_tag(snapshot))
    response.make_conditional(request)
    return response


def _kind(reference: str) -> kinds.Kind:
    kind = kinds.kind_of(reference.upper())
    if kind is None:
        raise NotFound
    return kind


def _tag(snapshot: dict[str, Any]) -> str:
    """The cursor moves with the clock; what a tablet would see anew does not."""
    seen = {name: value for name, value in snapshot.items() if name != "cursor"}
    return sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:32]
