"""Raise an action, hand it to another owner, give it more time, or let it go with its risk accepted."""

from datetime import date, datetime
from uuid import UUID

from compliance import clock, db
from compliance.access import Actor, Permission, Role, may, require
from compliance.accounts.models import Person
from compliance.accounts.signing_in import actor_for
from compliance.actions.approving import approver_refusals, extension_authorities, plan_approvers
from compliance.actions.commands.following import tell_source
from compliance.actions.escalation import (
    DueDates,
    ExtensionRequest,
    RiskAcceptance,
    cancellation_refusals,
    extension_refusals,
)
from compliance.actions.lifecycle import OPEN_STATUSES, ActionKind, ActionStatus, check_transition, needs_containment
from compliance.actions.models import Action, ActionExtension
from compliance.db import check_version
from compliance.errors import InvalidInput, RuleViolation
from compliance.journal import Event, record
from compliance.network.models import Site
from compliance.playbooks.document import Severity
from compliance.references import next_reference
from compliance.refusals import Refusal, refuse
from compliance.wording import words

PLANNED = frozenset({ActionStatus.PLAN_APPROVED, ActionStatus.IMPLEMENTED, ActionStatus.EFFECTIVENESS_CHECK})


def raise_action(actor: Actor, *, kind: ActionKind, site: Site, vendor_id: UUID | None,
                 source: tuple[str, UUID | None, str], title: str, description: str, severity: Severity | None,
                 owner: Person, due_on: date, plan_due_on: date | None = None,
                 contain_due_at: datetime | None = None, needs_retest: bool = False) -> Action:
    """A new open action with one accountable owner; `source` is (type, id, reference) of what raised it."""
    action = Action(
        reference=next_reference("ACT"), kind=kind, status=ActionStatus.OPEN, severity=severity, site_id=site.id,
        site=site, vendor_id=vendor_id, source_type=source[0], source_id=source[1], source_reference=source[2],
        title=title.strip(), description=description.strip(), raised_at=clock.now(), raised_by_id=actor.id,
        owner_id=owner.id, owner=owner, contain_due_at=contain_due_at, plan_due_on=plan_due_on, due_on=due_on,
        original_due_on=due_on, needs_retest=needs_retest, extensions=0, reopened=0, steps=[])
    require(actor, Permission.RAISE_ACTION, action)
    _check_wording(action)
    check_owner(owner, action)
    db.session.add(action)
    db.session.flush()
    record(actor, Event.ACTION_RAISED, action, kind=kind, severity=severity, owner=owner.name, due_on=due_on,
           source=source[2] or None)
    return action


def _check_wording(action: Action) -> None:
    if not action.title:
        raise InvalidInput("Say in a few words what has to be done.", {"title": ["Say what has to be done."]})


def check_owner(owner: Person, action: Action) -> None:
    """Refuse an owner who could not do anything with it. Raises RuleViolation."""
    if not owner.active:
        raise RuleViolation(f"{owner.name} has left. Choose somebody who is still here.")
    if not may(actor_for(owner), Permission.WORK_ON_ACTION, action):
        raise RuleViolation(f"{owner.name} cannot see and work on actions at {action.site.code}. "
                            "Choose somebody who can, or ask an administrator to grant the role.")


def reassign(actor: Actor, action: Action, *, owner: Person, reason: str, seen: int | None = None) -> None:
    """Hand an open action to another owner; the one before stays in the history."""
    require(actor, Permission.RAISE_ACTION, action)
    check_version(action, seen)
    _check_open(action, "handed to somebody else")
    if owner.id == action.owner_id:
        raise RuleViolation(f"{owner.name} owns this action already.")
    if not reason.strip():
        raise InvalidInput("Say why it changes hands.", {"reason": ["Say why it changes hands."]})
    check_owner(owner, action)
    before = action.owner_id
    action.owner_id, action.owner = owner.id, owner
    if action.verifier_id == owner.id:
        action.verifier_id = None  # who owns it cannot judge it
    record(actor, Event.ACTION_REASSIGNED, action, owner=owner.name, before=before, reason=reason.strip())


