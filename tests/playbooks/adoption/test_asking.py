"""Who has to read again: cases written out by hand, and the same verdicts from the comparison of whole texts."""

from typing import Any

import pytest

from compliance.playbooks import keeping
from compliance.playbooks.adoption.asking import Text, Why, is_editorial, material, reason_to_ask
from compliance.playbooks.comparison import Kind
from compliance.playbooks.effective import Rules
from compliance.playbooks.effectiveness import ClauseOnPage
from compliance.playbooks.parsing import parse_playbook
from compliance.playbooks.resolution import base
from tests.builders.playbooks import a_text

ONE = a_text()


def kept(source: str) -> list[ClauseOnPage]:
    """The clauses of a text as they are kept and read back, without a database."""
    text = parse_playbook(source)
    effective = base(text, Rules(text.effective))
    rows = [(entry, keeping.text_row(entry, effective.values), keeping.provenance(entry, effective.values, ()))
            for entry in effective.clauses]
    return [ClauseOnPage(entry.id, row["digest"], said["section"], row["html"], row["content"], said["from"],
                         said["sentences"], False, said["formerly"]) for entry, row, said in rows]


def text(source: str, number: str = "1.0.0", layers: tuple[tuple[str, str], ...] = ()) -> Text:
    return Text(number, layers, source, kept(source))


LAST = ONE[ONE.index("\n### TIN-03"):]
CHANGES = [  # what is replaced in the text, and the kinds that are for people to read again
    ("Somebody listens.", "A person listens.", {Kind.REWORDED}),
    ("Somebody listens.", "Somebody\nlistens.", set()),
    ("| wait_min | 30 |", "| wait_min | 20 |", {Kind.CHANGED}),
    ("| wait_min | 30 |", "| wait_min | 40 |", {Kind.CHANGED}),
    ("Severity: minor", "Severity: major", {Kind.TIGHTENED}),
    ("Severity: critical", "Severity: major", {Kind.LOOSENED}),
    ("- Evidence: Notebook", "- Evidence: Notebook\n- Evidence: Photo", {Kind.TIGHTENED}),
    ("Weight: 3", "Weight: 4", set()),
    ("Was each answered", "Were all answered", set()),
    ("- Locked: floor\n", "", set()),
    ("TIN-03 Write it down", "TIN-03 Write things down", set()),
    ("- Evidence: Notebook", "- Evidence: Notebook\n- Applies to: Core", {Kind.LOOSENED}),
    ("### TIN-03 Write it down", "### TIN-04 Write it down", {Kind.ADDED, Kind.REMOVED}),
    ("### TIN-03 Write it down\n\n", "### TIN-04 Write it down\n\n- Formerly: TIN-03\n", set()),
    (LAST, "", {Kind.REMOVED}),
]


@pytest.mark.parametrize(("old", "new", "kinds"), CHANGES)
def test_what_people_read_again(old: str, new: str, kinds: set[Kind]) -> None:
    assert old in ONE
    changed = ONE.replace(old, new)
    assert {kind for _, kind in material(kept(ONE), kept(changed))} == kinds
    assert reason_to_ask(text(ONE), text(changed, "1.1.0")) == (Why.CHANGED if kinds else None)


def test_a_clause_that_was_split_is_news_where_its_parts_say_less() -> None:
    split = ONE.replace("### TIN-03 Write it down\n\n", "### TIN-04 Write it down\n\n- Formerly: TIN-03\n").replace(
        "What happened is written down.\n", "What happened is written down.\n\n### TIN-05 Sign it\n\n"
        "- Formerly: TIN-03\n- Severity: minor\n- Weight: 1\n- Evidence: Notebook\n\nIt is signed.\n")
    assert list(material(kept(ONE), kept(split))) == [("TIN-05", Kind.REWORDED)]


REWORDED = ONE.replace("Somebody listens.", "A person listens.")
TIGHTER = ONE.replace("| wait_min | 30 |", "| wait_min | 20 |")
APAC_1, APAC_2 = (("apac", "1"),), (("apac", "2"),)
AGAIN: list[tuple[Any, Any, Why | None]] = [
    (None, text(ONE), Why.NEVER),
    (text(ONE), text(ONE), None),
    (text(ONE), text(ONE, "1.0.1"), None),
    (text(ONE), text(ONE, "2.0.0"), Why.MAJOR),
    (text(ONE, "2.0.0"), text(ONE, "1.9.0"), None),
    (text(REWORDED, "1.1.0"), text(ONE, "1.0.0"), None),  # read ahead of its day
    (text(REWORDED, "1.9.0"), text(ONE, "1.10.0"), Why.CHANGED),
    (text(ONE), text(REWORDED, "1.0.1"), None),
    (text(ONE), text(REWORDED, "1.1.0"), Why.CHANGED),
    (text(ONE), text(TIGHTER, "1.0.1"), Why.CHANGED),
    (text(ONE), text(REWORDED, "1.0.1", APAC_1), Why.CHANGED),
    (text(ONE, "1.0.0", APAC_1), text(REWORDED, "1.0.0", APAC_2), Why.CHANGED),
    (text(ONE, "1.0.0", APAC_1), text(ONE, "1.0.0", APAC_2), None),
]


@pytest.mark.parametrize(("read", "now", "why"), AGAIN)
def test_a_major_version_asks_again_and_an_editorial_one_does_not(read: Any, now: Any, why: Why | None) -> None:
    assert reason_to_ask(read, now) == why


def test_only_the_last_number_of_the_global_text_is_editorial() -> None:
    assert is_editorial(text(ONE, "1.2.0", APAC_1), text(ONE, "1.2.9", APAC_1))
    assert not is_editorial(text(ONE, "1.2.0"), text(ONE, "1.3.0"))
    assert not is_editorial(text(ONE, "1.2.0", APAC_1), text(ONE, "1.2.1", APAC_2))
