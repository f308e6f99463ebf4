"""Three-way merge of clause text: whole sentences first, then words, with a verdict that says how far to trust it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from merge3 import Merge3

from compliance.playbooks.wording import Piece, is_weighty, join, sentences, words


class Verdict(StrEnum):
    """What a merge, or one passage of it, came to.

    A `PROPOSAL` has words of both sides in one passage: somebody reads it before it is accepted, it is never one click.
    """

    UNCHANGED = "unchanged"
    OURS = "ours"
    THEIRS = "theirs"
    MERGED = "merged"
    PROPOSAL = "proposal"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of sentences on which the three texts agree, or on which they part."""

    verdict: Verdict
    base: str
    ours: str
    theirs: str
    text: str | None  # None when it is for a person to write


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome of a merge; `text` is None exactly when the verdict is `CONFLICT`."""

    verdict: Verdict
    text: str | None
    passages: tuple[Passage, ...]


Pieces = tuple[Piece, ...]


class _EveryWordCounts:
    """difflib drops words that are frequent in long texts unless told not to, and merge3 has no way to tell it."""

    def __init__(
        self,
        isjunk: Callable[[str], bool] | None = None,
        a: Sequence[str] = "",
        b: Sequence[str] = "",
        autojunk: bool = False,
    ) -> None:
        self._matcher = SequenceMatcher(isjunk, a, b, autojunk)

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        return [(block.a, block.b, block.size) for block in self._matcher.get_matching_blocks()]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Pieces of the three texts at one place; aligned when all three say the same, white space apart."""

    base: Pieces
    ours: Pieces
    theirs: Pieces
    aligned: bool


def merge(base: str, ours: str, theirs: str) -> Merge:
    """Bring the change from `base` to `theirs` into `ours`. Swapping the sides mirrors the verdict, not the text."""
    passages = tuple(_passage(stretch) for stretch in _stretches(sentences(base), sentences(ours), sentences(theirs)))
    if ours == theirs:
        return Merge(Verdict.UNCHANGED if ours == base else Verdict.MERGED, ours, passages)
    if theirs == base:
        return Merge(Verdict.OURS, ours, passages)
    if ours == base:
        return Merge(Verdict.THEIRS, theirs, passages)
    found = {passage.verdict for passage in passages}
    if Verdict.CONFLICT in found:
        return Merge(Verdict.CONFLICT, None, passages)
    text = "".join(passage.text or "" for passage in passages).strip()
    return Merge(Verdict.PROPOSAL if Verdict.PROPOSAL in found else Verdict.MERGED, text, passages)


def _stretches(base: Pieces, ours: Pieces, theirs: Pieces) -> Iterator[_Stretch]:
    engine = Merge3(_keys(base), _keys(ours), _keys(theirs), sequence_matcher=_EveryWordCounts)
    done = (0, 0, 0)
    for start, end, our_start, our_end, their_start, their_end in engine.find_sync_regions():
        apart = _Stretch(base[done[0] : start], ours[done[1] : our_start], theirs[done[2] : their_start], False)
        if apart.base or apart.ours or apart.theirs:
            yield apart
        if start < end:
            yield _Stretch(base[start:end], ours[our_start:our_end], theirs[their_start:their_end], True)
        done = (end, our_end, their_end)


def _passage(stretch: _Stretch) -> Passage:
    verdict, pieces = _settle(stretch)
    if verdict is Verdict.CONFLICT:
        verdict, pieces = _settle_by_words(stretch)
    text = None if pieces is None else join(pieces)
    return Passage(verdict, join(stretch.base), join(stretch.ours), join(stretch.theirs), text)


def _settle(stretch: _Stretch) -> tuple[Verdict, Pieces | None]:
    """Take the side that changed; both having changed differently is a conflict at this level."""
    base, ours, theirs = _keys(stretch.base), _keys(stretch.ours), _keys(stretch.theirs)
    if stretch.aligned:
        return Verdict.UNCHANGED, tuple(map(_piece_of_three, stretch.base, stretch.ours, stretch.theirs))
    if ours == theirs:
        return Verdict.MERGED, max(stretch.ours, stretch.theirs, key=join)
    if theirs == base:
        return Verdict.OURS, stretch.ours
    if ours == base:
        return Verdict.THEIRS, stretch.theirs
    return Verdict.CONFLICT, None


def _settle_by_words(stretch: _Stretch) -> tuple[Verdict, Pieces | None]:
    """Sentences pair up when all three sides have as many; else the whole passage counts as one sentence."""
    if len(stretch.base) == len(stretch.ours) == len(stretch.theirs):
        triples: list[tuple[Pieces, ...]] = [
            ((base,), (ours,), (theirs,))
            for base, ours, theirs in zip(stretch.base, stretch.ours, stretch.theirs, strict=True)
        ]
    else:
        triples = [(stretch.base, stretch.ours, stretch.theirs)]
    merged: list[Piece] = []
    for base, ours, theirs in triples:
        _, pieces = _settle(_Stretch(base, ours, theirs, _keys(base) == _keys(ours) == _keys(theirs)))
        if pieces is None:
            pieces = _merged_words(join(base), join(ours), join(theirs))
        if pieces is None:
            return Verdict.CONFLICT, None
        merged += pieces
    return Verdict.PROPOSAL, tuple(merged)


def _merged_words(base: str, ours: str, theirs: str) -> Pieces | None:
    """The words of both changes, or None when they meet.

    Two changes to a sentence with a quantity or an obligation are never put together, though their words may not
    meet: "Wait 30 seconds." and "Wait 20 minutes.", both from "Wait 30 minutes.", would make "Wait 20 seconds."
    """
    if any(map(is_weighty, (base, ours, theirs))):
        return None
    merged: list[Piece] = []
    for stretch in _stretches(words(base), words(ours), words(theirs)):
        _, pieces = _settle(stretch)
        if pieces is None:
            return None
        merged += pieces
    return tuple(merged)


def _piece_of_three(base: Piece, ours: Piece, theirs: Piece) -> Piece:
    return Piece(_one_of(base.gap, ours.gap, theirs.gap), _one_of(base.text, ours.text, theirs.text))


def _one_of(base: str, ours: str, theirs: str) -> str:
    """Of wordings that differ in white space alone, the changed one; of two changed ones the same whoever is 'ours'."""
    if theirs == base:
        return ours
    return theirs if ours == base else max(ours, theirs)


def _keys(pieces: Pieces) -> list[str]:
    return [piece.key for piece in pieces]
