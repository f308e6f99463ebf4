"""Merge, drift and rebase of six hundred random pairs of edits against `git merge-file`, asked once for all of them."""

import random
import shutil
import subprocess
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from compliance.playbooks.document import Playbook
from compliance.playbooks.drift import State, drift, rebase
from compliance.playbooks.drifting.choices import Choice, Chosen, decided, options
from compliance.playbooks.drifting.faces import faces
from compliance.playbooks.effective import Effective
from compliance.playbooks.merging import Verdict, merge
from compliance.playbooks.resolution import resolve
from tests.playbooks.escalation import CLAIMED, PLAYBOOK, an_override, reword

PAIRS = 600
SENTENCES = (
    "The shift lead calls the duty desk.", "Nobody waits for 30 minutes.", "The case is noted by name.",
    "A message in chat does not count.", "The backup must answer.", "Each hand-over is read back.",
    "確認は担当者が行う。", "The night shift tells the day shift.", "Two people sign the sheet.", "ผู้ดูแลอ่านบันทึก.",
)
FRESH = (
    "The regional desk is told first.", "Nobody waits for 20 minutes.", "The log may be kept on paper.",
    "The lead writes the case number down.", "記録は三年間保管する。", "A second person listens in.",
)
# Unique lines between the cases keep each case's hunks to itself.
APART = 8
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge here and is not installed")


@dataclass(frozen=True)
class Case:
    """One text in three wordings, as lists of sentences."""

    base: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Ruling:
    """What git says: whether the two changes meet, and else the merged sentences."""

    conflict: bool
    merged: tuple[str, ...]


@cache
def cases() -> tuple[Case, ...]:
    dice = random.Random(20261122)
    return tuple(_case(dice) for _ in range(PAIRS))


def _case(dice: random.Random) -> Case:
    base = dice.sample(SENTENCES, dice.randint(3, 8))
    return Case(tuple(base), _edited(dice, base), _edited(dice, base))


def _edited(dice: random.Random, base: list[str]) -> tuple[str, ...]:
    """One to three sentences replaced, dropped or put in; never all of them dropped."""
    found = list(base)
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(found) + 1)
        found[place : place + dice.choice((0, 1))] = dice.choice(([], [dice.choice(FRESH)]))
    return tuple(found) or (base[0],)


@cache
def rulings(folder: Path) -> tuple[Ruling, ...]:
    paths = []
    for name in ("ours", "base", "theirs"):
        lines = [line for at, case in enumerate(cases()) for line in (*_fence(at), *getattr(case, name))]
        paths.append(folder / name)
        paths[-1].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    done = subprocess.run(["git", "merge-file", "-p", "-q", *map(str, paths)], capture_output=True, check=False)
    assert done.returncode <= 127, done.stderr  # the number of conflicts, as far as it fits
    lines, fences = done.stdout.decode().splitlines(), [_fence(at) for at in range(PAIRS)]
    begins = [lines.index(fence[-1]) + 1 for fence in fences]
    ends = [lines.index(fence[0]) for fence in fences[1:]] + [len(lines)]
    return tuple(_ruling(lines[begin:end]) for begin, end in zip(begins, ends, strict=True))


def _fence(at: int) -> list[str]:
    return [f"---- case {at}, line {line} ----" for line in range(APART)]


def _ruling(lines: list[str]) -> Ruling:
    return Ruling(any(line.startswith("<<<<<<<") for line in lines), tuple(lines))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Case, Ruling]]:
    return list(zip(cases(), rulings(tmp_path_factory.mktemp("git")), strict=True))


def text(sentences: tuple[str, ...]) -> str:
    return " ".join(sentences)


def above(sentences: tuple[str, ...], version: str) -> Effective:
    clauses = tuple(replace(each, text=text(sentences)) if each.id == "ESC-03" else each for each in PLAYBOOK.clauses)
    changed: Playbook = replace(PLAYBOOK, version=version, clauses=clauses)
    return resolve(changed, [], CLAIMED)


@needs_git
def test_the_pairs_are_of_every_kind(asked: list[tuple[Case, Ruling]]) -> None:
    assert len(asked) == PAIRS >= 500
    assert 100 < sum(ruling.conflict for _, ruling in asked) < 500


@needs_git
def test_the_verdict_of_a_merge_is_that_of_git(asked: list[tuple[Case, Ruling]]) -> None:
    seen = set()
    for case, ruling in asked:
        merged = merge(text(case.base), text(case.ours), text(case.theirs))
        seen.add(merged.verdict)
        assert (merged.verdict in {Verdict.PROPOSAL, Verdict.CONFLICT}) == ruling.conflict, case
        assert ruling.conflict or (merged.text or "").split() == text(ruling.merged).split(), case
    assert seen == set(Verdict)


@needs_git
def test_drift_tells_what_git_tells(asked: list[tuple[Case, Ruling]]) -> None:
    for case, ruling in asked:
        override = an_override("my", reword("ESC-03", text(case.ours)))
        [item] = drift(override, above(case.base, "3.2.0"), above(case.theirs, "3.3.0"))
        if case.ours == case.theirs:
            expected = {State.REDUNDANT}
        elif case.theirs == case.base:
            expected = {State.CURRENT}
        else:
            expected = {State.REVIEW, State.CONFLICT} if ruling.conflict else {State.REVIEW}
        assert item.state in expected, case


@needs_git
def test_a_rebase_that_takes_the_merge_says_what_git_says(asked: list[tuple[Case, Ruling]]) -> None:
    taken = 0
    for case, ruling in asked:
        override = an_override("my", reword("ESC-03", text(case.ours)), written_against=(("global", "3.2.0"),))
        old, new = above(case.base, "3.2.0"), above(case.theirs, "3.3.0")
        [item] = drift(override, old, new)
        seen = faces(item, old, new)
        if ruling.conflict or Choice.MERGED not in options(item, seen):
            continue
        choice = decided(item, seen, Chosen(Choice.MERGED), new)
        moved = rebase(override, old, new, {"replace ESC-03": choice})
        assert moved.operations[0].text.split() == text(ruling.merged).split(), case
        assert moved.written_against == (("global", "3.3.0"),)
        taken += 1
    assert taken > 50
