"""The vendor scorecard with its worked example."""

import pytest

from compliance.network.scorecard import (
    Pillar,
    PillarWeights,
    Reading,
    attainment,
    cost_per_resolution,
    vendor_score,
)

QUALITY = Reading(Pillar.QUALITY, 96, 95)
COMPLIANCE = Reading(Pillar.COMPLIANCE, 84.5, 90)
COST = Reading(Pillar.COST, 4.56, 4.20, lower_is_better=True)
PEOPLE = Reading(Pillar.PEOPLE, 3.6, 3.0, lower_is_better=True)
EXAMPLE = [QUALITY, COMPLIANCE, COST, PEOPLE]


@pytest.mark.parametrize(
    ("reading", "share"),
    [
        (QUALITY, 1),
        (COMPLIANCE, 0.9389),
        (COST, 0.9211),
        (PEOPLE, 0.8333),
        (Reading(Pillar.COST, 0, 4.2, lower_is_better=True), 1),
        (Reading(Pillar.COST, 4.2, 0, lower_is_better=True), 0),
        (Reading(Pillar.QUALITY, 0, 0), 1),
        (Reading(Pillar.QUALITY, -1, 2), 0),
        (Reading(Pillar.QUALITY, -1, 0), 0),
    ],
)
def test_attainment(reading: Reading, share: float) -> None:
    assert attainment(reading) == pytest.approx(share, abs=0.00005)


def test_weighted_score() -> None:
    result = vendor_score(EXAMPLE, overdue_criticals=0)
    assert result.score == pytest.approx(93.25, abs=0.005)
    assert (result.missing, result.on_watch) == ((), False)


@pytest.mark.parametrize(
    ("overdue", "reason"),
    [
        (1, "On watch whatever the score: 1 critical finding is overdue."),
        (2, "On watch whatever the score: 2 critical findings are overdue."),
    ],
)
def test_an_overdue_critical_forces_watch(overdue: int, reason: str) -> None:
    result = vendor_score(EXAMPLE, overdue)
    assert (result.on_watch, result.watch_reason) == (True, reason)
    assert result.score == pytest.approx(93.25, abs=0.005)


def test_a_pillar_without_reading_is_named_and_not_counted_as_nothing() -> None:
    result = vendor_score([QUALITY, COST], 0)
    assert result.missing == (Pillar.COMPLIANCE, Pillar.PEOPLE)
    assert result.score == pytest.approx((30 + 20 * 4.20 / 4.56) / 50 * 100)
    assert vendor_score([], 0).score is None


def test_readings_of_one_pillar_share_its_weight() -> None:
    half = Reading(Pillar.QUALITY, 47.5, 95)
    assert vendor_score([QUALITY, half], 0).pillars == {Pillar.QUALITY: 0.75}


def test_weights_of_the_contract() -> None:
    only_people = PillarWeights(quality=0, compliance=0, cost=0, people=100)
    assert vendor_score(EXAMPLE, 0, only_people).score == pytest.approx(83.33, abs=0.005)


def test_cost_of_a_quality_adjusted_resolution() -> None:
    assert cost_per_resolution(420_000, 100_000, 0.96) == 4.375
    assert cost_per_resolution(420_000, 0, 0.96) is None
