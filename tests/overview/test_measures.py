"""What the five numbers say beside their value."""

import pytest

from compliance.overview import measures
from compliance.overview.measures import Figure
from compliance.rates import Rate


def figure(value: float | None, before: float | None, standard: float = 90, unit: str = "%") -> Figure:
    return Figure("key", "Name", value, unit, standard, (0, 100), "n = 4", before)


@pytest.mark.parametrize(("now", "before", "standard", "tone", "arrow", "words"), [
    (87.4, 86.5, 90, "ok", "up", "0.9 pt"),
    (86.0, 88.0, 100, "bad", "down", "2.0 pt"),
    (2, 1, 0, "bad", "up", "1.0 pt"),
    (1, 2, 0, "ok", "down", "1.0 pt"),
    (87.44, 87.4, 90, "", "", "no change"),
    (87.4, None, 90, "", "", "no value before"),
    (None, 87.4, 90, "", "", "no value before"),
])
def test_a_change_says_whether_it_is_for_the_better(
        now: float | None, before: float | None, standard: float, tone: str, arrow: str, words: str) -> None:
    found = figure(now, before, standard)
    assert (found.tone, found.arrow, found.change_words) == (tone, arrow, words)


def test_nothing_assessed_is_not_rated_and_never_zero() -> None:
    found = measures.adherence_figure(Rate(0, 0), Rate(9, 10), 0, 0)
    assert (found.value, found.shown, found.note) == (None, None, "n = 0 in 0 audits")


def test_on_time_shows_both_variants_with_the_honest_one_first() -> None:
    found = measures.on_time_figure(Rate(18, 30), Rate(18, 24), Rate(0, 0))
    assert (found.shown, found.note) == ("60.0", "18 of 30; of closed, 75.0 %")


def test_the_largest_causes_stand_alone_and_the_rest_together() -> None:
    counts = [("a", 14), ("b", 9), ("c", 6), ("d", 4), ("e", 3), ("f", 2), ("g", 2), ("h", 1), ("i", 1)]
    assert measures.top(counts) == [*counts[:7], ("Other causes", 2)]
    assert measures.top([("b", 1), ("a", 1)]) == [("a", 1), ("b", 1)]
