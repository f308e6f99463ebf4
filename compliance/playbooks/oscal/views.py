"""OSCAL in the browser: exports to take away, and a catalogue to bring in after a look."""

from datetime import timedelta

from flask import Blueprint, Response, g, make_response, render_template, request
from werkzeug.wrappers import Response as Redirect

from compliance import clock
from compliance.access import EVERYWHERE, Permission, require
from compliance.db import transaction
from compliance.errors import InvalidInput, PlumblineError
from compliance.playbooks.importing import Imported, Outcome
from compliance.playbooks.oscal import commands, queries
from compliance.playbooks.oscal.bundles import archive
from compliance.playbooks.oscal.reading import Reading
from compliance.playbooks.oscal.schemas import CatalogSchema, as_wanted
from compliance.playbooks.oscal.vocabulary import Json
from compliance.playbooks.queries import get_stay
from compliance.playbooks.rendering_ahead import render_ahead
from compliance.playbooks.views.blueprint import day_argument
from compliance.web.forms import Form
from compliance.web.request import actor, uploaded

bp = Blueprint("oscal", __name__, template_folder="templates")
NOTICE = timedelta(days=30)


@bp.get("/playbooks/<key>/oscal")
def playbook(key: str) -> Response:
    """The global text in force, as an archive."""
    return _archive(*queries.files_of(actor(), key, day_argument("on")))


@bp.get("/playbooks/<key>/at/<site>/oscal")
def effective(key: str, site: str) -> Response:
    """The chain of a place and what it comes to, as an archive."""
    stay = get_stay(actor(), site, vendor=request.args.get("vendor", ""), on=day_argument("on"),
                    known_on=day_argument("known"))
    return _archive(*queries.files_at(actor(), key, stay))


def _archive(name: str, files: dict[str, Json]) -> Response:
    response = make_response(archive(name, files))
    response.content_type = "application/zip"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}-oscal.zip")
    return response


@bp.route("/playbooks/oscal/import", methods=["GET", "POST"])
def import_catalog() -> Redirect | tuple[str, int]:
    require(actor(), Permission.IMPORT_PLAYBOOK, EVERYWHERE)
    g.stands_under = "playbooks.index"
    form = Form(CatalogSchema(), {"effective": clock.today() + NOTICE})
    reading: Reading | None = None
    done: Imported | None = None
    name = ""
    if form.submitted_and_valid():
        try:
            data, name = _file()
            reading = commands.look_into(actor(), data, as_wanted(form.data))
            if not form.data["look"]:
                with transaction():
                    done = commands.take_in(actor(), reading, name)
                render_ahead([done.digest])
                form.status = 422 if done.outcome is Outcome.REFUSED else 200
        except PlumblineError as error:
            form.reject(error)
    return render_template("oscal/import.html", form=form, reading=reading, done=done,
                           looked="" if done else name), form.status


def _file() -> tuple[bytes, str]:
    files = uploaded("file")
    if len(files) != 1:
        raise InvalidInput("Choose one file.", {"file": ["Choose the catalogue, one .json file."]})
    return files[0]
