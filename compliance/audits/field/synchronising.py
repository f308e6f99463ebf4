"""The addresses a tablet sends to: operations in batches, the bytes of photographs, and which of those are missing."""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from compliance import clock
from compliance.audits.field import reading
from compliance.audits.field.blueprint import api
from compliance.audits.field.commands import EpochChanged, Revoked, keep_media, sync
from compliance.audits.field.commands.keeping import accepted, find_media, holds, missing_media, note_refusal
from compliance.audits.field.kinds import NotTaken
from compliance.audits.field.reading import SHA, NotTheProtocol, TooMuch, TooOld, as_uuid
from compliance.db import transaction
from compliance.errors import Forbidden
from compliance.files.intake import MOST_BYTES
from compliance.web.errors import problem
from compliance.web.request import actor, json_body

NOT_YOURS = "This is another person's work. It is sent when they sign in on this tablet."
MOST_ASKED = 1000


class Elsewhere(Forbidden):
    """A page of another site asked for this."""


@api.before_request
def refuse_other_sites() -> None:
    """The token guards already; this also stops a browser that was talked into sending it. Programs send neither."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
    if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc != request.host):
        raise Elsewhere("Tablets send from the page of this server alone.")


@api.post("/sync")
def take() -> Response:
    """A batch of operations; every one is answered by name."""
    batch = reading.read(_body(reading.MOST_BYTES), clock.now())
    if batch.user_id != actor().id:
        return _refused(403, "user_mismatch", NOT_YOURS)
    with transaction():
        answer = sync(actor(), batch)
    return jsonify(answer)


@api.put("/media/<sha256>")
def put_media(sha256: str) -> Response:
    """The bytes of one photograph: 201 when they are new here, 200 when they were here."""
    media_id = as_uuid(request.args.get("media", ""))
    if media_id is None or not SHA.fullmatch(sha256):
        return _refused(422, "malformed", "A photograph is named by its digest and its id.")
    body = _body(MOST_BYTES)
    media = find_media(actor(), media_id, sha256)
    if holds(media, sha256):
        return jsonify(media_id=str(media_id), state=media.state.value)
    try:
        upload = accepted(media, body)
    except NotTaken as refused:
        with transaction():
            note_refusal(media_id, refused)
        raise
    with transaction():
        kept = keep_media(actor(), media_id, sha256, upload)
    response: Response = jsonify(media_id=str(media_id), state=kept.state.value)
    response.status_code = 201 if kept.new else 200
    return response


@api.post("/media/missing")
def ask_missing() -> Response:
    """Which of these photographs the server does not hold."""
    body = json_body()
    listed = body.get("media")
    if not isinstance(listed, list) or len(listed) > MOST_ASKED or not isinstance(body.get("work"), str):
        raise NotTheProtocol(f"Ask for the photographs of one work, at most {MOST_ASKED}.")
    asked = dict(_named(each) for each in listed)
    missing = missing_media(actor(), body["work"].upper(), asked)
    return jsonify(missing=[str(each) for each in missing])


def _named(told: Any) -> tuple[UUID, str]:
    media_id = as_uuid(told.get("media_id")) if isinstance(told, dict) else None
    if media_id is None or not isinstance(told.get("sha256"), str):
        raise NotTheProtocol("A photograph is named by its id and its digest.")
    return media_id, told["sha256"]


def _body(most: int) -> bytes:
    """What was sent, unless it is more than that: read no further than it takes to know."""
    if (request.content_length or 0) > most:
        raise TooMuch(f"This address takes at most {most // 1024} KB at once.")
    body = request.stream.read(most + 1)
    if len(body) > most:
        raise TooMuch(f"This address takes at most {most // 1024} KB at once.")
    return body


def _refused(status: int, code: str, detail: str, **more: Any) -> Response:
    response = problem(status, detail, code=code)
    if more:
        response.set_data(json.dumps(dict(response.get_json()) | more))
    return response


@api.errorhandler(NotTheProtocol)
def _malformed(error: NotTheProtocol) -> Response:
    return _refused(422, "malformed", str(error))


@api.errorhandler(TooMuch)
@api.errorhandler(RequestEntityTooLarge)
def _too_much(error: Exception) -> Response:
    return _refused(413, "too_much", str(error) if isinstance(error, TooMuch) else "This is more than is taken.")


@api.errorhandler(TooOld)
def _too_old(error: TooOld) -> Response:
    return _refused(426, "client_too_old", str(error))


@api.errorhandler(EpochChanged)
def _epoch_changed(error: EpochChanged) -> Response:
    return _refused(409, "epoch_changed", str(error), epoch=error.epoch)


@api.errorhandler(Revoked)
def _revoked(error: Revoked) -> Response:
    return _refused(403, "device_revoked", str(error), device={"revoked": True, "wipe": error.wipe})


@api.errorhandler(Elsewhere)
def _elsewhere(error: Elsewhere) -> Response:
    return _refused(403, "elsewhere", str(error))


@api.errorhandler(NotTaken)
def _not_taken(error: NotTaken) -> Response:
    return _refused(409 if error.code == "not_announced" else 422, error.code, str(error))
