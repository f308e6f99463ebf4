"""What a line of a checklist shows, on a page and on a tablet: answers to choose from, override marks, its place."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from compliance.audits.models import Assessment, Audit
from compliance.audits.schemas import ANSWERS
from compliance.audits.scoring import Conformity, may_be_partial
from compliance.playbooks.document import Severity
from compliance.playbooks.models import ClauseText, ResolvedChain
from compliance.playbooks.translations.languages import known

GLOBAL = "global"
ENGLISH = "en"


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


def tongues(audit: Audit, assessment: Assessment) -> list[tuple[str, str]]:
    """The languages besides English a note may be in here: those spoken at the site, and the one it is in."""
    spoken = known({*(audit.site.languages or ()), assessment.written_in} - {""}, ENGLISH)
    return [(language.code, language.name) for language in spoken]


def disputed(audit: Audit, assessments: Sequence[Assessment]) -> list[str]:
    """Where auditors gave different answers and nobody has chosen: the clauses, and the closing."""
    return [each.clause_id for each in assessments if each.conflicts] + (["the closing"] if audit.conflicts else [])


def warning(assessment: Assessment) -> str:
    """What somebody is told before the answer, not after."""
    capped = "A failed critical clause caps the rating at D. " if assessment.severity is Severity.CRITICAL else ""
    return f"{capped}If it fails, a note and a photo or file are needed."
