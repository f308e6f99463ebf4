"""Bringing texts in by the browser: files up, a line per file back."""

from flask import render_template
from werkzeug.wrappers import Response

from compliance.access import Permission, require_somewhere
from compliance.db import transaction
from compliance.errors import InvalidInput, PlumblineError
from compliance.playbooks import commands
from compliance.playbooks.importing import Imported, Outcome
from compliance.playbooks.rendering_ahead import render_ahead
from compliance.playbooks.schemas import ImportSchema
from compliance.playbooks.views.blueprint import bp
from compliance.web.forms import Form
from compliance.web.request import actor, uploaded

MOST_FILES = 200


@bp.route("/playbooks/import", methods=["GET", "POST"])
def import_texts() -> Response | tuple[str, int]:
    require_somewhere(actor(), Permission.IMPORT_PLAYBOOK, Permission.REQUEST_OVERRIDE)
    form, report = Form(ImportSchema()), list[Imported]()
    if form.submitted_and_valid():
        try:
            files = [(name, data) for data, name in uploaded("files")]
            _check(files)
            with transaction():
                report = commands.import_texts(actor(), files)
        except PlumblineError as error:
            form.reject(error)
        else:
            render_ahead(done.digest for done in report)
            form.status = 422 if any(done.outcome is Outcome.REFUSED for done in report) else 200
    return render_template("playbooks/import.html", form=form, report=report), form.status


def _check(files: list[tuple[str, bytes]]) -> None:
    if not files:
        raise InvalidInput("Choose at least one file.", {"files": ["Choose the .md files of playbooks or overrides."]})
    if len(files) > MOST_FILES:
        raise InvalidInput(f"These are {len(files)} files; {MOST_FILES} are the most. Send them in parts.")
