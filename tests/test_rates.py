"""Rates pool their points, and are never shown on the wrong side of a threshold."""

import pytest

from compliance.rates import Rate, pooled, shown


def test_a_network_rate_pools_points_instead_of_averaging_percentages() -> None:
    audits = [Rate(20, 21), Rate(60, 84)]
    assert pooled(audits).percent == pytest.approx(76.19, abs=0.005)
    assert pooled(audits) == Rate(80, 105)
    assert [audit.percent for audit in audits] == pytest.approx([95.24, 71.43], abs=0.005)
    assert sum(audit.percent or 0 for audit in audits) / 2 == pytest.approx(83.33, abs=0.005)


def test_a_rate_of_nothing_has_no_percentage() -> None:
    assert Rate(0, 0).percent is None
    assert Rate(0, 0).share is None
    assert pooled([]) == Rate(0, 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (89.96, "89.96"),
        (89.9999, "89.9999"),
        (90.0, "90.0"),
        (90.04, "90.0"),
        (89.94, "89.9"),
        (78.57142857, "78.6"),
        (79.99999999999999, "79.99999999999999"),
        (0.25, "0.3"),
        (100.0, "100.0"),
    ],
)
def test_one_decimal_unless_it_would_cross_a_threshold(value: float, text: str) -> None:
    assert shown(value, (90, 80, 65)) == text


def test_without_thresholds_one_decimal_is_enough() -> None:
    assert shown(89.96) == "90.0"
