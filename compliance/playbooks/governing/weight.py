"""How much a new text changes: the least class its differences leave room for, and why."""

from collections.abc import Iterable, Iterator

from compliance.playbooks.comparison import Difference, Kind, Mark, redline
from compliance.playbooks.governing.life import ChangeClass
from compliance.playbooks.wording import is_weighty

# What asks something else of somebody. A text in other words may: see `_turns`.
_MORE_THAN_WORDS = {
    Kind.ADDED: "is new", Kind.REMOVED: "is no longer asked", Kind.TIGHTENED: "is stricter",
    Kind.LOOSENED: "is looser", Kind.REWEIGHTED: "weighs differently", Kind.WAIVED: "no longer applies",
    Kind.REINSTATED: "applies again", Kind.CHANGED: "asks for something else",
}
_WORDS = frozenset({"text", "check", "evidence"})


def least_class(differences: Iterable[Difference]) -> tuple[ChangeClass, tuple[str, ...]]:
    """The lowest class that is honest, and what makes it more than editorial: "ESC-02 is stricter".

    Where minor ends and major begins is for people: no difference in words tells how much work it makes.
    """
    reasons = tuple(dict.fromkeys(_reasons(differences)))
    return (ChangeClass.MINOR if reasons else ChangeClass.EDITORIAL), reasons


def _reasons(differences: Iterable[Difference]) -> Iterator[str]:
    for each in differences:
        about = ", ".join(each.clauses) or each.field
        if said := _MORE_THAN_WORDS.get(each.kind):
            yield f"{about} {said}"
        elif each.kind is Kind.REWORDED and each.field in _WORDS and _turns(each.old, each.new):
            yield f"{about} has another number, negation or duty in its {each.field}"


def _turns(old: str, new: str) -> bool:
    """Whether what was taken out or put in can turn the meaning."""
    return any(mark is not Mark.SAME and is_weighty(piece) for mark, piece in redline(old, new))
