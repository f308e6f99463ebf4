"""Bring two texts together that began from the same one: by lines, and never by guessing where both changed one."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from merge3 import Merge3

OPENING, MIDDLE, CLOSING = "<<<<<<<", "=======", ">>>>>>>"
_MARK = re.compile(rf"^(?:{OPENING}|{CLOSING})(?: |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The offered text; where both sides changed the same lines it holds both, between marks."""

    text: str
    clashes: int


def reconcile(base: str, theirs: str, mine: str, names: tuple[str, str] = ("saved", "yours")) -> Reconciled:
    """Bring what was saved since `base` and what was typed since `base` into one text."""
    one, two, three = (_ended(text).splitlines(keepends=True) for text in (base, theirs, mine))
    engine = Merge3(one, two, three)
    clashes = sum(group[0] == "conflict" for group in engine.merge_groups())
    text = "".join(engine.merge_lines(
        names[0], names[1], start_marker=OPENING, mid_marker=MIDDLE, end_marker=CLOSING))
    return Reconciled(text if theirs.endswith("\n") or mine.endswith("\n") else text.removesuffix("\n"), clashes)


def changed_lines(before: str, after: str) -> list[tuple[int, str, str]]:
    """What changed, passage by passage: the line it begins at in the new text, the old lines and the new ones."""
    old, new = before.split("\n"), after.split("\n")
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(begin + 1, "\n".join(old[was:until]), "\n".join(new[begin:end]))
            for what, was, until, begin, end in matcher.get_opcodes() if what != "equal"]


def unmerged_line(source: str) -> int:
    """The line of the first mark of a clash that nobody settled; 0 when there is none."""
    match = _MARK.search(source)
    return source.count("\n", 0, match.start()) + 1 if match else 0


def _ended(text: str) -> str:
    """A last line without its end would differ from the same line with one."""
    return text if not text or text.endswith("\n") else f"{text}\n"
