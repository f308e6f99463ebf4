"""Comments on a draft: the page for those who read along, and what is done with a comment."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.playbooks.document import Parameter, Playbook
from compliance.playbooks.drafting import commands
from compliance.playbooks.drafting.checking import Text
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.drafting.outline import Outline
from compliance.playbooks.drafting.queries import check, get_comment
from compliance.playbooks.drafting.rights import may_write, require_comment
from compliance.playbooks.drafting.schemas import CommentSchema
from compliance.playbooks.drafting.views.blueprint import address, bp, found, on_both
from compliance.playbooks.drafting.views.editing import around
from compliance.playbooks.models import IN_HAND
from compliance.playbooks.rendering import render, render_in_force
from compliance.web.forms import Form
from compliance.web.request import actor

MOST_RENDERED = 120  # clauses; a longer text is shown as it is written
ACTS = {"resolve": (commands.resolve_comment, "The comment is settled."),
        "reopen": (commands.reopen_comment, "The comment is open again.")}


@on_both(bp, "discuss", "/comments", "GET", "POST")
def discuss(key: str, number: str | int, scope: str = "") -> Response | tuple[str, int]:
    draft = _to_be_discussed(key, number, scope)
    form = Form(CommentSchema(), {"anchor": request.args.get("on", "")})
    if form.submitted_and_valid():
        try:
            with transaction():
                draft = _to_be_discussed(key, number, scope)
                commands.comment(actor(), draft, said=form.data["said"], anchor=form.data["anchor"])
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("Your comment is with the text.")
            return redirect(_back(draft))
    beside = around(draft, draft.source) | {"saying": form}
    text = check(draft, draft.source).document
    values = _values(text)
    return render_template("drafting/discuss.html", read=_read(text, beside["outline"]), values=values,
                           filled={each.name: each.value for each in values}, **beside), form.status


@on_both(bp, "answer", "/comments/<uuid:comment_id>/answer", "POST")
def answer(key: str, number: str | int, comment_id: UUID, scope: str = "") -> Response:
    draft = _to_be_discussed(key, number, scope)
    with transaction():
        commands.answer_comment(actor(), get_comment(actor(), draft, comment_id), said=request.form.get("said", ""))
    flash("Your answer is with the comment.")
    return redirect(_back(draft))


@on_both(bp, "settle", "/comments/<uuid:comment_id>/<any(resolve, reopen):act>", "POST")
def settle(key: str, number: str | int, comment_id: UUID, act: str, scope: str = "") -> Response:
    draft = _to_be_discussed(key, number, scope)
    command, said = ACTS[act]
    with transaction():
        command(actor(), get_comment(actor(), draft, comment_id))
    flash(said)
    return redirect(_back(draft))


def _to_be_discussed(key: str, number: str | int, scope: str) -> Draft:
    draft = found(key, number, scope)
    require_comment(actor(), draft)
    return draft


def _read(text: Text | None, outline: Outline) -> dict[str, str]:
    """The clauses as people read them; none of a text that is half written, whose limits nobody has checked."""
    clauses = [part for part in outline.parts if part.is_clause]
    if len(clauses) > MOST_RENDERED or text is None:
        return {}
    values = tuple((each.name, each.value) for each in _values(text))
    return {part.key: _rendered(part.prose, values) for part in clauses}


def _values(text: Text | None) -> Sequence[Parameter]:
    """The values a playbook's clauses rest on; an override's are those of the text above it."""
    return text.parameters if isinstance(text, Playbook) else ()


@lru_cache(maxsize=512)
def _rendered(text: str, values: tuple[tuple[str, str], ...]) -> str:
    return render_in_force(text, dict(values)) if values else render(text)


def _back(draft: Draft) -> str:
    """To the editor for those who write, to the text for those who read along."""
    writes = may_write(actor(), draft) and draft.status in IN_HAND and request.form.get("from") == "editor"
    return address(draft, "edit" if writes else "discuss", _anchor="comments")
