"""Watching an exercise while it runs: what is seen is kept line by line, and becomes its record in the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid5

from sqlalchemy.orm.attributes import flag_modified

from compliance import clock, db
from compliance.access import Actor, Permission, Place, require
from compliance.actions.models import Action
from compliance.continuity.commands.exercises import OPEN_ENDED, record_exercise, recording_refusals
from compliance.continuity.contents import Record
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.observing import WHOLE, Line, record_of, unseen, why_not
from compliance.continuity.queries.floor import seen_of
from compliance.errors import InvalidInput, RuleViolation
from compliance.files import commands as files
from compliance.files.intake import Upload
from compliance.files.models import Evidence
from compliance.journal import Event, record
from compliance.network.models import Site
from compliance.refusals import Refusal
from compliance.wording import words

WHOLE_FIELDS = frozenset({"held_on", "told"})
P = Permission.RECORD_EXERCISE


@dataclass(frozen=True, slots=True)
class SeenItem:
    """One line of an exercise as what a photograph supports: every line has its own album."""

    exercise: Exercise
    item: str

    seen_with: ClassVar[Permission] = Permission.VIEW_CONTINUITY
    __tablename__ = Exercise.__tablename__

    @property
    def id(self) -> UUID:
        return album_of(self.exercise.id, self.item)

    @property
    def site_id(self) -> UUID:
        return self.exercise.site_id

    @property
    def vendor_id(self) -> UUID | None:
        return self.exercise.vendor_id

    @property
    def site(self) -> Site:
        return self.exercise.site

    @property
    def place(self) -> Place:
        return self.exercise.place


def album_of(exercise_id: UUID, item: str) -> UUID:
    """What the photographs of one line are kept under; those of the exercise as a whole under its own id."""
    return uuid5(exercise_id, item) if item else exercise_id


def observe(actor: Actor, exercise: Exercise, lines: Mapping[str, Line],
            said: Mapping[str, Mapping[str, Any]]) -> None:
    """Note what was seen, by item and field; None takes a value back. Raises InvalidInput for what cannot be noted."""
    require(actor, P, exercise)
    _open(exercise)
    now = clock.now().isoformat()
    observations: dict[str, Any] = {item: dict(fields) for item, fields in exercise.observations.items()}
    for item, fields in said.items():
        for field, value in fields.items():
            check_seen(exercise, lines, (item, field), value)
            observations.setdefault(item, {})[field] = {
                "value": value.strip() if isinstance(value, str) else value, "by": actor.name,
                "by_id": str(actor.id), "at": now}
    exercise.observations = observations
    flag_modified(exercise, "observations")
    db.session.flush()
    record(actor, Event.EXERCISE_OBSERVED, exercise, items=sorted(item or "whole" for item in said))


def check_seen(exercise: Exercise, lines: Mapping[str, Line], key: tuple[str, str], value: Any) -> None:
    """Raises InvalidInput unless a value can be noted at a place of the exercise."""
    item, field = key
    if item == WHOLE:
        refusal = _of_the_whole(exercise, field, value)
    elif item not in lines:
        refusal = Refusal("unknown_item", f"{exercise.reference} has no line {item}.")
    else:
        refusal = why_not(lines[item], field, value)
    if refusal is not None:
        raise InvalidInput(refusal.message, {refusal.code: [refusal.message]})


def _of_the_whole(exercise: Exercise, field: str, value: Any) -> Refusal | None:
    if field not in WHOLE_FIELDS:
        return Refusal("unknown_field", f"There is no {field} to note of {exercise.reference}.")
    try:
        date.fromisoformat(value or "2026-01-01") if field == "held_on" else None
    except (TypeError, ValueError):
        return Refusal("invalid", "This is no day. Write it as 2026-03-17.")
    return None


def show_photo(actor: Actor, exercise: Exercise, item: str, upload: Upload, *, caption: str = "") -> Evidence:
    """Let a photograph show what was seen of a line."""
    require(actor, P, exercise)
    _open(exercise)
    subject: Any = SeenItem(exercise, item)  # evidence asks for columns; a line answers with those of its exercise
    return files.attach(actor, P, subject, upload, caption=caption)


def hand_over(actor: Actor, exercise: Exercise, lines: Mapping[str, Line], *, version: int | None = None
              ) -> Action | None:
    """Record an exercise from what was seen of it. Raises RuleViolation with everything that is missing."""
    held_on = seen_value(exercise, WHOLE, "held_on")
    if held_on is None:
        raise RuleViolation("Say on which day it was held.")
    return record_exercise(actor, exercise, conducted=as_record(exercise, lines, held_on), version=version)


def what_is_missing(exercise: Exercise, lines: Mapping[str, Line], plan: ContinuityPlan | None
                    ) -> list[tuple[str, Refusal]]:
    """By item, everything that stands against recording the exercise from what was seen so far."""
    held_on = seen_value(exercise, WHOLE, "held_on")
    today = clock.today(exercise.site.zone or "UTC")
    found = unseen(list(lines.values()), seen_of(exercise))
    if held_on is None:
        found.append((WHOLE, Refusal("closing_meeting", "Say on which day it was held.")))
    elif date.fromisoformat(held_on) > today:
        found.append((WHOLE, Refusal("closing_meeting", "That day has not come at the site.")))
    if not found:
        found = [(WHOLE, each) for each in recording_refusals(exercise, as_record(exercise, lines, held_on), plan)]
    return found


def as_record(exercise: Exercise, lines: Mapping[str, Line], held_on: Any) -> Record:
    return record_of(list(lines.values()), seen_of(exercise), date.fromisoformat(held_on),
                     seen_value(exercise, WHOLE, "told") or "")


def seen_value(exercise: Exercise, item: str, field: str) -> Any:
    return exercise.observations.get(item, {}).get(field, {}).get("value")


def _open(exercise: Exercise) -> None:
    if exercise.status not in OPEN_ENDED:
        raise RuleViolation(f"{exercise.reference} is {words(exercise.status)}; it is watched until it is recorded.")
