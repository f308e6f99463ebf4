"""Audits that are measured against a version and still open: a text cannot end under them.

Audits stand above playbooks and are not imported here; their two tables are asked by name, as access asks for nodes.
"""

from sqlalchemy import column, select, table

from compliance import db
from compliance.playbooks.models import PlaybookVersion

AUDITS = table("audits", column("id"), column("reference"), column("status"))
CRITERIA = table("audit_criteria", column("audit_id"), column("playbook_id"), column("version"))
OPEN = ("in_progress", "submitted", "reviewed")


def open_audits(version: PlaybookVersion) -> list[str]:
    """The references of audits that started on this version and are not closed."""
    return list(db.session.scalars(
        select(AUDITS.c.reference).join(CRITERIA, CRITERIA.c.audit_id == AUDITS.c.id).where(
            CRITERIA.c.playbook_id == version.playbook_id, CRITERIA.c.version == version.number,
            AUDITS.c.status.in_(OPEN)).order_by(AUDITS.c.reference)))
