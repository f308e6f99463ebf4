"""A finding as its page shows it: itself, the action that answers it, its evidence and its story, for one actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, Role, may, visible_to
from compliance.actions.lifecycle import OPEN_STATUSES as OPEN_ACTIONS
from compliance.actions.models import Action
from compliance.actions.presenting import ActionView, view_of
from compliance.actions.queries.one import names_of
from compliance.actions.telling import Told, entries_about, told
from compliance.files.models import Evidence
from compliance.files.queries import evidence_of
from compliance.findings.lifecycle import OPEN_STATUSES, FindingStatus
from compliance.findings.models import Finding
from compliance.findings.queries.answers import actions_of
from compliance.network.calendars import SiteCalendar
from compliance.network.queries import calendar_of

GRADABLE = OPEN_STATUSES - {FindingStatus.DISPUTED}


@dataclass(frozen=True, slots=True)
class FindingView:
    """What the page of a finding says. `note` is the internal one, "" for those who may not read it."""

    finding: Finding
    actions: Sequence[Action]
    current: ActionView | None  # the action that counts: the last open one, else the last
    evidence: list[Evidence]
    history: list[Told]
    children: Sequence[Finding]
    parent: Finding | None
    raised_by: str
    decided_by: str
    note: str
    today: date
    late_by: int | None
    can_answer: bool
    can_dispute: bool
    can_decide: bool
    can_close: bool
    can_reopen: bool


def view_of_finding(actor: Actor, finding: Finding) -> FindingView:
    """In nine statements after the finding itself (ten in all), with one action or many, whatever is attached."""
    actions = actions_of(finding)
    entries = entries_about([finding.id, *(action.id for action in actions)])
    current = _current(actions)
    calendar, zone = calendar_of(finding.site), finding.site.zone or "UTC"
    today = calendar.local_date(clock.now())
    named = (finding.raised_by_id, finding.decided_by_id)
    shown = view_of(actor, current, [e for e in entries if e.subject_id == current.id], named) if current else None
    names = shown.names if shown else names_of(named)
    related = _related(actor, finding)
    reads_notes = may(actor, Permission.VIEW_INTERNAL_NOTES, finding) and actor.vendor_id is None
    return FindingView(
        finding=finding, actions=actions,
        current=shown,
        evidence=_evidence(actor, finding), history=told(entries, actor, zone),
        children=[each for each in related if each.parent_id == finding.id],
        parent=next((each for each in related if each.id == finding.parent_id), None),
        raised_by=names.get(finding.raised_by_id, ""), decided_by=names.get(finding.decided_by_id, ""),
        note=finding.internal_note if reads_notes else "", today=today,
        late_by=late_by(finding), **_may(actor, finding, actions, today))


@dataclass
class _Source:
    """What the evidence of a finding was attached to when it was found, as evidence knows it."""

    id: UUID
    __tablename__: str


def _evidence(actor: Actor, finding: Finding) -> list[Evidence]:
    """What was attached where it was found (the raiser says where, in the details), then what was added since."""
    kind, of = finding.details.get("evidence") or ("", "")
    source = [_Source(UUID(of), kind)] if of else []
    found = evidence_of(actor, *source, finding)
    return [piece for pieces in found.values() for piece in pieces]


def _current(actions: Sequence[Action]) -> Action | None:
    still_open = [action for action in actions if action.status in OPEN_ACTIONS]
    return next(reversed(still_open or list(actions)), None)


def late_by(finding: Finding) -> int | None:
    """Working days since its day was over; None in time, and from when it is implemented."""
    calendar = calendar_of(finding.site)
    return lateness(finding, calendar, calendar.local_date(clock.now()))


def lateness(finding: Any, calendar: SiteCalendar, today: date) -> int | None:
    """`late_by` of a finding, or of a row with its status and dates, on the day it is at the site."""
    if finding.status not in OPEN_STATUSES or finding.implemented_at is not None or finding.close_due_on is None:
        return None
    return calendar.business_days_late(finding.close_due_on, today)


def _may(actor: Actor, finding: Finding, actions: Sequence[Action], today: date) -> dict[str, bool]:
    """What this person can do with the finding itself; the action says for itself."""
    answers = may(actor, Permission.RESPOND_TO_FINDING, finding) and finding.status is FindingStatus.ISSUED
    decides = may(actor, Permission.DECIDE_FINDING, finding) and actor.id != finding.raised_by_id
    leads = any(grant.role is Role.SITE_LEAD and grant.covers(finding.place) for grant in actor.grants)
    verifies = may(actor, Permission.VERIFY_ACTION, finding) and not leads and actor.id != finding.owner_id
    nothing_open = not any(action.status in OPEN_ACTIONS for action in actions)
    unanswered = (FindingStatus.ISSUED, FindingStatus.DISPUTED)
    return {
        "can_answer": answers,
        "can_dispute": answers and finding.dispute_until is not None and today <= finding.dispute_until,
        "can_decide": decides and not leads and finding.status in (GRADABLE | {FindingStatus.DISPUTED}),
        "can_close": verifies and nothing_open and finding.status in OPEN_STATUSES
        and finding.status not in unanswered,
        "can_reopen": verifies and finding.status is FindingStatus.CLOSED,
    }


def _related(actor: Actor, finding: Finding) -> Sequence[Finding]:
    """The parent and the children of a systemic finding that the actor sees."""
    statement = visible_to(actor, select(Finding), Finding).where(
        (Finding.parent_id == finding.id) | (Finding.id == finding.parent_id)).order_by(Finding.reference)
    return db.session.scalars(statement).all()
