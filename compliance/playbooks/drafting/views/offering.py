"""What other pages of playbooks offer of drafts: who is writing, and the ways in."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for

from compliance.access import EVERYWHERE, Permission, may, may_anywhere
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.drafting.queries import DraftLine, drafts_of, open_comments
from compliance.playbooks.drafting.rights import may_comment, may_write
from compliance.playbooks.drafting.views.blueprint import address, bp, shown_at
from compliance.playbooks.models import IN_HAND, UNPUBLISHED, Playbook
from compliance.web.request import actor
from compliance.wording import counted


@bp.app_context_processor
def offered() -> dict[str, Callable[..., Any]]:
    """For templates: `draft_links(version)`, `drafts_in(playbook, overrides)`, `ways_to_write(playbook)`."""
    return {"draft_links": draft_links, "drafts_in": drafts_in, "ways_to_write": ways_to_write}


def draft_links(draft: Draft) -> list[tuple[str, str, str]]:
    """(label, address, icon) of what the actor may do with a text that is not published."""
    if draft.status not in UNPUBLISHED:
        return []
    writes = draft.status in IN_HAND and may_write(actor(), draft)
    links = [("Edit", address(draft, "edit"), "pencil")] if writes else []
    if may_comment(actor(), draft):
        number = open_comments(draft)
        said = counted(number, "open comment") if number else "Comments"
        links.append((said, address(draft, "discuss"), "chat-left-text"))
    return links


def drafts_in(playbook: Playbook, *, overrides: bool) -> Sequence[dict[str, Any]]:
    """The drafts of a playbook, or of its overrides, with who is writing in each."""
    return [{"line": line, "name": line.draft.called, "url": _way_in(line)}
            for line in drafts_of(actor(), playbook, overrides=overrides)]


def ways_to_write(playbook: Playbook | None = None) -> dict[str, str]:
    """The addresses to begin something new at, by name; only those this person may use."""
    writes = may(actor(), Permission.WRITE_PLAYBOOK, EVERYWHERE)
    if playbook is None:
        return {"playbook": url_for("drafting.new_playbook")} if writes else {}
    ways = {"version": url_for("drafting.new_version", key=playbook.key)} if writes else {}
    if writes or may_anywhere(actor(), Permission.REQUEST_OVERRIDE):
        ways["override"] = url_for("drafting.new_override", key=playbook.key)
    return ways


def _way_in(line: DraftLine) -> str:
    return address(line.draft, "edit") if may_write(actor(), line.draft) else shown_at(line.draft)
