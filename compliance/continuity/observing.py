"""An exercise as it is watched on the floor: what there is to look at, and the record that what was seen makes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from compliance.continuity.contents import CallTree, Measured, PlannedActivity, Record
from compliance.continuity.objectives import ExerciseType, duration
from compliance.errors import InvalidInput
from compliance.refusals import Refusal
from compliance.wording import counted

LONGEST_NAME = 40
LARGEST = 100_000
WHOLE_FIELDS = frozenset({"held_on", "told"})
WHOLE = ""  # the item that stands for the exercise itself


class Outcome(StrEnum):
    """What was seen of one line."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_TRIED = "not_tried"


class LineKind(StrEnum):
    OBJECTIVE = "objective"
    RECOVERY = "recovery"
    CALL_TREE = "call_tree"
    PEOPLE = "people"


# The numbers a kind asks for besides its outcome, in the words of whoever holds the stop-watch.
NUMBERS: Mapping[LineKind, Mapping[str, str]] = {
    LineKind.OBJECTIVE: {},
    LineKind.RECOVERY: {"minutes": "Minutes until it was back", "percent": "Level reached, %"},
    LineKind.CALL_TREE: {"called": "Called", "acknowledged": "Acknowledged in time"},
    LineKind.PEOPLE: {"participants": "Took part"},
}
WORDS: Mapping[LineKind, Mapping[Outcome, str]] = {
    LineKind.OBJECTIVE: {Outcome.MET: "Met", Outcome.NOT_MET: "Not met", Outcome.NOT_TRIED: "Not tried"},
    LineKind.RECOVERY: {Outcome.MET: "Came back", Outcome.NOT_MET: "Did not come back",
                        Outcome.NOT_TRIED: "Not measured"},
    LineKind.CALL_TREE: {Outcome.MET: "Counted", Outcome.NOT_TRIED: "Not called"},
    LineKind.PEOPLE: {Outcome.MET: "Counted"},
}
SECTIONS = {LineKind.OBJECTIVE: "Objectives", LineKind.RECOVERY: "Recovery", LineKind.CALL_TREE: "People",
            LineKind.PEOPLE: "People"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to look at. `name` is that of the activity it measures; `asks` what is to be seen, in full."""

    id: str
    kind: LineKind
    title: str
    asks: str
    name: str = ""

    @property
    def section(self) -> str:
        return SECTIONS[self.kind]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was noted of a line."""

    outcome: Outcome | None = None
    note: str = ""
    numbers: Mapping[str, int] | None = None

    def number(self, name: str) -> int | None:
        return (self.numbers or {}).get(name)


def lines_of(objective: str, activities: Sequence[PlannedActivity], kind: ExerciseType) -> list[Line]:
    """What there is to look at: each line of the objective, each activity of the plan, and who was there."""
    aims = [aim.strip() for aim in objective.splitlines() if aim.strip()]
    found = [Line(f"OBJ-{at}", LineKind.OBJECTIVE, _short(aim), aim) for at, aim in enumerate(aims, start=1)]
    found += [Line(name, LineKind.RECOVERY, f"{activity.name} comes back", _target(activity), activity.name)
              for name, activity in zip(_names(activities), activities, strict=True)]
    if kind is ExerciseType.CALL_TREE:
        found.append(Line("CALLS", LineKind.CALL_TREE, "The call tree", "How many were called, and how many "
                          "acknowledged in time."))
    return [*found, Line("PEOPLE", LineKind.PEOPLE, "Who took part", "How many people took part.")]


def _names(activities: Sequence[PlannedActivity]) -> list[str]:
    """What each is addressed by: its name as far as that is Latin letters, with its number where two would be alike."""
    said = [re.sub(r"[^A-Z0-9]+", "-", each.name.upper()).strip("-")[:LONGEST_NAME] for each in activities]
    return [f"REC-{name}" if name and said.count(name) == 1 else f"REC-{name}-{at}".replace("--", "-")
            for at, name in enumerate(said, start=1)]


def _short(aim: str) -> str:
    return aim if len(aim) <= 80 else f"{aim[:77].rstrip()}…"


def _target(activity: PlannedActivity) -> str:
    return (f"{activity.name} is to be back within {duration(activity.rto_minutes)}, "
            f"at {activity.mbco_percent:g} % or more. {activity.strategy}").strip()


def why_not(line: Line, field: str, value: Any) -> Refusal | None:
    """Why a value cannot be noted of a line: it has no such field, or no such value."""
    if field == "note":
        return None
    if field == "outcome":
        fits = value is None or value in WORDS[line.kind]
        return None if fits else Refusal("invalid", f"{line.title}: choose one of the answers.")
    if field not in NUMBERS[line.kind]:
        return Refusal("unknown_field", f"There is no {field} to note of {line.title}.")
    fits = value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST)
    return None if fits else Refusal("invalid", f"{NUMBERS[line.kind][field]}: give a whole number from 0.")


