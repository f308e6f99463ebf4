"""Planning audits: programmes, the plan, its place in the calendar, and taking it out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm.attributes import flag_modified

from compliance import clock, db
from compliance.access import EVERYWHERE, Actor, Permission, Place, require
from compliance.accounts.models import Person
from compliance.accounts.queries import holders
from compliance.audits.lifecycle import AuditMethod, AuditStatus, check_transition
from compliance.audits.models import Audit, AuditCriteria, AuditMember, AuditProgramme
from compliance.audits.queries.team import Audited, team_conflicts
from compliance.audits.scheduling import (
    Notice,
    PlannedScope,
    PlannedTeam,
    plan_refusals,
    schedule_refusals,
    team_refusals,
)
from compliance.db import check_version
from compliance.errors import InvalidInput, RuleViolation
from compliance.journal import Event, record
from compliance.network.models import Site, Vendor
from compliance.network.queries import lobs_at
from compliance.playbooks.models import Playbook
from compliance.references import next_reference
from compliance.refusals import refuse
from compliance.wording import words

# Until it is handed in, an audit may be given to others.
REASSIGNED = frozenset({AuditStatus.PLANNED, AuditStatus.SCHEDULED, AuditStatus.POSTPONED, AuditStatus.IN_PROGRESS})


def add_programme(actor: Actor, *, name: str, from_on: date, until_on: date, objectives: str = "") -> AuditProgramme:
    require(actor, Permission.PLAN_AUDIT, EVERYWHERE)
    if until_on < from_on:
        raise InvalidInput("The programme ends before it begins.", {"until_on": ["Choose a day after the first."]})
    programme = AuditProgramme(reference=next_reference("PRG"), name=name.strip(), from_on=from_on, until_on=until_on,
                               objectives=objectives.strip())
    db.session.add(programme)
    db.session.flush()
    record(actor, Event.PROGRAMME_ADDED, programme, name=programme.name, from_on=from_on, until_on=until_on)
    return programme


def assign_programme(
    actor: Actor, audit: Audit, programme: AuditProgramme | None, *, version: int | None = None
) -> None:
    """Count an audit in a programme, or in none."""
    require(actor, Permission.PLAN_AUDIT, audit)
    check_version(audit, version)
    audit.programme_id = programme.id if programme else None
    record(actor, Event.AUDIT_PLANNED, audit, programme=programme.reference if programme else "none")


def plan_audit(
    actor: Actor, site: Site, *, vendor: Vendor | None = None, playbooks: Sequence[Playbook], lobs: Sequence[str],
    lead: Person, team: Sequence[Person] = (), planned_from: date, planned_until: date | None = None,
    due_on: date | None = None, method: AuditMethod = AuditMethod.ON_SITE, contact: Person | None = None,
    objective: str = "", purpose: str = "surveillance", mandatory: bool = True, unannounced: bool = False,
    unannounced_approver: Person | None = None, evidence_from: date | None = None, evidence_until: date | None = None,
    programme: AuditProgramme | None = None, replaces: Audit | None = None, exception: str = "",
    second_reviewer: Person | None = None,
) -> Audit:  # fmt: skip
    """Plan an audit of one auditee at one site. Raises RuleViolation with every conflict of interest.

    `due_on` is the day the programme wants it done by (the last day unless said); criteria are pinned at the start.
    """
    require(actor, Permission.PLAN_AUDIT, Place(site.path, vendor.id if vendor else None))
    planned_until = planned_until or planned_from
    audit = Audit(
        reference="", status=AuditStatus.PLANNED, site_id=site.id, vendor_id=vendor.id if vendor else None,
        lobs=sorted(lobs), lead_id=lead.id, planned_from=planned_from, planned_until=planned_until,
        due_on=due_on or planned_until, method=method, contact_id=contact.id if contact else None,
        objective=objective.strip(), purpose=purpose, mandatory=mandatory, unannounced=unannounced,
        unannounced_approver_id=unannounced_approver.id if unannounced_approver else None,
        evidence_from=evidence_from, evidence_until=evidence_until, programme_id=programme.id if programme else None,
        replaces_id=replaces.id if replaces else None, exception=exception.strip(),
        second_reviewer_id=second_reviewer.id if second_reviewer else None)
    members = _with_lead(lead, team)
    plan = _Plan(actor, audit, site, vendor, playbooks, members, second_reviewer)
    refuse(plan_refusals(_scope(plan), _team(plan)))
    _keep(audit, plan)
    record(actor, Event.AUDIT_PLANNED, audit, site=site.code, vendor=vendor.code if vendor else None,
           playbooks=[playbook.prefix for playbook in playbooks], lead=lead.name, from_on=planned_from,
           exception=audit.exception or None)
    return audit


def schedule_audit(
    actor: Actor, audit: Audit, *, planned_from: date | None = None, planned_until: date | None = None,
    contact: Person | None = None, unannounced_approver: Person | None = None, exception: str | None = None,
    second_reviewer: Person | None = None, version: int | None = None,
) -> None:  # fmt: skip
    """Put a planned or postponed audit in the calendar, with what changed since it was planned.

    Raises RuleViolation with everything that stands against it.
    """
    require(actor, Permission.PLAN_AUDIT, audit)
    check_version(audit, version)
    check_transition(audit.status, AuditStatus.SCHEDULED)
    if planned_from is not None:
        length = audit.planned_until - audit.planned_from
        audit.planned_from, audit.planned_until = planned_from, planned_until or planned_from + length
    audit.contact_id = contact.id if contact else audit.contact_id
    audit.unannounced_approver_id = unannounced_approver.id if unannounced_approver else audit.unannounced_approver_id
    audit.exception = audit.exception if exception is None else exception.strip()
    audit.second_reviewer_id = second_reviewer.id if second_reviewer else audit.second_reviewer_id
    _check_schedule(actor, audit)
    audit.status = AuditStatus.SCHEDULED
    record(actor, Event.AUDIT_SCHEDULED, audit, from_on=audit.planned_from, until_on=audit.planned_until,
           method=audit.method)


def postpone_audit(actor: Actor, audit: Audit, *, reason: str, version: int | None = None) -> None:
    """Take a scheduled audit out of the calendar. Its due day stays: postponing moves no audit out of the figures."""
    require(actor, Permission.PLAN_AUDIT, audit)
    check_version(audit, version)
    check_transition(audit.status, AuditStatus.POSTPONED)
    _needs_reason(reason, "Say why it is postponed.")
    audit.status = AuditStatus.POSTPONED
    audit.postponed += 1
    record(actor, Event.AUDIT_POSTPONED, audit, reason=reason.strip(), times=audit.postponed)


def cancel_audit(actor: Actor, audit: Audit, *, reason: str, version: int | None = None) -> None:
    """Give an audit up. A mandatory one stays a gap in the coverage until another replaces it."""
    require(actor, Permission.PLAN_AUDIT, audit)
    check_version(audit, version)
    check_transition(audit.status, AuditStatus.CANCELLED)
    _needs_reason(reason, "Say why it is cancelled.")
    audit.status = AuditStatus.CANCELLED
    audit.cancelled_reason = reason.strip()
    record(actor, Event.AUDIT_CANCELLED, audit, reason=reason.strip(), mandatory=audit.mandatory)


def reassign_audit(
    actor: Actor, audit: Audit, *, lead: Person, team: Sequence[Person] = (), reason: str, exception: str | None = None,
    second_reviewer: Person | None = None, version: int | None = None,
) -> None:  # fmt: skip
    """Give an audit another lead or team, also while it is under way. Raises RuleViolation with every conflict.

    What somebody who leaves the team still sends from a tablet is kept aside for the lead. Answers stay as given.
    """
    require(actor, Permission.PLAN_AUDIT, audit)
    check_version(audit, version)
    if audit.status not in REASSIGNED:
        raise RuleViolation(f"{audit.reference} is {words(audit.status)}: its team has done its work and stays.")
    _needs_reason(reason, "Say why it is given to others.")
    audit.exception = audit.exception if exception is None else exception.strip()
    second_id = second_reviewer.id if second_reviewer else audit.second_reviewer_id
    second = second_reviewer or (db.session.get(Person, second_id) if second_id else None)
    members = _with_lead(lead, team)
    plan = _Plan(actor, audit, audit.site, audit.vendor, [each.playbook for each in audit.criteria], members, second)
    refuse(list(team_refusals(_team(plan))))
    before = {member.person_id: member.person.name for member in audit.members}
    was = audit.lead.name
    audit.lead_id, audit.lead, audit.second_reviewer_id = lead.id, lead, second_id
    kept = {member.person_id: member for member in audit.members}
    audit.members = [kept.get(person.id) or AuditMember(person_id=person.id, person=person) for person in members]
    flag_modified(audit, "lead_id")  # another team under the same lead is another version of the audit, too
    db.session.flush()
    record(actor, Event.AUDIT_REASSIGNED, audit, reason=reason.strip(), lead=lead.name,
           before=was if was != lead.name else None, exception=audit.exception or None,
           joined=sorted(person.name for person in members if person.id not in before) or None,
           left=sorted(name for person, name in before.items() if person not in audit.team) or None)


@dataclass(frozen=True, slots=True)
class _Plan:
    """An audit with the records its rules ask about; the audit itself may not be stored yet."""

    actor: Actor
    audit: Audit
    site: Site
    vendor: Vendor | None
    playbooks: Sequence[Playbook]
    team: Sequence[Person]
    second_reviewer: Person | None

    @property
    def audited(self) -> Audited:
        return Audited(self.site, self.vendor, self.playbooks, self.audit.planned_from, self.audit.contact_id)


def _with_lead(lead: Person, team: Sequence[Person]) -> list[Person]:
    return [lead, *(person for person in team if person.id != lead.id)]


def _keep(audit: Audit, plan: _Plan) -> None:
    audit.reference = next_reference("AUD")
    # Set as objects, so that who planned it can go on with the audit without reading it again.
    audit.site, audit.vendor, audit.lead = plan.site, plan.vendor, plan.team[0]
    audit.members = [AuditMember(person_id=person.id, person=person) for person in plan.team]
    audit.criteria = [
        AuditCriteria(playbook_id=playbook.id, playbook=playbook, site_id=plan.site.id, vendor_id=audit.vendor_id,
                      position=position)
        for position, playbook in enumerate(plan.playbooks)]
    db.session.add(audit)
    db.session.flush()


def _check_schedule(actor: Actor, audit: Audit) -> None:
    second = db.session.get(Person, audit.second_reviewer_id) if audit.second_reviewer_id else None
    plan = _Plan(actor, audit, audit.site, audit.vendor, [each.playbook for each in audit.criteria],
                 _with_lead(audit.lead, [member.person for member in audit.members]), second)
    today = clock.today(audit.site.zone or "UTC")
    refuse(schedule_refusals(_scope(plan), _team(plan), _notice(plan), today))


def _scope(plan: _Plan) -> PlannedScope:
    audit, vendor = plan.audit, plan.vendor
    return PlannedScope(
        auditee=vendor.name if vendor else "The company", playbooks=len(plan.playbooks), lobs=audit.lobs,
        run_here=lobs_at(plan.site, vendor.id if vendor else None, audit.planned_from),
        first_day=audit.planned_from, last_day=audit.planned_until, due_on=audit.due_on)


def _team(plan: _Plan) -> PlannedTeam:
    place = plan.audited.place
    auditors = {person.id for person in holders(place, Permission.CONDUCT_AUDIT)}
    second = plan.second_reviewer
    fits = second is None or (
        second not in plan.team and _holds(second, place, Permission.REVIEW_AUDIT))
    return PlannedTeam(
        names=[person.name for person in plan.team], conflicts=team_conflicts(plan.team, plan.audited),
        not_auditors=[person.name for person in plan.team if person.id not in auditors],
        exception=plan.audit.exception, second_reviewer=second.name if second else "",
        second_reviewer_fits=fits)


def _notice(plan: _Plan) -> Notice:
    audit, approver_id = plan.audit, plan.audit.unannounced_approver_id
    approver = db.session.get(Person, approver_id) if approver_id else None
    fits = approver is not None and approver.id != plan.actor.id and _holds(
        approver, plan.audited.place, Permission.VIEW_UNANNOUNCED)
    return Notice(
        vendor=plan.vendor.name if plan.vendor else "", days=plan.vendor.notice_days if plan.vendor else 0,
        has_contact=audit.contact_id is not None, unannounced=audit.unannounced,
        approver=approver.name if approver else "", approver_fits=fits)


def _holds(person: Person, place: Place, permission: Permission) -> bool:
    return any(holder.id == person.id for holder in holders(place, permission))


def _needs_reason(reason: str, message: str) -> None:
    if not reason.strip():
        raise InvalidInput(message, {"reason": [message]})
