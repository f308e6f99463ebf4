"""Three-way merge: its laws, the measured traps, and git as an independent judge of every sentence-level verdict."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compliance.playbooks.merging import Verdict, merge
from compliance.playbooks.wording import is_weighty, join, same_words, sentences, words

MIRRORED = {Verdict.OURS: Verdict.THEIRS, Verdict.THEIRS: Verdict.OURS}
WORDS = ("lead", "desk", "calls", "notes", "case", "phone", "backup", "30", "minutes", "not", "must", "{{ack_minutes}}")

sentence = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(
    lambda chosen: " ".join(chosen).capitalize() + "."
)
gap = st.sampled_from((" ", "\n", "\n\n"))
paragraph = st.lists(st.tuples(gap, sentence), max_size=5).map(lambda pairs: "".join(g + s for g, s in pairs).strip())
any_text = st.one_of(paragraph, st.text(max_size=60))


@given(any_text)
def test_cutting_loses_nothing(text: str) -> None:
    assert join(sentences(text)) == text
    assert join(words(text)) == text


@given(any_text, any_text)
def test_law_14_one_changed_side_wins(base: str, changed: str) -> None:
    assert merge(base, base, changed).text == changed
    assert merge(base, changed, base).text == changed
    assert merge(base, changed, changed).text == changed


@given(paragraph, paragraph, paragraph)
@example("Go in. Wait.", "Go in.\nWait.", "Go in.\n\nWait.")
def test_law_14_swapping_the_sides_mirrors_the_verdict_and_keeps_the_text(base: str, ours: str, theirs: str) -> None:
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert one.verdict == MIRRORED.get(other.verdict, other.verdict)
    assert one.text == other.text


@given(paragraph, paragraph, paragraph)
def test_passages_hold_each_side_whole(base: str, ours: str, theirs: str) -> None:
    merged = merge(base, ours, theirs)
    assert "".join(passage.base for passage in merged.passages) == base
    assert "".join(passage.ours for passage in merged.passages) == ours
    assert "".join(passage.theirs for passage in merged.passages) == theirs
    assert (merged.text is None) == (merged.verdict is Verdict.CONFLICT)


@given(paragraph, paragraph, paragraph)
def test_a_merge_invents_no_word(base: str, ours: str, theirs: str) -> None:
    merged = merge(base, ours, theirs).text or ""
    assert set(merged.split()) <= {*base.split(), *ours.split(), *theirs.split()}


NOTIFY = "The lead informs the manager by phone. If nobody answers within five minutes, the lead calls on. It is noted."


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "verdict", "text"),
    [
        ("Wait.", "Wait.", "Wait.", Verdict.UNCHANGED, "Wait."),
        ("Go in. Wait. Go out.", "Go in. Wait. Leave.", "Enter. Wait. Go out.", Verdict.MERGED, "Enter. Wait. Leave."),
        ("Go in. Wait. Go out.", "Go in. Wait.", "Enter. Wait. Go out.", Verdict.MERGED, "Enter. Wait."),
        ("Go in.", "Go in.\n\nWait.", "Go in. Go on.", Verdict.CONFLICT, None),
        ("Call the lead.", "Call the desk.", "Ring the lead.", Verdict.PROPOSAL, "Ring the desk."),
        ("Call the lead now.", "Call the desk now.", "Call the backup now.", Verdict.CONFLICT, None),
        (
            NOTIFY,
            NOTIFY.replace("the manager", "the desk"),
            NOTIFY.replace("five", "three"),
            Verdict.PROPOSAL,
            NOTIFY.replace("the manager", "the desk").replace("five", "three"),
        ),
        (
            "Go in\nnow. Wait. Go out.",
            "Go in now. Wait. Go out.",
            "Go in\nnow. Wait. Leave.",
            Verdict.MERGED,
            "Go in now. Wait. Leave.",
        ),
        (
            "確認する。待つ。報告する。",
            "確かめる。待つ。報告する。",
            "確認する。待つ。知らせる。",
            Verdict.MERGED,
            "確かめる。待つ。知らせる。",
        ),
    ],
)
def test_verdicts(base: str, ours: str, theirs: str, verdict: Verdict, text: str | None) -> None:
    merged = merge(base, ours, theirs)
    assert merged.verdict is verdict
    assert text is None or merged.text == text


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("Wait 30 minutes.", "Wait 20 minutes.", "Wait 30 seconds."),
        ("Wait for 30 whole minutes.", "Wait for 20 whole minutes.", "Wait for 30 whole seconds."),
        ("The lead must call the desk.", "The lead may call the desk.", "The lead must call the backup."),
        ("The lead calls the desk.", "The lead never calls the desk.", "The lead calls the backup."),
        ("Act in {{p0}} and tell the lead.", "Act in {{p1}} and tell the lead.", "Act in {{p0}} and tell the desk."),
        (
            "Call within five minutes by phone.",
            "Call within three minutes by phone.",
            "Call within five minutes by pager.",
        ),
    ],
)
def test_two_changes_to_a_weighty_sentence_are_never_put_together(base: str, ours: str, theirs: str) -> None:
    assert merge(base, ours, theirs).verdict is Verdict.CONFLICT


@pytest.mark.parametrize(
    ("text", "weighty"),
    [
        ("Call the shift lead.", False),
        ("Call the notary.", False),
        ("Wait an hour.", True),
        ("They don’t call.", True),
        ("Rest ٣٠.", True),
        ("Half of them.", True),
        ("担当者が確認する。", False),
        ("担当者は確認しない。", True),
        ("主管必须通知。", True),
        ("ผู้ดูแลรับสาย", False),
        ("ผู้ดูแลต้องรับสาย", True),
        ("المشرف لا يتصل", True),
        ("المشرف يتصل", False),
        ("Petugas tidak menelepon.", True),
        ("Petugas menelepon.", False),
    ],
)
def test_what_is_weighty(text: str, weighty: bool) -> None:
    assert is_weighty(text) is weighty


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Meet on e.g. Monday. Then go.", ["Meet on e.g. Monday.", "Then go."]),
        ("See 18 U.S.C. 2258A. Then go.", ["See 18 U.S.C. 2258A.", "Then go."]),
        ("1. Call. Then go.\n2. Wait.", ["1. Call.", "Then go.", "2. Wait."]),
        ("Call:\n- the lead\n- the desk", ["Call:", "- the lead", "- the desk"]),
        ("| a | b |\n|---|---|\n| c. D | e |", ["| a | b |", "|---|---|", "| c. D | e |"]),
        ("確認する。「はい。」次へ", ["確認する。", "「はい。」", "次へ"]),
    ],
)
def test_where_sentences_end(text: str, cut: list[str]) -> None:
    assert [piece.text for piece in sentences(text)] == cut


def test_in_a_long_sentence_frequent_words_still_count() -> None:
    """Where a differ drops words for being frequent, nothing is left to hold the two changes apart."""
    base = " ".join(WORDS[place % 7] for place in range(300))
    start, end = base.replace("lead", "guard", 1), base[::-1].replace("dael", "drag", 1)[::-1]
    merged = merge(base, start, end)
    assert (merged.verdict, (merged.text or "").count("guard")) == (Verdict.PROPOSAL, 1)
    assert (merged.text or "").count("gard") == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("確認する。\n待つ。", "確認する。待つ。", True),
        ("ผู้ดูแล\nรับสาย", "ผู้ดูแลรับสาย", True),
        ("確認する。", "確認した。", False),
        ("can not", "cannot", False),
        ("確認 can not", "確認 cannot", False),
    ],
)
def test_a_line_broken_elsewhere_says_the_same(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same


def test_a_thai_word_keeps_its_marks() -> None:
    assert [piece.text for piece in words("กำลัง")] == ["กำ", "ลั", "ง"]


def edited(chance: random.Random, original: list[str]) -> list[str]:
    """The list with one to three sentences replaced, dropped or put in."""
    result = list(original)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(result) + 1)
        fresh = [f"Fresh {chance.choice('abcdef')} sentence."]
        result[place : place + chance.choice((0, 1))] = chance.choice(([], fresh))
    return result


def judged_by_git(folder: Path, *versions: list[str]) -> tuple[bool, list[str]]:
    """Whether git finds a conflict, and its merged lines; versions are ours, base, theirs."""
    paths = [folder / name for name in ("ours", "base", "theirs")]
    for path, version in zip(paths, versions, strict=True):
        path.write_text("".join(line + "\n" for line in version))
    done = subprocess.run(
        ["git", "merge-file", "-p", "-q", *map(str, paths)], capture_output=True, text=True, check=False
    )
    assert 0 <= done.returncode < 128, done.stderr
    return done.returncode > 0, done.stdout.splitlines()


def agree_with_git(folder: Path, seeds: range) -> set[Verdict]:
    seen = set()
    for seed in seeds:
        chance = random.Random(seed)
        base = [f"Sentence {name} stands here." for name in "abcdefgh"[: chance.randint(3, 8)]]
        ours, theirs = edited(chance, base), edited(chance, base)
        merged = merge(" ".join(base), " ".join(ours), " ".join(theirs))
        conflict, lines = judged_by_git(folder, ours, base, theirs)
        assert (merged.verdict in (Verdict.PROPOSAL, Verdict.CONFLICT)) == conflict, (seed, base, ours, theirs)
        assert conflict or merged.text == " ".join(lines), (seed, base, ours, theirs)
        seen.add(merged.verdict)
    return seen


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge here and is not installed")


@needs_git
def test_git_agrees_on_a_sample(tmp_path: Path) -> None:
    assert agree_with_git(tmp_path, range(60)) >= {Verdict.MERGED, Verdict.CONFLICT, Verdict.OURS}


@needs_git
@pytest.mark.slow
def test_git_agrees_on_a_thousand(tmp_path: Path) -> None:
    assert agree_with_git(tmp_path, range(1000, 2000)) >= {Verdict.MERGED, Verdict.CONFLICT, Verdict.OURS}
