"""What the next step of a version asks for, met or not: the reasons of the guards as a list people can work off."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.playbooks.governing.guards import Case
from compliance.playbooks.governing.life import ChangeClass, change_class
from compliance.playbooks.standing import State
from compliance.refusals import Refusal

SUBMITTING = (
    ("errors", "The text reads without faults"), ("change", "It says how much it changes"),
    ("note", "It says what changed and why"), ("class", "The class fits what differs"),
    ("number", "The number follows the class"), ("review", "The day it is read through again is set"),
)
PUBLISHING = (
    ("errors", "The text reads without faults"), ("comments", "Every review comment is settled"),
    ("lineage", "What became of each clause is said"), ("legal", "Legal consent to exactly this text"),
    ("own-text", "You wrote none of it"), ("same-day", "No other text takes effect that day"),
    ("notice", "The notice is kept"),
)
STEPS = (("draft", "Draft"), ("in_review", "In review"), ("approved", "Approved"), ("effective", "Effective"),
         ("superseded", "Superseded"))
# How far along the states beside the straight way are, and what their last step is called instead.
_AT = {State.DECLINED: 1, State.RETIRED: 4, State.EXPIRED: 4}


@dataclass(frozen=True, slots=True)
class Condition:
    """`code` says where its remedy is; `note` is the remedy, "" when it is met."""

    code: str
    text: str
    note: str = ""

    @property
    def met(self) -> bool:
        return not self.note


def submitting(refusals: Sequence[Refusal]) -> list[Condition]:
    return _conditions(SUBMITTING, refusals)


def publishing(case: Case, refusals: Sequence[Refusal]) -> list[Condition]:
    """Without what does not concern this version: consent is for major changes, fates for what came before."""
    asked = [(code, text) for code, text in PUBLISHING
             if not (code == "legal" and change_class(case.change) is not ChangeClass.MAJOR)
             and not (code == "lineage" and not case.before)]
    return _conditions(asked, refusals)


def _conditions(asked: Sequence[tuple[str, str]], refusals: Sequence[Refusal]) -> list[Condition]:
    notes: dict[str, list[str]] = {}
    for refusal in refusals:
        notes.setdefault(refusal.code, []).append(refusal.message)
    return [Condition(code, text, " ".join(notes.get(code, ()))) for code, text in asked]


def steps(state: State, notes: dict[str, str]) -> list[dict[str, str]]:
    """The life of a version as a line of steps; `notes` by step, as "approved": "by Mercy Okafor"."""
    names = [name for name, _ in STEPS]
    at = _AT[state] if state in _AT else names.index(state.value)
    shown = []
    for n, (name, label) in enumerate(STEPS):
        where = "now" if n == at else "done" if n < at else ""
        named = state.value.capitalize() if n == at and state in _AT else label
        came_back = name == "in_review" and at < n  # it was sent once, and is not there now
        shown.append({"label": named, "note": "" if came_back else notes.get(name, ""), "state": where})
    return shown
