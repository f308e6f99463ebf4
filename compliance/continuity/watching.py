"""What was seen of an exercise, as its page shows it: lines with words, numbers and photographs."""

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.access import Actor
from compliance.continuity.commands.observing import SeenItem
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.observing import NUMBERS, WORDS, Line, Outcome, Seen
from compliance.continuity.queries.floor import lines_at, seen_of
from compliance.files.models import Evidence
from compliance.files.queries import evidence_of

LOOKS = {Outcome.MET: ("check-circle-fill", "ok"), Outcome.NOT_MET: ("x-octagon-fill", "bad"),
         Outcome.NOT_TRIED: ("circle", "")}


def seen_lines(actor: Actor, exercise: Exercise, plan: ContinuityPlan | None) -> list[dict[str, Any]]:
    """Every line something was noted or photographed of, in one statement; nothing while nobody watched."""
    lines, seen = lines_at(exercise, plan), seen_of(exercise)
    albums: list[Any] = [SeenItem(exercise, item) for item in lines]  # evidence asks for columns, not properties
    evidence = evidence_of(actor, *albums)
    return [_told(lines[album.item], seen.get(album.item, Seen()), exercise, evidence[album.id]) for album in albums
            if album.item in seen or evidence[album.id]]


def _told(line: Line, what: Seen, exercise: Exercise, evidence: Sequence[Evidence]) -> dict[str, Any]:
    icon, tone = LOOKS[what.outcome] if what.outcome else ("circle", "")
    said: Mapping[str, Any] = exercise.observations.get(line.id, {})
    return {
        "title": line.title, "note": what.note, "word": WORDS[line.kind][what.outcome] if what.outcome else "",
        "icon": icon, "tone": tone, "photos": evidence,
        "numbers": [(label, what.number(name)) for name, label in NUMBERS[line.kind].items()
                    if what.number(name) is not None],
        "by": ", ".join(dict.fromkeys(each["by"] for each in said.values()))}
