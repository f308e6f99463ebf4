"""Rows that overviews read, put there directly: results with their audit, open findings, actions, evidence."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Role
from compliance.accounts.models import Person
from compliance.actions.lifecycle import ActionKind, ActionStatus
from compliance.actions.models import Action
from compliance.audits.lifecycle import AuditMethod, AuditStatus
from compliance.audits.models import Assessment, Audit, AuditCriteria, Standing
from compliance.audits.scoring import Conformity, Rating, rating_of
from compliance.findings.lifecycle import FindingKind, FindingStatus
from compliance.findings.models import Finding
from compliance.network.models import Site, Vendor
from compliance.playbooks.document import Severity
from compliance.playbooks.models import ClauseText, Playbook, PlaybookVersion, VersionStatus
from tests.builders.accounts import a_person
from tests.builders.saving import save, saving

numbers = itertools.count(1)
ANSWERS = ((Conformity.CONFORMITY, ""), (Conformity.CONFORMITY, ""), (Conformity.CONFORMITY, ""),
           (Conformity.NONCONFORMITY, "Seven of 32 sampled tickets took 17 to 52 minutes."))
TEXT = """---
playbook: {key}
version: {number}
title: {title}
prefix: {prefix}
owner: global-ts-policy
effective: {effective}
language: en
change: major
note: First text.
---

## Section

### {prefix}-01 First clause

