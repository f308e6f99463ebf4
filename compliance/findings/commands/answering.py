"""Accept a finding or dispute it, decide on the dispute, change its grade, or withdraw it."""

from collections.abc import Sequence

from compliance import clock
from compliance.access import Actor, Permission, Role, require
from compliance.accounts.queries import holders_of
from compliance.actions.commands import cancel_groundless, regrade_action
from compliance.db import check_version
from compliance.errors import InvalidInput, RuleViolation
from compliance.files.commands import attach
from compliance.files.intake import Upload
from compliance.files.queries import evidence_of
from compliance.findings.clocks import plan_due_after_dispute
from compliance.findings.commands.clocking import local_day, restart_clocks
from compliance.findings.lifecycle import (
    Decision,
    FindingKind,
    FindingStatus,
    WithdrawalReason,
    check_transition,
    decision_refusals,
    dispute_refusals,
    regrade_refusals,
)
from compliance.findings.models import Finding
from compliance.findings.queries.answers import open_actions_of
from compliance.journal import Event, record
from compliance.network.queries import calendar_of
from compliance.playbooks.document import Severity
from compliance.refusals import refuse
from compliance.wording import words


def accept_finding(actor: Actor, finding: Finding, *, seen: int | None = None) -> None:
    """Agree that it is so: what follows is the plan."""
    require(actor, Permission.RESPOND_TO_FINDING, finding)
    check_version(finding, seen)
    check_transition(finding.status, FindingStatus.ACCEPTED)
    finding.status, finding.accepted_at = FindingStatus.ACCEPTED, clock.now()
    record(actor, Event.FINDING_ACCEPTED, finding)


def dispute_finding(actor: Actor, finding: Finding, *, reason: str, uploads: Sequence[Upload] = (),
                    seen: int | None = None) -> None:
    """Say what is wrong about it, with evidence, within the window. The plan waits; containment does not."""
    require(actor, Permission.RESPOND_TO_FINDING, finding)
    check_version(finding, seen)
    check_transition(finding.status, FindingStatus.DISPUTED)
    for upload in uploads:
        attach(actor, Permission.RESPOND_TO_FINDING, finding, upload, caption="Against the finding")
    given = [piece for piece in evidence_of(actor, finding)[finding.id] if piece.added_by_id == actor.id]
    today = local_day(finding)
    refuse(dispute_refusals(finding.dispute_until or today, today, reason=reason, evidence=len(given)))
    finding.status, finding.disputed_at, finding.dispute = FindingStatus.DISPUTED, clock.now(), reason.strip()
    record(actor, Event.FINDING_DISPUTED, finding, reason=reason.strip())


def decide_dispute(actor: Actor, finding: Finding, *, outcome: FindingStatus, reason: str,
                   severity: Severity | None = None, seen: int | None = None) -> None:
    """Uphold, regrade (with the new severity) or withdraw a disputed finding; the time it took is given back."""
    require(actor, Permission.DECIDE_FINDING, finding)
    check_version(finding, seen)
    check_transition(finding.status, outcome)
    if finding.status is not FindingStatus.DISPUTED:
        raise RuleViolation(f"This finding is {words(finding.status)}: there is no dispute to decide on.")
    if outcome is FindingStatus.WITHDRAWN:
        withdraw_finding(actor, finding, reason=WithdrawalReason.NOT_UPHELD, note=reason)
        return
    decision = _decision(actor, finding, reason)
    if outcome is FindingStatus.REGRADED:
        if severity is None:
            raise InvalidInput("Choose the new grade.", {"severity": ["Choose the new grade."]})
        refuse(regrade_refusals(finding.severity, severity, decision))
    else:
        refuse(decision_refusals(decision))
    _decided(actor, finding, outcome, reason)
    before = finding.severity
    if outcome is FindingStatus.REGRADED and severity is not None:
        finding.severity = severity
        restart_clocks(finding)
    _give_back(finding)
    _pass_on(actor, finding)
    event = Event.FINDING_UPHELD if outcome is FindingStatus.UPHELD else Event.FINDING_REGRADED
    record(actor, event, finding, before=before, severity=finding.severity, reason=reason.strip(),
           plan_due_on=finding.plan_due_on)


def regrade(actor: Actor, finding: Finding, *, severity: Severity, reason: str, seen: int | None = None) -> None:
    """Change the grade of an issued finding that nobody disputes; the first grade stays readable."""
    require(actor, Permission.DECIDE_FINDING, finding)
    check_version(finding, seen)
    if finding.status in (FindingStatus.CLOSED, FindingStatus.WITHDRAWN, FindingStatus.DISPUTED):
        raise RuleViolation(f"This finding is {words(finding.status)}; its grade cannot be changed this way.")
    refuse(regrade_refusals(finding.severity, severity, _decision(actor, finding, reason)))
    before, finding.severity = finding.severity, severity
    restart_clocks(finding)
    _pass_on(actor, finding)
    record(actor, Event.FINDING_REGRADED, finding, before=before, severity=severity, reason=reason.strip())


def withdraw_finding(actor: Actor, finding: Finding, *, reason: WithdrawalReason, note: str,
                     seen: int | None = None) -> None:
    """Take a finding back, and with it the actions that answer it."""
    require(actor, Permission.DECIDE_FINDING, finding)
    check_version(finding, seen)
    check_transition(finding.status, FindingStatus.WITHDRAWN)
    refuse(decision_refusals(_decision(actor, finding, note)))
    _decided(actor, finding, FindingStatus.WITHDRAWN, note)
    finding.withdrawn_reason = reason.value
    record(actor, Event.FINDING_WITHDRAWN, finding, why=words(reason), reason=note.strip())
    for action in open_actions_of(finding):
        cancel_groundless(actor, action, reason=f"{finding.reference} was withdrawn: {words(reason)}.")


def _decision(actor: Actor, finding: Finding, reason: str) -> Decision:
    """The command required the reviewer's permission before; who leads the site is looked up."""
    leads = {person.id for person in holders_of(finding.place, [Role.SITE_LEAD])}
    return Decision(decider_id=str(actor.id), is_reviewer=True, raised_by_id=str(finding.raised_by_id),
                    leads_site=actor.id in leads, reason=reason)


def _decided(actor: Actor, finding: Finding, outcome: FindingStatus, reason: str) -> None:
    finding.status, finding.decision = outcome, reason.strip()
    finding.decided_at, finding.decided_by_id = clock.now(), actor.id


def _give_back(finding: Finding) -> None:
    """The business days the dispute took are added to the plan's date, whatever the outcome."""
    if finding.plan_due_on is not None and finding.disputed_at is not None:
        finding.plan_due_on = plan_due_after_dispute(
            finding.plan_due_on, local_day(finding, finding.disputed_at), local_day(finding),
            calendar_of(finding.site))


def _pass_on(actor: Actor, finding: Finding) -> None:
    """The action follows the grade and dates of its finding."""
    if finding.kind is not FindingKind.NONCONFORMITY or finding.close_due_on is None:
        return
    for action in open_actions_of(finding):
        regrade_action(actor, action, severity=finding.severity, contain_due_at=finding.contain_due_at,
                       plan_due_on=finding.plan_due_on, due_on=finding.close_due_on)
