"""The actions that answer a finding. Whoever sees a finding sees them: both stand at the same place."""

from collections.abc import Sequence

from compliance.actions.lifecycle import OPEN_STATUSES
from compliance.actions.models import Action
from compliance.actions.queries.one import actions_from
from compliance.findings.models import Finding


def actions_of(finding: Finding) -> Sequence[Action]:
    """All of them, the first raised first, with what a page and a command need loaded, in two statements."""
    return actions_from(Finding.__tablename__, finding.id)


def open_actions_of(finding: Finding) -> list[Action]:
    return [action for action in actions_of(finding) if action.status in OPEN_STATUSES]
