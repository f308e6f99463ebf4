"""Values of a parameter: what is one, what is stricter, what is allowed. The oracle is plain arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.document import Lock, Parameter
from compliance.playbooks.parameters import (
    Comparison,
    canonical_number,
    canonical_value,
    compare,
    default_lock,
    lock_of,
    within_range,
)

LOWER = Parameter("ack", "30", "minutes", "lower", "5..60")
HIGHER = Parameter("sample", "5", "percent", "higher", "2..100")
TIER = Parameter("tier", "region", "", "country > region > any")
PLAIN = Parameter("desk", "APAC duty desk")


@pytest.mark.parametrize("raw", ["15", "15.0", "015", " 15 ", "+15", "15.000"])
def test_one_number_has_one_canonical_form(raw):
    assert canonical_number(raw) == "15"


@pytest.mark.parametrize(
    ("raw", "canonical"), [("0", "0"), ("-0.0", "0"), ("100", "100"), ("2.50", "2.5"), ("-3", "-3")]
)
def test_canonical_numbers_are_plain(raw, canonical):
    assert canonical_number(raw) == canonical


@pytest.mark.parametrize("raw", ["15 min", "٣٠", "1,5", "", "1e3", "fifteen", "15.", "0x10", "9" * 16])
def test_what_is_no_number_is_refused(raw):
    assert canonical_number(raw) is None
    assert canonical_value(LOWER, raw) is None


@pytest.mark.parametrize(
    ("parameter", "raw", "value"),
    [
        (TIER, "country", "country"),
        (TIER, "Mars", None),
        (PLAIN, "Dublin desk", "Dublin desk"),
        (PLAIN, "07", "7"),
        (PLAIN, " ", None),
    ],
)
def test_words_are_values_where_the_parameter_takes_words(parameter, raw, value):
    assert canonical_value(parameter, raw) == value


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_strictness_agrees_with_plain_integers(a, b):
    assert (compare(LOWER, str(a), str(b)) is Comparison.STRICTER) == (a < b)
    assert (compare(LOWER, str(a), str(b)) is Comparison.LOOSER) == (a > b)
    assert (compare(HIGHER, str(a), str(b)) is Comparison.STRICTER) == (a > b)
    assert (compare(HIGHER, str(a), str(b)) is Comparison.LOOSER) == (a < b)
    assert (compare(LOWER, str(a), str(b)) is Comparison.EQUAL) == (a == b)


@pytest.mark.parametrize(
    ("value", "other", "verdict"),
    [
        ("country", "region", "stricter"),
        ("any", "region", "looser"),
        ("any", "any", "equal"),
        ("country", "any", "stricter"),
    ],
)
def test_an_order_names_its_strictest_first(value, other, verdict):
    assert compare(TIER, value, other) == verdict


def test_without_a_direction_values_are_only_different():
    assert compare(PLAIN, "a", "b") is Comparison.DIFFERENT


@pytest.mark.parametrize(
    ("value", "inside"), [("4", False), ("5", True), ("5.5", True), ("60", True), ("61", False), ("60.1", False)]
)
def test_a_range_includes_both_ends(value, inside):
    assert within_range(LOWER, value) is inside


@pytest.mark.parametrize(("bounds", "inside"), [("..5", False), ("5..", True), ("", True), (" 5 .. 7 ", True)])
def test_a_range_may_be_open(bounds, inside):
    assert within_range(Parameter("p", "6", range=bounds), "6") is inside


def test_a_directed_parameter_is_a_floor_and_a_plain_one_open():
    assert default_lock("lower") is Lock.FLOOR
    assert default_lock("") is Lock.OPEN
    assert lock_of(LOWER) is Lock.FLOOR
    assert lock_of(PLAIN) is Lock.OPEN
    assert lock_of(Parameter("p", "1", lock=Lock.FIXED)) is Lock.FIXED
