"""A finding where a waiver has ended and its clause is still not met: proposed by one, issued by another."""

from compliance.access import Actor, Permission, require
from compliance.audits.queries.waived import proposed
from compliance.errors import Forbidden, NotFound, RuleViolation
from compliance.findings.commands import issue_finding, raise_finding
from compliance.findings.lifecycle import FindingKind, FindingStatus
from compliance.findings.models import Finding
from compliance.network.queries import lobs_at
from compliance.playbooks.waivers.lifecycle import State
from compliance.playbooks.waivers.models import Waiver
from compliance.playbooks.waivers.queries import line_of
from compliance.playbooks.waivers.subjects import ClauseAt, subject_of, today_at
from compliance.wording import words

OVER = frozenset({State.EXPIRED, State.LAPSED, State.REVOKED})


def propose_finding(actor: Actor, waiver: Waiver, *, condition: str, risk: str, title: str = "") -> Finding:
    """Draft a finding against the clause as it reads at the place now; nobody is told before it is issued."""
    require(actor, Permission.RAISE_FINDING, waiver)
    state = line_of(waiver).state
    if state not in OVER:
        raise RuleViolation(f"{waiver.reference} is {words(state)}: a finding follows only once it has ended.")
    for other in proposed(actor, waiver):
        if other.status is not FindingStatus.WITHDRAWN:
            raise RuleViolation(f"{other.reference} is proposed for it already.")
    said = _clause_now(waiver)
    return raise_finding(
        actor, source=(Waiver.__tablename__, waiver.id, waiver.reference), kind=FindingKind.NONCONFORMITY,
        severity=said.here.severity, site=waiver.site, vendor_id=waiver.vendor_id,
        lobs=sorted(lobs_at(waiver.site, waiver.vendor_id, said.on)), playbook=waiver.playbook,
        playbook_version=said.version, clause_id=said.clause.id, clause_digest=said.clause.digest,
        title=title or f"{said.clause.title}: not met after the waiver ended", criterion=said.clause.text,
        condition=condition, risk=risk)


def issue_proposed(actor: Actor, waiver: Waiver, finding: Finding) -> None:
    """Issue what somebody else proposed: its clocks start."""
    require(actor, Permission.DECIDE_FINDING, waiver)
    if finding.source_id != waiver.id:
        raise NotFound
    if finding.raised_by_id == actor.id:
        raise Forbidden("You proposed it, so somebody else issues it.")
    issue_finding(actor, finding)


def _clause_now(waiver: Waiver) -> ClauseAt:
    """The clause as it is asked there today. Raises RuleViolation when it is asked no more."""
    try:
        return subject_of(waiver).clause_on(today_at(waiver.site))
    except NotFound:
        raise RuleViolation(f"{waiver.clause_id} is not asked at {waiver.site.code} any more.") from None
