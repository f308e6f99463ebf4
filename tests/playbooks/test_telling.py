"""Who said each sentence: runs of one source, told once, in reading order."""

from typing import Any

import pytest

from compliance.playbooks.telling import Told, told

CHAIN: list[dict[str, Any]] = [
    {"scope": "global", "version": "3.0.0", "approver": "M. Okafor", "approved_on": "2026-07-10"},
    {"scope": "in", "version": "1", "approver": "J. Tan", "approved_on": None},
]


def said(text: str, layer: str = "global", **more: str) -> dict[str, str]:
    return {"text": text, "layer": layer, "version": "3.0.0" if layer == "global" else "1", **more}


LOCAL = {"operation": "Add to ESC-02", "why": "Night shifts", "approver": "A. Rao", "approved_on": "2026-02-01"}
CASES = [
    ([], []),
    ([said("One."), said("Two.")], [((1, 2), "global", "M. Okafor", "2026-07-10", "")]),
    ([said("One."), said("Here.", "in", **LOCAL), said("Two.")],
     [((1,), "global", "M. Okafor", "2026-07-10", ""), ((2,), "in", "A. Rao", "2026-02-01", "Night shifts"),
      ((3,), "global", "M. Okafor", "2026-07-10", "")]),
    ([said("One."), said("  "), said("Two.", "in")],
     [((1,), "global", "M. Okafor", "2026-07-10", ""), ((3,), "in", "J. Tan", "", "")]),
    ([said("A.", "in", operation="Add to ESC-02"), said("B.", "in", operation="Replace ESC-02")],
     [((1,), "in", "J. Tan", "", ""), ((2,), "in", "J. Tan", "", "")]),
]


@pytest.mark.parametrize(("sentences", "expected"), CASES)
def test_a_run_of_one_source_is_told_once(sentences: list[dict[str, str]], expected: list[Any]) -> None:
    assert [(each.numbers, each.layer, each.approver, each.approved_on, each.why)
            for each in told(sentences, CHAIN)] == expected


@pytest.mark.parametrize(("numbers", "words"), [((2,), "Sentence 2"), ((2, 3), "Sentences 2 to 3")])
def test_numbers_in_words(numbers: tuple[int, ...], words: str) -> None:
    assert Told(numbers, "", "in", "1", "", "", "", "").which == words


def test_long_sentences_are_cut_between_words_and_thai_ones_somewhere() -> None:
    long = told([said("The first responder stays with the case until another person has accepted it by name.")], CHAIN)
    assert long[0].begins == "The first responder stays with the case until another person …"
    thai = told([said("ผู้ตอบคนแรก" * 12)], CHAIN)
    assert thai[0].begins.endswith(" …")
    assert len(thai[0].begins) == 66
