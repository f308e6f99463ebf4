"""Two spellings of the same words are found by each other, and what is marked is whole characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.folding import fold, hits, words


@pytest.mark.parametrize(("typed", "written"), [
    ("ESCALATION", "Escalation"), ("Munchen", "München"), ("straße", "STRASSE"), ("ａｂｃ", "abc"), ("ﬁle", "file"),
    ("البلاغ", "البَلاغُ"), ("احمد", "أحمد"), ("مدرسه", "مدرسة"), ("على", "علي"), ("كتاب", "کتاب"), ("٣٠", "30"),
    ("๓๐", "30"), ("ﻻ", "لا"), ("מָרְאֶה", "מראה"), ("co-op", "co\u00adop".replace("\u00ad", "-")), ("x\u200by", "xy"),
    ("a  b", "a\nb"), ("이", "이"), ("Ελλάδα", "ελλαδα"), ("مـــدة", "مدة"),
])
def test_spellings_of_the_same_words_are_one(typed, written):
    assert fold(typed) == fold(written)


@pytest.mark.parametrize(("one", "other"), [
    ("กา", "ก"), ("มา", "ม้า"), ("かき", "がき"), ("कि", "की"), ("ب", "ت"), ("三", "四"),
])
def test_signs_that_make_another_word_are_kept(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(("text", "typed", "marked"), [
    ("Somebody listens.", "LISTEN", ["listen"]),
    ("ตอบแต่ละรายภายใน 30 นาที", "ภายใน นาที", ["ภายใน", "นาที"]),
    ("在三十分钟内确认每个紧急联系。", "紧急", ["紧急"]),
    ("يؤكد المشرف استلامَ كلِّ بلاغٍ", "استلام كل", ["استلامَ", "كلِّ"]),
    ("n\u0303 and ñ", "ñ", ["n\u0303", "n", "ñ"]),
    ("abcabc", "bc", ["bc", "bc"]),
    ("aaa", "aa", ["aa"]),
    ("nothing", "zz", []),
    ("ﬁre", "i", ["ﬁ"]),
])
def test_hits_are_whole_characters_in_the_text_as_it_is_written(text, typed, marked):
    found = hits(text, words(typed))
    assert [text[start:end] for start, end in found] == marked


LETTERS = st.text(alphabet="aÀé ก้ิาのが中ِبأإלּ1٣ﬁ\u200b\n", max_size=30)


@given(LETTERS, LETTERS)
def test_what_a_text_holds_is_found_in_it_and_marked(before, after):
    text = before + " Kuala " + after
    assert any(text[start:end].casefold().find("kuala") >= 0 for start, end in hits(text, ["kuala"]))


@given(LETTERS)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
