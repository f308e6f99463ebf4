"""What changed between two playbooks in the words of those who work by them, and a redline of two texts."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, zip_longest
from typing import Any

from compliance.playbooks import parameters
from compliance.playbooks.document import SEVERITY_RANK, Playbook, Severity
from compliance.playbooks.effective import Effective, EffectiveClause, EffectiveParameter, Rules
from compliance.playbooks.resolution import base
from compliance.playbooks.wording import Piece, is_number, join, same_words, words


class Kind(StrEnum):
    """How a difference reads in release notes. `CHANGED` is for what has no direction: law, frequency, lock."""

    ADDED = "added"
    REMOVED = "removed"
    WAIVED = "waived"
    REINSTATED = "reinstated"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    REWEIGHTED = "reweighted"
    REWORDED = "reworded"
    REFORMATTED = "reformatted"
    GUIDANCE_CHANGED = "guidance-changed"
    RENAMED = "renamed"
    REORDERED = "reordered"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    `clauses` are the present ids it touches (the former id of a removed one): several for a parameter or a new order,
    none for the playbook's own key and title. `field` is a field of `Clause`, a parameter as `{{name}}`, or "".
    `similarity` is the share of words kept, in whole percent, of what was reworded.
    """

    kind: Kind
    clauses: tuple[str, ...]
    field: str = ""
    old: str = ""
    new: str = ""
    similarity: int = 100

    @property
    def clause(self) -> str:
        return self.clauses[0] if len(self.clauses) == 1 else ""


class Mark(StrEnum):
    """What a run of words in a redline is."""

    SAME = "same"
    INS = "ins"
    DEL = "del"


def compare(old: Playbook | Effective, new: Playbook | Effective) -> tuple[Difference, ...]:
    """All that differs in content, and nothing else: empty exactly when the content digests are equal."""
    return _compared(_bare(old), _bare(new))


def redline_between(was: str, now: str) -> list[tuple[Mark, str]]:
    """The redline of a text that may be new, gone (one piece each) or the same (none)."""
    if was == now:
        return []
    if was and now:
        return redline(was, now)
    return [(Mark.INS, now)] if now else [(Mark.DEL, was)]


def redline(old_text: str, new_text: str) -> list[tuple[Mark, str]]:
    """The words of both texts in reading order; what is not `DEL` gives the new text back.

    A changed quantity always stands as its own pair, so that nobody reads over "30 → 20" in a changed passage.
    """
    before, after = words(old_text), words(new_text)
    keys = [piece.key for piece in before], [piece.key for piece in after]
    found: list[tuple[Mark, str]] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _kept(before[start], after[new_start:new_end])
        else:
            found += _replaced(before[start:end], after[new_start:new_end])
    return [(mark, text) for mark, text in found if text]


def similarity(old_text: str, new_text: str) -> int:
    """The share of words two texts have in common, in their order, in whole percent; 100 only for the same words."""
    return int(100 * SequenceMatcher(None, old_text.split(), new_text.split(), autojunk=False).ratio())


def _compared(old: Effective, new: Effective) -> tuple[Difference, ...]:
    pairs = _paired(old, new)
    kept = {before.id for before, _ in pairs}
    known = {after.id for _, after in pairs}
    return (
        *_of_playbook(old, new),
        *_of_parameters(old.parameters, new.parameters, pairs),
        *_of_clauses(pairs),
        *(Difference(Kind.ADDED, (each.id,), new=each.clause.title) for each in new.clauses if each.id not in known),
        *(Difference(Kind.REMOVED, (each.id,), old=each.clause.title) for each in old.clauses if each.id not in kept),
        *_of_order(old, pairs),
    )


def _bare(playbook: Playbook | Effective) -> Effective:
    return base(playbook, Rules(playbook.effective)) if isinstance(playbook, Playbook) else playbook


Pairs = Sequence[tuple[EffectiveClause, EffectiveClause]]


def _paired(old: Effective, new: Effective) -> Pairs:
    """Clauses that are the same clause, in the new order; of several that were merged into one, the first."""
    renamed: dict[str, str] = {}
    for clause in old.clauses:
        if clause.id not in new.by_id and (present := new.aliases.get(clause.id)) and present not in old.by_id:
            renamed.setdefault(present, clause.id)
    former = {clause.id: renamed.get(clause.id, clause.id) for clause in new.clauses}
    return [(old.by_id[former[clause.id]], clause) for clause in new.clauses if former[clause.id] in old.by_id]


def _of_playbook(old: Effective, new: Effective) -> Iterator[Difference]:
    for field in ("key", "title"):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Difference(Kind.RENAMED, (), field, before, after)


def _of_parameters(
    old: Mapping[str, EffectiveParameter], new: Mapping[str, EffectiveParameter], pairs: Pairs
) -> Iterator[Difference]:
    """Each value that moved, once, with the clauses that use it. One that no clause uses asks nothing of anybody."""
    moved: dict[tuple[str, str, str], list[str]] = {}
    for before, after in pairs:
        was, now = dict(before.uses), dict(after.uses)
        # A placeholder that came or went is told with the words it came or went with.
        names = was.keys() & now.keys() if before.clause != after.clause else was.keys() | now.keys()
        for name in sorted(names):
            if was.get(name) != now.get(name):
                moved.setdefault((name, was.get(name, ""), now.get(name, "")), []).append(after.id)
    for (name, was_value, now_value), clauses in moved.items():
        kind = _direction(new.get(name) or old.get(name), was_value, now_value)
        yield Difference(kind, tuple(clauses), f"{{{{{name}}}}}", was_value, now_value)


