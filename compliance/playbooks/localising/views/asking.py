"""Ask for an override, after seeing what it does and who decides."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance.access import Permission, require
from compliance.accounts.queries import get_person, holders
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.playbooks import queries
from compliance.playbooks.localising import commands
from compliance.playbooks.localising.schemas import AskSchema
from compliance.playbooks.localising.views.blueprint import bp
from compliance.playbooks.localising.views.showing import read, sought
from compliance.playbooks.models import OverrideVersion
from compliance.playbooks.weighing import EFFECT_WORDS
from compliance.web.forms import Form
from compliance.web.request import actor


@bp.route("/overrides/<key>/<scope>/<int:number>/ask", methods=["GET", "POST"])
def ask(key: str, scope: str, number: int) -> str | Response | tuple[str, int]:
    found = sought(key, scope, number)
    require(actor(), Permission.REQUEST_OVERRIDE, found)
    form = Form(AskSchema(), _initial(found))
    if form.submitted_and_valid():
        try:
            with transaction():
                found = sought(key, scope, number)
                ask_with(found, form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("Asked. Those who decide find it on their page; you can follow it here.")
            return redirect(url_for("playbooks.override", key=key, scope=scope, number=number))
    return _page(sought(key, scope, number), form), form.status


def ask_with(found: OverrideVersion, data: dict[str, Any]) -> None:
    """Ask with what was sent; the same for the page and for programs."""
    said = dict(data)
    owner_id = said.pop("control_owner")
    owner = get_person(actor(), owner_id) if owner_id else None
    commands.ask_for_override(actor(), found, control_owner=owner, seen=said.pop("version", None),
                              digest=said.pop("digest", None), **said)


def _initial(found: OverrideVersion) -> dict[str, object]:
    answered = {True: "yes", False: "no", None: ""}[found.legal_basis]
    return {"version": found.version, "digest": found.digest, "rationale": found.rationale, "legal_basis": answered,
            "legal_reference": found.legal_reference, "review_on": found.review_on, "control": found.control,
            "control_owner": found.control_owner_id}


def _page(found: OverrideVersion, form: Form) -> str:
    shown = read(actor(), found, request.args.get("site", ""))
    people = holders(found.override.place, Permission.WORK_ON_ACTION)
    return render_template(
        "localising/ask.html", form=form, version=found, override=found.override, playbook=found.override.playbook,
        line=queries.line_of(found), read=shown, standing=shown.standing, effect_words=EFFECT_WORDS,
        blocked=[each.refused for each in shown.standing.operations if each.refused]
        + [each for each in (shown.dossier.unread, shown.dossier.case.rival) if each],
        people=[(person.id, f"{person.name}, {person.title}" if person.title else person.name) for person in people])
