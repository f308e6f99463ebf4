"""Apply a structured edit to a draft: on what the person has typed, saved at once, refused where it does harm."""

from collections.abc import Callable

from compliance.access import Actor
from compliance.errors import RuleViolation
from compliance.playbooks.drafting import commands
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.drafting.queries import check, working_copy


def text_at_hand(actor: Actor, draft: Draft) -> tuple[str, int]:
    """What the person has before them: what they typed and did not save, else the saved text; with its counter."""
    kept = working_copy(actor, draft)
    return (kept.source, kept.seen) if kept else (draft.source, draft.version)


def apply_edit(actor: Actor, draft: Draft, edit: Callable[[str], str]) -> None:
    """Edit the text at hand and save it. Raises RuleViolation for an edit that brings a fault into the text."""
    source, seen = text_at_hand(actor, draft)
    source = source.replace("\r\n", "\n")
    edited = edit(source)
    known = {problem.message for problem in check(draft, source).errors}
    found = [f"{problem.message.rstrip('.')}. {problem.remedy}" for problem in check(draft, edited).errors
             if problem.message not in known]
    if found:
        raise RuleViolation(found[0], found)
    commands.save_draft(actor, draft, source=edited, seen=seen)
