"""Exercises as field work: the one module that knows both what a tablet asks and what continuity answers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import escape

from compliance import db
from compliance.access import Actor, Permission, may
from compliance.audits.field.kinds import OUT_OF_SIGHT, Change, NotTaken, OfItsRecord, Signing
from compliance.audits.field.merging import Key, Stands
from compliance.audits.field.telling import initials
from compliance.continuity import commands
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus
from compliance.continuity.observing import NUMBERS, WHOLE, WORDS, Line, LineKind, Outcome, album_of, check_seen
from compliance.continuity.queries import get_exercise
from compliance.continuity.queries.floor import (
    TO_WATCH,
    exercises_by_reference,
    exercises_to_watch,
    lines_at,
    plans_of,
    seen_of,
)
from compliance.continuity.recording import what_is_missing
from compliance.errors import InvalidInput, NotFound
from compliance.files import commands as files
from compliance.files.intake import Upload
from compliance.files.models import Evidence
from compliance.refusals import Refusal
from compliance.web.states import look_of
from compliance.wording import words

RECORD = Permission.RECORD_EXERCISE
NOT_YOURS = "Only who may record exercises at this place watches this one."
# The tablet has one card for every kind of work. These are its names for what continuity calls otherwise.
OUTCOMES = {"conformity": Outcome.MET, "nonconformity": Outcome.NOT_MET, "not_assessed": Outcome.NOT_TRIED}
ON_TABLET = {outcome: value for value, outcome in OUTCOMES.items()}
CLOSING = {"meeting_on": "held_on", "conclusion": "told"}
COUNTERS = ("sample_size", "sample_failed")


class ExerciseKind:
    """Exercises, by their reference."""

    name = "exercise"
    prefix = "EXE-"

    def load(self, actor: Actor, references: Collection[str], *, lock: bool) -> Mapping[str, "ExerciseWork"]:
        found = exercises_by_reference(actor, references, lock=lock)
        plans = plans_of([exercise for exercise, _ in found])
        return {exercise.reference: _work(exercise, plans.get(exercise.reference), in_sight=in_sight)
                for exercise, in_sight in found}

    def snapshot(self, actor: Actor, reference: str) -> dict[str, Any]:
        exercise = get_exercise(actor, reference)
        if not may(actor, RECORD, exercise):
            raise NotFound
        return _snapshot(_work(exercise, plans_of([exercise]).get(exercise.reference), in_sight=True))

    def assigned(self, actor: Actor) -> Sequence[dict[str, Any]]:
        exercises = exercises_to_watch(actor)
        plans = plans_of(exercises)
        return [_card(actor, _work(each, plans.get(each.reference), in_sight=True)) for each in exercises]


def _work(exercise: Exercise, plan: ContinuityPlan | None, *, in_sight: bool) -> "ExerciseWork":
    return ExerciseWork(exercise, plan, lines_at(exercise, plan), in_sight)


@dataclass(frozen=True, slots=True)
class ExerciseWork(OfItsRecord):
    """One exercise with the plan it is held against and what there is to look at."""

    exercise: Exercise
    plan: ContinuityPlan | None
    lines: Mapping[str, Line]
    in_sight: bool

    kind = ExerciseKind.name

    @property
    def subject(self) -> Exercise:
        return self.exercise

    @property
    def subjects(self) -> Mapping[UUID, str]:
        return {album_of(self.exercise.id, item): item for item in (*self.lines, WHOLE)}

    @property
    def handed_over(self) -> bool:
        return self.exercise.status not in TO_WATCH

    def may_read(self, actor: Actor) -> bool:
        return self.in_sight and may(actor, RECORD, self.exercise)

    def why_held(self, actor: Actor) -> Refusal | None:
        if not self.in_sight:
            return Refusal("out_of_sight", OUT_OF_SIGHT)
        if not may(actor, RECORD, self.exercise):
            return Refusal("may_not", NOT_YOURS)
        if self.handed_over:
            return Refusal(self.exercise.status.value, f"{self.reference} is {words(self.exercise.status)}; what was "
                                                       "sent is kept aside for its lead.")
        return None

    def stands(self, key: Key) -> Stands:
        said = self.exercise.observations.get(key[0], {}).get(self._stored(key))
        if said is None:
            return Stands()
        return Stands(_to_tablet(key[1], said["value"]), said["by"], UUID(said["by_id"]),
                      datetime.fromisoformat(said["at"]))

    def fields(self) -> Iterator[Key]:
        for item, fields in self.exercise.observations.items():
            names = {self._stored((item, name)): name for name in self._names(item)}
            yield from ((item, names[stored]) for stored, said in fields.items()
                        if stored in names and said["value"] not in (None, ""))

    def changed_since(self, instant: datetime) -> Collection[str]:
        return {item for item, fields in self.exercise.observations.items()
                if any(datetime.fromisoformat(said["at"]) >= instant for said in fields.values())}

    def accept(self, key: Key, value: Any) -> Any:
        item, field = key
        if item and item not in self.lines:
            raise NotTaken("unknown_item", f"{self.reference} has no line {item}.")
        if field not in self._names(item):
            raise NotTaken("unknown_field", f"There is no field {field} to fill in.")
        try:
            given = _from_tablet(field, value)
            check_seen(self.reference, self.lines, (item, self._stored(key)), given)
        except InvalidInput as refused:
            raise NotTaken("invalid", str(refused)) from refused
        return _to_tablet(field, given.strip() if isinstance(given, str) else given)

    def write(self, actor: Actor, changes: Mapping[Key, Change], *, device: UUID) -> None:  # noqa: ARG002 - as of all
        said: dict[str, dict[str, Any]] = {}
        for key, change in changes.items():
            said.setdefault(key[0], {})[self._stored(key)] = _from_tablet(key[1], change.value)
        commands.observe(actor, self.exercise, self.lines, said)

    def noted_conflicts(self, item: str) -> int:
        return int(self.exercise.conflicts.get(item, 0))

    def note_conflicts(self, open_sides: Mapping[str, int]) -> None:
        self.exercise.conflicts = {
            item: sides for item, sides in (self.exercise.conflicts | dict(open_sides)).items() if sides}

    def attach(self, actor: Actor, item: str, upload: Upload, *, caption: str, kind: str) -> Evidence:
        return commands.show_photo(actor, self.exercise, WHOLE if kind == "signature" else item, upload,
                                   caption=caption)

    def caption(self, actor: Actor, item: str, evidence: Evidence, caption: str) -> None:  # noqa: ARG002 - as of all
        files.caption(actor, RECORD, evidence, caption=caption)

    def withdraw(self, actor: Actor, item: str, evidence: Evidence, *, reason: str) -> None:  # noqa: ARG002 - as of all
        files.withdraw(actor, RECORD, evidence, reason=reason)

    def sign(self, actor: Actor, signing: Signing) -> None:
        given = {(WHOLE, field): Change(_from_tablet(field, signing.value.get(field)), ()) for field in CLOSING}
        before = self.exercise.observations
        self.write(actor, given, device=self.id)
        blockers = self._blockers()
        if blockers:
            self.exercise.observations = before
            db.session.flush()
            raise NotTaken("blocked", blockers[0]["message"], blockers)
        commands.hand_over(actor, self.exercise, self.lines)

    def _blockers(self) -> list[dict[str, str]]:
        return [{"item": item, "code": each.code, "message": each.message}
                for item, each in what_is_missing(self.exercise, self.lines, self.plan)]

    def told(self, actor: Actor) -> dict[str, Any]:
        why, lead = self.why_held(actor), self.exercise.lead
        return {
            "status": self.exercise.status.value, "on_team": may(actor, RECORD, self.exercise),
            "message": why.message if why else "", "lead": {"id": str(lead.id), "name": lead.name},
            "answered": self.answered, "clauses": len(self.lines), "results": [],
            "blockers": [] if self.handed_over else self._blockers(),
        }

    @property
    def answered(self) -> int:
        seen = seen_of(self.exercise)
        return sum(line in seen and seen[line].outcome is not None for line in self.lines)

    def _names(self, item: str) -> tuple[str, ...]:
        """The tablet's names for what can be noted of an item."""
        if not item:
            return tuple(CLOSING)
        counters = COUNTERS[:len(NUMBERS[self.lines[item].kind])] if item in self.lines else ()
        return ("conformity", "note", *counters)

    def _stored(self, key: Key) -> str:
        item, field = key
        if not item:
            return CLOSING.get(field, field)
        numbers = tuple(NUMBERS[self.lines[item].kind]) if item in self.lines else ()
        return dict(zip(COUNTERS, numbers, strict=False)).get(field, "outcome" if field == "conformity" else field)


