"""Watching an exercise while it runs: what is seen is kept line by line, and becomes its record in the end."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.actions.models import Action
from compliance.continuity.commands.exercises import OPEN_ENDED, record_exercise
from compliance.continuity.models import Exercise
from compliance.continuity.observing import WHOLE, Line, check_seen
from compliance.continuity.recording import as_record, seen_value
from compliance.continuity.watching import SeenItem
from compliance.errors import RuleViolation
from compliance.files import commands as files
from compliance.files.intake import Upload
from compliance.files.models import Evidence
from compliance.journal import Event, record
from compliance.wording import words

P = Permission.RECORD_EXERCISE


def observe(actor: Actor, exercise: Exercise, lines: Mapping[str, Line],
            said: Mapping[str, Mapping[str, Any]]) -> None:
    """Note what was seen, by item and field; None takes a value back. Raises InvalidInput for what cannot be noted."""
    require(actor, P, exercise)
    _open(exercise)
    now = clock.now().isoformat()
    observations: dict[str, Any] = {item: dict(fields) for item, fields in exercise.observations.items()}
    for item, fields in said.items():
        for field, value in fields.items():
            check_seen(exercise.reference, lines, (item, field), value)
            observations.setdefault(item, {})[field] = {
                "value": value.strip() if isinstance(value, str) else value, "by": actor.name,
                "by_id": str(actor.id), "at": now}
    exercise.observations = observations
    flag_modified(exercise, "observations")
    db.session.flush()
    record(actor, Event.EXERCISE_OBSERVED, exercise, items=sorted(item or "whole" for item in said))


def show_photo(actor: Actor, exercise: Exercise, item: str, upload: Upload, *, caption: str = "") -> Evidence:
    """Let a photograph show what was seen of a line."""
    require(actor, P, exercise)
    _open(exercise)
    subject: Any = SeenItem(exercise, item)  # evidence asks for columns; a line answers with those of its exercise
    return files.attach(actor, P, subject, upload, caption=caption)


def hand_over(actor: Actor, exercise: Exercise, lines: Mapping[str, Line], *, version: int | None = None
              ) -> Action | None:
    """Record an exercise from what was seen of it. Raises RuleViolation with everything that is missing."""
    require(actor, P, exercise)
    held_on = seen_value(exercise, WHOLE, "held_on")
    if held_on is None:
        raise RuleViolation("Say on which day it was held.")
    return record_exercise(actor, exercise, conducted=as_record(exercise, lines, held_on), version=version)


def _open(exercise: Exercise) -> None:
    if exercise.status not in OPEN_ENDED:
        raise RuleViolation(f"{exercise.reference} is {words(exercise.status)}; it is watched until it is recorded.")
