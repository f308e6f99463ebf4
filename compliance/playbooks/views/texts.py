"""The texts themselves: the list of playbooks, one playbook, one version as Markdown."""

from typing import Any

from flask import Response, make_response, render_template, request

from compliance import exports
from compliance.network.queries import sites
from compliance.playbooks import effectiveness, queries
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.queries.comparing import bare
from compliance.playbooks.standing import State
from compliance.playbooks.views.blueprint import bp
from compliance.playbooks.views.showing import Layers, ShownClause, outline, shown
from compliance.playbooks.views.unreadable import faults_of
from compliance.playbooks.weighing import EFFECT_WORDS
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
        "parts": parts_of(present) if present and view == "text" and not faults_of(present, playbook) else [],
    }
    return render_template(
        "playbooks/show.html", playbook=playbook, versions=versions, present=present, view=view,
        state={each.id: standing for each, standing in versions}, effect_words=EFFECT_WORDS,
        outline=outline(given["parts"]), **given)


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


def parts_of(found: PlaybookVersion) -> list[tuple[str, list[ShownClause]]]:
    """The clauses of one version by section, for its page."""
    chain = effectiveness.chains_of([bare(found)])[0]
    layers = Layers(chain.effective.key, chain, {})
    return shown(effectiveness.clauses_of(chain), chain, layers)
