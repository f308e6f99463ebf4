"""Overdue as a condition of a list: whether a local due date has ended at its site."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, select

from compliance import clock, db
from compliance.actions.lifecycle import ActionStatus
from compliance.actions.models import Action
from compliance.network.models import Site

UNDONE = (ActionStatus.OPEN, ActionStatus.CONTAINED, ActionStatus.ROOT_CAUSE, ActionStatus.PLAN_SUBMITTED,
          ActionStatus.PLAN_APPROVED, ActionStatus.REOPENED)


def zones() -> Sequence[str]:
    """The time zones in which there are sites."""
    return [zone for zone in db.session.scalars(select(Site.zone).distinct()) if zone]


def has_ended(due: Any, zone: Any, known: Sequence[str], now: datetime | None = None) -> ColumnElement[bool]:
    """Whether the day `due` is over in the zone of its row: at any instant, the world is at two or three dates."""
    now = now or clock.now()
    day = now.date()
    ahead = [name for name in known if now.astimezone(ZoneInfo(name)).date() > day]
    behind = [name for name in known if now.astimezone(ZoneInfo(name)).date() < day]
    latest = due < day + timedelta(days=1 if ahead else 0)
    if not ahead and not behind:
        return latest  # type: ignore[no-any-return]  # a comparison of a column
    exactly = case((zone.in_(ahead), due < day + timedelta(days=1)), (zone.in_(behind), due < day - timedelta(days=1)),
                   else_=due < day)
    return and_(latest, exactly)  # the first half is one an index can answer


def overdue_action(known: Sequence[str]) -> ColumnElement[bool]:
    """Actions not implemented by their due date; the select has to join the site."""
    return and_(Action.status.in_(UNDONE), has_ended(Action.due_on, Site.zone, known))
