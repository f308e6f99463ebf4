"""Holding a waiver against the clause it was granted for: the day from which the clause reads otherwise."""

from collections.abc import Callable, Iterable
from datetime import date

Reading = Callable[[date], str | None]


def lapse_day(bound: str, since: date, until: date, changes: Iterable[date], digest_on: Reading) -> date | None:
    """The first day from `since` up to, not including, `until` on which the clause is not the one that was waived.

    `changes` are the days on which anything above the place changed; between two of them nothing can. `digest_on` gives
    the digest of the clause on a day, None where it is not asked at all. A text that comes back revives nothing: who
    granted the waiver saw the clause before it went.
    """
    days = sorted(day for day in {since, *changes} if since <= day < until)
    return next((day for day in days if digest_on(day) != bound), None)
