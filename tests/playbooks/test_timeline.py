"""Which version holds on a day: an enumerated calendar is the oracle."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.timeline import announced, gaps, in_force, next_change

DAY_ZERO = date(2026, 1, 1)
LENGTH = 40


def day(number: int) -> date:
    return DAY_ZERO + timedelta(days=number)


def moment(number: int) -> datetime:
    return datetime.combine(day(number), datetime.min.time(), UTC)


FIRST = moment(0)


@dataclass(frozen=True)
class Edition:
    name: str
    effective: date
    until: date | None = None
    approved_at: datetime | None = FIRST


def calendar(editions: list[Edition]) -> dict[date, str | None]:
    """Fill in every day by hand: each edition, from the first to take effect on, paints its days over the rest."""
    days: dict[date, str | None] = {day(number): None for number in range(LENGTH)}
    approved = [edition for edition in editions if edition.approved_at]
    for edition in sorted(approved, key=lambda e: (e.effective, e.approved_at)):
        for painted in days:
            if painted >= edition.effective:
                ended = edition.until is not None and painted >= edition.until
                days[painted] = None if ended else edition.name
    return days


@st.composite
def histories(draw):
    editions = []
    # Distinct approval times: which of two approved in one instant wins is nobody's rule.
    times = draw(st.lists(st.integers(0, LENGTH), max_size=5, unique=True))
    for number, approved in enumerate(times):
        start = draw(st.integers(0, LENGTH - 1))
        length = draw(st.none() | st.integers(1, 15))
        until = day(start + length) if length else None
        editions.append(Edition(f"v{number}", day(start), until, draw(st.sampled_from([moment(approved), None]))))
    return editions


@given(histories())
def test_every_day_agrees_with_the_calendar(editions):
    for on, expected in calendar(editions).items():
        found = in_force(editions, on)
        assert (found.name if found else None) == expected


@given(histories(), st.integers(0, LENGTH))
def test_law_16_as_known_at_a_time_is_as_if_nothing_had_been_approved_since(editions, number):
    then = [edition for edition in editions if edition.approved_at and edition.approved_at <= moment(number)]
    for on, expected in calendar(then).items():
        found = in_force(editions, on, known_at=moment(number))
        assert (found.name if found else None) == expected


@given(histories(), st.integers(0, LENGTH - 1))
def test_law_16_nothing_changes_before_the_next_change(editions, number):
    days = calendar(editions)
    changed = next_change(editions, day(number))
    assert changed is None or changed > day(number)
    for on in (d for d in days if day(number) <= d and (changed is None or d < changed)):
        assert days[on] == days[day(number)]


@pytest.mark.parametrize(("on", "name"), [(9, None), (10, "a"), (19, "a"), (20, None)])
def test_a_period_holds_its_first_day_and_not_its_last(on, name):
    found = in_force([Edition("a", day(10), day(20))], day(on))
    assert (found.name if found else None) == name


def test_35_of_two_that_take_effect_together_the_later_approved_wins():
    first, second = Edition("first", day(5), approved_at=moment(1)), Edition("second", day(5), approved_at=moment(2))
    assert in_force([second, first], day(6)) is second
    assert in_force([second, first], day(6), known_at=moment(1)) is first


def test_36_in_a_gap_nothing_holds_and_the_gap_is_named():
    editions = [Edition("old", day(0)), Edition("a", day(5), day(10)), Edition("b", day(15))]
    assert in_force(editions, day(12)) is None
    assert gaps(editions) == [(day(10), day(15))]


def test_36_where_one_ends_as_the_next_begins_there_is_no_gap():
    assert gaps([Edition("a", day(5), day(10)), Edition("b", day(10))]) == []


def test_37_a_version_to_come_is_announced_and_not_yet_in_force():
    now, later = Edition("now", day(0)), Edition("later", day(20))
    assert in_force([later, now], day(10)) is now
    assert announced([later, now], day(10)) == [later]
    assert announced([later, now], day(20)) == []


def test_38_a_draft_never_holds():
    assert in_force([Edition("draft", day(0), approved_at=None)], day(3)) is None


def test_the_next_change_may_be_the_end_of_a_waiver():
    assert next_change([Edition("a", day(0))], day(3), reviews=[day(2), day(7)]) == day(7)
    assert next_change([Edition("a", day(0))], day(3)) is None
