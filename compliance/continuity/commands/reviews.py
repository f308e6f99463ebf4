"""After-action reviews: what worked, what must improve, and what each improvement became."""

from datetime import date
from typing import Any
from uuid import UUID

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.accounts.models import Person
from compliance.accounts.queries import holders
from compliance.actions.commands import raise_action
from compliance.actions.lifecycle import ActionKind
from compliance.actions.models import Action
from compliance.continuity.contents import ImprovementDraft, Review, improvements_of, review_refusals
from compliance.continuity.models import Exercise
from compliance.continuity.objectives import (
    ExerciseStatus,
    aar_approval_refusals,
    check_exercise_transition,
    exercise_closing_refusals,
)
from compliance.errors import InvalidInput
from compliance.findings.clocks import Clock, deadlines
from compliance.journal import Event, record
from compliance.network.queries import calendar_of
from compliance.playbooks.document import Severity
from compliance.refusals import refuse

TITLE = 110  # characters of an improvement that become its action's title


def write_review(actor: Actor, exercise: Exercise, *, review: Review, version: int | None = None) -> None:
    """Write the review of an exercise that was held, or rewrite it until it is approved."""
    require(actor, Permission.KEEP_PLAN, exercise)
    db.check_version(exercise, version)
    if exercise.status is not ExerciseStatus.AAR_DRAFT:
        check_exercise_transition(exercise.status, ExerciseStatus.AAR_DRAFT)
    refuse(review_refusals(review))
    _check_owners(exercise, review)
    exercise.strengths, exercise.plan_changes = review.strengths.strip(), review.plan_changes.strip()
    exercise.timeline = review.timeline.strip() or exercise.timeline
    exercise.improvements = [_stored(actor, draft) for draft in review.improvements]
    exercise.review_author_id = exercise.review_author_id or actor.id
    exercise.review_author_ids = sorted({*exercise.review_author_ids, str(actor.id)})
    exercise.status = ExerciseStatus.AAR_DRAFT
    record(actor, Event.EXERCISE_REVIEW_WRITTEN, exercise, improvements=len(review.improvements))


def approve_review(actor: Actor, exercise: Exercise, *, version: int | None = None) -> list[Action]:
    """Let a review stand; each improvement that is to be done becomes an action of its owner."""
    require(actor, Permission.APPROVE_CONTINUITY, exercise)
    db.check_version(exercise, version)
    check_exercise_transition(exercise.status, ExerciseStatus.AAR_APPROVED)
    wrote = str(actor.id) in exercise.review_author_ids
    refuse(aar_approval_refusals(str(actor.id) if wrote else str(exercise.review_author_id), str(actor.id)))
    actions = []
    improvements = [dict(row) for row in exercise.improvements]
    for row in improvements:
        if row["owner_id"]:
            action = _raise_improvement(actor, exercise, row)
            row["action_reference"] = action.reference
            actions.append(action)
    exercise.improvements = improvements
    exercise.status = ExerciseStatus.AAR_APPROVED
    exercise.review_approved_at, exercise.review_approved_by_id = clock.now(), actor.id
    record(actor, Event.EXERCISE_REVIEWED, exercise, actions=[action.reference for action in actions])
    return actions


def close_exercise(actor: Actor, exercise: Exercise, *, version: int | None = None) -> None:
    """Close an exercise whose improvements are all seen to; its actions live on."""
    require(actor, Permission.RECORD_EXERCISE, exercise)
    db.check_version(exercise, version)
    check_exercise_transition(exercise.status, ExerciseStatus.CLOSED)
    refuse(exercise_closing_refusals(improvements_of(exercise.improvements)))
    exercise.status = ExerciseStatus.CLOSED
    record(actor, Event.EXERCISE_CLOSED, exercise)


def _check_owners(exercise: Exercise, review: Review) -> None:
    today = clock.today(exercise.site.zone or "UTC")
    able = {str(person.id) for person in holders(exercise.place, Permission.WORK_ON_ACTION)}
    for draft in review.improvements:
        if draft.owner_id and draft.owner_id not in able:
            raise InvalidInput(f"Choose an owner for “{draft.text}” who works on actions at {exercise.site.code}.")
        if draft.due_on is not None and draft.due_on < today:
            raise InvalidInput(f"The day for “{draft.text}” is over; choose one to come.")


def _stored(actor: Actor, draft: ImprovementDraft) -> dict[str, Any]:
    reason = draft.no_action_reason.strip()
    return {
        "text": draft.text.strip(), "capability": draft.capability.value, "owner_id": draft.owner_id,
        "due_on": draft.due_on.isoformat() if draft.due_on else None, "action_reference": "",
        "no_action_reason": reason, "no_action_signed_by": actor.name if reason else "",
    }


def _raise_improvement(actor: Actor, exercise: Exercise, row: dict[str, Any]) -> Action:
    owner = db.session.get_one(Person, UUID(row["owner_id"]))
    due_on = date.fromisoformat(row["due_on"])
    due = deadlines(Severity.MINOR, clock.now(), calendar_of(exercise.site))
    return raise_action(
        actor, kind=ActionKind.IMPROVEMENT, site=exercise.site, vendor_id=exercise.vendor_id,
        source=(Exercise.__tablename__, exercise.id, exercise.reference), title=_title(row["text"]),
        description=f"{row['text']} Found by {exercise.reference}; it strengthens {row['capability']}.",
        severity=Severity.MINOR, owner=owner, due_on=due_on, plan_due_on=min(due_on, due[Clock.PLAN].on))


def _title(text: str) -> str:
    """The first line, cut at a word: a list shows it whole."""
    first = text.strip().splitlines()[0]
    return first if len(first) <= TITLE else first[:TITLE].rsplit(" ", 1)[0] + " …"
