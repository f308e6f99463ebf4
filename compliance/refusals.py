"""Why something may not be done: reasons gathered as data, so that a page can list them before anybody tries."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.errors import RuleViolation


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is stable, for tests and programs; `message` is one sentence a person can act on."""

    code: str
    message: str


def refuse(refusals: Sequence[Refusal]) -> None:
    """Raise RuleViolation with every reason when there is one; return quietly when there is none."""
    if refusals:
        messages = [refusal.message for refusal in refusals]
        raise RuleViolation(messages[0], reasons=messages)
