"""The moves, numbers, notice and fates of versions, against tables written out by hand."""

from datetime import date

import pytest

from compliance.playbooks.document import Clause, Playbook, Severity
from compliance.playbooks.governing.fates import Confirmed, fault_of, suggestions, unaccounted
from compliance.playbooks.governing.life import (
    LIFE,
    ChangeClass,
    Fate,
    change_class,
    earliest,
    latest_review,
    next_number,
    number_follows,
)
from compliance.playbooks.standing import VersionStatus

MAJOR, MINOR, EDITORIAL = ChangeClass.MAJOR, ChangeClass.MINOR, ChangeClass.EDITORIAL
MOVES = {
    ("draft", "in_review"), ("draft", "declined"), ("in_review", "draft"), ("in_review", "approved"),
    ("in_review", "declined"), ("approved", "draft"), ("approved", "retired"),
}


def test_only_these_moves_are_made() -> None:
    statuses = [VersionStatus(each) for each in ("draft", "in_review", "approved", "retired", "declined")]
    assert {(one.value, other.value) for one in statuses for other in statuses if LIFE.allowed(one, other)} == MOVES


@pytest.mark.parametrize(("before", "now", "change", "follows"), [
    ("2.3.0", "3.0.0", MAJOR, True), ("2.3.0", "2.4.0", MINOR, True), ("2.3.0", "2.3.1", EDITORIAL, True),
    ("2.3.0", "4.0.0", MAJOR, True), ("2.3.9", "2.3.10", EDITORIAL, True), ("9.0.0", "10.0.0", MAJOR, True),
    ("2.3.0", "2.4.0", MAJOR, False), ("2.3.0", "3.0.0", MINOR, False), ("2.3.0", "2.4.1", MINOR, False),
    ("2.3.0", "3.1.0", MAJOR, False), ("2.3.0", "2.4.0", EDITORIAL, False), ("2.3.0", "2.3.0", EDITORIAL, False),
    ("2.3", "2.4", MINOR, True), ("2.3.0", "2.2.0", MINOR, False),
])
def test_a_number_follows_its_class(before: str, now: str, change: ChangeClass, follows: bool) -> None:
    assert number_follows(before, now, change) is follows


@pytest.mark.parametrize(("change", "number"), [(MAJOR, "3.0.0"), (MINOR, "2.4.0"), (EDITORIAL, "2.3.6")])
def test_the_next_number(change: ChangeClass, number: str) -> None:
    assert next_number("2.3.5", change) == number
    assert number_follows("2.3.5", number, change)


@pytest.mark.parametrize(("change", "first"), [
    (MAJOR, date(2026, 7, 1)), (MINOR, date(2026, 6, 15)), (EDITORIAL, date(2026, 6, 1))])
def test_notice_counts_from_the_day_of_approval(change: ChangeClass, first: date) -> None:
    assert earliest(date(2026, 6, 1), change) == first


def test_a_text_is_read_through_within_twelve_months() -> None:
    assert latest_review(date(2026, 6, 1)) == date(2027, 6, 1)
    assert latest_review(date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize(("said", "change"), [("Minor ", MINOR), ("major", MAJOR), ("", None), ("small", None)])
def test_a_class_is_one_of_three(said: str, change: ChangeClass | None) -> None:
    assert change_class(said) is change


def a_playbook(*clauses: str) -> Playbook:
    """ "C-01", "C-02 < C-01, C-09" (formerly), "C-03 x" (retired)."""
    made = []
    for each in clauses:
        name, _, formers = each.partition(" < ")
        clause_id, _, retired = name.partition(" ")
        made.append(Clause(clause_id, f"About {clause_id}", "S", "Text.", Severity.MAJOR, 1, ("Log",),
                           formerly=tuple(formers.split(", ")) if formers else (), retired="2.0.0" if retired else ""))
    return Playbook("rules", "2.0.0", "Rules", "C", "o", date(2026, 1, 1), "en", "", (), (), tuple(made))


FATES = [
    (["C-01", "C-02"], ["C-01", "C-02"], []),
    (["C-01"], ["C-01 x"], [("C-01", "retired", ())]),
    (["C-01"], ["C-02 < C-01"], [("C-01", "renamed", ("C-02",))]),
    (["C-01"], ["C-01", "C-02 < C-01"], [("C-01", "split", ("C-01", "C-02"))]),
    (["C-01"], ["C-01 x", "C-02 < C-01", "C-03 < C-01"], [("C-01", "split", ("C-02", "C-03"))]),
    (["C-01", "C-02"], ["C-03 < C-01, C-02"], [("C-01", "merged", ("C-03",)), ("C-02", "merged", ("C-03",))]),
    (["C-01", "C-02"], ["C-01 x", "C-02 < C-01"], [("C-01", "merged", ("C-02",))]),
    (["C-02 < C-01", "C-03 x"], ["C-02 < C-01", "C-03 x"], []),
]


@pytest.mark.parametrize(("before", "now", "expected"), FATES)
def test_the_text_suggests_what_became_of_each_clause(before: list[str], now: list[str], expected: list[str]) -> None:
    found = suggestions(a_playbook(*before), a_playbook(*now))
    assert [(each.former, each.fate.value, each.successors) for each in found] == expected


def test_the_first_version_has_nobody_to_account_for() -> None:
    assert suggestions(None, a_playbook("C-01")) == ()


@pytest.mark.parametrize(("fate", "successors", "said"), [
    (Fate.SPLIT, ("C-01", "C-02"), ""),
    (Fate.SPLIT, ("C-01", "C-02", "C-03"), ""),
    (Fate.RETIRED, (), "C-01 follows C-01"),
    (Fate.RENAMED, ("C-02",), "C-01 follows C-01"),
    (Fate.RENAMED, ("C-01", "C-02"), "name exactly one"),
    (Fate.RETIRED, ("C-01", "C-02"), "name none"),
    (Fate.SPLIT, ("C-01", "C-02", "C-07"), "asks for no C-07"),
])
def test_nobody_confirms_what_the_text_does_not_bear_out(fate: Fate, successors: tuple[str, ...], said: str) -> None:
    now = a_playbook("C-01", "C-02 < C-01", "C-03")
    [asked] = suggestions(a_playbook("C-01"), now)
    fault = fault_of(Confirmed("C-01", fate, successors), asked, now)
    assert (said in fault) if said else fault == ""


def test_a_confirmation_ends_when_the_text_takes_its_successor_away() -> None:
    before, said = a_playbook("C-01"), [Confirmed("C-01", Fate.SPLIT, ("C-01", "C-02"))]
    for now, open_ in ((a_playbook("C-01", "C-02 < C-01"), ()), (a_playbook("C-01", "C-04 < C-01"), ("C-01",))):
        assert unaccounted(suggestions(before, now), said, now) == open_
