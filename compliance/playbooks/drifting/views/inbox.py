"""The drift inbox: three lists by what has to be done, and clearing many overrides together."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from compliance import exports
from compliance.access import Permission, require_somewhere
from compliance.db import transaction
from compliance.errors import NotFound, PlumblineError
from compliance.paging import MOST, Page
from compliance.playbooks import queries as texts
from compliance.playbooks.drift import MECHANICAL, State
from compliance.playbooks.drifting import commands, queries
from compliance.playbooks.drifting.presenting import is_value, state_words
from compliance.playbooks.drifting.queries import VIEWS, Wanted
from compliance.playbooks.drifting.schemas import ClearSchema
from compliance.playbooks.drifting.views.blueprint import bp
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.wording import counted

LISTS: Mapping[str, Callable[..., Page[Any]]] = {
    "decide": queries.waiting, "clear": queries.clearable, "accepted": queries.accepted}
COLUMNS = (
    ("Playbook", lambda item: item.override_version.override.playbook.title),
    ("Where", lambda item: item.override_version.override.where),
    ("Version", lambda item: item.override_version.number),
    ("Operation", lambda item: item.operation),
    ("Clause", lambda item: item.clause),
    ("State", lambda item: item.state),
    ("Moved above", lambda item: ", ".join(item.moved)),
    ("From", lambda item: item.from_on),
    ("Text above from", lambda item: item.over_on),
    ("Accepted by", lambda item: item.accepted_by),
    ("Accepted at", lambda item: item.accepted_at),
)


@bp.get("/drift")
def inbox() -> str | Response:
    if kind := request.args.get("format"):
        return exports.file_response(kind, "drift", COLUMNS, _all(_view(), _wanted()))
    return _page(Form(ClearSchema()))


@bp.post("/drift/clear")
def clear() -> Redirect | tuple[str, int]:
    require_somewhere(actor(), Permission.DECIDE_LOCALLY)
    form = Form(ClearSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                chosen = queries.get_clearable(actor(), form.data["versions"])
                made = commands.clear_together(actor(), chosen)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"Cleared {counted(len(made), 'override')}. What they ask at every site is what it was.")
            return redirect(url_for("drifting.inbox", view="clear"))
    return _page(form, "clear"), form.status


def wanted_from(args: Any) -> Wanted:
    return Wanted(args.get("playbook", ""), args.get("scope", ""), args.get("state", ""), bool(args.get("mine")))


def _wanted() -> Wanted:
    return wanted_from(request.args)


def _view() -> str:
    view = request.args.get("view", "decide")
    if view not in VIEWS:
        raise NotFound
    return view


def _all(view: str, wanted: Wanted) -> Iterator[Any]:
    """Every row of a list; of overrides to clear, every operation that moved."""
    cursor = ""
    while True:
        page = LISTS[view](actor(), wanted, cursor, MOST)
        for row in page.rows:
            yield from row.items if view == "clear" else (row,)
        cursor = page.next
        if not cursor:
            return


def _page(form: Form, view: str = "") -> str:
    wanted, view = _wanted(), view or _view()
    page = LISTS[view](actor(), wanted, request.args.get("after", ""))
    return render_template(
        "drifting/inbox.html", page=page, view=view, wanted=wanted, counts=queries.counts(actor(), wanted), form=form,
        meanings=texts.meanings({item.override_version.override.playbook_id for row in page.rows
                                 for item in getattr(row, "items", (row,)) if is_value(item.operation)}),
        states=[(state.value, state_words(state)) for state in State if state not in MECHANICAL],
        scopes=texts.scopes(actor()), playbooks=[(each.key, each.title) for each in texts.playbooks(actor())])
