"""Lengths of time as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.continuity.durations import minutes_of
from compliance.continuity.objectives import duration


@pytest.mark.parametrize(("text", "minutes"), [
    ("45", 45), ("45 min", 45), ("4h", 240), ("4 h", 240), ("1 h 30 min", 90), ("1h30", 90), ("2 days", 2880),
    ("1 d 2 h", 1560), (" 3  Hours ", 180), ("0", 0),
])
def test_what_people_write(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["", "soon", "4 weeks", "-4 h", "4.5 h", "h", "4 h about", "999999 h", "４ h x"])
def test_what_cannot_be_read_is_answered_with_what_can(text: str) -> None:
    with pytest.raises(ValueError, match="such as 45 min, 4 h or 1 h 30 min"):
        minutes_of(text)


@given(st.integers(0, 60 * 24 * 365))
def test_what_a_page_shows_can_be_typed_back(minutes: int) -> None:
    assert minutes_of(duration(minutes)) == minutes
