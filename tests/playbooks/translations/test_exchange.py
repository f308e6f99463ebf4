"""PO files as translators' tools read and write them."""

from datetime import UTC, datetime

import pytest

from compliance.errors import InvalidInput
from compliance.playbooks.translations.exchange import Unit, read, write

AT = datetime(2026, 11, 22, tzinfo=UTC)
SOURCE = ("Answer in time", "Somebody listens.\n\n- {{wait_min}} minutes\n- 50 % \"of\" all\\")
SAID = ("ตอบให้ทัน", "มีคนฟัง\n\n- {{wait_min}} นาที\n- 50 % \"ของ\" ทั้งหมด\\")


def a_file(*units: Unit, language: str = "th") -> bytes:
    return write(units, project="Tiny rules", version="TIN", language=language, at=AT)


def test_what_is_written_is_read_again():
    entries = read(a_file(Unit("TIN-01", "ab", SOURCE, SAID)), "th")
    assert [(each.clause_id, each.source, each.said, each.problem) for each in entries] == [
        ("TIN-01", SOURCE, SAID, "")]


def test_a_clause_in_two_wordings_stays_two():
    other = ("Answer in time", "Another text.")
    entries = read(a_file(Unit("TIN-01", "ab", SOURCE, SAID), Unit("TIN-01", "cd", other, ("ก", "ข"))), "th")
    assert [(each.source, each.said) for each in entries] == [(SOURCE, SAID), (other, ("ก", "ข"))]


def test_what_nobody_translated_is_left_out_and_a_suggestion_is_fuzzy():
    data = a_file(Unit("TIN-01", "ab", SOURCE, None), Unit("TIN-02", "cd", SOURCE, None, SAID, ("Was", "Before")))
    assert b'#| msgid "Before"' in data
    assert [(each.clause_id, each.problem[:18]) for each in read(data, "th")] == [("TIN-02", "It is marked as fu")]


@pytest.mark.parametrize(("data", "why"), [
    (b"nothing of the kind \"", "no PO file"), (b"\xff\xfe\x00", "no PO file"), (b"x" * (4 * 1024 * 1024 + 1), "4 MB"),
    (a_file(Unit("TIN-01", "ab", SOURCE, SAID), language="zh-Hant"), "“zh-Hant”"),
])
def test_what_is_no_file_of_this_language_is_refused(data, why):
    with pytest.raises(InvalidInput, match=why):
        read(data, "th")


@pytest.mark.parametrize(("text", "why"), [
    (b'msgid "a"\nmsgstr "b"\n', "no context"),
    (b'msgctxt "TIN-01/text/ab"\nmsgid "a"\nmsgstr "b"\n', "title or text is missing"),
])
def test_an_entry_nobody_can_place_is_named(text, why):
    assert [why in each.problem for each in read(text, "th")] == [True]
