"""Where code stands in a Markdown text: fenced blocks and spans, found in one pass."""

import re
from collections.abc import Iterator, Sequence

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_BACKTICKS = re.compile(r"(?<!\\)`+")


class Fences:
    """Feed it line after line: `inside(line)` tells whether the line belongs to a fenced block."""

    def __init__(self) -> None:
        self.mark = ""

    def inside(self, line: str) -> bool:
        match = _FENCE.match(line)
        if not match:
            return self.mark != ""
        return self._at_fence(match[1], match[2])

    def _at_fence(self, fence: str, rest: str) -> bool:
        if not self.mark:
            # A backtick fence holds no backtick after its mark, or ```one-line code``` would swallow the file.
            self.mark = "" if fence[0] == "`" and "`" in rest else fence
            return self.mark != ""
        if fence[0] == self.mark[0] and len(fence) >= len(self.mark) and not rest.strip():
            self.mark = ""
        return True


def open_fence(lines: Sequence[str]) -> int | None:
    """Index of the line of a fence that is never closed, or None."""
    fences, opened = Fences(), None
    for index, line in enumerate(lines):
        before = fences.mark
        fences.inside(line)
        opened = index if fences.mark and not before else opened
    return opened if fences.mark else None


def code_ranges(text: str) -> list[tuple[int, int]]:
    """Half-open character ranges of fenced blocks and code spans, in order."""
    ranges: list[tuple[int, int]] = []
    for start, end, fenced in _stretches(text):
        ranges += [(start, end)] if fenced else _spans(text, start, end)
    return ranges


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """Fenced blocks and paragraphs with their ranges; a span never reaches over an empty line."""
    fences, start, position, kind = Fences(), 0, 0, False
    for line in text.split("\n"):
        fenced = fences.inside(line)
        if fenced != kind or (not line.strip() and not fenced):
            yield start, position, kind
            start, kind = position, fenced
        position += len(line) + 1
    yield start, min(position, len(text)), kind


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    runs = [(match.start(), match.end()) for match in _BACKTICKS.finditer(text, start, end)]
    last_of_length = {right - left: index for index, (left, right) in enumerate(runs)}
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(runs):
        left, right = runs[index]
        closing = _closing(runs, index, right - left) if last_of_length[right - left] > index else None
        if closing is not None:
            spans.append((left, runs[closing][1]))
        index = (closing if closing is not None else index) + 1
    return spans


def _closing(runs: list[tuple[int, int]], opening: int, length: int) -> int:
    """Callers know that a later run of this length exists; every run passed over is inside the span, so linear."""
    return next(index for index in range(opening + 1, len(runs)) if runs[index][1] - runs[index][0] == length)
