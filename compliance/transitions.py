"""Which status may follow which: one table type for every lifecycle, and the refusal that says what may."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from compliance.errors import RuleViolation
from compliance.wording import joined, words

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Transitions(Generic[S]):
    """The moves a thing may make; `noun` is what people call it ("audit")."""

    noun: str
    moves: Mapping[S, frozenset[S]]

    def allowed(self, current: S, target: S) -> bool:
        return target in self.moves[current]

    def next(self, current: S) -> list[S]:
        """The statuses that may follow, in the order the enum declares them."""
        return [status for status in type(current) if status in self.moves[current]]

    def is_final(self, status: S) -> bool:
        return not self.moves[status]

    def check(self, current: S, target: S) -> None:
        """Raise RuleViolation unless `target` may follow `current`."""
        if not self.allowed(current, target):
            raise RuleViolation(self.refusal(current, target))

    def refusal(self, current: S, target: S) -> str:
        if current is target:
            return f"This {self.noun} is already {words(current)}."
        if self.is_final(current):
            return f"This {self.noun} is {words(current)} and stays so; it cannot become {words(target)}."
        following = joined([words(status) for status in self.next(current)])
        return f"This {self.noun} is {words(current)}: it can become {following}, not {words(target)}."
