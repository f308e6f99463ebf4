"""One audit: where it stands, what it is judged by, what it came to, and the steps that can be taken now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for

from compliance import clock, journal
from compliance.access import Actor, Permission, may, require
from compliance.audits import commands, presenting, queries
from compliance.audits.field.queries.holding import late_of
from compliance.audits.lifecycle import AUDIT_TRANSITIONS, AuditStatus
from compliance.audits.models import Audit
from compliance.audits.queries.listing import OPEN
from compliance.audits.queries.records import may_read_answers, progress_of
from compliance.audits.queries.walking import superseded
from compliance.audits.schemas import StepSchema
from compliance.audits.views import cards
from compliance.audits.views.blueprint import Answer, bp
from compliance.audits.views.listing import result
from compliance.audits.views.telling import told, way
from compliance.db import transaction
from compliance.errors import InvalidInput, RuleViolation
from compliance.files.queries import evidence_of
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.web.words import sentence

PATH = (AuditStatus.PLANNED, AuditStatus.SCHEDULED, AuditStatus.IN_PROGRESS, AuditStatus.SUBMITTED,
        AuditStatus.REVIEWED, AuditStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an audit's life as a button: what it leads to, who may, and what it does."""

    target: AuditStatus
    permission: Permission
    take: Callable[[Actor, Audit, dict[str, Any]], object]
    done: str


STEPS = {
    "schedule": Step(AuditStatus.SCHEDULED, Permission.PLAN_AUDIT, lambda who, audit, given: commands.schedule_audit(
        who, audit, planned_from=given["planned_from"], version=given["version"]), "is in the calendar."),
    "start": Step(AuditStatus.IN_PROGRESS, Permission.CONDUCT_AUDIT, lambda who, audit, given: commands.start_audit(
        who, audit, version=given["version"]), "has started. What it is judged by is fixed now."),
    "postpone": Step(AuditStatus.POSTPONED, Permission.PLAN_AUDIT, lambda who, audit, given: commands.postpone_audit(
        who, audit, reason=given["reason"], version=given["version"]), "is postponed."),
    "cancel": Step(AuditStatus.CANCELLED, Permission.PLAN_AUDIT, lambda who, audit, given: commands.cancel_audit(
        who, audit, reason=given["reason"], version=given["version"]), "is cancelled."),
    "second": Step(AuditStatus.SUBMITTED, Permission.REVIEW_AUDIT, lambda who, audit, given: commands.second_review(
        who, audit, version=given["version"]), "has your word as its second reviewer."),
    "close": Step(AuditStatus.CLOSED, Permission.PLAN_AUDIT, lambda who, audit, given: commands.close_audit(
        who, audit, version=given["version"]), "is closed. Its actions live on."),
}


@bp.get("/audits/<reference>")
def show(reference: str) -> Answer:
    audit = queries.get_audit(actor(), reference)
    return _page(audit, Form(StepSchema(), {"version": audit.version}))


@bp.post("/audits/<reference>/<any(schedule, start, postpone, cancel, second, close):step>")
def take(reference: str, step: str) -> Answer:
    audit = queries.get_audit(actor(), reference)
    require(actor(), STEPS[step].permission, audit)
    form = Form(StepSchema(), {"version": audit.version}, {"Status": sentence(audit.status)})
    if form.submitted_and_valid():
        try:
            with transaction():
                STEPS[step].take(actor(), audit, form.data)
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(f"{audit.reference} {STEPS[step].done}")
            return redirect(url_for(".checklist" if step == "start" else ".show", reference=audit.reference))
    return _page(audit, form)


def _page(audit: Audit, form: Form) -> tuple[str, int]:
    zone, chains = audit.site.zone or "UTC", queries.chains_of(audit)
    return render_template(
        "audits/show.html", audit=audit, form=form, path=way(audit, zone), progress=progress_of(audit),
        findings=queries.findings_of(actor(), audit), chains=chains, result=result,
        may_read=may_read_answers(actor(), audit), overdue=queries.is_overdue(audit), refused=_refused(audit),
        offered=_offered(audit), history=[told(entry, zone) for entry in _history(audit)], zone=zone,
        early=max(0, (audit.planned_from - clock.today(zone)).days),
        late=late_of([audit.reference]).get(audit.reference) if may_read_answers(actor(), audit) else None,
        superseded=superseded(audit, chains) if audit.status in OPEN else [], fixed_on=presenting.fixed_on(audit),
        on_team=actor().id in audit.team, signatures=_signatures(audit)), form.status


def _signatures(audit: Audit) -> list[dict[str, Any]]:
    """The signatures under a sign-off on a tablet, for those who may read what was signed."""
    if audit.signature is None or not may_read_answers(actor(), audit):
        return []
    return cards.photos(evidence_of(actor(), audit)[audit.id])


def _history(audit: Audit) -> Sequence[journal.JournalEntry]:
    """Who answered which clause when is a working paper, and too much for a column."""
    return journal.history(audit, limit=40)


def _offered(audit: Audit) -> set[str]:
    """The steps that may follow, for somebody with the permission."""
    found = {name for name, step in STEPS.items() if may(actor(), step.permission, audit) and (
        AUDIT_TRANSITIONS.allowed(audit.status, step.target) if name != "second" else (
            audit.second_reviewer_id == actor().id and audit.second_reviewed_at is None
            and audit.status is AuditStatus.SUBMITTED))}
    if audit.status in commands.REASSIGNED and may(actor(), Permission.PLAN_AUDIT, audit):
        found.add("reassign")
    return found


def _refused(audit: Audit) -> dict[str, str]:
    """Why a step that is in the way of the work cannot be taken by this person."""
    why: dict[str, str] = {}
    if actor().id not in audit.team:
        why["start"] = f"Only the audit team starts it. Its lead is {audit.lead.name}."
    else:
        why["review"] = "You are on the audit team, so somebody else reviews it."
    if audit.second_reviewer is not None and actor().id == audit.second_reviewer_id:
        why["review"] = "You are its second reviewer; another reviewer completes it."
    elif audit.second_reviewer is not None and audit.second_reviewed_at is None:
        why.setdefault("review", f"Its second reviewer, {audit.second_reviewer.name}, has to agree first.")
    return why
