"""Snippets: around the hit, never through a character, with the hits marked."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.folding import words
from compliance.playbooks.searching.snippets import marked, snippet

THAI = "ผู้เชี่ยวชาญรับทราบทุกการติดต่อที่บ่งชี้ถึงอันตรายต่อบุคคลภายใน 20 นาทีนับจากเวลาที่มาถึง"


def text_of(pieces) -> str:
    return "".join(text for _, text in pieces)


@pytest.mark.parametrize(("text", "typed", "shown"), [
    ("one two three four five six seven", "four", "…three [four] five six…"),
    ("one two", "nothing", "one two"),
    ("four and four", "four", "[four] and [four]"),
    ("", "x", ""),
])
def test_snippets(text, typed, shown):
    pieces = snippet(text, words(typed), around=7)
    assert "".join(f"[{part}]" if hit else part for hit, part in pieces) == shown


def test_without_spaces_it_is_cut_between_characters():
    pieces = snippet(THAI, words("บุคคล"), around=10)
    assert [text for hit, text in pieces if hit] == ["บุคคล"]
    inside = text_of(pieces).strip("…")
    edges = {match.start() for match in regex.finditer(r"\X", THAI)} | {len(THAI)}
    at = THAI.index(inside)
    assert {at, at + len(inside)} <= edges


@pytest.mark.parametrize("around", range(3, 30))
def test_a_thai_vowel_stays_with_the_letter_it_is_written_before(around):
    text = "บุคคลแต่ละคนไปแล้วเข้าใจโดยใช้ไม้" * 3
    shown = text_of(snippet(text, words("บุคคล"), around=around))
    assert shown.endswith("…")
    assert shown[-2] not in "เแโใไ"


@given(st.text(alphabet="ab éก้ิ中ِب\u0301", max_size=80), st.text(alphabet="abก中ب", min_size=1, max_size=2))
def test_marked_pieces_are_the_text_again(text, typed):
    assert text_of(marked(text, words(typed))) == text


@given(st.text(alphabet="ab éก้ิ中ِب\u0301", max_size=80), st.text(alphabet="abก中ب", min_size=1, max_size=2))
def test_a_snippet_is_a_part_of_the_text(text, typed):
    assert text_of(snippet(text, words(typed), around=5)).removeprefix("…").removesuffix("…") in text
