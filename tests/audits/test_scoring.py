"""Scores, caps, opinions and adherence, against numbers worked out by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.audits.scoring import (
    Conformity,
    Opinion,
    Rating,
    Result,
    ScoredItem,
    ScoreRules,
    item_adherence,
    may_be_partial,
    obligation_adherence,
    rating_of,
    score,
)
from compliance.playbooks.document import Severity
from compliance.rates import shown

C, P, NC = Conformity.CONFORMITY, Conformity.PARTIAL, Conformity.NONCONFORMITY
NA, WAIVED, NOT_ASSESSED = Conformity.NOT_APPLICABLE, Conformity.WAIVED, Conformity.NOT_ASSESSED
SEVERITIES = {5: Severity.CRITICAL, 3: Severity.MAJOR, 1: Severity.MINOR}


def items(*answers: tuple[int, Conformity]) -> list[ScoredItem]:
    return [ScoredItem(f"ESC-{i:02}", SEVERITIES[w], w, answer) for i, (w, answer) in enumerate(answers, 1)]


EXAMPLE = items((5, C), (5, C), (3, P), (3, C), (3, NC), (1, C), (1, NA), (1, C))


def test_weighted_score_of_the_worked_example() -> None:
    result = score(EXAMPLE)
    assert (result.points, result.weight, result.n) == (16.5, 21, 7)
    assert result.percent == pytest.approx(78.57, abs=0.005)
    assert (result.rating, result.coverage, result.opinion) == (Rating.C, 100, Opinion.WITH_COMMENTS)
    assert result.counts == {C: 5, P: 1, NC: 1, NA: 1, WAIVED: 0, NOT_ASSESSED: 0}
    assert result.without_waivers is None


@pytest.mark.parametrize("answers", [[], [(3, NA), (5, NA)], [(3, WAIVED)], [(3, NOT_ASSESSED)]])
def test_nothing_assessed_is_not_rated_never_0_or_100(answers: list[tuple[int, Conformity]]) -> None:
    result = score(items(*answers))
    assert (result.percent, result.rating, result.opinion) == (None, Rating.NOT_RATED, Opinion.NONE)
    assert result.cap_reason == "Not rated: no applicable clause was assessed."
    assert not result.is_capped


def test_a_failed_critical_caps_the_rating_and_keeps_the_raw_score() -> None:
    answers = [ScoredItem("ESC-02", Severity.CRITICAL, 3, NC), *items(*[(1, C)] * 47)]  # 47 of 50
    result = score(answers)
    assert result.percent == 94.0
    assert (result.raw_rating, result.rating, result.opinion) == (Rating.A, Rating.D, Opinion.NEGATIVE)
    assert result.is_capped
    assert result.cap_reason == "Capped at D: 1 critical clause failed (ESC-02)."


@pytest.mark.parametrize(
    ("majors", "rating", "opinion"),
    [
        (0, Rating.A, Opinion.POSITIVE),
        (1, Rating.B, Opinion.WITH_COMMENTS),
        (2, Rating.B, Opinion.WITH_COMMENTS),
        (3, Rating.C, Opinion.WITH_COMMENTS),
        (4, Rating.C, Opinion.WITH_COMMENTS),
    ],
)
def test_majors_cap_a_rating_of_a(majors: int, rating: Rating, opinion: Opinion) -> None:
    result = score(items(*[(3, NC)] * majors, *[(1, C)] * 200))
    assert result.raw_rating is Rating.A
    assert (result.rating, result.opinion) == (rating, opinion)


def test_a_cap_above_the_rating_is_no_cap() -> None:
    result = score(items((3, NC), (3, C), (1, C)))
    assert (result.rating, result.cap_reason, result.is_capped) == (Rating.D, "", False)


@pytest.mark.parametrize(
    ("percent", "rating"),
    [
        (100, Rating.A),
        (90, Rating.A),
        (89.96, Rating.B),
        (80, Rating.B),
        (79.999, Rating.C),
        (65, Rating.C),
        (64.99, Rating.D),
        (0, Rating.D),
        (None, Rating.NOT_RATED),
    ],
)
def test_ratings_compare_unrounded_values(percent: float | None, rating: Rating) -> None:
    assert rating_of(percent) is rating


def test_a_score_just_below_a_is_a_b_and_shows_why() -> None:
    result = score([ScoredItem("A-1", Severity.MINOR, 8996, C), ScoredItem("A-2", Severity.MINOR, 1004, NC)])
    assert result.rating is Rating.B
    assert result.percent is not None
    assert shown(result.percent, (90, 80, 65)) == "89.96"


def test_not_assessed_lowers_coverage_and_not_the_score() -> None:
    result = score(items((3, C), (3, C), (1, C), (3, NOT_ASSESSED)))
    assert (result.percent, result.coverage, result.rating) == (100, 70, Rating.A)


def test_a_tiny_assessed_weight_is_not_rated_unless_a_critical_failed() -> None:
    unseen = [(3, NOT_ASSESSED)] * 10
    assert score(items((5, C), *unseen)).rating is Rating.NOT_RATED
    assert "50 %" in score(items((5, C), *unseen)).cap_reason
    assert score(items((5, NC), *unseen)).rating is Rating.D


def test_waived_clauses_leave_the_score_and_fail_in_the_one_without_waivers() -> None:
    result = score(items((3, C), (3, C), (3, WAIVED)))
    assert (result.percent, result.n, result.counts[WAIVED]) == (100, 2, 1)
    assert result.without_waivers is not None
    assert result.without_waivers.percent == pytest.approx(66.67, abs=0.005)
    assert (result.without_waivers.n, result.without_waivers.rating) == (3, Rating.C)


def control(of: int, weight: int, answer: Conformity) -> ScoredItem:
    """What was assessed in place of the waived clause of that number."""
    return ScoredItem(f"ESC-{of:02}-CONTROL", SEVERITIES[weight], weight, answer, f"ESC-{of:02}")


# The worked example is 16.5 points of 21. A major clause of weight 3 is waived besides, as number 9.
WITH_CONTROL = [
    ([], 16.5 / 21, 7, 16.5 / 24),
    ([control(9, 3, C)], 19.5 / 24, 8, 16.5 / 24),
    ([control(9, 3, NC)], 16.5 / 24, 8, 16.5 / 24),
    ([control(9, 3, NOT_ASSESSED)], 16.5 / 21, 7, 16.5 / 24),
    # The control of a clause that was met after all is no part of any waiver: it counts in both.
    ([control(9, 3, C), control(1, 5, NC)], 19.5 / 29, 9, 16.5 / 29),
]


@pytest.mark.parametrize(("controls", "share", "n", "without"), WITH_CONTROL)
def test_what_a_waiver_and_its_control_do_to_the_score(controls: list[ScoredItem], share: float, n: int,
                                                       without: float) -> None:
    result = score([*EXAMPLE, ScoredItem("ESC-09", Severity.MAJOR, 3, WAIVED), *controls])
    assert result.without_waivers is not None
    assert (result.percent, result.n) == (pytest.approx(100 * share), n)
    assert result.without_waivers.percent == pytest.approx(100 * without)
    assert result.counts[WAIVED] == 1
    assert result.without_waivers.counts[WAIVED] == 0


ANSWERS = st.sampled_from([C, P, NC, NA, NOT_ASSESSED])


@given(st.lists(st.tuples(st.sampled_from([1, 3]), ANSWERS), max_size=8),
       st.lists(st.tuples(st.sampled_from([1, 3]), ANSWERS), min_size=1, max_size=4))
def test_the_second_number_is_never_the_better_one(answers: list[tuple[int, Conformity]],
                                                   waived: list[tuple[int, Conformity]]) -> None:
    first = len(answers) + 1
    clauses = items(*answers, *((weight, WAIVED) for weight, _ in waived))
    result = score([*clauses, *(control(first + at, weight, answer) for at, (weight, answer) in enumerate(waived))])
    without = result.without_waivers
    assert without is not None
    assert without.percent is not None  # what counts as not met was assessed
    assert result.percent is None or without.percent <= result.percent


def test_a_critical_clause_has_no_half() -> None:
    assert not may_be_partial(Severity.CRITICAL)
    assert may_be_partial(Severity.MAJOR)
    result = score(items((5, P), (5, C)))
    assert (result.percent, result.rating) == (50, Rating.D)
    assert "critical clause failed" not in result.cap_reason  # the raw rating is D already
    lenient = score(items((5, P), (5, C), *[(1, C)] * 90), ScoreRules(version=2, partial_on_critical=True))
    assert (lenient.percent, lenient.rating) == (97.5, Rating.A)


def test_settings_decide_values_and_thresholds() -> None:
    rules = ScoreRules(version=2, partial_value=0.7, least_a=70)
    result = score(items((1, P), (1, P), (1, P)), rules)
    assert result.percent == 70  # three times 0.7 in binary is not 2.1
    assert result.rating is Rating.A


def test_item_adherence_counts_each_assessed_clause_once() -> None:
    rate = item_adherence(EXAMPLE)
    assert (rate.part, rate.whole) == (5, 7)


def test_obligation_adherence_takes_the_latest_result_in_the_window() -> None:
    scope = [("MNL1", "ESC-01"), ("MNL1", "ESC-02"), ("DUB1", "ESC-01"), ("DUB1", "ESC-02")]
    results = [
        Result(("MNL1", "ESC-01"), date(2026, 2, 1), C),
        Result(("MNL1", "ESC-01"), date(2026, 1, 5), NC),  # earlier, so overtaken
        Result(("MNL1", "ESC-02"), date(2025, 12, 31), C),  # before the window
        Result(("DUB1", "ESC-01"), date(2026, 3, 31), P),
        Result(("DUB1", "ESC-02"), date(2026, 3, 1), C),
        Result(("DUB1", "ESC-02"), date(2026, 3, 2), NOT_ASSESSED),  # nobody looked, so nothing changed
        Result(("SIN1", "ESC-01"), date(2026, 3, 2), C),  # out of scope
    ]
    rate = obligation_adherence(scope, results, date(2026, 1, 1), date(2026, 3, 31))
    assert (rate.part, rate.whole) == (2, 4)


@pytest.mark.parametrize(("on", "met"), [(1, 1), (31, 1), (32, 0), (0, 0)])
def test_the_window_of_obligations_holds_its_first_and_last_day(on: int, met: int) -> None:
    day = date(2025, 12, 31) + timedelta(days=on)
    results = [Result(("MNL1", "ESC-01"), day, C)]
    rate = obligation_adherence([("MNL1", "ESC-01")], results, date(2026, 1, 1), date(2026, 1, 31))
    assert rate.part == met


def test_scores_of_audits_pool() -> None:
    assert score(EXAMPLE).rate.part == 16.5
    assert score(EXAMPLE).rate.whole == 21