def check_seen(reference: str, lines: Mapping[str, Line], key: tuple[str, str], value: Any) -> None:
    """Raises InvalidInput unless a value can be noted at a place of the exercise: an item, or the whole of it."""
    item, field = key
    if item == WHOLE:
        refusal = _of_the_whole(reference, field, value)
    elif item not in lines:
        refusal = Refusal("unknown_item", f"{reference} has no line {item}.")
    else:
        refusal = why_not(lines[item], field, value)
    if refusal is not None:
        raise InvalidInput(refusal.message, {refusal.code: [refusal.message]})


def _of_the_whole(reference: str, field: str, value: Any) -> Refusal | None:
    if field not in WHOLE_FIELDS:
        return Refusal("unknown_field", f"There is no {field} to note of {reference}.")
    try:
        date.fromisoformat(value) if field == "held_on" and value is not None else None
    except (TypeError, ValueError):
        return Refusal("invalid", "This is no day. Write it as 2026-03-17.")
    return None


def album_of(exercise_id: UUID, item: str) -> UUID:
    """What the photographs of one line are kept under; those of the exercise as a whole under its own id."""
    return uuid5(exercise_id, item) if item else exercise_id


def record_of(lines: Sequence[Line], seen: Mapping[str, Seen], conducted_on: date, told: str) -> Record:
    """What was seen, as an exercise is recorded. What did not come back reached nothing."""
    noted = [(line, seen.get(line.id, Seen())) for line in lines]
    calls = next((what for line, what in noted if line.kind is LineKind.CALL_TREE), Seen())
    people = next((what for line, what in noted if line.kind is LineKind.PEOPLE), Seen())
    measured = [Measured(line.name, what.number("minutes"),
                         0 if what.outcome is Outcome.NOT_MET else what.number("percent"))
                for line, what in noted if line.kind is LineKind.RECOVERY
                and what.outcome in (Outcome.MET, Outcome.NOT_MET)]
    return Record(conducted_on, people.number("participants"), measured,
                  CallTree(calls.number("called"), calls.number("acknowledged")),
                  timeline="\n".join([*_notes(noted), *([told.strip()] if told.strip() else [])]))


def _notes(noted: Sequence[tuple[Line, Seen]]) -> Iterator[str]:
    for line, what in noted:
        if what.outcome is not None and (line.kind is LineKind.OBJECTIVE or what.note.strip()):
            word = WORDS[line.kind][what.outcome].lower()
            yield f"{line.title.rstrip('.')}: {word}." + (f" {what.note.strip()}" if what.note.strip() else "")


def unseen(lines: Sequence[Line], seen: Mapping[str, Seen]) -> list[tuple[str, Refusal]]:
    """By item, what an observer has still to say before the whole is handed over."""
    return [(line.id, Refusal("unanswered", f"{line.title}: say what you saw.")) for line in lines
            if seen.get(line.id, Seen()).outcome is None]


def progress_in_words(lines: Sequence[Line], seen: Mapping[str, Seen]) -> str:
    done = len(lines) - len(unseen(lines, seen))
    return f"{done} of {counted(len(lines), 'line')} seen"
