"""Begin a playbook, a version of one, or what a place changes in it."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import clock
from compliance.access import EVERYWHERE, Permission, require, require_somewhere
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.playbooks import queries
from compliance.playbooks.drafting import commands
from compliance.playbooks.drafting.queries import draft_in_hand, next_numbers, places_to_write
from compliance.playbooks.drafting.schemas import StartOverrideSchema, StartPlaybookSchema, StartVersionSchema
from compliance.playbooks.drafting.views.blueprint import address, bp
from compliance.web.forms import Form
from compliance.web.request import actor

NOTICE = timedelta(days=45)  # room to write it, and to tell everybody a month before


@bp.route("/playbooks/new", methods=["GET", "POST"])
def new_playbook() -> Response | tuple[str, int]:
    require(actor(), Permission.WRITE_PLAYBOOK, EVERYWHERE)
    form = Form(StartPlaybookSchema(), {"effective_on": some_day()})
    if form.submitted_and_valid():
        try:
            with transaction():
                draft = commands.start_playbook(actor(), **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("The playbook is there, for its writers. Write its first clause.")
            return redirect(address(draft, "edit"))
    return render_template("drafting/new_playbook.html", form=form), form.status


@bp.route("/playbooks/<key>/versions/new", methods=["GET", "POST"])
def new_version(key: str) -> Response | tuple[str, int]:
    playbook = queries.get_playbook(actor(), key)
    require(actor(), Permission.WRITE_PLAYBOOK, playbook)
    newest, numbers = next_numbers(actor(), playbook)
    form = Form(StartVersionSchema(), {"change": "minor", "effective_on": some_day()})
    if form.submitted_and_valid():
        try:
            with transaction():
                draft = commands.start_version(actor(), playbook, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"The draft of {draft.number} begins with the text of {newest}.")
            return redirect(address(draft, "edit"))
    return render_template("drafting/new_version.html", form=form, playbook=playbook, newest=newest,
                           numbers=numbers), form.status


@bp.route("/playbooks/<key>/overrides/new", methods=["GET", "POST"])
def new_override(key: str) -> Response | tuple[str, int]:
    playbook = queries.get_playbook(actor(), key)
    require_somewhere(actor(), Permission.REQUEST_OVERRIDE, Permission.WRITE_PLAYBOOK)
    form = Form(StartOverrideSchema(), {"scope": request.args.get("scope", ""), "effective_on": some_day()})
    if form.submitted_and_valid():
        try:
            with transaction():
                draft = (draft_in_hand(actor(), playbook, form.data["scope"].lower())
                         or commands.start_override(actor(), playbook, **form.data))
        except PlumblineError as error:
            form.reject(error)
        else:
            return redirect(address(draft, "edit"))
    return render_template("drafting/new_override.html", form=form, playbook=playbook,
                           places=places_to_write(actor()), back=url_for("playbooks.show", key=playbook.key,
                                                                         view="overrides")), form.status


def some_day() -> date:
    return clock.today() + NOTICE
