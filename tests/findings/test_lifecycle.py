"""Every move of a finding, the dispute window, who decides, and what a recurrence is."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from compliance.errors import RuleViolation
from compliance.findings.lifecycle import (
    OPEN_STATUSES,
    Decision,
    FindingStatus,
    Recurrence,
    check_transition,
    decision_refusals,
    dispute_refusals,
    dispute_window_ends,
    recurrence,
    regrade_refusals,
)
from compliance.network.calendars import SiteCalendar
from compliance.playbooks.document import Severity

ALLOWED = {
    "draft": {"issued", "withdrawn"},
    "issued": {"accepted", "disputed", "withdrawn"},
    "accepted": {"in_remediation", "withdrawn"},
    "disputed": {"upheld", "regraded", "withdrawn"},
    "upheld": {"in_remediation", "withdrawn"},
    "regraded": {"in_remediation", "withdrawn"},
    "in_remediation": {"verified", "withdrawn"},
    "verified": {"closed", "in_remediation"},
    "closed": {"reopened"},
    "reopened": {"in_remediation", "withdrawn"},
    "withdrawn": set(),
}


@pytest.mark.parametrize(("current", "target"), product(FindingStatus, repeat=2), ids=str)
def test_every_pair_of_statuses(current: FindingStatus, target: FindingStatus) -> None:
    if target in ALLOWED[current]:
        check_transition(current, target)
    else:
        with pytest.raises(RuleViolation):
            check_transition(current, target)


def test_open_findings_are_those_somebody_owes_something_for() -> None:
    assert {"issued", "disputed", "verified", "reopened"} <= OPEN_STATUSES
    assert not {"draft", "closed", "withdrawn"} & OPEN_STATUSES


def test_the_dispute_window_is_ten_business_days() -> None:
    assert dispute_window_ends(date(2026, 3, 2), SiteCalendar("Asia/Kolkata")) == date(2026, 3, 16)
    holi = frozenset({date(2026, 3, 4)})
    assert dispute_window_ends(date(2026, 3, 2), SiteCalendar("Asia/Kolkata", listed_holidays=holi)) == date(
        2026, 3, 17
    )


WINDOW = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("today", "reason", "evidence", "messages"),
    [
        (date(2026, 3, 16), "Wrong lot.", 1, []),
        (
            date(2026, 3, 17),
            "Wrong lot.",
            1,
            ["This finding could be disputed until 16 Mar. Answer it with a plan."],
        ),
        (date(2026, 3, 3), " ", 1, ["Say what about the finding is wrong."]),
        (date(2026, 3, 3), "Wrong lot.", 0, ["Attach the evidence that speaks against the finding."]),
    ],
)
def test_dispute(today: date, reason: str, evidence: int, messages: list[str]) -> None:
    refusals = dispute_refusals(WINDOW, today, reason=reason, evidence=evidence)
    assert [refusal.message for refusal in refusals] == messages


REVIEWER = Decision("tomas", is_reviewer=True, raised_by_id="hana", leads_site=False, reason="The sample stands.")


@pytest.mark.parametrize(
    ("decision", "codes"),
    [
        (REVIEWER, []),
        (replace(REVIEWER, decider_id="hana"), ["raiser"]),
        (replace(REVIEWER, is_reviewer=False), ["reviewer"]),
        (replace(REVIEWER, leads_site=True), ["site_lead"]),
        (replace(REVIEWER, reason=""), ["reason"]),
    ],
)
def test_who_decides_on_a_dispute_or_grade(decision: Decision, codes: list[str]) -> None:
    assert [refusal.code for refusal in decision_refusals(decision)] == codes
    assert [refusal.code for refusal in regrade_refusals(Severity.MINOR, Severity.MAJOR, decision)] == codes
    assert [refusal.code for refusal in regrade_refusals(Severity.MAJOR, Severity.MINOR, decision)] == codes


def test_a_regrade_changes_the_grade() -> None:
    assert [refusal.code for refusal in regrade_refusals(Severity.MAJOR, Severity.MAJOR, REVIEWER)] == ["same"]


@pytest.mark.parametrize(
    ("recurred", "what"),
    [
        (date(2026, 1, 31), Recurrence.REOPEN),
        (date(2026, 2, 1), Recurrence.NEW),
        (date(2025, 2, 1), Recurrence.REOPEN),
    ],
)
def test_twelve_months_to_reopen(recurred: date, what: Recurrence) -> None:
    assert recurrence(date(2025, 1, 31), recurred) is what
