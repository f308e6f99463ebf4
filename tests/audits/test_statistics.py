"""Intervals and agreement against published worked examples."""

import pytest

from compliance.audits.statistics import agreement, agreement_band, distinguishable_from, wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (18, 20, 0.6990, 0.9721),
        (45, 50, 0.7864, 0.9565),
        (20, 20, 0.8389, 1.0000),
        (0, 20, 0.0000, 0.1611),
        (190, 200, 0.9104, 0.9726),
    ],
)
def test_wilson_interval(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(successes, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.00005)
    assert 0 <= interval.low <= interval.high <= 1


@pytest.mark.parametrize(("target", "told_apart"), [(0.95, False), (0.9721, False), (0.98, True), (0.69, True)])
def test_a_target_inside_the_interval_is_neither_met_nor_missed(target: float, told_apart: bool) -> None:
    assert distinguishable_from(target, 18, 20) is told_apart


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_no_interval_without_a_sample(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="n is at least 1"):
        wilson_interval(successes, n)


def test_agreement_of_two_auditors() -> None:
    result = agreement([[40, 5], [10, 45]])
    assert (result.n, result.observed) == (100, 0.85)
    assert result.kappa == pytest.approx(0.700)
    assert result.alpha == pytest.approx(0.7008, abs=0.00005)


def test_prevalence_makes_kappa_low_where_agreement_is_high() -> None:
    result = agreement([[94, 2], [3, 1]])
    assert result.observed == 0.95
    assert result.kappa == pytest.approx(0.260, abs=0.0005)
    assert result.needs_recalibration


def test_unanimous_answers_have_no_agreement_beyond_chance() -> None:
    result = agreement([[50, 0], [0, 0]])
    assert (result.observed, result.kappa, result.alpha, result.needs_recalibration) == (1.0, None, None, False)


def test_three_answers() -> None:
    # by hand: 29 of 30 agree; by chance (12 * 11 + 9 * 9 + 9 * 10) / 900 would
    assert agreement([[11, 0, 1], [0, 9, 0], [0, 0, 9]]).kappa == pytest.approx((29 / 30 - 303 / 900) / (1 - 303 / 900))


@pytest.mark.parametrize(
    ("kappa", "band"),
    [
        (0.81, "almost perfect"),
        (0.80, "substantial"),
        (0.61, "substantial"),
        (0.60, "moderate"),
        (0.41, "moderate"),
        (0.26, "fair"),
        (0.1, "slight"),
        (-0.1, "poor"),
    ],
)
def test_bands(kappa: float, band: str) -> None:
    assert agreement_band(kappa) == band


def test_nothing_answered_by_both_is_refused() -> None:
    with pytest.raises(ValueError, match="No item"):
        agreement([[0, 0], [0, 0]])
