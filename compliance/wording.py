"""The small parts refusals are written with: statuses, lists and dates as a sentence has them."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum


def words(status: StrEnum) -> str:
    """The status as people read it: "in progress"."""
    return status.value.replace("_", " ")


def joined(phrases: Sequence[str], conjunction: str = "or") -> str:
    """Join phrases as a sentence does: "a, b or c"."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {conjunction} {phrases[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 clause", "3 clauses"; `plural` for nouns that do not just take an s."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def on_day(day: date, today: date) -> str:
    """ "11 May", with the year where it is not this year's."""
    short = f"{day.day} {day:%b}"
    return short if day.year == today.year else f"{short} {day.year}"


def with_article(noun: str) -> str:
    """ "an auditor", "a reviewer": by the letter it begins with, which is enough for the names of roles."""
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"
