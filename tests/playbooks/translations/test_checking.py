"""What a translation must share with its source, by table."""

import pytest

from compliance.playbooks.translations.checking import faults, numbers, said

SOURCE = "Within {{ack_min}} minutes, 3 times in 1,000 cases."


def messages(source: str, given: str) -> str:
    return said(faults(("Title", source), ("Titel", given)))


@pytest.mark.parametrize("given", [
    "{{ack_min}} นาที ๓ ครั้งใน ๑,๐๐๐ ราย", "{{ack_min}} دقيقة، ٣ مرات في ١٬٠٠٠ حالة",
    "{{ack_min}} Minuten, 3-mal in 1.000 Fällen", "{{ack_min}} minutes, 3 fois sur 1\u202f000 cas",
    "每 1000 件中 3 次,{{ack_min}} 分钟内", "1000 {{ack_min}} 3",
])
def test_the_same_numbers_in_the_digits_and_separators_of_any_script(given):
    assert messages(SOURCE, given) == ""


@pytest.mark.parametrize(("source", "given", "why"), [
    (SOURCE, "3 · 1000", "“{{ack_min}}” is missing"),
    (SOURCE, "{{ ack_min }} 3 1000", "“{{ack_min}}” is missing"),
    (SOURCE, "{{ack_min}} 三 1000", "number 3 of the source is missing. Write it in digits"),
    (SOURCE, "{{ack_min}} 4 1000", "number 4 does not stand in the source"),
    (SOURCE, "{{ack_min}} {{wait}} 3 1000", "“{{wait}}” is not in the source"),
    (SOURCE, "{{ack_min}} 3 1000\n\n- one", "0 list entries, the translation 1"),
    ("- a\n- b", "- ก", "2 list entries, the translation 1"),
    ("| a | b |\n|---|---|\n| c | d |", "| ก | ข |\n|---|---|", "3 table rows, the translation 2"),
    ("See https://a.example", "ดู https://b.example", "https://b.example is not in the source"),
    ("Call.", "[" * 120, "120 of “[”"),
    ("Call.", "ก" * 20_000, "the limit is 16 KB"),
    ("Call.", "โทร\u0007", "U+0007"),
])
def test_what_differs_is_named_with_what_would_be_right(source, given, why):
    assert why in messages(source, given)


def test_a_number_the_source_spells_out_may_be_written_in_digits():
    assert messages("After fifteen minutes, twenty-four hours or two hundred cases.", "15 24 200 20 4 2 100") == ""
    assert "number 16" in messages("After fifteen minutes.", "16")


def test_an_escaped_placeholder_is_text_and_not_asked_for():
    assert messages(r"Write \{{name}} there.", "เขียน") == ""


def test_a_link_s_digits_and_the_numbers_of_a_list_are_no_numbers_of_the_text():
    assert numbers("1. a\n2. b\nhttps://a.example/2024 and 7") == {"7"}


@pytest.mark.parametrize(("text", "found"), [
    ("1,5", {"1.5"}), ("1.5", {"1.5"}), ("1٫5", {"1.5"}), ("10:30", {"10:30"}), ("P0 and P1", {"0", "1"}),
    ("３０", {"30"}), ("12.", {"12"}), ("1,234,567", {"1234567"}), ("ครบ ๙๐%", {"90"}),
])
def test_numbers_have_one_spelling(text, found):
    assert numbers(text) == found


@pytest.mark.parametrize(("title", "why"), [("", "Write"), ("a\nb", "one line"), ("a" * 201, "at most 200")])
def test_titles(title, why):
    assert why in said(faults(("Title", "Call."), (title, "โทร")))
