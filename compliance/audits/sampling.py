"""How much to look at: records of a lot, sites of a network, and how many without a failure prove a rate."""

import math
from dataclasses import dataclass
from enum import StrEnum

# Normal inspection, general level II, single sampling, acceptance quality limit 2.5 (ISO 2859-1:1999 lineage).
_LARGEST_LOT = (
    (8, "A"),
    (15, "B"),
    (25, "C"),
    (50, "D"),
    (90, "E"),
    (150, "F"),
    (280, "G"),
    (500, "H"),
    (1200, "J"),
    (3200, "K"),
    (10_000, "L"),
    (35_000, "M"),
)
_BEYOND = "N"  # the largest plan at this limit: greater lots are not sampled more
# A, B and D have no plan of their own at this limit and use C; E uses F.
_PLAN_LETTER = {"A": "C", "B": "C", "D": "C", "E": "F"}
_SIZE_AND_ACCEPT = {
    "C": (5, 0),
    "F": (20, 1),
    "G": (32, 2),
    "H": (50, 3),
    "J": (80, 5),
    "K": (125, 7),
    "L": (200, 10),
    "M": (315, 14),
    "N": (500, 21),
}


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """`letter` is that of the lot; `size` records are drawn, which is the whole lot when it is not larger."""

    lot: int
    letter: str
    size: int
    accept: int

    @property
    def reject(self) -> int:
        return self.accept + 1

    @property
    def whole_lot(self) -> bool:
        return self.size == self.lot

    def accepts(self, failures: int) -> bool:
        return failures <= self.accept


def sample_plan(lot: int) -> SamplePlan:
    """How many records of a lot to draw, and how many of them may fail."""
    if lot < 1:
        raise ValueError("A lot holds at least one record.")
    letter = code_letter(lot)
    size, accept = _SIZE_AND_ACCEPT[_PLAN_LETTER.get(letter, letter)]
    return SamplePlan(lot, letter, min(size, lot), accept)


def code_letter(lot: int) -> str:
    return next((letter for largest, letter in _LARGEST_LOT if lot <= largest), _BEYOND)


class SiteRound(StrEnum):
    INITIAL = "initial"
    SURVEILLANCE = "surveillance"
    RECERTIFICATION = "recertification"


_TENTHS = {SiteRound.INITIAL: 10, SiteRound.SURVEILLANCE: 6, SiteRound.RECERTIFICATION: 8}


@dataclass(frozen=True, slots=True)
class SiteSample:
    """How many sites to visit besides the central function, and how many of those at least are drawn at random."""

    sites: int
    random: int


def site_sample(sites: int, occasion: SiteRound) -> SiteSample:
    """1, 0.6 or 0.8 times the square root of the number of sites, rounded up (IAF MD 1)."""
    if sites < 1:
        raise ValueError("There is no site to choose from.")
    # In whole numbers: 0.6 * sqrt(25) must be 3 and not the float just above it, which would round up to 4.
    tenths_root = math.isqrt(_TENTHS[occasion] ** 2 * sites - 1) + 1
    chosen = -(-tenths_root // 10)
    return SiteSample(chosen, -(-chosen // 4))


def zero_failure_size(reliability: float, confidence: float = 0.95) -> int:
    """How many records without one failure show, at this confidence, that at least this share conforms."""
    if not 0 < reliability < 1 or not 0 < confidence < 1:
        raise ValueError("Reliability and confidence lie between 0 and 1.")
    return math.ceil(math.log(1 - confidence) / math.log(reliability))
