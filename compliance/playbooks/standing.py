"""Where a version stands on a day: derived from its status and the dates of its siblings, never stored."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class VersionStatus(StrEnum):
    """Effective and superseded are derived from the dates of approved versions, never stored."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"  # of a playbook's text; an override's goes through the reviews its operations need
    REGIONAL_REVIEW = "regional_review"
    GLOBAL_REVIEW = "global_review"
    RETURNED = "returned"
    APPROVED = "approved"
    RETIRED = "retired"
    DECLINED = "declined"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    """The state a page shows."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REGIONAL_REVIEW = "regional_review"
    GLOBAL_REVIEW = "global_review"
    RETURNED = "returned"
    DECLINED = "declined"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"  # and not yet in force
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    RETIRED = "retired"


class Dated(Protocol):
    """A stored version of a playbook or of an override."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> StrEnum: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def until_on(self) -> date | None: ...
    @property
    def approved_at(self) -> datetime | None: ...


def states(versions: Iterable[Dated], on: date) -> dict[UUID, State]:
    """The state of each version of one text on a day."""
    versions = list(versions)
    begun = [version for version in versions if _published(version) and version.effective_on <= on]
    latest = max(begun, key=_takes_over, default=None)
    return {version.id: _state(version, latest, on) for version in versions}


def announced(versions: Sequence[Dated], on: date) -> list[Dated]:
    """Approved and still to come, soonest first."""
    coming = [version for version in versions if version.status.value == "approved" and version.effective_on > on]
    return sorted(coming, key=_takes_over)


def _published(version: Dated) -> bool:
    """A retired version took over from the one before it like any other: that one never comes back."""
    return version.status.value in {VersionStatus.APPROVED, VersionStatus.RETIRED}


def _takes_over(version: Dated) -> tuple[date, float]:
    return version.effective_on, version.approved_at.timestamp() if version.approved_at else 0.0


def _state(version: Dated, latest: Dated | None, on: date) -> State:
    if not _published(version):
        return State(version.status.value)
    if version.effective_on > on:
        return State.APPROVED
    if latest is not None and version.id != latest.id:
        return State.SUPERSEDED
    if version.until_on is None or version.until_on > on:
        return State.EFFECTIVE
    return State.RETIRED if version.status.value == VersionStatus.RETIRED else State.EXPIRED
