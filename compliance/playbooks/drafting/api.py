"""Drafts for programs, and for the script of the editor: look at a text, keep it, save it, speak of it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template

from compliance.db import transaction
from compliance.errors import InvalidInput
from compliance.playbooks.document import Problem
from compliance.playbooks.drafting import commands
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.drafting.outline import outline_of
from compliance.playbooks.drafting.queries import Said, check, comments_on, get_comment, working_copy
from compliance.playbooks.drafting.rights import require_comment
from compliance.playbooks.drafting.schemas import CommentSchema, SaveSchema, TextSchema
from compliance.playbooks.drafting.views.blueprint import found, on_both, to_be_written, unpublished
from compliance.playbooks.drafting.views.previewing import preview_of
from compliance.playbooks.rendering_ahead import render_ahead
from compliance.web.request import actor, json_body

bp = Blueprint("drafting_api", __name__, url_prefix="/api/v1")
ACTS = {"resolve": commands.resolve_comment, "reopen": commands.reopen_comment}


@on_both(bp, "show", "/draft", "GET")
def show(key: str, number: str | int, scope: str = "") -> Response:
    draft = unpublished(key, number, scope)
    return jsonify(_told(draft) | {"source": draft.source})


@on_both(bp, "lint", "/draft/lint", "POST")
def lint(key: str, number: str | int, scope: str = "") -> Response:
    """What is wrong with a text, line by line, and its outline; the text is stored nowhere."""
    draft, source = unpublished(key, number, scope), TextSchema().load(json_body())["source"].replace("\r\n", "\n")
    outline = outline_of(source)
    return jsonify({
        "problems": [_problem(each) for each in check(draft, source).problems],
        "outline": [{"key": part.key, "title": part.title, "line": part.line, "clause": part.is_clause}
                    for part in outline.parts],
        "values": [{"name": each.name, "value": each.value, "line": each.line} for each in outline.values]})


@on_both(bp, "preview", "/draft/preview", "POST")
def preview(key: str, number: str | int, scope: str = "") -> Response:
    """A text as a site would read it, were it in force: `{"source": "…", "site": "KUL1"}`."""
    draft, sent = unpublished(key, number, scope), TextSchema().load(json_body())
    if not sent["site"].strip():
        raise InvalidInput("Say for which site.", {"site": ["Its code, as in KUL1."]})
    seen = preview_of(draft, sent["source"].replace("\r\n", "\n"), sent["site"])
    shown = seen["shown"]
    return jsonify({
        "in_force": False, "why": seen["why"], "problems": [_problem(each) for each in seen["faults"]],
        "on": shown.on.isoformat() if shown else None, "html": render_template("drafting/previewed.html", **seen),
        "clauses": [{"id": each.id, "title": each.title, "section": each.section, "severity": each.severity,
                     "change": each.change, "applicable": each.applicable} for each in shown.clauses] if shown else []})


@on_both(bp, "save", "/draft", "PUT")
def save(key: str, number: str | int, scope: str = "") -> Response:
    """`version` is the counter the text was opened at; 409 gives the saved text and both brought together."""
    draft, sent = to_be_written(key, number, scope), SaveSchema().load(json_body())
    try:
        with transaction():
            draft = to_be_written(key, number, scope)
            commands.save_draft(actor(), draft, source=sent["source"], seen=sent["version"])
    except commands.DraftConflict as clash:
        answer = jsonify({"type": "about:blank", "title": "Somebody saved meanwhile", "status": 409,
                          "detail": str(clash), "version": clash.now, "theirs": clash.saved, "merged": clash.merged,
                          "clashes": clash.clashes})
        answer.status_code, answer.content_type = 409, "application/problem+json"
        return answer
    render_ahead([draft.digest])
    return jsonify(_told(draft))


@on_both(bp, "keep", "/draft/working-copy", "PUT")
def keep(key: str, number: str | int, scope: str = "") -> Response:
    """What is typed and not saved, for this person alone."""
    draft, sent = to_be_written(key, number, scope), SaveSchema().load(json_body())
    with transaction():
        kept = commands.keep_copy(actor(), draft, source=sent["source"], seen=sent["version"])
        at = kept.kept_at
    return jsonify({"kept_at": at.isoformat(), "version": draft.version})


@on_both(bp, "drop", "/draft/working-copy", "DELETE")
def drop(key: str, number: str | int, scope: str = "") -> tuple[str, int]:
    draft = to_be_written(key, number, scope)
    with transaction():
        kept = working_copy(actor(), draft)
        if kept is not None:
            commands.drop_copy(actor(), kept)
    return "", 204


@on_both(bp, "comments", "/draft/comments", "GET")
def comments(key: str, number: str | int, scope: str = "") -> Response:
    draft = _discussed(key, number, scope)
    return jsonify({"comments": [_said(each) for each in comments_on(draft)]})


@on_both(bp, "comment", "/draft/comments", "POST")
def comment(key: str, number: str | int, scope: str = "") -> tuple[Response, int]:
    draft, sent = _discussed(key, number, scope), CommentSchema().load(json_body())
    with transaction():
        made = commands.comment(actor(), draft, said=sent["said"], anchor=sent["anchor"])
    return jsonify({"id": str(made.id)}), 201


@on_both(bp, "answer", "/draft/comments/<uuid:comment_id>/answer", "POST")
def answer(key: str, number: str | int, comment_id: UUID, scope: str = "") -> tuple[Response, int]:
    draft, sent = _discussed(key, number, scope), CommentSchema(only=("said",)).load(json_body())
    with transaction():
        made = commands.answer_comment(actor(), get_comment(actor(), draft, comment_id), said=sent["said"])
    return jsonify({"said_at": made.said_at.isoformat()}), 201


@on_both(bp, "settle", "/draft/comments/<uuid:comment_id>/<any(resolve, reopen):act>", "POST")
def settle(key: str, number: str | int, comment_id: UUID, act: str, scope: str = "") -> Response:
    draft = _discussed(key, number, scope)
    with transaction():
        found_comment = get_comment(actor(), draft, comment_id)
        ACTS[act](actor(), found_comment)
    return jsonify({"id": str(comment_id), "state": found_comment.state})


def _discussed(key: str, number: str | int, scope: str) -> Draft:
    draft = found(key, number, scope)
    require_comment(actor(), draft)
    return draft


def _told(draft: Draft) -> dict[str, Any]:
    return {"number": str(draft.number), "status": draft.status, "version": draft.version, "digest": draft.digest,
            "effective": draft.effective_on.isoformat()}


def _problem(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "message": problem.message, "remedy": problem.remedy, "warning": problem.warning}


def _said(said: Said) -> dict[str, Any]:
    made = said.comment
    return {"id": str(made.id), "anchor": made.anchor, "line": said.line, "on_an_earlier_text": said.moved,
            "author": made.author.name, "said": made.said, "said_at": made.said_at.isoformat(), "state": made.state,
            "answers": [{"author": each.author.name, "said": each.said, "said_at": each.said_at.isoformat()}
                        for each in made.answers]}
