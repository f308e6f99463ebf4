"""What the values of playbooks are called, for pages that name an operation without reading its text."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.playbooks.choosing import STANDING
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.parsing import read_playbook
from compliance.playbooks.succession import number_of

REMEMBERED = 512
# Safe to remember for ever: a published text never changes.
_known: dict[UUID, Mapping[str, str]] = {}


def meanings(playbook_ids: Collection[UUID]) -> dict[UUID, Mapping[str, str]]:
    """By playbook, what each value of its newest published text means; in one statement once they were read."""
    if not playbook_ids:
        return {}
    rows = db.session.execute(select(PlaybookVersion.playbook_id, PlaybookVersion.id, PlaybookVersion.number).where(
        PlaybookVersion.playbook_id.in_(playbook_ids), PlaybookVersion.status.in_(STANDING))).all()
    if len(_known) > REMEMBERED:
        _known.clear()
    newest: dict[UUID, Any] = {row.playbook_id: row for row in sorted(rows, key=lambda row: number_of(row.number))}
    _read([row.id for row in newest.values() if row.id not in _known])
    return {playbook_id: _known[row.id] for playbook_id, row in newest.items()}


def _read(missing: Collection[UUID]) -> None:
    if missing:
        for row in db.session.execute(
                select(PlaybookVersion.id, PlaybookVersion.source).where(PlaybookVersion.id.in_(missing))):
            text = read_playbook(row.source)[0]
            _known[row.id] = {each.name: each.meaning for each in text.parameters} if text else {}
