"""What was seen of an exercise, as its page shows it: lines with words, numbers and photographs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from compliance.access import Actor, Permission, Place
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.observing import NUMBERS, WHOLE, WORDS, Line, Outcome, Seen, album_of
from compliance.continuity.queries.floor import lines_at, seen_of
from compliance.files.models import Evidence
from compliance.files.queries import evidence_of
from compliance.network.models import Site

LOOKS = {Outcome.MET: ("check-circle-fill", "ok"), Outcome.NOT_MET: ("x-octagon-fill", "bad"),
         Outcome.NOT_TRIED: ("circle", "")}


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


def seen_lines(actor: Actor, exercise: Exercise, plan: ContinuityPlan | None) -> list[dict[str, Any]]:
    """Every line something was noted or photographed of, in one statement; nothing while nobody watched."""
    lines, seen = lines_at(exercise, plan), seen_of(exercise)
    albums: list[Any] = [SeenItem(exercise, item) for item in lines]  # evidence asks for columns, not properties
    evidence = evidence_of(actor, *albums)
    return [_told(lines[album.item], seen.get(album.item, Seen()), exercise, evidence[album.id]) for album in albums
            if album.item in seen or evidence[album.id]]


def seen_differently(exercise: Exercise, plan: ContinuityPlan | None) -> list[str]:
    """What observers saw differently and nobody has chosen: the titles of lines, the closing last."""
    titles = {item: line.title for item, line in lines_at(exercise, plan).items()} | {WHOLE: "the closing"}
    disputed = sorted(exercise.conflicts, key=lambda item: (item == WHOLE, item))
    return [titles.get(item, item).rstrip(".") for item in disputed]


def _told(line: Line, what: Seen, exercise: Exercise, evidence: Sequence[Evidence]) -> dict[str, Any]:
    icon, tone = LOOKS[what.outcome] if what.outcome else ("circle", "")
    said: Mapping[str, Any] = exercise.observations.get(line.id, {})
    return {
        "title": line.title, "note": what.note, "word": WORDS[line.kind][what.outcome] if what.outcome else "",
        "icon": icon, "tone": tone, "photos": evidence,
        "numbers": [(label, what.number(name)) for name, label in NUMBERS[line.kind].items()
                    if what.number(name) is not None],
        "by": ", ".join(dict.fromkeys(each["by"] for each in said.values()))}
