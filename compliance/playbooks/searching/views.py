"""The page of a search across clauses."""

from flask import Blueprint, Response, render_template, request

from compliance import exports
from compliance.playbooks import queries as playbooks
from compliance.playbooks.searching import queries
from compliance.playbooks.searching.queries import SEVERITIES, Found, Wanted
from compliance.web.request import actor

bp = Blueprint("searching", __name__, template_folder="templates")

COLUMNS = (
    ("Clause", lambda hit: hit.clause.clause_id),
    ("Title", lambda hit: hit.plain_title),
    ("Playbook", lambda hit: hit.playbook.title),
    ("Severity", lambda hit: hit.clause.severity),
    ("Lines of business", lambda hit: ", ".join(hit.lobs)),
    ("Law", lambda hit: hit.clause.law),
    ("Found", lambda hit: hit.plain_text),
    ("Found in", lambda hit: hit.language.name if hit.language else "the original"),
    ("Sites", lambda hit: hit.where.sites),
    ("Where", lambda hit: hit.where.words),
    ("Digest", lambda hit: hit.clause.digest),
)


def wanted() -> Wanted:
    """What the address asks for."""
    names = ("q", "playbook", "severity", "lob", "law", "site")
    return Wanted(**{name: request.args.get(name, "").strip() for name in names})


@bp.get("/playbooks/clauses")
def clauses() -> str | Response:
    asked = wanted()
    if kind := request.args.get("format"):
        return exports.file_response(kind, "clauses", COLUMNS, queries.every(actor(), asked))
    found = queries.search(actor(), asked, cursor=request.args.get("after", "")) if asked.anything else Found([])
    return render_template(
        "searching/clauses.html", page=found, wanted=asked, lobs=queries.lobs(actor()), severities=SEVERITIES,
        playbooks=[(each.prefix, each.title) for each in playbooks.playbooks(actor())])