- Severity: major
- Weight: 3
- Evidence: Record
- Check: Is it done?
{lobs}
The thing is done.
"""


def somebody() -> Person:
    """Whoever did what no test is about."""
    found = db.session.scalar(select(Person).where(Person.email == "somebody@lumora.example"))
    return found or a_person(Role.AUDITOR, email="somebody@lumora.example", name="Hana Watanabe")


def a_text(prefix: str = "ESC", title: str = "Escalation handling", *, lobs: str = "", number: str = "1.0.0",
           effective: date = date(2024, 1, 1)) -> Playbook:
    """A playbook with an approved version in force; the same one again when it is there."""
    key = title.lower().replace(" ", "-")
    found = db.session.scalar(select(Playbook).where(Playbook.prefix == prefix))
    if found and db.session.scalar(select(PlaybookVersion.id).where(
            PlaybookVersion.playbook_id == found.id, PlaybookVersion.number == number)):
        return found
    playbook = found or save(Playbook(key=key, prefix=prefix, title=title, owner="global-ts-policy"))
    source = TEXT.format(key=key, number=number, title=title, prefix=prefix, effective=effective.isoformat(),
                         lobs=f"- Applies to: {lobs}\n" if lobs else "")
    save(PlaybookVersion(
        playbook_id=playbook.id, number=number, title=title, source=source, digest="0" * 64,
        status=VersionStatus.APPROVED, effective_on=effective, until_on=None, note="First text.", author_id=None,
        clauses=1, added_at=noon(effective), approved_at=noon(effective), approved_by="P. Kowalczyk"))
    return playbook


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def an_audit_row(site: Site, vendor: Vendor | None = None, *, on: date, status: AuditStatus = AuditStatus.REVIEWED,
                 **fields: Any) -> Audit:
    reviewed = noon(on) if status in (AuditStatus.REVIEWED, AuditStatus.CLOSED) else None
    valid: dict[str, Any] = {
        "reference": f"AUD-{on.year}-{next(numbers):04d}", "status": status, "site_id": site.id,
        "vendor_id": vendor.id if vendor else None, "method": AuditMethod.ON_SITE, "lobs": ["Core"],
        "planned_from": on, "planned_until": on, "due_on": on, "lead_id": somebody().id, "reviewed_at": reviewed,
        "started_at": reviewed, "submitted_at": reviewed}
    return save(Audit(**valid | fields))


def a_result(site: Site, playbook: Playbook, vendor: Vendor | None = None, *, on: date, points: float = 9.0,
             weight: float = 10.0, rating: Rating | None = None, audit: Audit | None = None,
             answers: Any = ANSWERS, standing: bool = True, **fields: Any) -> AuditCriteria:
    """A reviewed result with its assessments, and the standing it leaves."""
    score = 100 * points / weight if weight else None
    rating = rating or rating_of(score)
    with saving():
        audit = audit or an_audit_row(site, vendor, on=on)
        criteria = save(AuditCriteria(
            audit_id=audit.id, playbook_id=playbook.id, site_id=site.id, vendor_id=audit.vendor_id, position=0,
            version="1.0.0", assessed_on=on, points=points, weight=weight, score=score, coverage=100.0, rating=rating,
            conforming=sum(answer is Conformity.CONFORMITY for answer, _ in answers), assessed=len(answers), **fields))
        if standing:
            _stand(criteria, audit, rating, bool(fields.get("cap")))
        for at, (conformity, note) in enumerate(answers, start=1):
            an_assessment(criteria, at, conformity, note)
    return criteria


def _stand(criteria: AuditCriteria, audit: Audit, rating: Rating, capped: bool) -> None:
    with saving():
        db.session.merge(Standing(
            site_id=criteria.site_id, playbook_id=criteria.playbook_id, vendor_id=criteria.vendor_id,
            criteria_id=criteria.id, audit_id=audit.id, assessed_on=criteria.assessed_on, points=criteria.points,
            weight=criteria.weight, score=criteria.score, rating=rating, capped=capped,
            conforming=criteria.conforming, assessed=criteria.assessed))


def an_assessment(criteria: AuditCriteria, at: int, conformity: Conformity | None, note: str = "") -> Assessment:
    digest = f"{at:064d}"
    if db.session.get(ClauseText, digest) is None:
        save(ClauseText(digest=digest, content={"title": f"Clause {at}"}, html="<p>Clause.</p>", renderer="1"))
    prefix = db.session.get_one(Playbook, criteria.playbook_id).prefix
    return save(Assessment(
        audit_id=criteria.audit_id, criteria_id=criteria.id, position=at, clause_id=f"{prefix}-{at:02d}",
        clause_digest=digest, section="Section", title=f"Clause number {at}", severity=Severity.MAJOR, weight=3,
        conformity=conformity, note=note, answered_by_id=somebody().id))


def a_finding_row(site: Site, vendor: Vendor | None = None, *, issued_on: date | None = None,
                  severity: Severity = Severity.MAJOR, status: FindingStatus = FindingStatus.ACCEPTED,
                  due_in: int = 60, **fields: Any) -> Finding:
    issued_on = issued_on or clock.today() - timedelta(days=10)
    number = next(numbers)
    valid: dict[str, Any] = {
        "reference": f"FND-{issued_on.year}-{number:04d}", "kind": FindingKind.NONCONFORMITY, "status": status,
        "severity": severity, "first_severity": severity, "site_id": site.id,
        "vendor_id": vendor.id if vendor else None, "lobs": ["Core"], "clause_id": "ESC-02", "source_type": "audits",
        "source_id": site.id, "source_reference": "AUD-2026-0001", "title": f"Tickets acknowledged late {number}",
        "condition": "Seven of 32 sampled tickets took 17 to 52 minutes.", "raised_by_id": somebody().id,
        "raised_at": noon(issued_on), "issued_at": noon(issued_on), "issued_on": issued_on,
        "close_due_on": issued_on + timedelta(days=due_in), "plan_due_on": issued_on + timedelta(days=15),
        "dispute_until": issued_on + timedelta(days=14)}
    return save(Finding(**valid | fields))


def an_action_row(site: Site, vendor: Vendor | None = None, *, raised_on: date | None = None, due_in: int = 30,
                  status: ActionStatus = ActionStatus.OPEN, owner: Person | None = None, **fields: Any) -> Action:
    raised_on = raised_on or clock.today() - timedelta(days=10)
    number = next(numbers)
    due = raised_on + timedelta(days=due_in)
    valid: dict[str, Any] = {
        "reference": f"ACT-{raised_on.year}-{number:04d}", "kind": ActionKind.CORRECTIVE, "status": status,
        "severity": Severity.MAJOR, "site_id": site.id, "vendor_id": vendor.id if vendor else None,
        "source_type": "findings", "source_id": None, "source_reference": "FND-2026-0001",
        "title": f"Print the night roster from the playbook {number}", "raised_at": noon(raised_on),
        "raised_by_id": somebody().id, "owner_id": (owner or somebody()).id, "due_on": due, "original_due_on": due}
    return save(Action(**valid | fields))
