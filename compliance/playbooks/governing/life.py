"""The life of a version: the moves between its statuses, the numbers and notice a change owes, what ends a clause."""

from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from compliance.playbooks.standing import VersionStatus
from compliance.playbooks.succession import number_of, numbers_after
from compliance.transitions import Transitions

LIFE = Transitions(
    "version",
    {
        VersionStatus.DRAFT: frozenset({VersionStatus.IN_REVIEW, VersionStatus.DECLINED}),
        VersionStatus.IN_REVIEW: frozenset({VersionStatus.DRAFT, VersionStatus.APPROVED, VersionStatus.DECLINED}),
        VersionStatus.APPROVED: frozenset({VersionStatus.DRAFT, VersionStatus.RETIRED}),
        VersionStatus.RETIRED: frozenset(),
        VersionStatus.DECLINED: frozenset(),
    },
)


class ChangeClass(StrEnum):
    """How much a new version asks of those bound by it; each is worth a place in the number."""

    EDITORIAL = "editorial"
    MINOR = "minor"
    MAJOR = "major"


NOTICE_DAYS = {ChangeClass.EDITORIAL: 0, ChangeClass.MINOR: 14, ChangeClass.MAJOR: 30}
LONGEST_UNREVIEWED = relativedelta(months=12)
_PLACE = {ChangeClass.MAJOR: 0, ChangeClass.MINOR: 1, ChangeClass.EDITORIAL: 2}


class Yes(StrEnum):
    """What somebody signs off besides the approval itself. All but the first need a second person."""

    LEGAL = "legal"
    EMERGENCY = "emergency"
    RETIRE = "retire"


class Fate(StrEnum):
    """What became of a clause."""

    RENAMED = "renamed"
    SPLIT = "split"
    MERGED = "merged"
    RETIRED = "retired"


def change_class(said: str) -> ChangeClass | None:
    """The class a text names, in whatever case; None for what is none."""
    try:
        return ChangeClass(said.strip().lower())
    except ValueError:
        return None


def number_follows(before: str, now: str, change: ChangeClass) -> bool:
    """Whether a number raises the place of its class and starts the places after it anew.

    A place may be raised by more than one: the numbers of declined texts are never used again.
    """
    old, new = _three(before), _three(now)
    at = _PLACE[change]
    return new[:at] == old[:at] and new[at] > old[at] and not any(new[at + 1:])


def next_number(before: str, change: ChangeClass) -> str:
    """The number a change of this class takes after another."""
    return numbers_after(before)[change]


def earliest(approved_on: date, change: ChangeClass) -> date:
    """The first day a version may take effect when it is approved on a day."""
    return approved_on + timedelta(days=NOTICE_DAYS[change])


def latest_review(effective_on: date) -> date:
    """The last day by which a text has to be read through again."""
    return effective_on + LONGEST_UNREVIEWED


def _three(number: str) -> tuple[int, ...]:
    parts = number_of(number)
    return (*parts, *(0,) * (3 - len(parts)))[:3]
