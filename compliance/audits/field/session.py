"""What a tablet asks before and around its work: who is signed in, what there is to do, to begin it, to be emptied."""

from uuid import UUID

from flask import Response, g, jsonify
from flask import session as cookie
from flask_wtf.csrf import generate_csrf

from compliance import clock
from compliance.audits import commands, queries
from compliance.audits.field import epochs, kinds
from compliance.audits.field.blueprint import OLDEST_PROTOCOL, PROTOCOL, api
from compliance.audits.field.commands.devices import note_wiped
from compliance.audits.field.queries.devices import device_of
from compliance.audits.field.shell import build
from compliance.audits.field.telling import initials
from compliance.db import transaction
from compliance.web.request import actor, id_argument


@api.get("/session")
def session() -> Response:
    """Who this browser is signed in as, and what a request that changes something has to carry."""
    person, device = g.person, id_argument("device")
    # A cookie without an age goes when an installed app is closed; how long it counts is said by the session itself.
    cookie.permanent = cookie.permanent or device is not None
    response: Response = jsonify(
        user={"id": str(person.id), "name": person.name, "initials": initials(person.name)}, csrf=generate_csrf(),
        server_now=clock.now().isoformat(), epoch=epochs.epoch(), protocol=PROTOCOL, min_protocol=OLDEST_PROTOCOL,
        build=build().digest, device=_device(device))
    return response


def _device(device: UUID | None) -> dict[str, bool]:
    found = device_of(actor(), device) if device else None
    return {"known": found is not None, "revoked": bool(found and found.revoked_at),
            "wipe": bool(found and found.wipe_asked_at and not found.wiped_at)}


@api.get("/work")
def work_list() -> Response:
    """What this person has to carry out, of every kind."""
    response: Response = jsonify(work=[told for kind in kinds.kinds() for told in kind.assigned(actor())])
    return response


@api.post("/work/<reference>/start")
def start(reference: str) -> Response:
    """Begin a work that is in the calendar, as on its page: what it is judged by is fixed now."""
    with transaction():
        audit = queries.get_audit(actor(), reference)
        commands.start_audit(actor(), audit)
    response: Response = jsonify(reference=audit.reference, status=audit.status.value)
    return response


@api.post("/devices/<uuid:device>/wiped")
def wiped(device: UUID) -> Response:
    """The tablet has removed everything of this person."""
    with transaction():
        note_wiped(actor(), device)
    return Response(status=204)
