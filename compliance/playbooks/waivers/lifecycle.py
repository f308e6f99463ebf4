"""What becomes of a waiver: what may be asked for, who decides, and how it stands on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from compliance.playbooks.document import Lock, Severity
from compliance.refusals import Refusal
from compliance.transitions import Transitions
from compliance.wording import on_day

USUAL_DAYS = 180
LONGEST_DAYS = 365
REMINDERS = (1, 7, 14, 30)  # days before the end, the last first
FREE_RENEWALS = 1  # from the second on the global head decides
# A new request this soon after the last one ended is that one going on, and counts as its renewal.
RENEWAL_WITHIN = 90


class WaiverStatus(StrEnum):
    """What somebody did about it. Whether it is in force, over or lapsed follows from days and texts: see `State`."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    REVOKED = "revoked"
    CLOSED = "closed"


class State(StrEnum):
    """How a waiver stands on a day; `APPROVED` is one whose first day lies ahead."""

    REQUESTED = "requested"
    APPROVED = "approved"
    ACTIVE = "active"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    DECLINED = "declined"
    REVOKED = "revoked"
    CLOSED = "closed"


HOLDING = frozenset({State.APPROVED, State.ACTIVE})
RENEWABLE = frozenset({State.APPROVED, State.ACTIVE, State.LAPSED, State.EXPIRED})

TRANSITIONS: Transitions[WaiverStatus] = Transitions("waiver", {
    WaiverStatus.REQUESTED: frozenset({WaiverStatus.APPROVED, WaiverStatus.DECLINED, WaiverStatus.CLOSED}),
    WaiverStatus.APPROVED: frozenset({WaiverStatus.REVOKED, WaiverStatus.CLOSED}),
    WaiverStatus.DECLINED: frozenset(),
    WaiverStatus.REVOKED: frozenset(),
    WaiverStatus.CLOSED: frozenset(),
})


class Decider(StrEnum):
    """Whose word a waiver needs; the value completes "… decides"."""

    REGIONAL_LEAD = "a regional lead of the place"
    PLAYBOOK_OWNER = "a playbook owner"
    GLOBAL_HEAD = "the global head"


@dataclass(frozen=True, slots=True)
class ClauseHere:
    """A clause as it applies at a place, as far as a waiver of it is concerned."""

    id: str
    severity: Severity
    lock: Lock
    applicable: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says. Half-open: on `until_on` the clause is asked again. `longer` is why 180 days are too few."""

    from_on: date
    until_on: date
    rationale: str
    risk: str
    control: str
    longer: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A waiver as its state is derived: local days of the place; None for what did not happen.

    `lapsed_on` is the first day within its time on which the clause reads otherwise there than it did when granted.
    """

    status: WaiverStatus
    from_on: date
    until_on: date
    decided_on: date | None = None
    ended_on: date | None = None
    lapsed_on: date | None = None

    @property
    def began_on(self) -> date:
        """Nothing is waived before somebody said so."""
        return max(self.from_on, self.decided_on or self.from_on)


def state_on(waiver: Facts, day: date) -> State:
    """How it stands, or stood, at the end of a day at its place, as known today."""
    if waiver.status is WaiverStatus.REQUESTED or waiver.status is WaiverStatus.DECLINED:
        return State(waiver.status.value)
    if waiver.decided_on is not None and waiver.lapsed_on is not None and waiver.lapsed_on <= _end(waiver, day):
        return State.LAPSED
    if waiver.ended_on is not None and waiver.ended_on <= day:
        return State(waiver.status.value)
    if day >= waiver.until_on:
        return State.EXPIRED
    return State.ACTIVE if waiver.began_on <= day else State.APPROVED


def _end(waiver: Facts, day: date) -> date:
    """The last day a change of the clause can still end it: not after it was over anyway."""
    over = min(waiver.until_on, waiver.ended_on or waiver.until_on) - timedelta(days=1)
    return min(day, over)


def is_in_force(waiver: Facts, day: date) -> bool:
    return state_on(waiver, day) is State.ACTIVE


def overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether two half-open spans share a day."""
    return one[0] < other[1] and other[0] < one[1]


def decider(severity: Severity, renewal: int) -> Decider:
    """Who decides on a waiver; `renewal` counts the renewals up to this one, 0 for a first request."""
    if renewal > FREE_RENEWALS:
        return Decider.GLOBAL_HEAD
    return Decider.REGIONAL_LEAD if severity is Severity.MINOR else Decider.PLAYBOOK_OWNER


def why_not(clause: ClauseHere) -> list[Refusal]:
    """Why a clause cannot be waived at all; said before anybody asks."""
    return list(_why_not(clause))


def _why_not(clause: ClauseHere) -> Iterator[Refusal]:
    if not clause.applicable:
        yield Refusal("not_applicable", f"{clause.id} does not apply here, so there is nothing to waive.")
    if clause.severity is Severity.CRITICAL:
        yield Refusal("critical", f"{clause.id} is critical, and a critical clause is never waived. Meet it, or stop "
                                  "the work it protects.")
    if clause.lock is not Lock.OPEN:
        yield Refusal("locked", f"{clause.id} is locked: nobody may make it weaker here, not for a day. Ask the "
                                "playbook owner to change the clause for everybody.")


def faults_of(asked: Asked, today: date) -> dict[str, list[str]]:
    """What is wrong with a request, by field; `today` is the local day at the place."""
    return {name: [message] for name, message in (*_texts(asked), *_days(asked, today))}


def _texts(asked: Asked) -> Iterator[tuple[str, str]]:
    if not asked.rationale.strip():
        yield "rationale", "Say why the clause cannot be met here for now."
    if not asked.risk.strip():
        yield "risk", "Say what may happen meanwhile, and to whom."
    if not asked.control.strip():
        yield "control", "Say what is done instead until then. Audits assess it in place of the clause."


def _days(asked: Asked, today: date) -> Iterator[tuple[str, str]]:
    days = (asked.until_on - asked.from_on).days
    if asked.from_on < today:
        yield "from_on", f"A waiver covers nothing that has passed. Choose {on_day(today, today)} or a later day."
    if days < 1:
        yield "until_on", f"It has to end after it starts. Choose a day after {on_day(asked.from_on, today)}."
    elif days > LONGEST_DAYS:
        last = asked.from_on + timedelta(days=LONGEST_DAYS)
        yield "until_on", (f"That is {days} days; {LONGEST_DAYS} are the most. Choose {on_day(last, today)} or "
                           "earlier; what never ends is an override.")
    elif days > USUAL_DAYS and not asked.longer.strip():
        yield "longer", f"That is {days} days. Say why {USUAL_DAYS} are not enough, or end it sooner."


def reminder(until_on: date, today: date) -> int | None:
    """The reminder that is due: 30, 14, 7 or 1 day before the end; None while it is further off, or over."""
    left = (until_on - today).days
    return next((days for days in REMINDERS if 0 < left <= days), None)
