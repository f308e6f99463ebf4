"""Every move of an audit, allowed and refused."""

from itertools import product

import pytest

from compliance.audits.lifecycle import AUDIT_TRANSITIONS, AuditStatus, check_transition
from compliance.errors import RuleViolation

ALLOWED = {
    ("planned", "scheduled"),
    ("planned", "cancelled"),
    ("scheduled", "in_progress"),
    ("scheduled", "postponed"),
    ("scheduled", "cancelled"),
    ("postponed", "scheduled"),
    ("postponed", "cancelled"),
    ("in_progress", "submitted"),
    ("in_progress", "cancelled"),
    ("submitted", "reviewed"),
    ("submitted", "in_progress"),
    ("reviewed", "closed"),
}


@pytest.mark.parametrize(("current", "target"), product(AuditStatus, repeat=2), ids=str)
def test_every_pair_of_statuses(current: AuditStatus, target: AuditStatus) -> None:
    if (current, target) in ALLOWED:
        check_transition(current, target)
    else:
        with pytest.raises(RuleViolation):
            check_transition(current, target)


@pytest.mark.parametrize(
    ("current", "target", "sentence"),
    [
        ("planned", "closed", "This audit is planned: it can become scheduled or cancelled, not closed."),
        ("closed", "in_progress", "This audit is closed and stays so; it cannot become in progress."),
        ("submitted", "submitted", "This audit is already submitted."),
    ],
)
def test_a_refusal_says_what_may_come(current: str, target: str, sentence: str) -> None:
    assert AUDIT_TRANSITIONS.refusal(AuditStatus(current), AuditStatus(target)) == sentence
