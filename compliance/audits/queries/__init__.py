"""Reading audits: lists, one audit, its people, and results over time."""

from compliance.audits.queries.listing import AuditFilter, all_audits, audits, is_overdue, my_audits
from compliance.audits.queries.records import (
    assessments_of,
    audit_of,
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
from compliance.audits.queries.results import Quarter, coverage, results, standings, trend
from compliance.audits.queries.team import Audited, team_conflicts

__all__ = [
    "AuditFilter", "Audited", "Quarter", "all_audits", "assessments_of", "audit_of", "audits", "chains_of", "coverage",
    "findings_of", "get_assessment", "get_audit", "get_programme", "is_overdue", "last_result", "my_audits",
    "open_findings_here", "pinned_waivers", "programmes", "results", "standings", "team_conflicts", "texts_of", "trend",
]  # fmt: skip
