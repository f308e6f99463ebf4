"""Sample sizes against the printed tables."""

import pytest

from compliance.audits.sampling import SiteRound, code_letter, sample_plan, site_sample, zero_failure_size


@pytest.mark.parametrize(
    ("smallest", "largest", "letter"),
    [
        (2, 8, "A"),
        (9, 15, "B"),
        (16, 25, "C"),
        (26, 50, "D"),
        (51, 90, "E"),
        (91, 150, "F"),
        (151, 280, "G"),
        (281, 500, "H"),
        (501, 1200, "J"),
        (1201, 3200, "K"),
        (3201, 10_000, "L"),
        (10_001, 35_000, "M"),
        (35_001, 1_000_000, "N"),
    ],
)
def test_code_letters_of_lots(smallest: int, largest: int, letter: str) -> None:
    assert (code_letter(smallest), code_letter(largest)) == (letter, letter)


@pytest.mark.parametrize(
    ("lot", "size", "accept", "reject"),
    [
        (20, 5, 0, 1),
        (12, 5, 0, 1),  # B has no plan of its own and uses C
        (40, 5, 0, 1),  # nor has D
        (60, 20, 1, 2),  # nor E, which uses F
        (120, 20, 1, 2),
        (240, 32, 2, 3),
        (400, 50, 3, 4),
        (1000, 80, 5, 6),
        (2000, 125, 7, 8),
        (9000, 200, 10, 11),
        (20_000, 315, 14, 15),
        (90_000, 500, 21, 22),
    ],
)
def test_plans(lot: int, size: int, accept: int, reject: int) -> None:
    plan = sample_plan(lot)
    assert (plan.size, plan.accept, plan.reject) == (size, accept, reject)
    assert not plan.whole_lot


def test_a_thousand_tickets() -> None:
    plan = sample_plan(1000)
    assert plan.letter == "J"
    assert plan.accepts(5)
    assert not plan.accepts(6)


def test_seven_late_of_a_lot_of_240_are_not_accepted() -> None:
    plan = sample_plan(240)
    assert (plan.letter, plan.size, plan.accepts(7)) == ("G", 32, False)


@pytest.mark.parametrize("lot", [1, 3, 5])
def test_a_lot_no_larger_than_its_sample_is_checked_whole(lot: int) -> None:
    plan = sample_plan(lot)
    assert (plan.size, plan.whole_lot, plan.accept) == (lot, True, 0)


@pytest.mark.parametrize(
    ("sites", "chosen"),
    [(25, (5, 3, 4)), (2, (2, 1, 2)), (1, (1, 1, 1)), (26, (6, 4, 5)), (100, (10, 6, 8)), (225, (15, 9, 12))],
)
def test_sites_to_visit(sites: int, chosen: tuple[int, int, int]) -> None:
    assert tuple(site_sample(sites, occasion).sites for occasion in SiteRound) == chosen


@pytest.mark.parametrize(("sites", "random"), [(16, 1), (25, 2), (81, 3)])
def test_a_quarter_of_the_sites_is_drawn_at_random(sites: int, random: int) -> None:
    assert site_sample(sites, SiteRound.INITIAL).random == random


@pytest.mark.parametrize(("reliability", "n"), [(0.90, 29), (0.95, 59), (0.99, 299)])
def test_records_without_a_failure(reliability: float, n: int) -> None:
    assert zero_failure_size(reliability) == n


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="lot"):
        sample_plan(0)
    with pytest.raises(ValueError, match="no site"):
        site_sample(0, SiteRound.INITIAL)
    with pytest.raises(ValueError, match="between 0 and 1"):
        zero_failure_size(1)
