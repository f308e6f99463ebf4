"""The register of overrides, one version of one, and the decision on it."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from compliance import exports
from compliance.access import Permission, may, require
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.paging import MOST
from compliance.playbooks import commands, queries
from compliance.playbooks.models import OverrideVersion
from compliance.playbooks.queries.overrides import told
from compliance.playbooks.schemas import ApprovalSchema, DeclineSchema
from compliance.playbooks.standing import State
from compliance.playbooks.views.blueprint import bp
from compliance.playbooks.views.texts import markdown
from compliance.playbooks.views.unreadable import unreadable
from compliance.playbooks.weighing import EFFECT_WORDS
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.web.words import sentence

COLUMNS = (
    ("Playbook", lambda line: line.version.override.playbook.title),
    ("Where", lambda line: line.where),
    ("Kind", lambda line: line.version.override.kind),
    ("Version", lambda line: line.version.number),
    ("State", lambda line: line.state),
    ("Effect", lambda line: line.version.effect),
    ("From", lambda line: line.version.effective_on),
    ("Until", lambda line: line.version.until_on),
    ("To review since", lambda line: line.version.stale_from if line.stale else None),
    ("Approved by", lambda line: line.version.approved_by),
    ("Approved at", lambda line: line.version.approved_at),
    ("Decision", lambda line: line.version.decision),
)


@bp.get("/overrides")
def overrides() -> str | Response:
    chosen: dict[str, Any] = {name: request.args.get(name, "") for name in ("playbook", "scope", "state", "effect")}
    chosen |= {"stale": bool(request.args.get("stale")), "sort": request.args.get("sort", "-effective")}
    if kind := request.args.get("format"):
        return exports.file_response(kind, "overrides", COLUMNS, _all(chosen))
    page = queries.override_lines(actor(), **chosen, cursor=request.args.get("after", ""))
    return render_template(
        "playbooks/overrides.html", page=page, chosen=chosen, scopes=queries.scopes(actor()), effect_words=EFFECT_WORDS,
        playbooks=[(each.key, each.title) for each in queries.playbooks(actor())],
        states=[(state.value, sentence(state)) for state in State], effects=list(EFFECT_WORDS.items()))


def _all(chosen: dict[str, Any]):  # type: ignore[no-untyped-def]  # a generator of lines
    cursor = ""
    while True:
        page = queries.override_lines(actor(), **chosen, cursor=cursor, limit=MOST)
        yield from page.rows
        cursor = page.next
        if not cursor:
            return


@bp.get("/overrides/<key>/<scope>/<int:number>")
def override(key: str, scope: str, number: int) -> str:
    found = queries.get_override_version(actor(), key, scope, number)
    return _page(found, Form(ApprovalSchema()), Form(DeclineSchema()))


@bp.post("/overrides/<key>/<scope>/<int:number>/approve")
def approve_override(key: str, scope: str, number: int) -> Redirect | tuple[str, int]:
    _require_decider(key, scope, number)
    form = Form(ApprovalSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                found = queries.get_override_version(actor(), key, scope, number)
                commands.approve_override(actor(), found, decision=form.data["decision"],
                                          approvals=form.data["approvals"], seen=form.data.get("version"))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"Approved. It holds from {found.effective_on} on.")
            return redirect(url_for("playbooks.override", key=key, scope=scope, number=number))
    found = queries.get_override_version(actor(), key, scope, number)
    return _page(found, form, Form(DeclineSchema())), form.status


@bp.post("/overrides/<key>/<scope>/<int:number>/decline")
def decline_override(key: str, scope: str, number: int) -> Redirect | tuple[str, int]:
    _require_decider(key, scope, number)
    form = Form(DeclineSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                found = queries.get_override_version(actor(), key, scope, number)
                commands.decline_override(actor(), found, reason=form.data["reason"], seen=form.data.get("version"))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("Declined. Whoever asked for it reads why, and the text above holds.")
            return redirect(url_for("playbooks.override", key=key, scope=scope, number=number))
    found = queries.get_override_version(actor(), key, scope, number)
    return _page(found, Form(ApprovalSchema()), form), form.status


def _require_decider(key: str, scope: str, number: int) -> None:
    require(actor(), Permission.DECIDE_OVERRIDE, queries.get_override_version(actor(), key, scope, number).place)


@bp.get("/overrides/<key>/<scope>/<int:number>/text")
def override_text(key: str, scope: str, number: int) -> Response:
    """The Markdown, byte for byte."""
    found = queries.get_override_version(actor(), key, scope, number)
    return markdown(found.source, f"{key}-{found.override.scope}-{number}.md")


def _page(found: OverrideVersion, approval: Form, declining: Form) -> str:
    if page := unreadable(found, found.override.playbook):
        return page
    line, tale = queries.line_of(found), told(actor(), found)
    may_decide = may(actor(), Permission.DECIDE_OVERRIDE, found)
    return render_template(
        "playbooks/override.html", line=line, version=found, override=found.override, playbook=found.override.playbook,
        told=tale, approval=approval, declining=declining, may_decide=may_decide,
        against=[{"text": reason, "met": False} for reason in tale.against], effect_words=EFFECT_WORDS,
        written=", ".join(f"{above} {number}" for above, number in found.written_against.items()))
