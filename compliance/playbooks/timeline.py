"""Pick the version in force on a date, as known at a time, and say when that next changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Protocol, TypeVar

from compliance.playbooks.document import Override

LAST = datetime.max.replace(tzinfo=UTC)


class Dated(Protocol):
    """A version that holds in [effective, until), civil dates at the site; a draft has no `approved_at`."""

    @property
    def effective(self) -> date: ...
    @property
    def until(self) -> date | None: ...
    @property
    def approved_at(self) -> datetime | None: ...


Version = TypeVar("Version", bound=Dated)


def known(versions: Iterable[Version], known_at: datetime | None = None) -> list[Version]:
    """The approved versions, or those approved by `known_at`, in the order in which one takes over from another."""
    approved = [
        (version.effective, version.approved_at, version)
        for version in versions
        if version.approved_at is not None and (known_at is None or version.approved_at <= known_at)
    ]
    return [version for *_, version in sorted(approved, key=lambda entry: entry[:2])]


def in_force(versions: Iterable[Version], on: date, known_at: datetime | None = None) -> Version | None:
    """The version that holds on a date: the latest to take effect, on a tie the one approved later.

    A version that has been taken over never comes back: after `until` of the latest nothing holds here, and the
    layer above does.
    """
    begun = [version for version in known(versions, known_at) if version.effective <= on]
    if not begun:
        return None
    latest = begun[-1]
    return latest if latest.until is None or on < latest.until else None


def announced(versions: Iterable[Version], on: date) -> list[Version]:
    """The approved versions still to come, soonest first."""
    return [version for version in known(versions) if version.effective > on]


def next_change(versions: Iterable[Version], on: date, reviews: Iterable[date] = ()) -> date | None:
    """The first day after `on` on which anything may hold otherwise: what is true on `on` is true until the day before.

    `versions` are those of every layer together, `reviews` the `review_dates` of their overrides.
    """
    approved = known(versions)
    begins = [version.effective for version in approved]
    ends = [version.until for version in approved if version.until is not None]
    return min((day for day in (*begins, *ends, *reviews) if day > on), default=None)


def review_dates(overrides: Iterable[Override]) -> list[date]:
    """The days on which something loosened or left out comes back unless it is renewed."""
    return [day for override in overrides for operation in override.operations if (day := operation.review_by)]


def gaps(versions: Iterable[Version]) -> list[tuple[date, date]]:
    """The half-open periods between versions in which none holds: worth a warning when a version is saved."""
    return [
        (earlier.until, later.effective)
        for earlier, later in pairwise(known(versions))
        if earlier.until is not None and earlier.until < later.effective
    ]


def gap_notes(versions: Iterable[Dated], effective: date, until: date | None) -> tuple[str, ...]:
    """A sentence for each gap beside a version that is being saved among the others, approved or not."""
    return tuple(
        f"from {begins} until {ends} no version holds: let one end, or begin, on the day of the other"
        for begins, ends in gaps([*versions, _Supposed(effective, until, LAST)])
        if effective == ends or until == begins
    )


@dataclass(frozen=True, slots=True)
class _Supposed:
    """A version as if it were approved after all others."""

    effective: date
    until: date | None
    approved_at: datetime