def _direction(effective: EffectiveParameter | None, old: str, new: str) -> Kind:
    # A value of the older version need not be one the present order knows.
    if effective is None or None in {parameters.canonical_value(effective.parameter, value) for value in (old, new)}:
        return Kind.CHANGED
    match parameters.compare(effective.parameter, new, old):
        case parameters.Comparison.STRICTER:
            return Kind.TIGHTENED
        case parameters.Comparison.LOOSER:
            return Kind.LOOSENED
        case _:
            return Kind.CHANGED


def _of_clauses(pairs: Pairs) -> Iterator[Difference]:
    for before, after in pairs:
        if before.clause is not after.clause and before.clause != after.clause:
            yield from _of_clause(before, after)


def _of_clause(before: EffectiveClause, after: EffectiveClause) -> Iterator[Difference]:
    for field, judge in KIND_OF.items():
        old, new = getattr(before.clause, field), getattr(after.clause, field)
        if old != new:
            kind = judge if isinstance(judge, Kind) else judge(old, new)
            shown_old, shown_new = _shown(old), _shown(new)
            alike = similarity(shown_old, shown_new) if kind is Kind.REWORDED else 100
            yield Difference(kind, (after.id,), field, shown_old, shown_new, alike)


def _of_order(old: Effective, pairs: Pairs) -> Iterator[Difference]:
    """The fewest clauses that had to move for the old order to become the new one."""
    place = {clause.id: number for number, clause in enumerate(old.clauses)}
    order = [place[before.id] for before, _ in pairs]
    still = _longest_rising(order)
    moved = tuple(after.id for number, (_, after) in zip(order, pairs, strict=True) if number not in still)
    if moved:
        yield Difference(Kind.REORDERED, moved)


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    tails: list[int] = []
    previous: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(tails, number)
        previous[number] = tails[place - 1] if place else None
        tails[place : place + 1] = [number]
    kept, number_or_none = set(), tails[-1] if tails else None
    while number_or_none is not None:
        kept.add(number_or_none)
        number_or_none = previous[number_or_none]
    return frozenset(kept)


def _wording(old: str, new: str) -> Kind:
    return Kind.REFORMATTED if same_words(old, new) else Kind.REWORDED


def _severity(old: Severity, new: Severity) -> Kind:
    return Kind.TIGHTENED if SEVERITY_RANK[new] > SEVERITY_RANK[old] else Kind.LOOSENED


def _evidence(old: Iterable[str], new: Iterable[str]) -> Kind:
    was, now = set(old), set(new)
    if was == now:
        return Kind.REORDERED
    if was <= now:
        return Kind.TIGHTENED
    return Kind.LOOSENED if now <= was else Kind.REWORDED


def _applies_to(old: tuple[str, ...], new: tuple[str, ...]) -> Kind:
    """More lines of business is tighter; an empty list means all of them."""
    if set(old) == set(new):
        return Kind.REORDERED
    if not new or (old and set(old) < set(new)):
        return Kind.TIGHTENED
    return Kind.LOOSENED if not old or set(new) < set(old) else Kind.CHANGED


def _applicable(_old: bool, new: bool) -> Kind:
    return Kind.REINSTATED if new else Kind.WAIVED


KIND_OF: Mapping[str, Kind | Callable[[Any, Any], Kind]] = {
    "id": Kind.RENAMED,
    "title": Kind.RENAMED,
    "section": Kind.REORDERED,
    "text": _wording,
    "severity": _severity,
    "weight": Kind.REWEIGHTED,
    "evidence": _evidence,
    "check": _wording,
    "guidance": Kind.GUIDANCE_CHANGED,
    "law": Kind.CHANGED,
    "frequency": Kind.CHANGED,
    "applies_to": _applies_to,
    "lock": Kind.CHANGED,
    "applicable": _applicable,
}


def _shown(value: object) -> str:
    """A field's value as a person reads it, one entry of a list a line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def _kept(was: Piece, now: Sequence[Piece]) -> Iterator[tuple[Mark, str]]:
    """What both texts say, spaced as in the new one; the blank after deleted first words goes with them."""
    if was.gap and not now[0].gap:
        yield Mark.DEL, was.gap
    yield Mark.SAME, join(now)


def _replaced(before: Sequence[Piece], after: Sequence[Piece]) -> Iterator[tuple[Mark, str]]:
    for old, new in zip_longest(_runs(before), _runs(after), fillvalue=()):
        yield Mark.DEL, join(old)
        yield Mark.INS, join(new)


def _runs(pieces: Sequence[Piece]) -> list[Sequence[Piece]]:
    """Runs of words and single quantities by turns, starting and ending with words (none, if need be)."""
    runs: list[Sequence[Piece]] = [()]
    for quantity, group in groupby(pieces, lambda piece: is_number(piece.text)):
        for piece in group:
            if quantity:
                runs += [(piece,), ()]
            else:
                runs[-1] = (*runs[-1], piece)
    return runs
