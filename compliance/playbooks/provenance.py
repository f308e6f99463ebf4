"""Say of each sentence of a clause which layer wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from compliance.playbooks.effective import EffectiveClause, Origin
from compliance.playbooks.wording import Piece, sentences


@dataclass(frozen=True, slots=True)
class Attributed:
    """A sentence, the white space before it, and who wrote it; `gap + text` of all of them is the text again."""

    gap: str
    text: str
    origin: Origin


def blame(texts: Sequence[tuple[str, Origin]]) -> tuple[Attributed, ...]:
    """The last of successive texts, each sentence with the first origin since which it has stood unchanged."""
    attributed: list[Attributed] = []
    for text, origin in texts:
        attributed = _carried(attributed, sentences(text), origin)
    return tuple(attributed)


def authors(clause: EffectiveClause) -> tuple[Attributed, ...]:
    """The wording of a clause before substitution, sentence by sentence with its origin."""
    return blame(clause.texts)


def _carried(before: Sequence[Attributed], after: Sequence[Piece], origin: Origin) -> list[Attributed]:
    old_keys = [" ".join(sentence.text.split()) for sentence in before]
    kept = {
        new + offset: before[old + offset].origin
        for old, new, size in SequenceMatcher(
            None, old_keys, [p.key for p in after], autojunk=False
        ).get_matching_blocks()
        for offset in range(size)
    }
    return [Attributed(piece.gap, piece.text, kept.get(place, origin)) for place, piece in enumerate(after)]
