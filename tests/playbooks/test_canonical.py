"""One spelling for every text and value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.canonical import (
    NotCanonical,
    canonical_line,
    canonical_text,
    canonical_value,
    forbidden_character,
)

pieces = st.lists(
    st.sampled_from([
        "a",
        "é",
        "e\u0301",
        " ",
        "  ",
        "\t",
        "\n",
        "\n\n\n",
        "\r\n",
        "\r",
        "\ufeff",
        "```",
        "ก",
        "\u0301",
    ])
).map("".join)


@given(pieces)
def test_law_17_canonical_text_is_idempotent_and_blind_to_line_ends(text):
    once = canonical_text(text)
    assert canonical_text(once) == once
    lone = text.replace("\r\n", "\n").replace("\r", "\n")
    assert canonical_text(lone.replace("\n", "\r\n")) == canonical_text(lone)


@given(pieces)
def test_law_17_a_canonical_line_is_idempotent(text):
    assert canonical_line(canonical_line(text)) == canonical_line(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("one   \ntwo", "one  \ntwo"),
        ("one  ", "one"),
        ("one  \n\ntwo", "one\n\ntwo"),
        ("one \t\ntwo", "one\ntwo"),
        ("\n\none\n\n\n\n\ntwo\n\n", "one\n\ntwo"),
        ("\ufeffCafe\u0301\r\nau lait", "Café\nau lait"),
        ("    code\n\tmore", "    code\n\tmore"),
        ("one\u2028two\x85", "one\u2028two\x85"),
    ],
)
def test_canonical_text(text, canonical):
    assert canonical_text(text) == canonical


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        *(("15", "15"), ("015", "15"), ("15.0", "15"), ("0.70", "0.7"), ("-0", "0"), ("-01.50", "-1.5"), ("000", "0")),
        *(("100000", "100000"), ("24x7", "24x7"), ("  next   day ", "next day"), ("country", "country")),
    ],
)
def test_edge_12_one_spelling_per_value(value, canonical):
    assert canonical_value(value) == canonical


@pytest.mark.parametrize("value", ["15 min", "15min", "5 %", "3 working days", "1,5", "100,000", "1.000,5", "٣٠", "३०"])
def test_edge_12_values_nobody_can_compare_are_refused_with_a_hint(value):
    with pytest.raises(NotCanonical) as refused:
        canonical_value(value)
    assert value in refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize("value", ["", "  ", "a`b", "a\ue000b", "x" * 201])
def test_odd_values_are_refused(value):
    with pytest.raises(NotCanonical):
        canonical_value(value)


@pytest.mark.parametrize(
    ("text", "found"),
    [("plain\ttext\n", ""), ("\u200fتسجيل", ""), ("a\u202eb", "U+202E"), ("\ue000", "U+E000"), ("\x00", "U+0000")],
)
def test_forbidden_characters(text, found):
    assert forbidden_character(text) == found
