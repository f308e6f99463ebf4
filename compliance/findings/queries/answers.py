"""The actions that answer a finding."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from compliance import db
from compliance.actions.lifecycle import OPEN_STATUSES
from compliance.actions.models import Action
from compliance.findings.models import Finding

# Whoever sees a finding sees its actions: both stand at the same place, and lie under one pair of permissions.
WHOLE = (joinedload(Action.site), joinedload(Action.vendor), joinedload(Action.owner), selectinload(Action.steps))


def actions_of(finding: Finding) -> Sequence[Action]:
    """All of them, the first raised first, with what a command needs loaded."""
    return _answering(finding.id)


def open_actions_of(finding: Finding) -> list[Action]:
    return [action for action in _answering(finding.id) if action.status in OPEN_STATUSES]


def _answering(finding_id: UUID) -> Sequence[Action]:
    return db.session.scalars(
        select(Action).where(Action.source_type == Finding.__tablename__, Action.source_id == finding_id)
        .options(*WHOLE).order_by(Action.raised_at, Action.id)).all()
