"""What an action waits for, and by when, from its clocks alone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from compliance.actions.dueness import State, Step, due, is_late, level, next_step
from compliance.actions.escalation import EscalationLevel
from compliance.actions.lifecycle import ActionKind, ActionStatus
from compliance.network.calendars import SiteCalendar
from compliance.playbooks.document import Severity

KL = SiteCalendar("Asia/Kuala_Lumpur")
MAJOR = State(
    ActionStatus.OPEN, ActionKind.CORRECTIVE, Severity.MAJOR, due_on=date(2026, 5, 1), plan_due_on=date(2026, 3, 23),
    contain_due_at=datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC))
S, K = ActionStatus, ActionKind


@pytest.mark.parametrize(("status", "kind", "severity", "step", "by"), [
    (S.OPEN, K.CORRECTIVE, Severity.MAJOR, Step.CONTAIN, date(2026, 3, 9)),
    (S.OPEN, K.CORRECTIVE, Severity.MINOR, Step.CAUSE, date(2026, 3, 23)),
    (S.OPEN, K.IMPROVEMENT, None, Step.PLAN, date(2026, 3, 23)),
    (S.CONTAINED, K.CORRECTIVE, Severity.MAJOR, Step.CAUSE, date(2026, 3, 23)),
    (S.CONTAINED, K.READINESS, Severity.MAJOR, Step.PLAN, date(2026, 3, 23)),
    (S.ROOT_CAUSE, K.CORRECTIVE, Severity.MAJOR, Step.PLAN, date(2026, 3, 23)),
    (S.PLAN_SUBMITTED, K.CORRECTIVE, Severity.MAJOR, Step.APPROVE, date(2026, 5, 1)),
    (S.PLAN_APPROVED, K.CORRECTIVE, Severity.MAJOR, Step.WORK, date(2026, 5, 1)),
    (S.REOPENED, K.READINESS, Severity.MAJOR, Step.CAUSE, date(2026, 5, 1)),
    (S.CLOSED, K.CORRECTIVE, Severity.MAJOR, Step.NONE, date(2026, 5, 1)),
    (S.CANCELLED, K.CORRECTIVE, Severity.MAJOR, Step.NONE, date(2026, 5, 1)),
])  # fmt: skip
def test_each_step_has_its_clock(status, kind, severity, step, by):
    state = replace(MAJOR, status=status, kind=kind, severity=severity)
    assert (next_step(state), due(state, KL)) == (step, by)


@pytest.mark.parametrize(("severity", "planned", "from_"), [
    (Severity.MAJOR, None, date(2026, 4, 11)), (Severity.MAJOR, 45, date(2026, 4, 26)),
    (Severity.MAJOR, 10, date(2026, 4, 11)), (Severity.MINOR, None, date(2026, 3, 12)),
    (Severity.CRITICAL, 60, date(2026, 5, 11)),
])  # fmt: skip
def test_it_is_verified_from_the_day_it_has_held(severity, planned, from_):
    state = replace(MAJOR, status=S.IMPLEMENTED, severity=severity, implemented_on=date(2026, 3, 12),
                    soak_days=planned)
    assert (next_step(state), due(state, KL)) == (Step.VERIFY, from_)
    assert not is_late(state, KL, datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(("status", "now", "late"), [
    (S.OPEN, datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC), False),
    (S.OPEN, datetime(2026, 3, 9, 16, 0, tzinfo=UTC), True),
    (S.CONTAINED, datetime(2026, 3, 23, 15, 59, tzinfo=UTC), False),
    (S.CONTAINED, datetime(2026, 3, 23, 16, 0, tzinfo=UTC), True),
    (S.PLAN_SUBMITTED, datetime(2026, 3, 23, 16, 0, tzinfo=UTC), False),
    (S.CLOSED, datetime(2027, 3, 23, 16, 0, tzinfo=UTC), False),
])  # fmt: skip
def test_late_begins_when_the_local_day_is_over(status, now, late):
    assert is_late(replace(MAJOR, status=status), KL, now) is late


def test_a_critical_is_contained_by_the_hour_not_by_the_day():
    state = replace(MAJOR, severity=Severity.CRITICAL, contain_due_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC))
    assert not is_late(state, KL, datetime(2026, 3, 3, 9, 0, tzinfo=UTC))
    assert is_late(state, KL, datetime(2026, 3, 3, 9, 0, 1, tzinfo=UTC))


@pytest.mark.parametrize(("status", "day", "reached"), [
    (S.PLAN_APPROVED, 1, EscalationLevel.NONE), (S.PLAN_APPROVED, 2, EscalationLevel.OWNER),
    (S.PLAN_APPROVED, 6, EscalationLevel.SITE_LEAD), (S.IMPLEMENTED, 29, EscalationLevel.NONE),
])  # fmt: skip
def test_the_ladder_counts_working_days_after_the_due_date(status, day, reached):
    """Friday 1 May 2026 is the due date; 2 May is a Saturday, 6 May the third working day after it."""
    now = datetime(2026, 5, day, 4, 0, tzinfo=UTC)
    assert level(replace(MAJOR, status=status, implemented_on=date(2026, 4, 1)), KL, now) is reached
