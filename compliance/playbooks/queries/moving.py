"""Reading which clauses of a playbook are kept by another one now."""

from collections.abc import Mapping

from sqlalchemy import select

from compliance import db
from compliance.access import Actor, visible_to
from compliance.playbooks.models import Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.moving import Home, moved_clauses
from compliance.playbooks.parsing import parse_playbook
from compliance.playbooks.succession import number_of


def homes(actor: Actor, playbook: Playbook) -> Mapping[str, Home]:
    """ "escalation-handling/ESC-09" → its home, by the newest approved text of each playbook that names this one."""
    rows = db.session.execute(
        visible_to(actor, select(PlaybookVersion.playbook_id, PlaybookVersion.number, PlaybookVersion.source),
                   PlaybookVersion)
        .where(PlaybookVersion.playbook_id != playbook.id, PlaybookVersion.status == VersionStatus.APPROVED,
               PlaybookVersion.source.contains(f"{playbook.key}/", autoescape=True))).all()
    newest = {row.playbook_id: row.source for row in sorted(rows, key=lambda row: number_of(row.number))}
    return moved_clauses(parse_playbook(source) for source in newest.values())
