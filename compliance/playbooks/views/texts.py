"""The texts themselves: the list of playbooks, one playbook, one version, and the decision on it."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from compliance import clock, exports
from compliance.access import Permission, may, require
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.network.queries import sites
from compliance.playbooks import commands, effectiveness, queries
from compliance.playbooks.approving import against_approving
from compliance.playbooks.deliberating import standing_of
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.queries.comparing import bare
from compliance.playbooks.schemas import ApprovalSchema, DeclineSchema
from compliance.playbooks.standing import State, states
from compliance.playbooks.views.blueprint import bp
from compliance.playbooks.views.showing import Layers, ShownClause, outline, shown
from compliance.playbooks.views.unreadable import faults_of, unreadable
from compliance.playbooks.weighing import EFFECT_WORDS
from compliance.web.forms import Form
from compliance.web.request import actor

COLUMNS = (
    ("Prefix", lambda line: line.playbook.prefix),
    ("Playbook", lambda line: line.playbook.title),
    ("Key", lambda line: line.playbook.key),
    ("Owner", lambda line: line.playbook.owner),
    ("In force", lambda line: line.in_force.number if line.in_force else None),
    ("In force since", lambda line: line.in_force.effective_on if line.in_force else None),
    ("Clauses", lambda line: line.in_force.clauses if line.in_force else None),
    ("Next", lambda line: line.coming.number if line.coming else None),
    ("Next from", lambda line: line.coming.effective_on if line.coming else None),
    ("Overrides in force", lambda line: line.overrides),
    ("Overrides to review", lambda line: line.stale),
)
VIEWS = ("text", "versions", "overrides", "sites")


@bp.get("/playbooks")
def index() -> str | Response:
    search = request.args.get("q", "").strip()
    lines = queries.playbook_lines(actor(), search)
    if kind := request.args.get("format"):
        return exports.file_response(kind, "playbooks", COLUMNS, lines)
    return render_template("playbooks/index.html", lines=lines, search=search)


@bp.get("/playbooks/<key>")
def show(key: str) -> str:
    playbook = queries.get_playbook(actor(), key)
    view = request.args.get("view", "")
    view = view if view in VIEWS else "text"
    versions = queries.versions_of(actor(), playbook)
    present = next((version for version, state in versions if state is State.EFFECTIVE),
                   versions[0][0] if versions else None)
    given: dict[str, Any] = {
        "overrides": queries.override_lines_of(actor(), playbook) if view in {"text", "overrides"} else [],
        "sites": sites(actor()) if view == "sites" else [],
        "parts": _parts(present) if present and view == "text" and not faults_of(present, playbook) else [],
    }
    return render_template(
        "playbooks/show.html", playbook=playbook, versions=versions, present=present, view=view,
        state={each.id: standing for each, standing in versions}, effect_words=EFFECT_WORDS,
        outline=outline(given["parts"]), **given)


@bp.get("/playbooks/<key>/versions/<number>")
def version(key: str, number: str) -> str:
    return _version_page(queries.get_version(actor(), key, number), Form(ApprovalSchema()), Form(DeclineSchema()))


@bp.post("/playbooks/<key>/versions/<number>/approve")
def approve_version(key: str, number: str) -> Redirect | tuple[str, int]:
    _require_publisher(key, number)
    form = Form(ApprovalSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                found = queries.get_version(actor(), key, number)
                commands.approve_version(actor(), found, decision=form.data["decision"], seen=form.data.get("version"))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{found.reference} is approved. It holds from {found.effective_on} on, at midnight of each site.")
            return redirect(url_for("playbooks.version", key=key, number=number))
    return _version_page(queries.get_version(actor(), key, number), form, Form(DeclineSchema())), form.status


@bp.post("/playbooks/<key>/versions/<number>/decline")
def decline_version(key: str, number: str) -> Redirect | tuple[str, int]:
    _require_publisher(key, number)
    form = Form(DeclineSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                found = queries.get_version(actor(), key, number)
                commands.decline_version(actor(), found, reason=form.data["reason"], seen=form.data.get("version"))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{found.reference} is declined. Its author reads why.")
            return redirect(url_for("playbooks.version", key=key, number=number))
    return _version_page(queries.get_version(actor(), key, number), Form(ApprovalSchema()), form), form.status


def _require_publisher(key: str, number: str) -> None:
    require(actor(), Permission.PUBLISH_PLAYBOOK, queries.get_version(actor(), key, number).place)


@bp.get("/playbooks/<key>/versions/<number>/text")
def version_text(key: str, number: str) -> Response:
    """The Markdown, byte for byte."""
    found = queries.get_version(actor(), key, number)
    return markdown(found.source, f"{key}-{found.number}.md")


def markdown(source: str, name: str) -> Response:
    response = make_response(source.encode())
    response.content_type = "text/markdown; charset=utf-8"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _version_page(found: PlaybookVersion, approval: Form, declining: Form) -> str:
    if page := unreadable(found, found.playbook):
        return page
    parts = _parts(found)
    siblings = [each for each, _ in queries.versions_of(actor(), found.playbook)]
    may_decide = may(actor(), Permission.PUBLISH_PLAYBOOK, found)
    standing = standing_of(found)
    why = [each.message for each in against_approving(standing, actor().id, clock.today())]
    late = found.effective_on < clock.today() and not standing.retroactive
    return render_template(
        "playbooks/version.html", playbook=found.playbook, version=found, parts=parts, outline=outline(parts),
        state=states(siblings, clock.today())[found.id], approval=approval, declining=declining,
        may_decide=may_decide, why=why, late=late)


def _parts(found: PlaybookVersion) -> list[tuple[str, list[ShownClause]]]:
    chain = effectiveness.chains_of([bare(found)])[0]
    layers = Layers(chain.effective.key, chain, {})
    return shown(effectiveness.clauses_of(chain), chain, layers)