def _from_tablet(field: str, value: Any) -> Any:
    if value in (None, "") and not isinstance(value, bool):
        return None
    if field != "conformity":
        return value
    if value not in OUTCOMES:
        raise InvalidInput("Choose one of the answers.")
    return OUTCOMES[value].value


def _to_tablet(field: str, value: Any) -> Any:
    return ON_TABLET[Outcome(value)] if field == "conformity" and value else value


def _card(actor: Actor, work: ExerciseWork) -> dict[str, Any]:
    exercise = work.exercise
    why_not = "" if may(actor, RECORD, exercise) else NOT_YOURS
    if not why_not and exercise.status is not ExerciseStatus.SCHEDULED:
        why_not = "Its objective and scenario are not written yet: schedule it first."
    return _heading(work) | {
        "planned_from": exercise.planned_on.isoformat(), "due_on": exercise.planned_on.isoformat(),
        "clauses": len(work.lines), "answered": work.answered, "etag": _stamp(exercise),
        "can_download": not why_not, "why_not": why_not, "can_start": False}


def _heading(work: ExerciseWork) -> dict[str, Any]:
    exercise = work.exercise
    return {
        "reference": exercise.reference, "kind": "exercise", "title": exercise.title, "status": exercise.status.value,
        "site": {"code": exercise.site.code, "name": exercise.site.name, "zone": exercise.site.zone or "UTC"},
        "vendor": exercise.vendor.name if exercise.vendor else None,
        "lead": {"id": str(exercise.lead_id), "name": exercise.lead.name}}


