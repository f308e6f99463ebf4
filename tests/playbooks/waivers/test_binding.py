"""The day a waiver lapses, against a day-by-day walk."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.waivers.binding import lapse_day

FIRST = date(2026, 3, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@pytest.mark.parametrize(("texts", "lapses"), [
    ({0: "a"}, None),
    ({0: "a", 5: "b"}, 5),
    ({0: "a", 5: "b", 8: "a"}, 5),  # what comes back revives nothing
    ({0: "a", 5: "a", 8: "b"}, 8),  # something else changed first
    ({0: "b", 5: "a"}, 0),
    ({0: "a", 10: "b"}, None),  # over by then
    ({0: "a", 4: None}, 4),  # asked no more
])
def test_by_hand(texts: dict[int, str | None], lapses: int | None) -> None:
    def digest_on(on: date) -> str | None:
        return texts[max(begins for begins in texts if day(begins) <= on)]

    found = lapse_day("a", FIRST, day(10), [day(begins) for begins in texts], digest_on)
    assert found == (None if lapses is None else day(lapses))


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=20), st.integers(0, 19), st.integers(1, 20))
def test_it_is_the_first_day_that_reads_otherwise(texts: list[str], since: int, length: int) -> None:
    def digest_on(on: date) -> str:
        return texts[min((on - FIRST).days, len(texts) - 1)]

    changes = [day(number) for number in range(1, len(texts)) if texts[number] != texts[number - 1]]
    walked = [day(number) for number in range(since, since + length) if digest_on(day(number)) != "a"]
    assert lapse_day("a", day(since), day(since + length), changes, digest_on) == next(iter(walked), None)
