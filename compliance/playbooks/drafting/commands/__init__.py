"""What writers do: begin a draft, save it, keep what they type, and speak of it."""

from compliance.playbooks.drafting.commands.commenting import (
    answer_comment,
    comment,
    reopen_comment,
    resolve_comment,
)
from compliance.playbooks.drafting.commands.keeping import drop_copy, keep_copy
from compliance.playbooks.drafting.commands.saving import DraftConflict, discard_draft, save_draft
from compliance.playbooks.drafting.commands.starting import start_override, start_playbook, start_version

__all__ = [
    "DraftConflict", "answer_comment", "comment", "discard_draft", "drop_copy", "keep_copy", "reopen_comment",
    "resolve_comment", "save_draft", "start_override", "start_playbook", "start_version",
]  # fmt: skip