def extend(actor: Actor, action: Action, *, new_due: date, reason: str, asked_by: Person | None = None,
           seen: int | None = None) -> ActionExtension:
    """Grant more time; the original date stays and on-time figures go by it. Asked for by the owner unless said."""
    require(actor, Permission.EXTEND_ACTION, action)
    check_version(action, seen)
    _check_open(action, "extended")
    request = ExtensionRequest(
        new_due=new_due, reason=reason, requester_id=str(asked_by.id if asked_by else action.owner_id),
        approver_id=str(actor.id), approver_authorities=extension_authorities(roles_at(actor, action)),
        contained=action.contained_at is not None or not needs_containment(action.severity),
        plan_approved=action.status in PLANNED)
    dues = DueDates(action.original_due_on, action.due_on, action.extensions)
    refuse(extension_refusals(dues, request, clock.today(action.site.zone or "UTC")))
    granted = ActionExtension(
        action_id=action.id, number=action.extensions + 1, from_on=action.due_on, to_on=new_due,
        reason=reason.strip(), granted_at=clock.now(), granted_by_id=actor.id)
    db.session.add(granted)
    action.due_on, action.extensions = new_due, granted.number
    record(actor, Event.ACTION_EXTENDED, action, number=granted.number, before=granted.from_on, due_on=new_due,
           original=action.original_due_on, reason=granted.reason)
    return granted


def cancel_action(actor: Actor, action: Action, *, reason: str, seen: int | None = None) -> None:
    """Let an action go because somebody with authority accepts the risk that stays."""
    require(actor, Permission.APPROVE_PLAN, action)
    check_version(action, seen)
    check_transition(action.status, ActionStatus.CANCELLED, action.kind, action.severity)
    refuse([*may_approve(actor, action, "the risk of"),
            *cancellation_refusals(RiskAcceptance(reason, str(actor.id), str(action.owner_id)))])
    _cancel(actor, action, reason)


def cancel_groundless(actor: Actor, action: Action, *, reason: str) -> None:
    """Let an action go because what raised it did not stand: there is no risk to accept."""
    require(actor, Permission.DECIDE_FINDING, action)
    check_transition(action.status, ActionStatus.CANCELLED, action.kind, action.severity)
    _cancel(actor, action, reason)


def _cancel(actor: Actor, action: Action, reason: str) -> None:
    action.status, action.cancelled_reason = ActionStatus.CANCELLED, reason.strip()
    record(actor, Event.ACTION_CANCELLED, action, reason=reason.strip())
    tell_source(actor, action)


def regrade_action(actor: Actor, action: Action, *, severity: Severity, contain_due_at: datetime | None,
                   plan_due_on: date | None, due_on: date) -> None:
    """Let the clocks of an open action follow the grade of what raised it; extensions granted before stay behind."""
    require(actor, Permission.DECIDE_FINDING, action)
    before = action.severity
    action.severity, action.contain_due_at, action.plan_due_on = severity, contain_due_at, plan_due_on
    action.due_on = action.original_due_on = due_on
    record(actor, Event.ACTION_REGRADED, action, before=before, severity=severity, plan_due_on=plan_due_on,
           due_on=due_on)


def may_approve(actor: Actor, action: Action, what: str) -> list[Refusal]:
    """Why the actor's roles at the place do not decide on `what` ("the plan of") this action."""
    roles = plan_approvers(action.kind, action.severity, of_a_vendor=action.vendor_id is not None)
    grade = words(action.severity) if action.severity else words(action.kind)
    return approver_refusals(roles_at(actor, action), roles, f"{what} a {grade} action")


def roles_at(actor: Actor, action: Action) -> set[Role]:
    """The roles somebody holds where the action is."""
    place = action.place
    return {grant.role for grant in actor.grants if grant.covers(place)}


def _check_open(action: Action, done: str) -> None:
    if action.status not in OPEN_STATUSES:
        raise RuleViolation(f"This action is {words(action.status)}; it can no longer be {done}.")
