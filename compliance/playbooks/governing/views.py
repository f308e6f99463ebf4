"""One version of a playbook with its life, the page it is reviewed and decided on, and what waits for whom."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from compliance.access import Permission, may, require, require_somewhere
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.playbooks import queries
from compliance.playbooks.governing.conditions import steps
from compliance.playbooks.governing.doors import DOORS, Door
from compliance.playbooks.governing.life import Fate
from compliance.playbooks.governing.queries import Life, life_of, waiting
from compliance.playbooks.governing.schemas import FateSchema
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.queries.comparing import Comparison, Side, compared
from compliance.playbooks.views import bp as texts
from compliance.playbooks.views.showing import outline
from compliance.playbooks.views.texts import parts_of
from compliance.playbooks.views.unreadable import unreadable
from compliance.web import words
from compliance.web.forms import Form
from compliance.web.request import actor

bp = Blueprint("governing", __name__, template_folder="templates")
VERSION = "/playbooks/<key>/versions/<number>"
FATES = [(Fate.RENAMED, "Renamed"), (Fate.SPLIT, "Split"), (Fate.MERGED, "Merged"),
         (Fate.RETIRED, "Retired without a successor")]


@bp.before_request
def stand() -> None:
    """These pages stand under the playbooks."""
    g.stands_under = "playbooks.index"


def sought(key: str, number: str) -> PlaybookVersion:
    """The version an address names, as it stands now, among those its reader sees."""
    return queries.get_version(actor(), key, number)


@texts.get(VERSION)
def version(key: str, number: str) -> str:
    return _version_page(sought(key, number), {})


@bp.get(f"{VERSION}/review")
def review(key: str, number: str) -> str:
    return _review_page(sought(key, number), {})


@bp.get("/playbooks/waiting")
def waits() -> str:
    require_somewhere(actor(), Permission.WRITE_PLAYBOOK, Permission.PUBLISH_PLAYBOOK, Permission.CONSENT_LEGALLY)
    return render_template("governing/waiting.html", rows=waiting(actor()))


def _take(door: Door, key: str, number: str) -> Response | tuple[str, int]:
    found = sought(key, number)
    require(actor(), door.permission, found)
    form = Form(door.schema(), {"version": found.version})
    if form.submitted_and_valid():
        try:
            with transaction():
                found = sought(key, number)
                door.run(actor(), found, form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(door.said.format(found.reference))
            return redirect(url_for(door.page, key=key, number=number))
    found = sought(key, number)
    return PAGES[door.page](found, {door.name: form}), form.status


def _view(door: Door) -> Callable[[str, str], Response | tuple[str, int]]:
    def view(key: str, number: str) -> Response | tuple[str, int]:
        return _take(door, key, number)
    return view


for _door in DOORS:
    bp.add_url_rule(f"{VERSION}/{_door.path}", _door.name, _view(_door), methods=["POST"])


def _version_page(found: PlaybookVersion, sent: Mapping[str, Form]) -> str:
    if page := unreadable(found, found.playbook):
        return page
    parts, life = parts_of(found), life_of(actor(), found)
    return render_template(
        "playbooks/version.html", parts=parts, outline=outline(parts), **_given(life, sent),
        others=[(each.key, each.title) for each in queries.playbooks(actor()) if each.key != found.playbook.key])


def _review_page(found: PlaybookVersion, sent: Mapping[str, Form]) -> str:
    life = life_of(actor(), found)
    return render_template("governing/review.html", comparison=_redline(life), fates=FATES,
                           forms_of_fates=_forms_of_fates(life, sent.get("fate")), **_given(life, sent))


PAGES: Mapping[str, Callable[[PlaybookVersion, Mapping[str, Form]], str]] = {
    "playbooks.version": _version_page, "governing.review": _review_page}


def _redline(life: Life) -> Comparison | None:
    if life.matter.before is None or life.matter.text is None:
        return None
    return compared(actor(), life.version.playbook, Side(life.matter.before.number), Side(life.version.number))


def _forms_of_fates(life: Life, sent: Form | None) -> dict[str, Form]:
    """A form for each clause to account for, beginning with what the text says of it."""
    forms = {each.suggested.former: Form(FateSchema(), {
        "fate": each.suggested.fate.value, "successors": ", ".join(each.suggested.successors)}, sent=False)
        for each in life.fates}
    return forms | ({sent.value("former"): sent} if sent else {})


def _given(life: Life, sent: Mapping[str, Form]) -> dict[str, Any]:
    """What both pages show: the life, a form for each step, and what this person may do."""
    found = life.version
    began = {"review_on": (found.review_on or life.latest_review).isoformat(), "version": found.version}
    forms = {door.name: sent.get(door.name) or Form(door.schema(), began, sent=False) for door in DOORS}
    return {
        "life": life, "version": found, "playbook": found.playbook, "state": life.state, "forms": forms,
        "refused": next(iter(sent), ""), "steps": steps(life.state, _notes(life)), "me": actor().id,
        "wrote": actor().id in life.case.authors,
        "can": {permission.name.lower(): may(actor(), permission, found) for permission in (
            Permission.WRITE_PLAYBOOK, Permission.PUBLISH_PLAYBOOK, Permission.CONSENT_LEGALLY)}}


def _notes(life: Life) -> dict[str, str]:
    found = life.version
    return {
        "in_review": words.day(found.submitted_at.date()) if found.submitted_at else "",
        "approved": f"by {found.approved_by}" if found.approved_by else "",
        "effective": f"from {words.day(found.effective_on)}",
    }
