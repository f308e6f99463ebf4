"""Contain, state the cause, plan: what the owner says before anything is done, and who agrees to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.accounts.models import Person
from compliance.accounts.queries import get_person
from compliance.actions.closing import implementer_ids, people_facts, site_lead_ids
from compliance.actions.closure import verifier_refusals
from compliance.actions.commands.following import tell_source
from compliance.actions.commands.raising import may_approve
from compliance.actions.lifecycle import ActionStatus, check_transition, needs_containment, status_after_return
from compliance.actions.models import Action, ActionStep
from compliance.actions.planning import (
    ActionPlan,
    PlanStep,
    RootCause,
    plan_approval_refusals,
    plan_refusals,
    root_cause_refusals,
)
from compliance.db import check_version
from compliance.errors import InvalidInput, NotFound
from compliance.files.commands import Supported, attach
from compliance.files.intake import Upload
from compliance.files.queries import evidence_of
from compliance.journal import Event, record
from compliance.refusals import Refusal, refuse


def contain(actor: Actor, action: Action, *, what: str, contained_at: datetime | None = None,
            uploads: Sequence[Upload] = (), seen: int | None = None) -> None:
    """Say what stopped the harm, when (now unless said), with evidence; a critical or major needs a piece of it."""
    require(actor, Permission.WORK_ON_ACTION, action)
    check_version(action, seen)
    check_transition(action.status, ActionStatus.CONTAINED, action.kind, action.severity)
    support(actor, action, uploads, "Containment")
    when = contained_at or clock.now()
    refuse(_containment_refusals(actor, action, what, when))
    action.status, action.containment, action.contained_at = ActionStatus.CONTAINED, what.strip(), when
    record(actor, Event.ACTION_CONTAINED, action, what=what.strip(), at=when)


def _containment_refusals(actor: Actor, action: Action, what: str, when: datetime) -> list[Refusal]:
    refusals = []
    if not what.strip():
        refusals.append(Refusal("what", "Say what was done so that the harm does not go on."))
    if when > clock.now():
        refusals.append(Refusal("when", "Containment is what has happened: give a time that is past."))
    if needs_containment(action.severity) and not evidence_of(actor, action)[action.id]:
        refusals.append(Refusal("evidence", "Attach what shows that it is contained: a photo, a roster, a log."))
    return refusals


def state_cause(actor: Actor, action: Action, *, root_cause: RootCause, seen: int | None = None) -> None:
    """Say what made it possible, how that was found, and whether it is so elsewhere."""
    require(actor, Permission.WORK_ON_ACTION, action)
    check_version(action, seen)
    check_transition(action.status, ActionStatus.ROOT_CAUSE, action.kind, action.severity)
    refuse(root_cause_refusals(root_cause))
    action.status = ActionStatus.ROOT_CAUSE
    action.cause, action.human_error = root_cause.cause.strip(), root_cause.human_error
    action.cause_method = root_cause.method or ""
    action.cause_category = root_cause.category or ""
    action.extent, action.extent_elsewhere = root_cause.extent.strip(), root_cause.affects_others
    record(actor, Event.ACTION_CAUSE_STATED, action, cause=action.cause, method=action.cause_method,
           category=action.cause_category, extent=action.extent)


def submit_plan(actor: Actor, action: Action, *, plan: ActionPlan, seen: int | None = None) -> None:
    """Put a plan to its approver; the owner of each step is the id of a person, as text."""
    require(actor, Permission.WORK_ON_ACTION, action)
    check_version(action, seen)
    check_transition(action.status, ActionStatus.PLAN_SUBMITTED, action.kind, action.severity)
    refuse(plan_refusals(plan, action.severity))
    owners = _step_owners(actor, plan.steps)
    for replaced in action.plan:
        action.steps.remove(replaced)
    for position, step in enumerate(plan.steps, 1):
        action.steps.append(_step(action, position, step, owners[step.owner]))
    action.criterion, action.metric, action.target = plan.criterion.strip(), plan.metric.strip(), plan.target.strip()
    action.sample, action.soak_days = plan.sample.strip(), plan.soak_days
    action.status, action.plan_submitted_at = ActionStatus.PLAN_SUBMITTED, clock.now()
    record(actor, Event.ACTION_PLAN_SUBMITTED, action, steps=[step.text for step in plan.steps],
           criterion=action.criterion, soak_days=action.soak_days)


def _step(action: Action, position: int, step: PlanStep, owner: Person) -> ActionStep:
    return ActionStep(round=action.reopened, position=position, text=step.text.strip(),
                      owner_id=owner.id, owner=owner, due_on=step.due)


def _step_owners(actor: Actor, steps: Sequence[PlanStep]) -> dict[str, Person]:
    """The people the plan names, each looked up once. Raises InvalidInput for one who is out of sight."""
    found: dict[str, Person] = {}
    for step in steps:
        if step.owner not in found:
            try:
                found[step.owner] = get_person(actor, UUID(step.owner))
            except (NotFound, ValueError) as error:
                raise InvalidInput("The owner of a step must be one of the people listed.") from error
    return found


def approve_plan(actor: Actor, action: Action, *, verifier: Person | None = None, seen: int | None = None) -> None:
    """Agree to the plan, and name who will verify it: somebody with no part in it."""
    require(actor, Permission.APPROVE_PLAN, action)
    check_version(action, seen)
    check_transition(action.status, ActionStatus.PLAN_APPROVED, action.kind, action.severity)
    people = people_facts({action.owner_id, actor.id, verifier.id if verifier else None})
    refuse([*plan_approval_refusals(people[action.owner_id], people[actor.id]),
            *may_approve(actor, action, "the plan of"), *_verifier_refusals(action, verifier)])
    action.status, action.plan_approved_at = ActionStatus.PLAN_APPROVED, clock.now()
    action.plan_approved_by_id = actor.id
    if verifier is not None:
        action.verifier_id, action.verifier = verifier.id, verifier
    record(actor, Event.ACTION_PLAN_APPROVED, action, verifier=verifier.name if verifier else None)
    tell_source(actor, action)


def name_verifier(actor: Actor, action: Action, *, verifier: Person, seen: int | None = None) -> None:
    """Say who judges whether it worked; whoever approves plans chooses, never the owner."""
    require(actor, Permission.APPROVE_PLAN, action)
    check_version(action, seen)
    people = people_facts({action.owner_id, actor.id})
    refuse([*plan_approval_refusals(people[action.owner_id], people[actor.id]),
            *_verifier_refusals(action, verifier)])
    action.verifier_id, action.verifier = verifier.id, verifier
    record(actor, Event.ACTION_REASSIGNED, action, verifier=verifier.name)


def _verifier_refusals(action: Action, verifier: Person | None) -> list[Refusal]:
    if verifier is None:
        return []
    worked = implementer_ids(action)
    people = people_facts({action.owner_id, verifier.id, *worked})
    return verifier_refusals(people[verifier.id], people[action.owner_id], [people[each] for each in worked],
                             site_lead_ids(action))


def return_plan(actor: Actor, action: Action, *, reason: str, seen: int | None = None) -> None:
    """Send a plan back with what has to change; the last step before it still stands."""
    require(actor, Permission.APPROVE_PLAN, action)
    check_version(action, seen)
    target = status_after_return(action.kind, action.severity)
    if action.status is not ActionStatus.PLAN_SUBMITTED:
        check_transition(action.status, ActionStatus.PLAN_APPROVED, action.kind, action.severity)
    refuse(may_approve(actor, action, "the plan of"))
    if not reason.strip():
        raise InvalidInput("Say what has to change.", {"reason": ["Say what has to change."]})
    action.status = target
    record(actor, Event.ACTION_PLAN_RETURNED, action, reason=reason.strip())


def support(actor: Actor, subject: Action | ActionStep, uploads: Sequence[Upload], caption: str = "") -> None:
    """Attach what was sent along; a file that is there already stays one piece of evidence."""
    for upload in uploads:
        # A step answers for its action's place by properties, which a protocol of attributes does not accept.
        attach(actor, Permission.WORK_ON_ACTION, cast(Supported, subject), upload, caption=caption)
    if uploads:
        db.session.flush()
