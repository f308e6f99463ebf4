"""Continuity plans: written as drafts, approved by somebody else, superseded but never edited afterwards."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, Place, require
from compliance.continuity.contents import PlanContents, activities_of, as_stored, contents_refusals
from compliance.continuity.models import ContinuityPlan
from compliance.continuity.objectives import PlanStatus, check_plan_transition, plan_approval_refusals
from compliance.continuity.queries import current_plan, of_operator
from compliance.errors import InvalidInput, NotFound, RuleViolation
from compliance.journal import Event, record
from compliance.network.models import Site
from compliance.network.queries import get_site, operations_at
from compliance.references import next_reference
from compliance.refusals import refuse
from compliance.wording import words

BEING_WRITTEN = (PlanStatus.DRAFT, PlanStatus.REVIEW)


def add_plan(actor: Actor, *, site: Site, vendor_id: UUID | None, contents: PlanContents) -> ContinuityPlan:
    """Start the next plan of a site, for what the company (no vendor) or one vendor runs there."""
    require(actor, Permission.KEEP_PLAN, Place(site.path, vendor_id))
    _refuse_a_second(site, vendor_id)
    _check_contents(actor, contents, site, frozenset())
    plan = ContinuityPlan(
        reference=next_reference("PLN"), status=PlanStatus.DRAFT, site_id=site.id, site=site, vendor_id=vendor_id,
        author_id=actor.id, writer_ids=[str(actor.id)], added_at=clock.now(), **_columns(contents))
    db.session.add(plan)
    db.session.flush()
    record(actor, Event.PLAN_ADDED, plan, site=site.code, title=plan.title)
    return plan


def change_plan(actor: Actor, plan: ContinuityPlan, *, contents: PlanContents, version: int | None = None) -> None:
    """Rewrite a draft. Whoever writes in it, even once, can no longer approve it."""
    require(actor, Permission.KEEP_PLAN, plan)
    db.check_version(plan, version)
    if plan.status is not PlanStatus.DRAFT:
        raise RuleViolation(f"{plan.reference} is {words(plan.status)}; only a draft can be changed. "
                            "Have it sent back, or write the next plan.")
    _check_contents(actor, contents, plan.site, frozenset(each.failover for each in activities_of(plan.activities)))
    columns = _columns(contents)
    changed = sorted(name for name, value in columns.items() if getattr(plan, name) != value)
    for name in changed:
        setattr(plan, name, columns[name])
    plan.writer_ids = sorted({*plan.writer_ids, str(actor.id)})
    record(actor, Event.PLAN_CHANGED, plan, changed=changed)


def submit_plan(actor: Actor, plan: ContinuityPlan, *, version: int | None = None) -> None:
    """Put a draft before its approver; refused for every reason an approver would have to refuse it for."""
    require(actor, Permission.KEEP_PLAN, plan)
    db.check_version(plan, version)
    check_plan_transition(plan.status, PlanStatus.REVIEW)
    refuse(plan_approval_refusals(plan.facts_for(), _today(plan)))
    plan.status = PlanStatus.REVIEW
    plan.returned_reason = ""
    record(actor, Event.PLAN_SUBMITTED, plan)


def return_plan(actor: Actor, plan: ContinuityPlan, *, reason: str, version: int | None = None) -> None:
    """Send a plan back to its author, saying what to change."""
    require(actor, Permission.APPROVE_CONTINUITY, plan)
    db.check_version(plan, version)
    check_plan_transition(plan.status, PlanStatus.DRAFT)
    if not reason.strip():
        raise InvalidInput("Say what must change.", {"reason": ["Say what must change."]})
    plan.status = PlanStatus.DRAFT
    plan.returned_reason = reason.strip()
    record(actor, Event.PLAN_RETURNED, plan, reason=plan.returned_reason)


def approve_plan(actor: Actor, plan: ContinuityPlan, *, version: int | None = None) -> None:
    """Make a reviewed plan the current one; the one before it is superseded in the same moment."""
    require(actor, Permission.APPROVE_CONTINUITY, plan)
    db.check_version(plan, version)
    check_plan_transition(plan.status, PlanStatus.APPROVED)
    refuse(plan_approval_refusals(plan.facts_for(str(actor.id)), _today(plan)))
    before = current_plan(plan.site_id, plan.vendor_id)
    if before is not None:
        check_plan_transition(before.status, PlanStatus.SUPERSEDED)
        before.status = PlanStatus.SUPERSEDED
        plan.supersedes_id = before.id
        db.session.flush()  # before the next one is current: the index allows one at any moment
    plan.status = PlanStatus.CURRENT
    plan.approved_at, plan.approved_by_id = clock.now(), actor.id
    record(actor, Event.PLAN_APPROVED, plan, supersedes=before.reference if before else None)


def _refuse_a_second(site: Site, vendor_id: UUID | None) -> None:
    """Two drafts for one place would each be approved without the other's changes."""
    if vendor_id not in {operation.vendor_id for operation in operations_at(site)}:
        raise RuleViolation(f"This operator runs nothing at {site.code}, so there is nothing to plan for.")
    present = db.session.scalar(select(ContinuityPlan).where(
        ContinuityPlan.site_id == site.id, of_operator(ContinuityPlan, vendor_id),
        ContinuityPlan.status.in_(BEING_WRITTEN)))
    if present is not None:
        raise RuleViolation(f"{present.reference} is already being written for {site.code}; finish that one.")


def _check_contents(actor: Actor, contents: PlanContents, site: Site, known: frozenset[str]) -> None:
    """`known` are failover sites already in the plan: they stay, even where this author cannot see them."""
    if not contents.title.strip():
        raise InvalidInput("Give the plan a title.", {"title": ["Give the plan a title."]})
    refuse(contents_refusals(contents, site.code or ""))
    for activity in contents.activities:
        if activity.failover and activity.failover not in known:
            _check_failover(actor, activity.failover)


def _check_failover(actor: Actor, code: str) -> None:
    try:
        get_site(actor, code)
    except NotFound as unknown:
        raise InvalidInput(f"You see no site {code}. Check the code, or leave the failover to a continuity lead."
                           ) from unknown


def _columns(contents: PlanContents) -> dict[str, Any]:
    return {
        "title": contents.title.strip(), "purpose": contents.purpose.strip(), "activation": contents.activation.strip(),
        "deactivation": contents.deactivation.strip(), "recovery": contents.recovery.strip(),
        "activities": as_stored(contents.activities), "roles": as_stored(contents.roles),
        "bia_on": contents.bia_on, "review_on": contents.review_on,
    }


def _today(plan: ContinuityPlan) -> date:
    return clock.today(plan.site.zone or "UTC")
