"""Raise a finding, see whether it repeats an earlier one, and issue it: its clocks start and its action is raised."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import and_, or_, select, tuple_

from compliance import clock, db
from compliance.access import Actor, Permission, Role, require
from compliance.accounts.models import Person
from compliance.accounts.queries import holders_of
from compliance.actions.commands import raise_action
from compliance.actions.lifecycle import ActionKind
from compliance.db import check_version
from compliance.errors import InvalidInput, RuleViolation
from compliance.findings.commands.clocking import local_day, start_clocks
from compliance.findings.lifecycle import FindingKind, FindingStatus, check_transition
from compliance.findings.lineages import known_lineage, related
from compliance.findings.models import Finding
from compliance.findings.repeats import REPEAT_MONTHS, FindingFacts, Repeat, repeats_of, severity_of_repeat
from compliance.journal import Event, record
from compliance.network.models import Site
from compliance.playbooks.document import Severity
from compliance.playbooks.models import Playbook
from compliance.references import next_reference

NEVER_ISSUED = (FindingStatus.DRAFT, FindingStatus.WITHDRAWN)


def raise_finding(
    actor: Actor, *, source: tuple[str, UUID, str], kind: FindingKind, severity: Severity, site: Site,
    vendor_id: UUID | None, lobs: Sequence[str], playbook: Playbook | None, playbook_version: str, clause_id: str,
    clause_digest: str | None, title: str, criterion: str, condition: str, risk: str, extent: str = "",
    recommendation: str = "", internal_note: str = "", details: Mapping[str, Any] | None = None,
    raised_by_id: UUID | None = None,
) -> Finding:
    """A draft, seen by the audit team alone. `raised_by_id` is who found it, where another hand writes it down."""
    finding = Finding(
        reference=next_reference("FND"), kind=kind, status=FindingStatus.DRAFT, severity=severity,
        first_severity=severity, site_id=site.id, site=site, vendor_id=vendor_id, lobs=sorted(lobs),
        playbook_id=playbook.id if playbook else None, playbook=playbook, playbook_version=playbook_version,
        clause_id=clause_id, clause_digest=clause_digest, source_type=source[0], source_id=source[1],
        source_reference=source[2], title=title.strip(), criterion=criterion.strip(), condition=condition.strip(),
        risk=risk.strip(), extent=extent.strip(), recommendation=recommendation.strip(),
        internal_note=internal_note.strip(), raised_by_id=raised_by_id or actor.id, raised_at=clock.now(),
        details=dict(details or {}), reopened=0)
    require(actor, Permission.RAISE_FINDING, finding)
    _check_wording(finding)
    db.session.add(finding)
    db.session.flush()
    record(actor, Event.FINDING_RAISED, finding, kind=kind, severity=severity, clause=clause_id or None,
           source=source[2])
    return finding


def _check_wording(finding: Finding) -> None:
    """A finding without its criterion and condition cannot be answered."""
    asked = {"title": (finding.title, "Say in one line what is wrong.")}
    if finding.kind is FindingKind.NONCONFORMITY:
        asked |= {"criterion": (finding.criterion, "Say what is asked: the clause and the value in force here."),
                  "condition": (finding.condition, "Say what was found: how many of how many, when, where.")}
    missing = {name: [message] for name, (text, message) in asked.items() if not text}
    if missing:
        raise InvalidInput("The finding is not complete yet.", missing)


def issue_finding(actor: Actor, finding: Finding, *, seen: int | None = None) -> Finding:
    """Hand a finding to whoever answers for the place. A minor that repeats becomes a major; the clocks start now."""
    require(actor, Permission.DECIDE_FINDING, finding)
    check_version(finding, seen)
    check_transition(finding.status, FindingStatus.ISSUED)
    owner = _answers_for(finding)
    repeated = _mark_repeat(finding)
    finding.status = FindingStatus.ISSUED
    start_clocks(finding, clock.now())
    finding.owner_id, finding.owner = owner.id, owner
    db.session.flush()
    record(actor, Event.FINDING_ISSUED, finding, severity=finding.severity, owner=owner.name,
           plan_due_on=finding.plan_due_on, close_due_on=finding.close_due_on,
           repeat_of=repeated.prior.id if repeated else None)
    _raise_corrective_action(actor, finding, owner)
    return finding


def _answers_for(finding: Finding) -> Person:
    """The vendor's lead where a vendor runs it, else the lead of the site. Raises RuleViolation when nobody is."""
    roles = [Role.VENDOR_LEAD, Role.SITE_LEAD] if finding.vendor_id else [Role.SITE_LEAD]
    for role in roles:
        people = holders_of(finding.place, [role])
        if people:
            return people[0]
    raise RuleViolation(f"Nobody answers for {finding.site.code}, so nobody can be given this finding. "
                        "Ask an administrator to make somebody its site lead.")


