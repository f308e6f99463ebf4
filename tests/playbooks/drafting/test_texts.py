"""The pure rules beside a draft: its outline, its card, two texts brought together, and how large it may be."""

import random
import subprocess

import pytest

from compliance.errors import InvalidInput
from compliance.playbooks.drafting.carding import with_card
from compliance.playbooks.drafting.outline import digest_of_part, outline_of
from compliance.playbooks.drafting.reconciling import changed_lines, reconcile, unmerged_line
from compliance.playbooks.drafting.sizing import over_limits
from compliance.playbooks.parsing import parse_override, parse_playbook
from tests.playbooks.texts import example

ESC, APAC = example("escalation-handling"), example("apac")
LINES = ESC.split("\n")


def test_every_clause_stands_in_the_outline_with_its_lines():
    outline = outline_of(ESC)
    for clause in parse_playbook(ESC).clauses:
        part = outline.find(clause.id)
        assert LINES[part.line - 1].endswith(f"{clause.id} {clause.title}")
        assert clause.text.split("\n")[-1] == LINES[part.end - 1]
        assert part.section == clause.section
    for value in outline.values:
        assert f"| {value.name} " in LINES[value.line - 1]


def test_a_part_parts_into_facts_and_prose():
    part = outline_of(ESC).find("ESC-04")
    assert part.facts[0] == "Severity: critical"
    assert part.prose == next(clause.text for clause in parse_playbook(ESC).clauses if clause.id == "ESC-04")
    broken = ESC.replace("- Severity: critical\n- Weight: 5\n- Locked: fixed", "Words\n- Locked: fixed")
    bare = outline_of(broken).find("ESC-04")
    assert (bare.facts, bare.prose) == ((), bare.body)


def test_the_operations_of_an_override_are_its_parts():
    parts = [part.key for part in outline_of(APAC).parts]
    wanted = [f"{each.verb} {each.target}" for each in parse_override(APAC).operations if each.verb != "set"]
    assert [key for key in parts if key != "parameters"] == wanted


@pytest.mark.parametrize("damage", ["---", "- Severity: major", "| Parameter"])
def test_a_broken_text_has_an_outline_all_the_same(damage):
    broken = ESC.replace(damage, "", 1)
    assert {part.key for part in outline_of(broken).parts} >= {"ESC-02", "ESC-07"}


def test_a_part_is_known_by_its_words_and_not_by_where_it_stands():
    before, moved = outline_of(ESC).find("ESC-04"), outline_of(ESC.replace("## Intake", "## Intake\n\nProse.\n"))
    assert moved.find("ESC-04").line != before.line
    assert moved.find("ESC-04").digest == before.digest
    assert digest_of_part(before.text + "\n\n") == before.digest
    assert outline_of(ESC.replace("never copied", "never ever copied")).find("ESC-04").digest != before.digest


def test_the_card_is_set_line_by_line():
    text = with_card(ESC, {"version": "3.3.0", "effective": "2026-08-01", "approved": "", "change": "minor"})
    read = parse_playbook(text)
    said = (read.version, read.effective.isoformat(), read.approved, read.change)
    assert said == ("3.3.0", "2026-08-01", "", "minor")
    assert text.split("---", 2)[2] == ESC.split("---", 2)[2]
    assert with_card(text, {"version": "3.2.0", "effective": "2026-01-15", "approved": "m.okafor 2026-01-08",
                            "change": ""}) == ESC


def test_what_an_override_was_written_against_is_a_mapping():
    text = with_card(APAC, {"written-against": (("global", "3.3.0"), ("apac", "4"))})
    assert parse_override(text).written_against == (("global", "3.3.0"), ("apac", "4"))
    assert parse_override(with_card(text, {"written-against": ()})).written_against == ()


def test_a_text_without_a_card_has_nothing_to_set():
    with pytest.raises(InvalidInput, match="no card"):
        with_card("### ESC-01 Bare", {"version": "2.0.0"})


@pytest.mark.parametrize("value", ["Sooner: now", "yes", "1.10", '"quoted"', "a # b"])
def test_a_value_of_the_card_reads_back(value):
    assert parse_playbook(with_card(ESC, {"note": value})).note == value


def edited(random_: random.Random, lines: list[str]) -> str:
    """A text after a few edits of whole lines, as people make them."""
    kept = list(lines)
    for _ in range(random_.randint(1, 3)):
        at = random_.randrange(len(kept))
        what = random_.choice(("change", "add", "drop"))
        kept[at:at + (what != "add")] = [] if what == "drop" else [f"{what} {random_.randrange(50)}."]
    return "".join(f"{line}\n" for line in kept)


def merged_by_git(tmp_path, base, ours, theirs) -> tuple[int, str]:
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text(text)
    done = subprocess.run(["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=tmp_path, capture_output=True,
                          text=True, check=False)
    return done.returncode, done.stdout


def test_texts_come_together_as_git_would_bring_them(tmp_path):
    random_ = random.Random(7)
    lines = [f"Sentence {number}." for number in range(24)]
    base = "".join(f"{line}\n" for line in lines)
    clean = 0
    for _ in range(120):
        theirs, mine = edited(random_, lines), edited(random_, lines)
        clashes, text = merged_by_git(tmp_path, base, theirs, mine)
        found = reconcile(base, theirs, mine)
        assert bool(found.clashes) == bool(clashes), (theirs, mine)
        if not clashes:
            clean += 1
            assert found.text == text
    assert 20 < clean < 120


@pytest.mark.parametrize(("theirs", "mine", "expected"), [
    ("a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n"), ("a\nX\nc\n", "a\nb\nc\n", "a\nX\nc\n"),
    ("a\nb\nc", "a\nb\nc", "a\nb\nc"), ("a\nb\nc", "a\nb\nc\n", "a\nb\nc\n"),
])
def test_one_side_alone_is_taken_as_it_is(theirs, mine, expected):
    assert reconcile("a\nb\nc", theirs, mine).text == expected


def test_what_changed_is_told_by_passage():
    before = "a\nb\nc\nd\n"
    assert changed_lines(before, "a\nB\nc\nd\ne\n") == [(2, "b", "B"), (5, "", "e")]
    assert changed_lines(before, "a\nd\n") == [(2, "b\nc", "")]
    assert changed_lines(before, before) == []


def test_a_clash_shows_both_and_is_found_again():
    found = reconcile("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", ("saved by Ann", "yours"))
    assert found.clashes == 1
    assert found.text == "a\n<<<<<<< saved by Ann\nX\n=======\nY\n>>>>>>> yours\nc\n"
    assert unmerged_line(found.text) == 2
    assert unmerged_line(ESC) == 0
    assert unmerged_line("a\nHeading\n=======\n") == 0


def test_a_text_beyond_the_limits_is_not_read():
    many = ESC + "".join(f"\n### ESC-A{at // 1000}-{at % 1000:04d} Clause\n" for at in range(10_000))
    problem = over_limits(many)[0]
    assert "10,007 clauses; the limit is 1,000" in problem.message
    assert problem.remedy == "Split it into several playbooks."
    assert many.split("\n")[problem.line - 1].startswith("### ESC-")
    assert not over_limits(ESC)
    assert "the limit is 4,096 KB" in over_limits("x" * (4 * 1024 * 1024 + 1))[0].message
