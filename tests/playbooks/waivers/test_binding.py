"""The day a waiver lapses, against a day-by-day walk."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.waivers.binding import lapse_day, reads_alike

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


CLAUSE = {"text": "Somebody listens. Each shift.", "weight": 2, "evidence": ["Log of calls"],
          "source": ["Title", "One."]}


@pytest.mark.parametrize(("changed", "alike"), [
    ({}, True), ({"text": "Somebody listens.\nEach shift."}, True), ({"evidence": ["Log  of\ncalls"]}, True),
    ({"text": "Somebody listens. Every shift."}, False), ({"weight": 3}, False), ({"evidence": []}, False),
    ({"source": ["Title", "Two."]}, False), ({"law": "Act 4"}, False),
])
def test_only_how_lines_are_broken_may_differ(changed: dict[str, object], alike: bool) -> None:
    assert reads_alike(CLAUSE, CLAUSE | changed) is alike
    assert reads_alike(CLAUSE | changed, CLAUSE) is alike
