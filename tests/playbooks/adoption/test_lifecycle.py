"""The steps of an adoption: which may follow which, what each asks, and the days counted by hand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from statistics import median as middle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.adoption import lifecycle
from compliance.playbooks.adoption.lifecycle import AdoptionRules, AdoptionStatus, Standing

S = AdoptionStatus
TODAY = date(2026, 11, 22)
READY = Standing(S.TRAINED, TODAY, date(2026, 10, 1), attested=95, heads=100, evidence=1)
MOVES = {(S.NOTIFIED, S.ACKNOWLEDGED), (S.ACKNOWLEDGED, S.TRAINED), (S.TRAINED, S.ACKNOWLEDGED), (S.TRAINED, S.LIVE)}


@pytest.mark.parametrize("current", S)
@pytest.mark.parametrize("target", S)
def test_the_moves_are_these_four(current: AdoptionStatus, target: AdoptionStatus) -> None:
    assert lifecycle.TRANSITIONS.allowed(current, target) == ((current, target) in MOVES)


@pytest.mark.parametrize(("attested", "heads", "enough"), [
    (95, 100, True), (94, 100, False), (0, 0, False), (None, 100, False), (95, None, False), (1, 1, True),
    (399, 420, True), (398, 420, False), (9496, 10000, False), (19, 20, True),
])
def test_95_percent_is_counted_in_people(attested: int | None, heads: int | None, enough: bool) -> None:
    assert lifecycle.is_enough(attested, heads) is enough


@given(st.integers(1, 3000), st.integers(0, 3000), st.integers(1, 100))
def test_a_share_is_enough_exactly_when_the_fraction_is(heads: int, attested: int, pct: int) -> None:
    rules = AdoptionRules(attested_pct=pct)
    assert lifecycle.is_enough(attested, heads, rules) == (Fraction(attested, heads) >= Fraction(pct, 100))


@given(st.integers(1, 3000), st.integers(0, 3000))
def test_those_still_missing_are_just_enough(heads: int, attested: int) -> None:
    more = lifecycle.still_to_attest(heads, attested)
    assert lifecycle.is_enough(attested + more, heads)
    assert more == 0 or not lifecycle.is_enough(attested + more - 1, heads)


@pytest.mark.parametrize(("change", "codes"), [
    ({}, []),
    ({"evidence": 0}, ["evidence"]),
    ({"attested": 94, "status": S.ACKNOWLEDGED}, ["untrained"]),
    ({"status": S.NOTIFIED, "attested": None, "heads": None}, ["transition"]),
    ({"status": S.LIVE}, ["transition"]),
    ({"superseded_by": "4.0.0"}, ["superseded"]),
    ({"evidence": 0, "attested": None, "status": S.ACKNOWLEDGED, "heads": None}, ["transition", "evidence"]),
])
def test_going_live_asks_for_training_and_evidence(change: dict[str, object], codes: list[str]) -> None:
    standing = replace(READY, **change)  # type: ignore[arg-type]  # one field of each kind
    assert [each.code for each in lifecycle.against_going_live(standing, TODAY)] == codes


@pytest.mark.parametrize(("live_on", "codes"), [
    (TODAY, []), (date(2026, 11, 23), ["future"]), (date(2026, 10, 1), []), (date(2026, 9, 30), ["too_early"]),
])
def test_the_day_it_was_live_is_over_and_after_the_approval(live_on: date, codes: list[str]) -> None:
    assert [each.code for each in lifecycle.against_going_live(READY, live_on)] == codes


@pytest.mark.parametrize(("status", "attested", "heads", "codes"), [
    (S.NOTIFIED, 1, 2, ["transition"]), (S.LIVE, 1, 2, ["transition"]), (S.TRAINED, 1, 2, []),
    (S.ACKNOWLEDGED, 1, 2, []),
    (S.ACKNOWLEDGED, 3, 2, ["attested"]), (S.ACKNOWLEDGED, 0, 0, ["heads"]), (S.ACKNOWLEDGED, 0, 1, []),
])
def test_numbers_are_entered_after_the_notice_and_before_live(
        status: AdoptionStatus, attested: int, heads: int, codes: list[str]) -> None:
    standing = replace(READY, status=status)
    assert [each.code for each in lifecycle.against_attesting(standing, attested, heads)] == codes


def test_numbers_decide_whether_a_team_is_trained() -> None:
    assert [lifecycle.after_attesting(n, 20) for n in (18, 19, 20)] == [S.ACKNOWLEDGED, S.TRAINED, S.TRAINED]


@pytest.mark.parametrize(("status", "codes"), [
    (S.NOTIFIED, []), (S.ACKNOWLEDGED, ["transition"]), (S.TRAINED, ["transition"]), (S.LIVE, ["transition"]),
])
def test_a_notice_is_acknowledged_once(status: AdoptionStatus, codes: list[str]) -> None:
    assert [each.code for each in lifecycle.against_acknowledging(replace(READY, status=status))] == codes


DUE = date(2026, 6, 1)
DAYS = [  # live on, today, lag, late
    (None, date(2026, 5, 31), None, False),
    (None, date(2026, 6, 1), None, False),
    (None, date(2026, 6, 2), None, True),
    (date(2026, 5, 29), date(2026, 7, 1), -3, False),
    (date(2026, 6, 1), date(2026, 7, 1), 0, False),
    (date(2026, 6, 2), date(2026, 7, 1), 1, True),
    (date(2027, 6, 1), date(2027, 7, 1), 365, True),
]


@pytest.mark.parametrize(("live_on", "today", "days", "late"), DAYS)
def test_lag_and_lateness_by_hand(live_on: date | None, today: date, days: int | None, late: bool) -> None:
    assert lifecycle.lag(live_on, DUE) == days
    assert lifecycle.is_late(live_on, DUE, today) is late


def test_a_newcomer_works_by_the_text_from_the_first_day() -> None:
    assert lifecycle.due_on(DUE, date(2026, 8, 1)) == date(2026, 8, 1)
    assert lifecycle.due_on(DUE, date(2020, 1, 1)) == DUE


@given(st.lists(st.integers(-400, 400)))
def test_the_median_is_the_one_everybody_knows(lags: list[int]) -> None:
    assert lifecycle.median(lags) == (middle(lags) if lags else None)
