"""The comparison itself: it finds each kind of fault, and none where there is none."""

from dataclasses import replace
from typing import Any

import pytest

from tests.audits.field.proof.ledger import Books, Ledger, Photo, Saved, compare, replayed
from tests.audits.field.proof.records import Kept, Operation

FIRST = Operation("1", "one", "ESC-01", "note", "set", "a", "", (), "09:00", 1, "applied", "")
PHOTO = Photo(0, "ESC-01", "floor.jpg", "m")
LEDGER = Ledger([Saved(0, "ESC-01", "note", "a", None)], [PHOTO], devices={"one": 0, "two": 1})
BOOKS = Books([FIRST], {("ESC-01", "note"): "a"}, [Kept("ESC-01", "sha", "kept")], {"m": "sha"})


def after(*more: Operation) -> list[Operation]:
    return [FIRST, *(replace(each, rev=at) for at, each in enumerate(more, start=2))]


def said(op_id: str, value: str, parent: str = "", device: str = "two", **fields: Any) -> Operation:
    return replace(FIRST, op_id=op_id, value=value, parent=parent, device=device, **fields)


def test_what_arrived_as_it_was_saved_is_no_fault() -> None:
    assert compare(LEDGER, BOOKS).faults == []


@pytest.mark.parametrize(("kind", "books"), [
    ("lost", replace(BOOKS, log=[], record={})),
    ("lost", replace(BOOKS, kept=[])),
    ("lost", replace(BOOKS, digests={})),
    ("duplicated", replace(BOOKS, log=after(replace(FIRST, op_id="9")))),
    ("duplicated", replace(BOOKS, kept=BOOKS.kept * 2)),
    ("wrong", replace(BOOKS, record={("ESC-01", "note"): "b"})),
    ("wrong", replace(BOOKS, record={**BOOKS.record, ("ESC-02", "note"): "b"})),
    ("wrong", replace(BOOKS, log=after(said("2", "b", "1", "one")), record={("ESC-01", "note"): "b"})),
    ("wrong", replace(BOOKS, kept=[*BOOKS.kept, Kept("ESC-01", "other", "kept")])),
    ("wrong", replace(BOOKS, kept=[*BOOKS.kept, Kept("ESC-02", "sha", "kept")])),
])
def test_each_fault_is_found(kind: str, books: Books) -> None:
    assert getattr(compare(LEDGER, books), kind)


def test_a_value_that_claims_to_follow_what_its_tablet_never_showed_is_wrong() -> None:
    ledger = replace(LEDGER, saves=[*LEDGER.saves, Saved(1, "ESC-01", "note", "b", None)])
    books = replace(BOOKS, log=after(said("2", "b", "1")), record={("ESC-01", "note"): "b"})
    assert compare(ledger, books).wrong


def test_a_save_that_nobody_saw_end_may_replace_the_one_before() -> None:
    ledger = replace(LEDGER, open=[Saved(0, "ESC-01", "note", "b", "a", 1)])
    books = replace(BOOKS, log=[replace(FIRST, value="b")], record={("ESC-01", "note"): "b"})
    assert compare(ledger, books).faults == []
    assert compare(replace(ledger, open=[]), books).lost


def test_a_photograph_that_waits_to_be_adopted_is_not_lost() -> None:
    assert compare(LEDGER, replace(BOOKS, kept=[], held=frozenset("m"))).lost == []


@pytest.mark.parametrize(("log", "stands", "against"), [
    ([], "a", []),
    ([said("2", "b", "1")], "b", []),
    ([said("2", "b")], "a", ["b"]),
    ([said("2", "a")], "a", []),
    ([said("2", "a"), said("3", "b", "2")], "b", []),
    ([said("2", "b"), said("3", "c", "2")], "a", ["c"]),
    ([said("2", "b"), said("3", "a", "2")], "a", []),
    ([said("2", "b"), said("3", "b", "1", "one")], "b", []),
    ([said("2", "b"), said("3", "b", "1", "one"), said("4", "c", "2")], "c", []),
    ([said("2", "b"), said("3", "b", "1", kind="resolve", resolves=("2",))], "b", []),
    ([said("2", "b"), said("3", "a", "1", kind="resolve", resolves=("2",))], "a", []),
    ([said("2", "b"), said("3", "b", "1", kind="resolve", resolves=("2",)), said("4", "c", "2")], "c", []),
    ([said("2", "b"), said("3", "c", "1", "one"), said("4", "b", "1", kind="resolve", resolves=("2",))], "c", ["b"]),
    ([said("2", "b", "1", verdict="held"), said("3", "c", "2")], "c", []),
    ([said("2", "b"), said("3", "c", device="three")], "a", ["b", "c"]),
    ([said("3", "c", "2"), said("2", "b")], "a", ["c"]),
])
def test_the_reference_model(log: list[Operation], stands: str, against: list[str]) -> None:
    side = replayed(after(*log))["ESC-01", "note"]
    assert (side.value, sorted(side.others.values())) == (stands, against)
