"""What is stored of an audit, in the values its rules take."""

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.audits import score_rules
from compliance.audits.models import Assessment, Audit, AuditCriteria
from compliance.audits.results import Result, result_of
from compliance.audits.scoring import Conformity, ScoredItem
from compliance.audits.submission import AnsweredClause, Closing
from compliance.playbooks.document import Severity


def as_answered(assessment: Assessment) -> AnsweredClause:
    """An assessment as submission looks at it; the reason for "not applicable" is its note there."""
    unseen = assessment.conformity is Conformity.NOT_APPLICABLE
    return AnsweredClause(
        clause_id=assessment.clause_id, severity=assessment.severity, weight=assessment.weight,
        conformity=assessment.conformity, note=assessment.reason if unseen else assessment.note,
        evidence=assessment.evidence_count,
        sampled=assessment.sample_size is not None or assessment.sample_failed is not None,
        checked=assessment.sample_size, failed=assessment.sample_failed, risk=assessment.finding_risk,
        may_be_waived=may_be_waived(assessment), control_of=assessment.control_of, conflicts=assessment.conflicts,
        written_in=assessment.written_in, title=assessment.finding_title)


def may_be_waived(assessment: Assessment) -> bool:
    """A waiver was in force for this clause when the criteria froze; its control is not waived in turn."""
    return assessment.waiver_id is not None and not assessment.control_of


def as_item(assessment: Assessment, grade: Severity | None = None) -> ScoredItem:
    """An answered clause as the score counts it; `grade` is the reviewer's where it is not the clause's own."""
    return ScoredItem(assessment.clause_id, grade or assessment.severity, assessment.weight,
                      assessment.conformity or Conformity.NOT_ASSESSED, assessment.control_of)


def closing_of(audit: Audit) -> Closing:
    return Closing(audit.closing_meeting_on, audit.acknowledged_by, audit.refusal_note, audit.not_assessed_reason,
                   audit.conflicts)


def results_of(
    audit: Audit, assessments: Sequence[Assessment], grades: Mapping[str, Severity] | None = None
) -> list[tuple[AuditCriteria, Result]]:
    """What each playbook of an audit scores; `grades` holds the reviewer's, by clause."""
    rules, graded = score_rules.rules_of(audit.score_rules), grades or {}
    return [
        (criteria, result_of([as_item(each, graded.get(each.clause_id)) for each in assessments
                              if each.criteria_id == criteria.id], rules))
        for criteria in audit.criteria]


def told_results(audit: Audit) -> dict[str, Any]:
    """The results as the journal keeps them, by the prefix of the playbook."""
    return {each.playbook.prefix: {"score": each.score, "rating": each.rating, "assessed": each.assessed}
            for each in audit.criteria}
