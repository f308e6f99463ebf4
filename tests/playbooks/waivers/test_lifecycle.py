"""What may be asked for, who decides, and how a waiver stands on a day: tables by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from compliance.errors import RuleViolation
from compliance.playbooks.document import Lock, Severity
from compliance.playbooks.waivers.lifecycle import (
    TRANSITIONS,
    Asked,
    ClauseHere,
    Decider,
    Facts,
    State,
    WaiverStatus,
    decider,
    faults_of,
    overlap,
    reminder,
    state_on,
    why_not,
)

MINOR, MAJOR, CRITICAL = Severity.MINOR, Severity.MAJOR, Severity.CRITICAL
TODAY = date(2026, 3, 1)
GOOD = Asked(TODAY, date(2026, 6, 1), "The lift is out.", "Two people wait longer.", "A colleague carries the log.")


@pytest.mark.parametrize(("clause", "codes"), [
    (ClauseHere("ESC-06", MINOR, Lock.OPEN), []),
    (ClauseHere("ESC-05", MAJOR, Lock.OPEN), []),
    (ClauseHere("ESC-02", CRITICAL, Lock.OPEN), ["critical"]),
    (ClauseHere("ESC-08", MINOR, Lock.FLOOR), ["locked"]),
    (ClauseHere("ESC-09", MAJOR, Lock.FIXED), ["locked"]),
    (ClauseHere("ESC-04", CRITICAL, Lock.FIXED), ["critical", "locked"]),
    (ClauseHere("ESC-07", MAJOR, Lock.OPEN, applicable=False), ["not_applicable"]),
])
def test_which_clauses_are_never_waived(clause: ClauseHere, codes: list[str]) -> None:
    assert [refusal.code for refusal in why_not(clause)] == codes


@pytest.mark.parametrize(("severity", "renewal", "who"), [
    (MINOR, 0, Decider.REGIONAL_LEAD), (MINOR, 1, Decider.REGIONAL_LEAD), (MINOR, 2, Decider.GLOBAL_HEAD),
    (MAJOR, 0, Decider.PLAYBOOK_OWNER), (MAJOR, 1, Decider.PLAYBOOK_OWNER), (MAJOR, 2, Decider.GLOBAL_HEAD),
    (MAJOR, 5, Decider.GLOBAL_HEAD),
])
def test_who_decides(severity: Severity, renewal: int, who: Decider) -> None:
    assert decider(severity, renewal) is who


@pytest.mark.parametrize(("days", "longer", "field"), [
    (1, "", None), (180, "", None), (181, "", "longer"), (181, "The building work ends in September.", None),
    (365, "The lease ends then.", None), (366, "The lease ends then.", "until_on"), (0, "", "until_on"),
    (-1, "", "until_on"),
])
def test_how_long(days: int, longer: str, field: str | None) -> None:
    asked = replace(GOOD, until_on=TODAY + timedelta(days=days), longer=longer)
    assert list(faults_of(asked, TODAY)) == ([field] if field else [])


@pytest.mark.parametrize("field", ["rationale", "risk", "control"])
def test_nothing_is_granted_for_nothing(field: str) -> None:
    assert list(faults_of(replace(GOOD, **{field: " \n"}), TODAY)) == [field]


def test_it_covers_nothing_that_has_passed() -> None:
    said = faults_of(replace(GOOD, from_on=TODAY - timedelta(days=1)), TODAY)
    assert said == {"from_on": ["A waiver covers nothing that has passed. Choose 1 Mar or a later day."]}


def test_every_fault_is_told_at_once() -> None:
    asked = Asked(TODAY - timedelta(days=3), TODAY - timedelta(days=9), "", "", "")
    assert set(faults_of(asked, TODAY)) == {"from_on", "until_on", "rationale", "risk", "control"}


APPROVED = Facts(WaiverStatus.APPROVED, date(2026, 3, 10), date(2026, 4, 10), decided_on=date(2026, 3, 5))
LATE = replace(APPROVED, decided_on=date(2026, 3, 15))
LAPSED = replace(APPROVED, lapsed_on=date(2026, 3, 20))
REVOKED = replace(APPROVED, status=WaiverStatus.REVOKED, ended_on=date(2026, 3, 25))
S = State


@pytest.mark.parametrize(("waiver", "day", "state"), [
    (APPROVED, "03-09", S.APPROVED), (APPROVED, "03-10", S.ACTIVE), (APPROVED, "04-09", S.ACTIVE),
    (APPROVED, "04-10", S.EXPIRED), (APPROVED, "12-31", S.EXPIRED),
    (LATE, "03-14", S.APPROVED), (LATE, "03-15", S.ACTIVE),
    (LAPSED, "03-19", S.ACTIVE), (LAPSED, "03-20", S.LAPSED), (LAPSED, "05-01", S.LAPSED),
    (REVOKED, "03-24", S.ACTIVE), (REVOKED, "03-25", S.REVOKED), (REVOKED, "05-01", S.REVOKED),
    (replace(REVOKED, lapsed_on=date(2026, 3, 20)), "05-01", S.LAPSED),
    (replace(REVOKED, lapsed_on=date(2026, 3, 25)), "05-01", S.REVOKED),
    (replace(APPROVED, lapsed_on=date(2026, 4, 10)), "05-01", S.EXPIRED),
    (replace(REVOKED, status=WaiverStatus.CLOSED), "03-26", S.CLOSED),
    (Facts(WaiverStatus.REQUESTED, date(2026, 3, 10), date(2026, 4, 10)), "12-31", S.REQUESTED),
    (Facts(WaiverStatus.DECLINED, date(2026, 3, 10), date(2026, 4, 10)), "03-12", S.DECLINED),
    (Facts(WaiverStatus.CLOSED, date(2026, 3, 10), date(2026, 4, 10), ended_on=date(2026, 3, 2)), "03-12", S.CLOSED),
])
def test_how_it_stands_on_a_day(waiver: Facts, day: str, state: State) -> None:
    assert state_on(waiver, date.fromisoformat(f"2026-{day}")) is state


@pytest.mark.parametrize(("left", "due"), [
    (31, None), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1), (0, None), (-1, None),
])
def test_reminders_at_30_14_7_and_1_days(left: int, due: int | None) -> None:
    assert reminder(TODAY + timedelta(days=left), TODAY) == due


@pytest.mark.parametrize(("one", "other", "shared"), [
    ((1, 5), (5, 9), False), ((5, 9), (1, 5), False), ((1, 5), (4, 9), True), ((1, 9), (3, 4), True),
    ((3, 4), (1, 9), True), ((1, 5), (1, 5), True),
])
def test_spans_are_half_open(one: tuple[int, int], other: tuple[int, int], *, shared: bool) -> None:
    def span(days: tuple[int, int]) -> tuple[date, date]:
        return TODAY + timedelta(days=days[0]), TODAY + timedelta(days=days[1])

    days = {TODAY + timedelta(days=day) for day in range(*one)} & {TODAY + timedelta(days=day) for day in range(*other)}
    assert overlap(span(one), span(other)) is shared is bool(days)


MOVES = {
    ("requested", "approved"), ("requested", "declined"), ("requested", "closed"), ("approved", "revoked"),
    ("approved", "closed"),
}


@pytest.mark.parametrize("current", WaiverStatus)
@pytest.mark.parametrize("target", WaiverStatus)
def test_what_may_follow_what(current: WaiverStatus, target: WaiverStatus) -> None:
    if (current.value, target.value) in MOVES:
        TRANSITIONS.check(current, target)
    else:
        with pytest.raises(RuleViolation):
            TRANSITIONS.check(current, target)
