"""Holding a waiver against the clause it was granted for: the day from which the clause reads otherwise."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from compliance.playbooks.wording import same_words

Reading = Callable[[date], str | None]


def lapse_day(bound: str, since: date, until: date, changes: Iterable[date], digest_on: Reading) -> date | None:
    """The first day from `since` up to, not including, `until` on which the clause is not the one that was waived.

    `changes` are the days on which anything above the place changed; between two of them nothing can. `digest_on` gives
    the digest of the clause on a day, None where it is not asked at all. A text that comes back revives nothing: who
    granted the waiver saw the clause before it went.
    """
    days = sorted(day for day in {since, *changes} if since <= day < until)
    return next((day for day in days if digest_on(day) != bound), None)


def reads_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two clauses, as `ClauseText.content` holds them, differ in nothing but how their lines are broken.

    Their digests differ: a digest is of bytes, and leave was given for what the words ask.
    """
    return one.keys() == other.keys() and all(_alike(said, other[name]) for name, said in one.items())


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return same_words(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return bool(one == other)
