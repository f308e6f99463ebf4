"""What changes for a site from one day to another, a line per clause."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from compliance.playbooks.changes import Change, changes, way, with_unit

MINUTES = {"unit": "minutes", "stricter": "lower", "range": "5..60", "meaning": "Longest wait"}
CONTENT: dict[str, Any] = {
    "title": "Answer", "text": "Answer within 30 minutes.", "severity": "major", "weight": 3, "evidence": ["Log"],
    "check": "Was it?", "guidance": "", "law": "", "frequency": "every audit", "applies_to": [], "lock": "open",
    "applicable": True, "uses": [["wait", "30"]],
}


@dataclass(frozen=True)
class Clause:
    id: str = "TIN-01"
    digest: str = "a"
    content: dict[str, Any] = field(default_factory=lambda: CONTENT)
    formerly: tuple[str, ...] = ()


def changed(**fields: Any) -> Clause:
    return Clause(digest="b", content=CONTENT | fields)


def found(new: Clause) -> list[Change]:
    return changes([Clause()], [new], {"wait": MINUTES})


@pytest.mark.parametrize(("new", "expected"), [
    (Clause(), []),
    (changed(uses=[["wait", "20"]], text="Answer within 20 minutes."),
     [Change("TIN-01", "longest wait", "30", "20 minutes", "stricter")]),
    (changed(uses=[["wait", "45"]]), [Change("TIN-01", "longest wait", "30", "45 minutes", "looser")]),
    (changed(text="Answer at once."), [Change("TIN-01", "reworded")]),
    (changed(check="Is it?", guidance="Ask."), [Change("TIN-01", "check reworded, guidance reworded")]),
    (changed(severity="critical"), [Change("TIN-01", "severity", "major", "critical")]),
    (changed(weight=5), [Change("TIN-01", "weight", "3", "5")]),
    (changed(applicable=False), [Change("TIN-01", "does not apply for a while")]),
    (changed(applies_to=["Core"]), [Change("TIN-01", "for other lines of business")]),
])
def test_a_changed_clause_says_what_changed(new: Clause, expected: list[Change]) -> None:
    assert found(new) == expected


def test_new_split_and_lost_clauses_are_named() -> None:
    split = replace(Clause("TIN-09"), formerly=("TIN-01",))
    assert changes([Clause(), Clause("TIN-02")], [Clause(), split, Clause("TIN-08")], {}) == [
        Change("TIN-09", "new, formerly part of TIN-01"), Change("TIN-08", "new"), Change("TIN-02", "no longer asked")]


@pytest.mark.parametrize(("stricter", "old", "new", "expected"), [
    ("lower", "30", "15", "stricter"), ("higher", "30", "15", "looser"), ("", "30", "15", ""),
    ("country > region > any", "region", "country", "stricter"), ("country > region > any", "region", "moon", ""),
])
def test_which_way_a_value_went(stricter: str, old: str, new: str, expected: str) -> None:
    assert way(MINUTES | {"stricter": stricter, "range": ""}, old, new) == expected


def test_a_value_without_a_unit_stands_alone() -> None:
    assert [with_unit("15", MINUTES), with_unit("region", MINUTES | {"unit": ""})] == ["15 minutes", "region"]
