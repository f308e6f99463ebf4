"""OSCAL as data: the files of an export, all or one, and a catalogue to bring in."""

import json

from flask import Blueprint, Response, jsonify, request

from compliance.access import EVERYWHERE, Permission, require
from compliance.db import transaction
from compliance.errors import NotFound
from compliance.playbooks.importing import Outcome
from compliance.playbooks.oscal import commands, presenting, queries
from compliance.playbooks.oscal.schemas import CatalogJsonSchema, as_wanted
from compliance.playbooks.oscal.vocabulary import Json
from compliance.playbooks.queries import get_stay
from compliance.playbooks.rendering_ahead import render_ahead
from compliance.playbooks.views.blueprint import day_argument
from compliance.web.request import actor, json_body

bp = Blueprint("oscal_api", __name__, url_prefix="/api/v1/playbooks")


@bp.get("/<key>/oscal")
def files(key: str) -> Response:
    """Every file by its name; with `site` (and `vendor`, `on`, `known`) those of the chain there."""
    response: Response = jsonify(files=_files(key))
    return response


@bp.get("/<key>/oscal/<name>")
def file(key: str, name: str) -> Response:
    """One file, as another tool fetches it: catalog.json, resolved.json, profile-apac.json."""
    found = _files(key)
    if name not in found:
        raise NotFound
    response: Response = jsonify(found[name])
    return response


def _files(key: str) -> dict[str, Json]:
    if site := request.args.get("site"):
        stay = get_stay(actor(), site, vendor=request.args.get("vendor", ""), on=day_argument("on"),
                        known_on=day_argument("known"))
        return queries.files_at(actor(), key, stay)[1]
    return queries.files_of(actor(), key, day_argument("on"))[1]


@bp.post("/oscal/import")
def import_catalog() -> tuple[Response, int]:
    """`document` is the catalogue; with `look` only the report comes back."""
    require(actor(), Permission.IMPORT_PLAYBOOK, EVERYWHERE)
    said = CatalogJsonSchema().load(json_body())
    reading = commands.look_into(actor(), json.dumps(said["document"]).encode(), as_wanted(said))
    done = None
    if not said["look"]:
        with transaction():
            done = commands.take_in(actor(), reading, said["name"])
        render_ahead([done.digest])
    refused = done is not None and done.outcome is Outcome.REFUSED
    return jsonify(presenting.as_json(reading, done)), 422 if refused else 201 if done else 200
