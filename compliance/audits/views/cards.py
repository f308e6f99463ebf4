"""What a card of the checklist shows: progress by section, override marks, answers to choose from, files."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from compliance.audits.models import Assessment, Audit
from compliance.audits.schemas import ANSWERS
from compliance.audits.scoring import Conformity, may_be_partial
from compliance.files.models import Evidence
from compliance.playbooks.models import ClauseText, ResolvedChain
from compliance.web import words

FAILED = (Conformity.NONCONFORMITY, Conformity.PARTIAL)
GLOBAL = "global"


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
    }


def options(assessment: Assessment) -> list[dict[str, Any]]:
    half = may_be_partial(assessment.severity)
    refused = {each: each is Conformity.PARTIAL and not half for each in answers(assessment)}
    return [{"value": each.value, "label": "", "refused": refused[each],
             "note": "not for critical" if refused[each] else _about(assessment, each)} for each in refused]


def answers(assessment: Assessment) -> list[Conformity]:
    """What a line of the checklist can be answered with: "waived" only under a waiver, a control by halves never."""
    if assessment.control_of:
        return [each for each in ANSWERS if each is not Conformity.PARTIAL]
    return [*ANSWERS[:3], Conformity.WAIVED, *ANSWERS[3:]] if assessment.waiver_id else list(ANSWERS)


def _about(assessment: Assessment, answer: Conformity) -> str:
    if answer is Conformity.WAIVED and assessment.waiver:
        return f"not met, under {assessment.waiver.reference}"
    if answer is Conformity.NOT_APPLICABLE and assessment.control_of:
        return f"{assessment.control_of} itself is met"
    return ""


def fixed_on(audit: Audit) -> date | None:
    """The local day whose texts and waivers an audit is judged by."""
    started = audit.started_at.astimezone(ZoneInfo(audit.site.zone or "UTC")).date() if audit.started_at else None
    return min(audit.evidence_until or started, started) if started else None


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


def where(assessments: Sequence[Assessment], current: Assessment) -> str:
    """ "2 of 3 in Intake"."""
    members = [each for each in assessments
               if (each.criteria_id, each.section) == (current.criteria_id, current.section)]
    return f"{members.index(current) + 1} of {len(members)}" + (f" in {current.section}" if current.section else "")


def marks(audit: Audit, chain: ResolvedChain | None, assessment: Assessment, text: ClauseText) -> list[dict[str, str]]:
    """The layers below global that speak in a clause or set a value it uses: what they are, and why they say so."""
    if chain is None:
        return []
    said = chain.provenance.get(assessment.clause_id, {})
    origins = [*said.get("from", {}).values(), *said.get("sentences", ())]
    for name, _ in text.content.get("uses", ()):
        origins += chain.parameters.get(name, {}).get("trail", ())
    found: dict[str, dict[str, str]] = {}
    for origin in origins:
        layer = origin.get("layer", GLOBAL)
        if layer != GLOBAL:
            mark = {"text": f"{layer.upper()} v{origin.get('version', '')}", "layer": _kind(audit, layer),
                    "why": origin.get("why", "")}
            if not found.get(layer, {}).get("why"):
                found[layer] = mark
    return list(found.values())


def _kind(audit: Audit, layer: str) -> str:
    codes = [code for code in audit.site.path.split("/") if code]
    return dict(zip(codes, ("region", "market", "site"), strict=False)).get(layer.lower(), "vendor")


def photos(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [{"id": str(each.id), "url": url_for("files.show", evidence_id=each.id), "name": each.caption or each.name,
             "thumb": url_for("files.thumb", evidence_id=each.id) if each.is_photo else "",
             "note": words.filesize(each.size)} for each in evidence]
