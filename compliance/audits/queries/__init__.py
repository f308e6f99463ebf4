"""Reading audits: lists, one audit, and its people."""

from compliance.audits.queries.listing import AuditFilter, all_audits, audits, is_overdue, my_audits
from compliance.audits.queries.records import (
    assessments_of,
    chains_of,
    findings_of,
    get_assessment,
    get_audit,
    get_programme,
    last_result,
    open_findings_here,
    pinned_waivers,
    programmes,
    texts_of,
)
from compliance.audits.queries.team import Audited, team_conflicts

__all__ = [
    "AuditFilter", "Audited", "all_audits", "assessments_of", "audits", "chains_of", "findings_of", "get_assessment",
    "get_audit", "get_programme", "is_overdue", "last_result", "my_audits", "open_findings_here", "pinned_waivers",
    "programmes", "team_conflicts", "texts_of",
]  # fmt: skip
