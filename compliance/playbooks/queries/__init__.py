"""Reading playbooks: the texts themselves, and what they come to at a place."""

from compliance.playbooks.queries.meanings import meanings
from compliance.playbooks.queries.places import (
    EffectiveView,
    News,
    Stay,
    chosen_for,
    effective_view,
    get_stay,
    resolved_at,
)
from compliance.playbooks.queries.texts import (
    SORTS,
    OverrideLine,
    PlaybookLine,
    get_override_version,
    get_playbook,
    get_version,
    line_of,
    override_lines,
    override_lines_of,
    playbook_lines,
    playbooks,
    scopes,
    versions_of,
)

__all__ = [
    "SORTS", "EffectiveView", "News", "OverrideLine", "PlaybookLine", "Stay", "chosen_for", "effective_view",
    "get_override_version", "get_playbook", "get_stay", "get_version", "line_of", "meanings", "override_lines",
    "override_lines_of", "playbook_lines", "playbooks", "resolved_at", "scopes", "versions_of",
]  # fmt: skip
