"""The part of a text that was found, cut where no character falls apart, with what was found in it marked."""

from collections.abc import Sequence

import regex

from compliance.playbooks.folding import hits

Pieces = list[tuple[bool, str]]  # (whether it was looked for, text), in order
_CLUSTER = regex.compile(r"\X")
AROUND = 90
WRITTEN_BEFORE = "เแโใไເແໂໃໄ"  # vowels of Thai and Lao that belong to the letter after them
NEAR = 15  # a blank so near to a cut is a better place to cut


def marked(text: str, words: Sequence[str]) -> Pieces:
    """The whole text in pieces."""
    return _pieces(text, hits(text, words), 0, len(text))


def snippet(text: str, words: Sequence[str], around: int = AROUND) -> Pieces:
    """What stands around the first hit, with "…" where more follows; without a hit, the beginning."""
    found = hits(text, words)
    first, last = found[0] if found else (0, 0)
    start, end = _start(text, first, around), _end(text, last, 2 * around)
    pieces = _pieces(text, found, start, end)
    before = [(False, "…")] if start > 0 else []
    after = [(False, "…")] if end < len(text) else []
    return [*before, *pieces, *after]


def _pieces(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> Pieces:
    pieces: Pieces = []
    at = start
    for begin, stop in found:
        if stop > end:
            break
        if begin >= at:
            pieces += [(False, text[at:begin]), (True, text[begin:stop])]
            at = stop
    pieces.append((False, text[at:end]))
    return [piece for piece in pieces if piece[1]]


def _start(text: str, hit: int, around: int) -> int:
    """Where a snippet begins: `around` characters, as a reader counts them, before the hit, or at a word near there."""
    edges = [match.start() for match in _CLUSTER.finditer(text[:hit])]
    if len(edges) <= around:
        return 0
    cut = edges[len(edges) - around]
    blank = text.find(" ", cut, min(cut + NEAR, hit))
    return blank + 1 if blank >= 0 else cut


def _end(text: str, hit: int, around: int) -> int:
    edges = [hit + match.end() for match in _CLUSTER.finditer(text[hit:])]
    if len(edges) <= around:
        return len(text)
    cut = edges[around - 1]
    blank = text.rfind(" ", max(cut - NEAR, hit), cut)
    return blank if blank >= 0 else hit + len(text[hit:cut].rstrip(WRITTEN_BEFORE))
