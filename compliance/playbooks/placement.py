"""Find the place of a clause that a layer adds, so that a page reads the same whichever layer came first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compliance.playbooks.document import Operation, Section


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause goes in the order of ids; `anchor` is set when it stands after another clause."""

    index: int
    section: str
    anchor: str = ""
    lost: bool = False  # the clause it was to stand beside is gone


@dataclass(frozen=True, slots=True)
class Ground:
    """What is there already: ids in order, the section of each, the sections, and what was put after what."""

    order: Sequence[str]
    section_of: Mapping[str, str]
    sections: Sequence[Section]
    anchors: Mapping[str, str]


def in_order_of_need(additions: Sequence[Operation]) -> list[Operation]:
    """The additions of one file, each after the one it is anchored to; otherwise as in the file."""
    waiting, sorted_ones = list(additions), list[Operation]()
    while waiting:
        ids = {operation.target for operation in waiting}
        ready = [operation for operation in waiting if not {operation.after, operation.before} & ids]
        sorted_ones += ready or waiting  # two that name each other: as in the file
        waiting = [operation for operation in waiting if ready and operation not in ready]
    return sorted_ones


def place_for(ground: Ground, operation: Operation, anchor: str | None, anchor_section: str) -> Place:
    """The place of a new clause. `anchor` is the present id of its anchor, None when that is gone or was not named.

    `anchor_section` is where a retired anchor used to stand, "" when unknown.
    """
    if anchor is not None:
        index, section = ground.order.index(anchor), ground.section_of[anchor]
        return Place(_past_additions(ground, anchor), section, anchor) if operation.after else Place(index, section)
    section = operation.clause.section if operation.clause else ""
    section = section or anchor_section or (ground.section_of[ground.order[-1]] if ground.order else "")
    return Place(_end_of_section(ground, section), section, lost=bool(operation.after or operation.before))


def _past_additions(ground: Ground, anchor: str) -> int:
    index = ground.order.index(anchor) + 1
    while index < len(ground.order) and _stands_after(ground, ground.order[index], anchor):
        index += 1
    return index


def _stands_after(ground: Ground, clause_id: str, anchor: str) -> bool:
    while clause_id in ground.anchors:
        clause_id = ground.anchors[clause_id]
        if clause_id == anchor:
            return True
    return False


def _end_of_section(ground: Ground, section: str) -> int:
    titles = [known.title for known in ground.sections]
    before = set(titles[: titles.index(section) + 1]) if section in titles else set(titles)
    places = [index + 1 for index, clause_id in enumerate(ground.order) if ground.section_of[clause_id] in before]
    return max(places, default=0 if section in titles else len(ground.order))
