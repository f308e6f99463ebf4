"""What an audit needs before it stands in the calendar: scope, people, notice and independence, told as reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.refusals import Refusal
from compliance.wording import counted, joined, on_day

_REMEDY = "Choose somebody else. Where that is not possible, say why and name a second reviewer."


@dataclass(frozen=True, slots=True)
class PlannedScope:
    """What is to be looked at. `run_here` are the lines of business the auditee runs there on the first day."""

    auditee: str
    playbooks: int
    lobs: Sequence[str]
    run_here: frozenset[str]
    first_day: date
    last_day: date
    due_on: date


@dataclass(frozen=True, slots=True)
class PlannedTeam:
    """Who looks. `conflicts` are those of `independence`; `not_auditors` names members who are no auditors there."""

    names: Sequence[str]
    conflicts: Sequence[Refusal]
    not_auditors: Sequence[str] = ()
    exception: str = ""
    second_reviewer: str = ""
    second_reviewer_fits: bool = True  # may review there and is not on the team


@dataclass(frozen=True, slots=True)
class Notice:
    """How the auditee learns of it. `days` are owed by contract, 0 in-house; `approver` agrees to say nothing."""

    vendor: str
    days: int
    has_contact: bool
    unannounced: bool = False
    approver: str = ""
    approver_fits: bool = True  # not the planner, and may see unannounced audits there


def plan_refusals(scope: PlannedScope, team: PlannedTeam) -> list[Refusal]:
    """Why an audit may not even be planned like this."""
    return [*_scope(scope), *team_refusals(team)]


def schedule_refusals(scope: PlannedScope, team: PlannedTeam, notice: Notice, today: date) -> list[Refusal]:
    """Why an audit may not be scheduled; everything that stands against it at once."""
    return [*_scope(scope), *team_refusals(team), *_dates(scope, today), *_notice(scope, notice, today)]


def _scope(scope: PlannedScope) -> Iterator[Refusal]:
    if not scope.playbooks:
        yield Refusal("playbooks", "Choose at least one playbook to audit against.")
    if not scope.run_here:
        yield Refusal("operation", f"{scope.auditee} runs nothing there on {on_day(scope.first_day, scope.first_day)}.")
    elif not scope.lobs:
        yield Refusal("lobs", f"Choose the lines of business: {joined(sorted(scope.run_here), 'and')} run there.")
    elsewhere = sorted(set(scope.lobs) - scope.run_here) if scope.run_here else []
    if elsewhere:
        yield Refusal("lobs", f"{scope.auditee} does not run {joined(elsewhere)} there on that day; take it out.")
    if scope.last_day < scope.first_day:
        yield Refusal("dates", "The last day lies before the first.")


def team_refusals(team: PlannedTeam) -> Iterator[Refusal]:
    """Why these people may not look."""
    for name in team.not_auditors:
        yield Refusal("auditor", f"{name} is no auditor for this site; choose somebody who is.")
    if team.conflicts and not team.exception.strip():
        *others, last = team.conflicts
        yield from others
        yield Refusal(last.code, f"{last.message} {_REMEDY}")  # what to do is no reason of its own to be counted
    elif team.conflicts and not team.second_reviewer:
        yield Refusal("second_reviewer", "An exception needs a second reviewer; name one who is not on the team.")
    if team.second_reviewer and not team.second_reviewer_fits:
        yield Refusal(
            "second_reviewer", f"{team.second_reviewer} cannot be the second reviewer: choose a reviewer of this site "
            "who is not on the audit team.")


def _dates(scope: PlannedScope, today: date) -> Iterator[Refusal]:
    if scope.first_day < today:
        yield Refusal("dates", "The first day lies in the past; choose a day that is still to come.")


def _notice(scope: PlannedScope, notice: Notice, today: date) -> Iterator[Refusal]:
    if not notice.has_contact:
        yield Refusal("contact", "Name the person at the auditee who receives the audit.")
    if notice.unannounced:
        yield from _approval(notice)
        return
    earliest = today + timedelta(days=notice.days)
    if notice.days and scope.first_day < earliest:
        yield Refusal(
            "notice", f"{notice.vendor} is owed {counted(notice.days, 'day')} of notice by contract: start on "
            f"{on_day(earliest, today)} or later, or plan it unannounced with somebody who approves that.")


def _approval(notice: Notice) -> Iterator[Refusal]:
    if not notice.approver:
        yield Refusal("approver", "An unannounced audit needs somebody besides you who approved it.")
    elif not notice.approver_fits:
        yield Refusal(
            "approver", f"{notice.approver} cannot approve that: choose somebody besides you who sees unannounced "
            "audits.")
