"""Requests as data: what an override does and who decides on it, saved or only typed, and the acts on it."""

from flask import Blueprint, Response, jsonify, request
from marshmallow import EXCLUDE, Schema, ValidationError

from compliance.access import Permission, require, require_somewhere
from compliance.db import transaction
from compliance.errors import InvalidInput
from compliance.playbooks.localising.presenting import as_json
from compliance.playbooks.localising.previewing import unsaved
from compliance.playbooks.localising.schemas import AskSchema
from compliance.playbooks.localising.views.asking import ask_with
from compliance.playbooks.localising.views.deciding import DOINGS, do
from compliance.playbooks.localising.views.showing import FORMS, read, sought
from compliance.playbooks.models import OverrideVersion
from compliance.web.request import actor, json_body

bp = Blueprint("localising_api", __name__, url_prefix="/api/v1/overrides")


@bp.get("/<key>/<scope>/<int:number>")
def show(key: str, scope: str, number: int) -> Response:
    """`site` is the code of a site whose text is to be shown before and after."""
    return _answer(sought(key, scope, number))


@bp.post("/preview")
def preview() -> Response:
    """What a text would do before anybody saved it: `{"text": "---\\noverrides: …", "site": "KUL1"}`."""
    require_somewhere(actor(), Permission.REQUEST_OVERRIDE)
    sent = json_body()
    found = unsaved(actor(), str(sent.get("text", "")))
    return _answer(found, str(sent.get("site", "")))


@bp.post("/<key>/<scope>/<int:number>/<any(ask, approve, return, decline, consent, withdraw, appeal, hear):act>")
def act(key: str, scope: str, number: int, act: str) -> Response:
    """The same acts with the same words as the forms of the page; `digest` is that of the text it is said of."""
    found = sought(key, scope, number)
    require(actor(), Permission.REQUEST_OVERRIDE if act == "ask" else DOINGS[act].permission(found), found)
    data = _loaded(AskSchema() if act == "ask" else FORMS[act]())
    with transaction():
        found = sought(key, scope, number)
        if act == "ask":
            ask_with(found, data)
        else:
            do(act, found, data)
    return _answer(sought(key, scope, number))


def _loaded(schema: Schema) -> dict[str, object]:
    try:
        data: dict[str, object] = schema.load(json_body(), unknown=EXCLUDE)
    except ValidationError as wrong:
        said = wrong.normalized_messages()
        raise InvalidInput("Some of what was sent cannot be understood.", {
            name: [str(each) for each in (found if isinstance(found, list) else [found])]
            for name, found in said.items()}) from None
    return data


def _answer(found: OverrideVersion, site: str = "") -> Response:
    shown = read(actor(), found, site or request.args.get("site", ""))
    return jsonify(as_json(shown.dossier, shown.standing, shown.reach, shown.preview, shown.pending))
