"""Do the steps, report them done, look whether it worked, and close: or ask for the cause again."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.actions.closing import closure_facts, supporting
from compliance.actions.closure import closure_refusals, verifier_refusals
from compliance.actions.commands.answering import support
from compliance.actions.commands.following import tell_source
from compliance.actions.lifecycle import ActionStatus, check_transition
from compliance.actions.models import Action, ActionStep, EvidenceView
from compliance.db import check_version
from compliance.errors import InvalidInput, NotFound, RuleViolation
from compliance.files.intake import Upload
from compliance.files.models import Evidence
from compliance.files.queries import evidence_of
from compliance.journal import Event, record
from compliance.refusals import Refusal, refuse
from compliance.wording import words


def do_step(actor: Actor, action: Action, step: ActionStep, *, note: str = "", uploads: Sequence[Upload] = (),
            seen: int | None = None) -> None:
    """Report one step of the approved plan as done, with what shows it."""
    require(actor, Permission.WORK_ON_ACTION, action)
    check_version(action, seen)
    if step not in action.plan:
        raise NotFound
    if action.status is not ActionStatus.PLAN_APPROVED:
        raise RuleViolation(f"This action is {words(action.status)}: its steps are done once its plan is approved.")
    if step.done_at is not None:
        raise RuleViolation(f"Step {step.position} was reported done before.")
    support(actor, step, uploads)
    if not evidence_of(actor, step)[step.id]:
        refuse([Refusal("evidence", f"Attach what shows that step {step.position} is done.")])
    step.done_at, step.done_by_id, step.done_note = clock.now(), actor.id, note.strip()
    record(actor, Event.ACTION_STEP_DONE, action, step=step.position, note=note.strip() or None)


def implement(actor: Actor, action: Action, *, uploads: Sequence[Upload] = (), seen: int | None = None) -> None:
    """Report the whole plan as done; from here the result has to hold."""
    require(actor, Permission.WORK_ON_ACTION, action)
    check_version(action, seen)
    check_transition(action.status, ActionStatus.IMPLEMENTED, action.kind, action.severity)
    refuse([Refusal("steps", f"Step {step.position} is not done yet: {step.text}")
            for step in action.plan if step.done_at is None])
    support(actor, action, uploads, "Implementation")
    action.status, action.implemented_at, action.implementer_id = ActionStatus.IMPLEMENTED, clock.now(), actor.id
    record(actor, Event.ACTION_IMPLEMENTED, action)
    tell_source(actor, action)


def view_evidence(actor: Actor, action: Action, evidence: Sequence[Evidence]) -> None:
    """Note that the actor opened these pieces of evidence of the action; opening one twice is noted once."""
    require(actor, Permission.VIEW_ACTION, action)
    of_this = {piece.id for piece in supporting(action).pieces}
    known = set(db.session.scalars(select(EvidenceView.evidence_id).where(
        EvidenceView.action_id == action.id, EvidenceView.person_id == actor.id)))
    for piece in evidence:
        if piece.id not in of_this:
            raise NotFound
        if piece.id not in known:
            db.session.add(EvidenceView(action_id=action.id, evidence_id=piece.id, person_id=actor.id, at=clock.now()))
            record(actor, Event.EVIDENCE_VIEWED, action, evidence=piece.id, name=piece.name)
    db.session.flush()


def check_effect(actor: Actor, action: Action, *, met: bool, note: str, seen: int | None = None) -> None:
    """Say whether the criterion is met and how that was checked. Not met sends the action back to its cause.

    Whoever checks becomes the verifier where nobody was named. That it is met can only be said once it has held.
    """
    require(actor, Permission.VERIFY_ACTION, action)
    check_version(action, seen)
    if action.status is not ActionStatus.EFFECTIVENESS_CHECK:
        check_transition(action.status, ActionStatus.EFFECTIVENESS_CHECK, action.kind, action.severity)
    refuse(_check_refusals(actor, action, met=met, note=note))
    action.verifier_id = action.verifier_id or actor.id
    action.status, action.criterion_met = ActionStatus.EFFECTIVENESS_CHECK, met
    action.verification = note.strip()
    record(actor, Event.ACTION_CHECKED, action, met=met, note=note.strip())
    if not met:
        _reopen(actor, action, note)


def _check_refusals(actor: Actor, action: Action, *, met: bool, note: str) -> list[Refusal]:
    facts = closure_facts(action, supporting(action), actor.id, verifier_id=actor.id)
    wanted = {"not_verifier", "soak"} if met else {"not_verifier"}
    refusals = [refusal for refusal in closure_refusals(facts) if refusal.code in wanted]
    if facts.closer is not None and verifier_refusals(facts.closer, facts.owner, facts.implementers, facts.site_leads):
        refusals.insert(0, closure_refusals(facts)[0])
    if not note.strip():
        refusals.append(Refusal("note", "Say what was checked, on which sample, and what it showed."))
    return refusals


def close_action(actor: Actor, action: Action, *, seen: int | None = None) -> None:
    """Close what is done, proven, effective and verified by somebody else; every reason against is told at once."""
    require(actor, Permission.VERIFY_ACTION, action)
    check_version(action, seen)
    refuse(closure_refusals(closure_facts(action, supporting(action), actor.id)))
    check_transition(action.status, ActionStatus.CLOSED, action.kind, action.severity)
    action.status, action.closed_at, action.closed_by_id = ActionStatus.CLOSED, clock.now(), actor.id
    action.closed_on = clock.today(action.site.zone or "UTC")
    record(actor, Event.ACTION_CLOSED, action, due_on=action.due_on, original=action.original_due_on)
    tell_source(actor, action)


def verify_and_close(actor: Actor, action: Action, *, met: bool, note: str, seen: int | None = None) -> None:
    """The verdict and what follows from it in one go: closed when the criterion is met, else back to its cause."""
    check_effect(actor, action, met=met, note=note, seen=seen)
    if met:
        close_action(actor, action)


def reopen_action(actor: Actor, action: Action, *, reason: str, seen: int | None = None) -> None:
    """Ask for the cause again: it did not hold, or its evidence was wrong. The first dates stay."""
    require(actor, Permission.VERIFY_ACTION, action)
    check_version(action, seen)
    check_transition(action.status, ActionStatus.REOPENED, action.kind, action.severity)
    if not reason.strip():
        raise InvalidInput("Say what came back.", {"reason": ["Say what came back."]})
    _reopen(actor, action, reason)


def _reopen(actor: Actor, action: Action, reason: str) -> None:
    action.status, action.reopened = ActionStatus.REOPENED, action.reopened + 1
    action.implemented_at = action.implementer_id = None
    action.plan_submitted_at = action.plan_approved_at = action.plan_approved_by_id = None
    action.criterion_met = None
    action.closed_at = action.closed_on = action.closed_by_id = None
    record(actor, Event.ACTION_REOPENED, action, reason=reason.strip(), times=action.reopened)
    tell_source(actor, action)


def record_retest(actor: Actor, action: Action, *, reference: str, passed: bool | None, on: date) -> None:
    """Tell an action that answers a failed exercise how the exercise went again; None while it is only dated."""
    require(actor, Permission.RECORD_EXERCISE, action)
    if not action.needs_retest:
        raise RuleViolation("This action does not answer a failed exercise, so it waits for no re-test.")
    action.retest_reference, action.retest_passed, action.retest_on = reference, passed, on
    record(actor, Event.ACTION_RETESTED, action, exercise=reference, passed=passed, on=on)