def _stamp(exercise: Exercise) -> str:
    return f"{exercise.reference}.{exercise.version}"


def _snapshot(work: ExerciseWork) -> dict[str, Any]:
    exercise, lines = work.exercise, list(work.lines.values())
    sections = list(dict.fromkeys(line.section for line in lines))
    lead = exercise.lead
    return _heading(work) | {
        "etag": _stamp(exercise), "fixed_on": None, "planned_from": exercise.planned_on.isoformat(),
        "due_on": exercise.planned_on.isoformat(), "newer": [], "languages": [], "closing": list(CLOSING),
        "team": [{"id": str(lead.id), "name": lead.name, "initials": initials(lead.name)}], "playbooks": [],
        "sections": [{"id": f"s{at}", "title": section, "items": [line.id for line in lines if line.section == section]}
                     for at, section in enumerate(sections)],
        "items": [_item(line, exercise) for line in lines]}


def _item(line: Line, exercise: Exercise) -> dict[str, Any]:
    return {
        "id": line.id, "title": line.title, "html": f"<p>{escape(line.asks)}</p>", "lang": "en", "dir": "auto",
        "severity": None, "weight": 0, "locked": False, "where": line.section, "marks": [], "global_html": None,
        "check": exercise.scenario if line.kind is LineKind.OBJECTIVE else "", "guidance": "", "evidence": [],
        "law": "", "warning": "", "options": [_option(value, word) for value, word in WORDS[line.kind].items()],
        "needs": {}, "sample_needs": [], "na_reasons": [], "sampled": bool(NUMBERS[line.kind]), "last": None,
        "open_findings": [], "waiver": None, "control_of": "", "applicable": True, "readings": [], "followup": False,
        "counters": [{"field": field, "label": label}
                     for field, label in zip(COUNTERS, NUMBERS[line.kind].values(), strict=False)]}


def _option(outcome: Outcome, word: str) -> dict[str, Any]:
    value = ON_TABLET[outcome]
    return {"value": value, "label": word, "note": "", "refused": False, "icon": look_of(value).icon}
