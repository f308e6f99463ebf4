"""The small parts refusals are written with: statuses, lists and dates as a sentence has them."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

RIGHT_TO_LEFT = ("R", "AL")  # of letters, by Unicode; their digits have none of their own


def words(status: StrEnum) -> str:
    """The status as people read it: "in progress"."""
    return status.value.replace("_", " ")


def joined(phrases: Sequence[str], conjunction: str = "or") -> str:
    """Join phrases as a sentence does: "a, b or c"."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {conjunction} {phrases[-1]}"


def apart(name: str) -> str:
    """A name within a sentence of ours: one written from the right keeps what follows, as a number, out of itself.

    Unicode's isolates (UAX 9) do this where no markup can: in titles, crumbs and messages.
    """
    from_right = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in name)
    return f"\u2068{name}\u2069" if from_right else name


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
