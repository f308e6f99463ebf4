"""The readiness index with its worked example and its caps."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.continuity.readiness import ReadinessFacts, readiness
from compliance.rates import Rate

TODAY = date(2026, 6, 30)
FACTS = ReadinessFacts(
    plans_current=Rate(4, 5),
    bia_current=Rate(5, 5),
    recovery_met=Rate(3, 4),
    call_tree=Rate(46, 50),
    actions_not_overdue=Rate(7, 10),
    last_exercise=date(2025, 6, 30),
)


def test_index_of_the_worked_example() -> None:
    result = readiness(FACTS, TODAY)
    assert result.index == pytest.approx(83.05)
    assert (result.caps, result.is_ready) == ((), True)
    assert sum(component.weight for component in result.components) == 100


@pytest.mark.parametrize(
    ("change", "cap"),
    [
        (
            {"tier_1_without_plan": ["Moderation", "P0 desk"]},
            "No current plan covers Moderation and P0 desk (tier 1).",
        ),
        (
            {"tier_1_missed_unfixed": ["Moderation"]},
            "Moderation (tier 1) missed the recovery time, and no fix was verified since.",
        ),
        ({"last_exercise": None}, "No exercise was ever held here."),
        (
            {"last_exercise": date(2025, 6, 29)},
            "The last exercise was on 29 Jun 2025, more than 12 months ago.",
        ),
    ],
)
def test_a_cap_is_not_averaged_away(change: dict[str, object], cap: str) -> None:
    result = readiness(replace(FACTS, **change), TODAY)  # type: ignore[arg-type]  # single fields
    assert (result.index, result.caps, result.is_ready) == (59, (cap,), False)
    assert result.raw == pytest.approx(83.05)


def test_a_cap_lifts_nothing() -> None:
    nothing = Rate(0, 0)
    bare = ReadinessFacts(nothing, nothing, nothing, nothing, nothing, last_exercise=None)
    result = readiness(bare, TODAY)
    assert result.index == 15  # having no action open is all there is to say for it
    assert not result.is_ready


@pytest.mark.parametrize(("met", "ready"), [(Rate(2, 4), True), (Rate(0, 4), False)])
def test_sixty_is_ready(met: Rate, ready: bool) -> None:
    few = replace(FACTS, plans_current=Rate(2, 5), recovery_met=met)  # 10 + 20 + 13.8 + 10.5 + 12.5 or 0
    assert readiness(few, TODAY).is_ready is ready
