"""Clauses for paper: every word of the page, in its order, with direction, script and source."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given

from compliance.playbooks.reading.setting import blocks, direction, language, numbered
from compliance.playbooks.rendering import render_by_sentence
from tests.playbooks.text_strategies import texts

MARKDOWN = """First one. Second **strong** one with {{wait}} in it.

- Call the *lead*
- Note it
    1. inner

| Who | When |
|---|---|
| Lead | now |

```
code <b>
```
"""


def flat(found: list[dict[str, Any]]) -> str:
    return " ".join(run["text"] for block in found for part in (block.get("cells") or [block["runs"]]) for run in part)


def test_each_kind_of_block() -> None:
    found = blocks(render_by_sentence(MARKDOWN, {"wait": "<30>"}))
    assert [(each["kind"], each["mark"], each["depth"]) for each in found] == [
        ("p", "", 0), ("li", "•", 1), ("li", "•", 1), ("li", "1.", 2), ("row", "", 0), ("row", "", 0), ("pre", "", 0)]
    assert "Second strong one with <30> in it." in "".join(run["text"] for run in found[0]["runs"])
    assert [run["text"] for run in found[0]["runs"] if "value" in run["looks"]] == ["<30>"]
    assert [run["text"] for run in found[0]["runs"] if "strong" in run["looks"]] == ["strong"]
    assert [[run["text"] for run in cell] for cell in found[5]["cells"]] == [["Lead"], ["now"]]
    assert "code <b>" in found[-1]["runs"][0]["text"]


def test_notes_stand_behind_the_last_sentence_of_a_source() -> None:
    html = render_by_sentence("One. Two. Three {{x}} here. Four.", {"x": "9"})
    found = list(numbered(html, {1: 1, 2: 1, 3: 2, 4: 1}))
    assert [(run["text"].strip(), run["note"]) for run in found[0]["runs"] if run["text"].strip()] == [
        ("One.", 0), ("Two.", 1), ("Three", 0), ("9", 0), ("here.", 2), ("Four.", 1)]


@pytest.mark.parametrize(("text", "way", "code"), [
    ("The lead calls.", "ltr", "en"),
    ("يتصل القائد خلال 30 دقيقة.", "rtl", "ar"),
    ("123 يتصل", "rtl", "ar"),
    ("หัวหน้ากะแจ้งเหตุภายใน 30 นาที", "ltr", "th"),
    ("值班主管在三十分钟内报告。", "ltr", "zh"),
    ("", "ltr", "en"),
    ("42 %", "ltr", "en"),
    ("ESC-02 يتصل القائد بالمدير المناوب", "ltr", "ar"),
    ("Call 值班主管 first", "ltr", "en"),
    ("שלום", "rtl", "he"),
])
def test_direction_by_the_first_letter_and_script_by_most(text: str, way: str, code: str) -> None:
    assert (direction(text), language(text)) == (way, code)


@given(texts)
def test_no_word_of_the_page_is_lost_on_paper(text: str) -> None:
    html = render_by_sentence(text, {})
    shown = unescape(re.sub(r"<!--.*?-->", "", re.sub(r"<[^>]+>", " ", html)))
    assert "".join(flat(blocks(html)).split()) == "".join(shown.split())
