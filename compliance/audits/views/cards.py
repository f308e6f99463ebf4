"""What the pages of a checklist show besides its clauses: progress by section, filters, files."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import url_for

from compliance.audits.models import Assessment, Audit
from compliance.audits.scoring import Conformity
from compliance.files.models import Evidence
from compliance.web import words

FAILED = (Conformity.NONCONFORMITY, Conformity.PARTIAL)


def is_shown(assessment: Assessment, wanted: str) -> bool:
    """Whether a clause passes the filter of the checklist."""
    if wanted == "unanswered":
        return assessment.conformity is None
    return assessment.conformity in FAILED if wanted == "failed" else True


def counts(assessments: Sequence[Assessment]) -> dict[str, int]:
    return {wanted: sum(is_shown(each, wanted) for each in assessments) for wanted in ("", "unanswered", "failed")}


def initial(assessment: Assessment) -> dict[str, Any]:
    """What the form of a card starts with; an override's "not applicable" is offered, and the auditor confirms it."""
    offered = assessment.conformity or (None if assessment.applicable else Conformity.NOT_APPLICABLE)
    return {
        "version": assessment.version, "conformity": offered or "", "note": assessment.note,
        "reason": assessment.reason,
        "sample_size": "" if assessment.sample_size is None else assessment.sample_size,
        "sample_failed": "" if assessment.sample_failed is None else assessment.sample_failed,
        "finding_title": assessment.finding_title, "finding_risk": assessment.finding_risk,
        "proposed_severity": assessment.proposed_severity or assessment.severity,
        "proposed_action": assessment.proposed_action, "written_in": assessment.written_in,
    }


def sections(audit: Audit, assessments: Sequence[Assessment], current: Assessment | None) -> list[dict[str, Any]]:
    """The progress bar: the whole audit first, then each section with answered, flagged and missing proof."""
    whole = {"label": f"{audit.site.code}, {audit.reference}", "note": _note(assessments, proof=True),
             "url": url_for("audits.checklist", reference=audit.reference), "current": current is None}
    parts = []
    for (_, name), grouped in groupby(assessments, key=lambda each: (each.criteria_id, each.section)):
        members = list(grouped)
        start = next((each for each in members if each.conformity is None), members[0])
        parts.append({"label": name or "Clauses", "note": _note(members), "current": current in members,
                      "url": url_for("audits.card", reference=audit.reference, clause=start.clause_id)})
    return [whole, *parts]


def _note(members: Sequence[Assessment], *, proof: bool = False) -> str:
    failed = [each for each in members if each.conformity in FAILED]
    note = f"{sum(each.conformity is not None for each in members)} of {len(members)}"
    note += f", {len(failed)} flagged" if failed else ""
    bare = sum(not each.evidence_count for each in failed)
    return note + (f", {bare} {'needs' if bare == 1 else 'need'} a file" if proof and bare else "")


def photos(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [{"id": str(each.id), "url": url_for("files.show", evidence_id=each.id), "name": each.caption or each.name,
             "thumb": url_for("files.thumb", evidence_id=each.id) if each.is_photo else "",
             "note": words.filesize(each.size)} for each in evidence]
