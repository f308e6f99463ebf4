"""Cut a text into its card, its headings and the lines under each, with line numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.playbooks.codespans import Fences

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
# A heading of the file is never deeper than this; what is deeper belongs to a clause's own text.
CLAUSE_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """An ATX heading outside fences; `index` counts the lines of the body from 0."""

    index: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A heading that bounds a part of the file, and the lines under it; level 0 is what stands before any heading."""

    level: int
    title: str
    line: int
    lines: tuple[str, ...]

    def line_of(self, needle: str) -> int:
        """The line in the file where `needle` first stands, or the heading's."""
        if needle in self.title:
            return self.line
        offsets = (offset for offset, text in enumerate(self.lines, 1) if needle in text)
        return self.line + next(offsets, 0)


def headings(lines: Sequence[str]) -> list[Heading]:
    """All headings of the body, in order."""
    found, fences = [], Fences()
    for index, line in enumerate(lines):
        first = line[:1]
        if first not in ("#", "`", "~", " "):
            continue
        if fences.inside(line) or first != "#":
            continue
        if match := _HEADING.fullmatch(line):
            found.append(Heading(index, len(match[1]), " ".join(match[2].split())))
    return found


def cut(lines: Sequence[str], first_line: int, bounds: Sequence[Heading]) -> list[Block]:
    """One block before the first bound, then one per bound. `first_line` is the file's number of the first line."""
    ends = [*(bound.index for bound in bounds), len(lines)]
    blocks = [Block(0, "", first_line - 1, tuple(lines[: ends[0]]))]
    for bound, end in zip(bounds, ends[1:], strict=True):
        blocks.append(Block(bound.level, bound.text, first_line + bound.index, tuple(lines[bound.index + 1 : end])))
    return blocks


def shifted(text: str, by: int) -> str:
    """The text with its sub-headings `by` levels deeper, never beyond the sixth."""
    if by == 0 or "#" not in text:
        return text
    lines = text.split("\n")
    for heading in headings(lines):
        level = max(1, min(6, heading.level + by))
        lines[heading.index] = "#" * level + lines[heading.index].lstrip("#")
    return "\n".join(lines)
