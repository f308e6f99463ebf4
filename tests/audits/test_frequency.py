"""Risk, tiers and switching, with the worked example."""

from datetime import date

import pytest

from compliance.audits.frequency import (
    AuditInterval,
    FrequencyRules,
    RiskFactors,
    Switching,
    Tier,
    audit_interval,
    headcount_triggers,
    launch_audits,
    next_due,
    risk_score,
    tier_of,
)
from compliance.audits.scoring import Rating


@pytest.mark.parametrize(
    ("factors", "risk"), [((5, 4, 3, 2, 3), 74.0), ((1, 1, 1, 1, 1), 20.0), ((5, 5, 5, 5, 5), 100.0)]
)
def test_risk(factors: tuple[int, int, int, int, int], risk: float) -> None:
    assert risk_score(RiskFactors(*factors)) == risk


@pytest.mark.parametrize(
    ("risk", "tier", "days"),
    [
        (100, Tier.CRITICAL, 90),
        (80, Tier.CRITICAL, 90),
        (79.9, Tier.HIGH, 180),
        (74.0, Tier.HIGH, 180),
        (60, Tier.HIGH, 180),
        (59.9, Tier.MEDIUM, 270),
        (40, Tier.MEDIUM, 270),
        (39.9, Tier.LOW, 365),
    ],
)
def test_tier_and_interval(risk: float, tier: Tier, days: int) -> None:
    assert tier_of(risk) is tier
    assert audit_interval(tier, [], 0) == AuditInterval(days, Switching.NORMAL, f"tier {tier}")


@pytest.mark.parametrize(
    ("ratings", "open_criticals", "switching", "days"),
    [
        ("CDBDA", 0, Switching.TIGHTENED, 90),
        ("DD", 0, Switching.TIGHTENED, 90),
        ("DAAAD", 0, Switching.TIGHTENED, 90),
        ("DDAAAA", 0, Switching.NORMAL, 180),  # the first D has left the window
        ("AAAB", 0, Switching.NORMAL, 180),  # four are not five
        ("ABABA", 0, Switching.REDUCED, 270),
        ("ABABA", 1, Switching.NORMAL, 180),
        ("AAAAAD", 0, Switching.NORMAL, 180),  # one D ends reduced
        ("ABCBA", 0, Switching.NORMAL, 180),
        ("DAAAAA", 0, Switching.REDUCED, 270),
    ],
)
def test_switching_of_a_high_site(ratings: str, open_criticals: int, switching: Switching, days: int) -> None:
    interval = audit_interval(Tier.HIGH, [Rating(letter) for letter in ratings], open_criticals)
    assert (interval.switching, interval.days) == (switching, days)


def test_an_interval_is_a_year_at_most_and_rounds_to_the_earlier_day() -> None:
    assert audit_interval(Tier.MEDIUM, [Rating.A] * 5, 0).days == 365
    assert audit_interval(Tier.LOW, [Rating.D] * 2, 0).days == 182


@pytest.mark.parametrize(
    ("before", "after", "due"), [(400, 500, True), (400, 499, False), (0, 180, True), (0, 0, False), (500, 400, False)]
)
def test_growth_of_a_quarter_asks_for_an_audit(before: int, after: int, due: bool) -> None:
    assert headcount_triggers(before, after) is due


def test_next_due_comes_forward_when_something_happened_since() -> None:
    yearly = audit_interval(Tier.LOW, [], 0)
    last = date(2026, 1, 10)
    assert next_due(last, yearly) == date(2027, 1, 10)
    assert next_due(last, yearly, [date(2026, 3, 1)]) == date(2026, 3, 31)
    assert next_due(last, yearly, [date(2026, 1, 9)]) == date(2027, 1, 10)
    assert next_due(last, yearly, [date(2026, 12, 31)]) == date(2027, 1, 10)


def test_a_launch_is_audited_before_and_90_days_after() -> None:
    assert launch_audits(date(2026, 3, 1)) == (date(2026, 3, 1), date(2026, 5, 30))


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        RiskFactors(0, 1, 1, 1, 1)
    with pytest.raises(ValueError, match="sum to 1"):
        FrequencyRules(weights=(0.3, 0.3, 0.3, 0.3, 0.3))