def _mark_repeat(finding: Finding) -> Repeat | None:
    """Link the finding it repeats. One that a person must confirm is named in the details and changes no grade."""
    repeats = find_repeats(finding)
    if not repeats:
        return None
    first = repeats[0]
    if first.needs_confirmation:
        finding.details = {**finding.details, "may_repeat": first.prior.id}
        return None
    finding.repeat_of_id = UUID(first.prior.id)
    finding.details = {**finding.details, "repeat_scope": first.scope.value}
    finding.severity = severity_of_repeat(finding.severity)
    return first


def find_repeats(finding: Finding) -> list[Repeat]:
    """The issued nonconformities this one repeats, by the lineage of its clause, the surest and latest first."""
    if finding.kind is not FindingKind.NONCONFORMITY or finding.playbook is None or not finding.clause_id:
        return []
    known, today = known_lineage(), local_day(finding)
    clause = (finding.playbook.key, finding.clause_id)
    same_place = Finding.site_id == finding.site_id
    if finding.vendor_id is not None:
        same_place = or_(same_place, Finding.vendor_id == finding.vendor_id)
    rows = db.session.execute(
        select(Finding.id, Playbook.key, Finding.clause_id, Finding.site_id, Finding.vendor_id, Finding.issued_on,
               Finding.closed_on)
        .join(Playbook, Playbook.id == Finding.playbook_id)
        .where(same_place, tuple_(Playbook.key, Finding.clause_id).in_(sorted(related(clause, known))),
               Finding.kind == FindingKind.NONCONFORMITY, Finding.status.not_in(NEVER_ISSUED),
               Finding.id != finding.id, _not_too_old(today)))
    priors = [FindingFacts(str(row.id), (row.key, row.clause_id), str(row.site_id), str(row.vendor_id or ""),
                           row.issued_on, row.closed_on) for row in rows]
    mine = FindingFacts(str(finding.id), clause, str(finding.site_id), str(finding.vendor_id or ""), today)
    return repeats_of(mine, priors, known)


def _not_too_old(today: date) -> Any:
    since = today - relativedelta(months=REPEAT_MONTHS)
    return or_(Finding.closed_on >= since, and_(Finding.closed_on.is_(None), Finding.issued_on >= since))


def _raise_corrective_action(actor: Actor, finding: Finding, owner: Person) -> None:
    """An observation or a good practice asks for no action: it is read and answered."""
    if finding.kind is not FindingKind.NONCONFORMITY or finding.close_due_on is None:
        return
    raise_action(actor, kind=ActionKind.CORRECTIVE, site=finding.site, vendor_id=finding.vendor_id,
                 source=(Finding.__tablename__, finding.id, finding.reference), title=finding.title,
                 description=finding.recommendation, severity=finding.severity, owner=owner,
                 due_on=finding.close_due_on, plan_due_on=finding.plan_due_on,
                 contain_due_at=finding.contain_due_at)
