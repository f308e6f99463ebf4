"""An audit as a tablet downloads it: all that can be read and asked while there is no network."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from compliance.access import Actor, Permission, may
from compliance.accounts.models import Person
from compliance.audits import presenting, queries, score_rules
from compliance.audits.field.telling import initials, stamp
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Assessment, Audit
from compliance.audits.queries.records import may_read_answers
from compliance.audits.queries.states import may_be_waived
from compliance.audits.queries.walking import Last, Superseded, last_results, open_findings, superseded
from compliance.audits.scoring import Conformity, ScoreRules
from compliance.audits.submission import AnsweredClause, Blocker, clause_blockers
from compliance.errors import NotFound, RuleViolation
from compliance.findings.models import Finding
from compliance.playbooks.models import ClauseText, ResolvedChain
from compliance.playbooks.queries.originals import original_texts
from compliance.playbooks.translations import queries as translations
from compliance.playbooks.translations.languages import known
from compliance.playbooks.waivers.queries import Line
from compliance.web.states import look_of

FINDINGS = 5
# What auditors write most when a clause does not concern a place: a tap instead of a sentence with gloves on.
USUAL_REASONS = ("This line of business is not run here.", "No such case in the evidence period.",
                 "Another team does this, at another site.")


def assigned_audits(actor: Actor) -> list[dict[str, Any]]:
    """What the actor has to carry out: on the team, and not handed in yet."""
    return [_card(actor, audit) for audit in queries.my_audits(actor) if audit.status in WALKED]


WALKED = frozenset({AuditStatus.PLANNED, AuditStatus.SCHEDULED, AuditStatus.POSTPONED, AuditStatus.IN_PROGRESS})
_NOT_YET = {
    AuditStatus.PLANNED: "It is planned and not in the calendar yet. A programme manager schedules it.",
    AuditStatus.POSTPONED: "It is postponed. A programme manager schedules it again.",
    AuditStatus.SCHEDULED: "It starts with Start.",
}


def _card(actor: Actor, audit: Audit) -> dict[str, Any]:
    why_not = "" if may(actor, Permission.CONDUCT_AUDIT, audit) else "You may not conduct audits here any more."
    why_not = why_not or _NOT_YET.get(audit.status, "")
    return {
        **_heading(audit), "title": ", ".join(each.playbook.title for each in audit.criteria),
        "planned_from": audit.planned_from.isoformat(), "due_on": audit.due_on.isoformat(), "clauses": audit.clauses,
        "answered": audit.answered, "etag": stamp(audit), "can_download": not why_not, "why_not": why_not,
        "can_start": audit.status is AuditStatus.SCHEDULED and may(actor, Permission.CONDUCT_AUDIT, audit),
    }


def _heading(audit: Audit) -> dict[str, Any]:
    site = audit.site
    return {
        "reference": audit.reference, "kind": "audit", "status": audit.status.value,
        "site": {"code": site.code, "name": site.name, "zone": site.zone or "UTC"},
        "vendor": audit.vendor.name if audit.vendor else None,
        "lead": {"id": str(audit.lead_id), "name": audit.lead.name},
    }


def audit_snapshot(actor: Actor, reference: str) -> dict[str, Any]:
    """An audit of the actor's team, once it has begun. Raises NotFound for one of another team.

    What moves (answers, photographs, conflicts, results) is added by whoever serves it: see `standing.told`.
    """
    audit = queries.get_audit(actor, reference)
    if actor.id not in audit.team or not may_read_answers(actor, audit):
        raise NotFound
    if audit.started_at is None:
        raise RuleViolation(_NOT_YET.get(audit.status, f"{audit.reference} has not begun."))
    assessments = queries.assessments_of(actor, audit)
    beside = _Beside(actor, audit, assessments)
    return _heading(audit) | {
        "title": ", ".join(each.playbook.title for each in audit.criteria), "etag": stamp(audit),
        "team": [_member(member.person) for member in sorted(audit.members, key=lambda each: each.person.name)],
        "fixed_on": _iso(presenting.fixed_on(audit)), "planned_from": audit.planned_from.isoformat(),
        "due_on": audit.due_on.isoformat(),
        "playbooks": [{"key": each.playbook.key, "prefix": each.playbook.prefix, "title": each.playbook.title,
                       "version": each.version} for each in audit.criteria],
        "newer": [_newer(each) for each in beside.superseded], "languages": beside.languages,
        "sections": list(_sections(assessments)), "items": [_item(beside, each) for each in assessments],
    }


def _member(person: Person) -> dict[str, str]:
    return {"id": str(person.id), "name": person.name, "initials": initials(person.name)}


def _newer(each: Superseded) -> dict[str, Any]:
    return {"prefix": each.prefix, "scope": each.scope, "was": each.was, "version": each.version,
            "effective_on": _iso(each.on)}


def _sections(assessments: Sequence[Assessment]) -> Iterator[dict[str, Any]]:
    for at, ((_, name), grouped) in enumerate(groupby(assessments, key=lambda each: (each.criteria_id, each.section))):
        yield {"id": f"s{at}", "title": name or "Clauses", "items": [each.clause_id for each in grouped]}


class _Beside:
    """Everything the items of one audit are told from, read at once: the number of statements knows no clause."""

    def __init__(self, actor: Actor, audit: Audit, assessments: Sequence[Assessment]) -> None:
        self.audit = audit
        self.texts = queries.texts_of(assessments)
        self.chains = queries.chains_of(audit)
        self.superseded = superseded(audit, self.chains)
        self.waivers: Mapping[UUID, Line] = queries.pinned_waivers(audit, assessments)
        self.lasts = last_results(audit)
        self.findings = open_findings(actor, audit)
        self.rules: ScoreRules = score_rules.rules_of(audit.score_rules)
        self.by_criteria = {each.id: each for each in audit.criteria}
        contents = {digest: text.content for digest, text in self.texts.items()}
        spoken = known({*(audit.site.languages or ()), translations.reading_language(actor)} - {""}, "")
        self.readings = translations.approved_readings((each.code for each in spoken), contents)
        self.languages = [{"code": each.code, "name": each.name, "direction": each.direction} for each in spoken]
        self.places = dict(_places(assessments))
        self.originals = original_texts({
            (criteria.playbook_id, criteria.version): [
                (each.clause_id, each.clause_digest) for each in assessments
                if each.criteria_id == criteria.id and not each.control_of]
            for criteria in audit.criteria})

    def line(self, assessment: Assessment) -> tuple[UUID, str]:
        return self.by_criteria[assessment.criteria_id].playbook_id, assessment.clause_id

    def chain(self, assessment: Assessment) -> ResolvedChain | None:
        return self.chains.get(self.by_criteria[assessment.criteria_id].chain_key or "")


def _places(assessments: Sequence[Assessment]) -> Iterator[tuple[UUID, str]]:
    """ "2 of 3 in Intake", for each."""
    for (_, name), grouped in groupby(assessments, key=lambda each: (each.criteria_id, each.section)):
        members = list(grouped)
        for at, each in enumerate(members, start=1):
            yield each.id, f"{at} of {len(members)}" + (f" in {name}" if name else "")


def _item(beside: _Beside, assessment: Assessment) -> dict[str, Any]:
    text, line = beside.texts[assessment.clause_digest], beside.line(assessment)
    said = text.content
    return {
        "id": assessment.clause_id, "title": assessment.title, "html": text.html, "lang": "en", "dir": "ltr",
        "severity": assessment.severity.value, "weight": assessment.weight, "locked": said["lock"] != "open",
        "where": beside.places[assessment.id], "global_html": beside.originals.get(line),
        "marks": presenting.marks(beside.audit, beside.chain(assessment), assessment, text),
        "check": said["check"], "guidance": said["guidance"], "evidence": said["evidence"], "law": said["law"],
        "warning": presenting.warning(assessment), "options": _options(assessment),
        "needs": _needs(assessment, beside.rules), "sample_needs": _sample_needs(assessment, beside.rules),
        "na_reasons": _reasons(assessment), "last": _last(beside.lasts.get(line)),
        "sampled": assessment.sample_size is not None or assessment.sample_failed is not None,
        "open_findings": [_finding(each) for each in beside.findings.get(line, ())[:FINDINGS]],
        "waiver": _waiver(beside.waivers.get(assessment.waiver_id) if assessment.waiver_id else None),
        "control_of": assessment.control_of, "applicable": assessment.applicable,
        "readings": _readings(beside, text),
    }


def _options(assessment: Assessment) -> list[dict[str, Any]]:
    return [option | {"label": look_of(option["value"]).word, "icon": look_of(option["value"]).icon}
            for option in presenting.options(assessment)]


def _needs(assessment: Assessment, rules: ScoreRules) -> dict[str, list[dict[str, str]]]:
    """What each answer asks for, by the rule of submission: the tablet only sees whether a field is filled."""
    return {each.value: _told(clause_blockers(_bare(assessment, each), rules))
            for each in presenting.answers(assessment)}


def _sample_needs(assessment: Assessment, rules: ScoreRules) -> list[dict[str, str]]:
    return _told(clause_blockers(_bare(assessment, Conformity.CONFORMITY, sampled=True), rules))


def _bare(assessment: Assessment, conformity: Conformity, *, sampled: bool = False) -> AnsweredClause:
    return AnsweredClause(
        assessment.clause_id, assessment.severity, assessment.weight, conformity, risk="", sampled=sampled,
        may_be_waived=may_be_waived(assessment), control_of=assessment.control_of)


def _told(blockers: Sequence[Blocker]) -> list[dict[str, str]]:
    return [{"code": each.code, "message": each.message} for each in blockers]


def _reasons(assessment: Assessment) -> list[str]:
    """An override that lifts the clause here says why; that is the reason then."""
    return [assessment.reason] if not assessment.applicable and assessment.reason else list(USUAL_REASONS)


def _last(last: Last | None) -> dict[str, Any] | None:
    if last is None or last.conformity is None:
        return None
    return {"conformity": last.conformity.value, "on": _iso(last.on), "reference": last.reference}


def _finding(finding: Finding) -> dict[str, str]:
    return {"reference": finding.reference, "title": finding.title}


def _waiver(line: Line | None) -> dict[str, Any] | None:
    """As of the day the criteria froze, and how it stands today: both are told (a waiver may run out meanwhile)."""
    if line is None:
        return None
    return {"reference": line.waiver.reference, "until": line.waiver.until_on.isoformat(),
            "control": line.waiver.control, "state": line.state.value}


def _readings(beside: _Beside, text: ClauseText) -> list[dict[str, str]]:
    return [{"lang": each.language.code, "dir": each.language.direction, "title": each.title, "html": each.html}
            for each in beside.readings.get(text.digest, ())]


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
