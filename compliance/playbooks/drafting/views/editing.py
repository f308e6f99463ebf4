"""The editor: a text with its structure beside it, saved by hand and kept while it is typed."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.playbooks.comparison import redline
from compliance.playbooks.drafting import commands
from compliance.playbooks.drafting.models import Draft, WorkingCopy
from compliance.playbooks.drafting.outline import outline_of
from compliance.playbooks.drafting.queries import check, comments_on, last_save, playbook_of, working_copy
from compliance.playbooks.drafting.reconciling import changed_lines, unmerged_line
from compliance.playbooks.drafting.rights import may_comment
from compliance.playbooks.drafting.schemas import CommentSchema, SaveSchema
from compliance.playbooks.drafting.views.blueprint import address, bp, on_both, shown_at, to_be_written
from compliance.playbooks.models import IN_HAND
from compliance.playbooks.queries import playbooks
from compliance.playbooks.rendering_ahead import render_ahead
from compliance.web.forms import Form
from compliance.web.request import actor

MOST_PASSAGES = 40  # that the page of a conflict shows of each side


@on_both(bp, "edit", "/edit", "GET", "POST")
def edit(key: str, number: str | int, scope: str = "") -> Response | tuple[str, int]:
    draft = to_be_written(key, number, scope)
    form = Form(SaveSchema(), {"version": draft.version, "source": draft.source})
    if form.submitted_and_valid():
        try:
            with transaction():
                draft = to_be_written(key, number, scope)
                commands.save_draft(actor(), draft, source=form.data["source"], seen=form.data["version"])
        except commands.DraftConflict as clash:
            return _clashed(draft, clash, form.data["version"]), 409
        except PlumblineError as error:
            form.reject(error)
        else:
            render_ahead([draft.digest])
            flash("Saved." if draft.number == number else f"Saved. It goes on as {draft.number}.")
            return redirect(address(draft, "edit"))
    return _editor(draft, form), form.status


@on_both(bp, "drop", "/working-copy/drop", "POST")
def drop(key: str, number: str | int, scope: str = "") -> Response:
    draft = to_be_written(key, number, scope)
    with transaction():
        kept = working_copy(actor(), draft)
        if kept is not None:
            commands.drop_copy(actor(), kept)
    flash("What you had typed is gone. This is the saved text.")
    return redirect(address(draft, "edit"))


@on_both(bp, "discard", "/discard", "POST")
def discard(key: str, number: str | int, scope: str = "") -> Response:
    draft = to_be_written(key, number, scope)
    form, name, view = Form(SaveSchema()), draft.called, "overrides" if scope else "versions"
    seen = int(form.raw["version"]) if form.raw.get("version", "").isdigit() else None
    with transaction():
        draft = to_be_written(key, number, scope)
        commands.discard_draft(actor(), draft, seen=seen)
    flash(f"The draft of {name} is thrown away.")
    gone = not any(each.key == key for each in playbooks(actor()))
    return redirect(url_for("playbooks.index") if gone else url_for("playbooks.show", key=key, view=view))


def _clashed(draft: Draft, clash: commands.DraftConflict, seen: int) -> str:
    """Both texts, and the two brought together; what was typed is kept before anything else."""
    with transaction():
        commands.keep_copy(actor(), draft, source=clash.mine, seen=seen)
    sides = [(f"Saved by {clash.who or 'somebody else'}", "Since you opened it", _told(clash.base, clash.saved)),
             ("Typed by you", "Kept for you until you save or drop it", _told(clash.base, clash.mine))]
    return render_template("drafting/conflict.html", draft=draft, playbook=playbook_of(draft), name=draft.called,
                           clash=clash, sides=sides, first_mark=unmerged_line(clash.merged),
                           edit_url=address(draft, "edit"), drop_url=address(draft, "drop"))


def _told(before: str, after: str) -> list[tuple[int, Any]]:
    """Each passage somebody changed, with its line; of a text changed all over, the first of them."""
    return [(line, redline(old, new)) for line, old, new in changed_lines(before, after)[:MOST_PASSAGES]]


def _editor(draft: Draft, form: Form) -> str:
    kept = working_copy(actor(), draft) if form.status == 200 else None
    source = kept.source if kept else form.value("source").replace("\r\n", "\n")
    seen = kept.seen if kept else form.version or draft.version
    return render_template("drafting/edit.html", form=form, source=source, seen=seen, **around(draft, source, kept))


def around(draft: Draft, source: str, kept: WorkingCopy | None = None) -> dict[str, Any]:
    """What stands beside a text, in the editor and on the page of its comments."""
    playbook, outline = playbook_of(draft), outline_of(source)
    anchors = [("", "The whole text"), *((part.key, part.title) for part in outline.parts)]
    return {
        "draft": draft, "playbook": playbook, "override": getattr(draft, "override", None), "name": draft.called,
        "outline": outline, "problems": check(draft, source).problems, "comments": comments_on(draft, source),
        "anchors": anchors, "saying": Form(CommentSchema()), "kept": kept, "last": last_save(draft),
        "moved_on": kept is not None and kept.seen != draft.version and kept.source != draft.source,
        "may_comment": may_comment(actor(), draft), "in_hand": draft.status in IN_HAND, "shown_at": shown_at(draft),
        "address": lambda page, **more: address(draft, page, **more),
        "api": lambda page: address(draft, page, "drafting_api"),
    }
