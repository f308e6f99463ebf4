"""What becomes of an operation: everything two tablets can do to one place, and what holds of any history."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.audits.field.merging import (
    Field,
    Merged,
    Operation,
    Verdict,
    in_order,
    is_empty,
    merge,
    same,
)

ANN, BEN, LEAD = (UUID(int=number) for number in (1, 2, 3))
PAGE = UUID(int=99)


def name_of(value: object) -> UUID:
    return uuid5(PAGE, str(value or ""))



def op(number: int, value: object, parent: int | None = None, who: UUID = ANN, *resolves: int) -> Operation:
    return Operation(UUID(int=100 + number), value, None if parent is None else UUID(int=100 + parent), who,
                     frozenset(UUID(int=100 + each) for each in resolves))


def at(value: object = None, heads: Sequence[int] = (), *sides: Operation, by: UUID = ANN) -> Field:
    return Field(value, name_of, tuple(UUID(int=100 + each) for each in heads), sides,
                 frozenset({by}) if heads else frozenset())


@dataclass(frozen=True)
class Case:
    """A place, what comes, and what follows: the verdict with its code, the value that stands, and the sides."""

    what: str
    field: Field
    operation: Operation
    verdict: Verdict
    value: object
    sides: tuple[object, ...] = ()
    code: str = ""


BENS = op(8, "b", 1, BEN)
CASES = [
    Case("the first answer", at(), op(1, "a"), Verdict.APPLIED, "a"),
    Case("the first answer, whatever it names", at(), op(1, "a", 77), Verdict.APPLIED, "a"),
    Case("on what was seen", at("a", [1]), op(2, "b", 1), Verdict.APPLIED, "b"),
    Case("on a colleague's, having seen it", at("a", [1]), op(2, "b", 1, BEN), Verdict.APPLIED, "b"),
    Case("taken back", at("a", [1]), op(2, None, 1), Verdict.APPLIED, None),
    Case("anew where it was taken back", at(None, [2]), op(3, "c", None, BEN), Verdict.APPLIED, "c"),
    Case("on what stood before it was taken back", at(None, [2]), op(3, "c", 1, BEN), Verdict.CONFLICT, None, ("c",)),
    Case("blind, where something stands", at("a", [1]), op(2, "b", None, BEN), Verdict.CONFLICT, "a", ("b",)),
    Case("on what stood before", at("a", [2]), op(3, "b", 1, BEN), Verdict.CONFLICT, "a", ("b",)),
    Case("the same, blind", at("a", [1]), op(2, "a", None, BEN), Verdict.MERGED, "a"),
    Case("nothing where nothing is", at(""), op(1, None), Verdict.MERGED, ""),
    Case("on one that said the same", at("a", [1, 2]), op(3, "b", 1), Verdict.APPLIED, "b"),
    Case("on the other that said the same", at("a", [1, 2]), op(3, "b", 2), Verdict.APPLIED, "b"),
    Case("on a value of the page", at("a"), Operation(UUID(int=101), "b", name_of("a"), ANN), Verdict.APPLIED, "b"),
    Case("overwritten by the page, not seen", at("p"), op(2, "b", 1), Verdict.CONFLICT, "p", ("b",)),
    Case("on with one's own side", at("a", [1], BENS), op(9, "c", 8, BEN), Verdict.CONFLICT, "a", ("c",)),
    Case("one's own side gives way by itself", at("a", [1], BENS), op(9, "a", 8, BEN), Verdict.MERGED, "a"),
    Case("a third answer", at("a", [1], BENS), op(9, "c", None, LEAD), Verdict.CONFLICT, "a", ("b", "c")),
    Case("the same as a colleague's side", at("a", [1], BENS), op(9, "b", None, LEAD), Verdict.CONFLICT, "a",
         ("b", "b")),
    Case("the same as one's own side", at("a", [1], BENS), op(9, "b", None, BEN), Verdict.CONFLICT, "a", ("b",)),
    Case("the author goes on, the side stays", at("a", [1], BENS), op(9, "c", 1), Verdict.APPLIED, "c", ("b",)),
    Case("the author comes round to the side", at("a", [1], BENS), op(9, "b", 1), Verdict.APPLIED, "b"),
    Case("a side's author writes over it", at("a", [1], BENS), op(9, "b", 1, BEN), Verdict.CONFLICT, "a", ("b",)),
    Case("somebody else goes on from a side", at("a", [1], BENS), op(9, "c", 8), Verdict.CONFLICT, "a", ("b", "c")),
    Case("somebody else gives a side up", at("a", [1], BENS), op(9, "a", 8), Verdict.MERGED, "a", ("b",)),
    Case("the lead writes over it", at("a", [1], BENS), op(9, "z", 1, LEAD), Verdict.APPLIED, "z", ("b",)),
    Case("Ben gives way", at("a", [1], BENS), op(9, "a", 1, BEN, 8), Verdict.MERGED, "a"),
    Case("Ben keeps his over Ann's", at("a", [1], BENS), op(9, "b", 1, BEN, 8), Verdict.REJECTED, "a", ("b",),
         "lead_decides"),
    Case("Ann keeps hers over Ben's", at("a", [1], BENS), op(9, "a", 1, ANN, 8), Verdict.REJECTED, "a", ("b",),
         "lead_decides"),
    Case("Ann gives way to Ben", at("a", [1], BENS), op(9, "b", 1, ANN, 8), Verdict.APPLIED, "b"),
    Case("the lead keeps Ann's", at("a", [1], BENS), op(9, "a", 1, LEAD, 8), Verdict.MERGED, "a"),
    Case("the lead takes Ben's", at("a", [1], BENS), op(9, "b", 1, LEAD, 8), Verdict.APPLIED, "b"),
    Case("the lead takes neither", at("a", [1], BENS), op(9, "z", 1, LEAD, 8), Verdict.APPLIED, "z"),
    Case("Ben decides between two of his own", at("a", [1], BENS, by=BEN), op(9, "b", 1, BEN, 8), Verdict.APPLIED, "b"),
    Case("over a value of the page only the lead decides", at("a", [], BENS), Operation(
        UUID(int=109), "b", name_of("a"), BEN, frozenset({BENS.op_id})), Verdict.REJECTED, "a", ("b",), "lead_decides"),
    Case("nothing is given up where nothing stands", at(None, [1], BENS), op(9, "b", 1, BEN, 8), Verdict.APPLIED, "b"),
    Case("what stood moved while one chose", at("a", [2], BENS), op(9, "b", 1, LEAD, 8), Verdict.REJECTED, "a", ("b",),
         "moved"),
    Case("a choice where nothing is open any more", at("a", [1]), op(9, "b", 1, BEN, 8), Verdict.APPLIED, "b"),
    Case("one side of two", at("a", [1], BENS, op(7, "c", None, LEAD)), op(9, "a", 1, BEN, 8), Verdict.MERGED, "a",
         ("c",)),
]  # fmt: skip


def judged(case: Case, **more: bool) -> Merged:
    return merge(case.field, case.operation, lead_id=LEAD, **more)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_what_becomes_of_an_operation(case: Case) -> None:
    merged = judged(case)
    assert (merged.verdict, merged.code) == (case.verdict, case.code)
    assert merged.field.value == case.value
    assert tuple(side.value for side in merged.field.sides) == case.sides


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_one_that_was_overtaken_changes_nothing(case: Case) -> None:
    merged = judged(case, overtaken=True)
    assert (merged.verdict, merged.field, merged.settled) == (Verdict.MERGED, case.field, ())


def test_a_side_that_is_settled_says_how() -> None:
    def how(operation: Operation) -> dict[int, str]:
        return {op_id.int - 100: said for op_id, said in merge(at("a", [1], BENS), operation, lead_id=LEAD).settled}

    assert how(op(9, "a", 1, BEN, 8)) == {8: "gave way"}
    assert how(op(9, "a", 1, LEAD, 8)) == {8: "decided"}
    assert how(op(9, "b", 1, LEAD, 8)) == {8: "same"}
    assert how(op(9, "c", 8, BEN)) == {8: "replaced"}


def test_the_tablet_whose_side_was_chosen_goes_on_from_it() -> None:
    chosen = merge(at("a", [1], BENS), op(9, "b", 1, LEAD, 8), lead_id=LEAD).field
    assert merge(chosen, op(10, "c", 8, BEN), lead_id=LEAD).verdict is Verdict.APPLIED


def test_the_tablet_whose_side_was_turned_down_does_not() -> None:
    chosen = merge(at("a", [1], BENS), op(9, "a", 1, LEAD, 8), lead_id=LEAD).field
    assert merge(chosen, op(10, "c", 8, BEN), lead_id=LEAD).verdict is Verdict.CONFLICT


def test_parents_come_before_what_names_them() -> None:
    third, second, first = op(3, "c", 2), op(2, "b", 1), op(1, "a")
    other = op(5, "x")
    assert in_order([third, other, second, first]) == [first, second, third, other]


def test_a_ring_of_parents_ends() -> None:
    assert len(in_order([op(1, "a", 2), op(2, "b", 1)])) == 2


# ---- any history

VALUES = st.sampled_from([None, "", "a", "b", "c"])
PEOPLE = st.sampled_from([ANN, BEN, LEAD])


@st.composite
def histories(draw: st.DrawFn) -> list[Operation]:
    """Operations that name any of those before them, or nothing, or something nobody knows."""
    found: list[Operation] = []
    for number in range(draw(st.integers(1, 12))):
        parent = draw(st.sampled_from([None, 50, *range(number)]))
        resolves = draw(st.lists(st.integers(0, max(0, number - 1)), max_size=2))
        found.append(op(number, draw(VALUES), parent, draw(PEOPLE), *resolves))
    return found


def carried_out(history: Sequence[Operation]) -> list[tuple[Operation, Field, Merged]]:
    field, steps = Field(None, name_of), []
    for operation in history:
        merged = merge(field, operation, lead_id=LEAD)
        steps.append((operation, field, merged))
        field = merged.field
    return steps


@given(histories())
def test_no_value_is_dropped_in_silence(history: Sequence[Operation]) -> None:
    """What was said stands, or is a side, or its author went on from it, or somebody who may gave it up."""
    for operation, before, merged in carried_out(history):
        after = merged.field
        lost = [each for each in before.sides if each not in after.sides and not same(each.value, after.value)]
        settled = {op_id for op_id, _ in merged.settled}
        assert {each.op_id for each in lost} <= settled
        if merged.verdict is Verdict.CONFLICT:
            assert operation in after.sides
            assert same(after.value, before.value)
        if merged.verdict in (Verdict.APPLIED, Verdict.MERGED):
            assert same(after.value, operation.value)
        if merged.verdict is Verdict.REJECTED:
            assert after == before


@given(histories())
def test_a_conflict_is_a_value_that_was_not_seen_or_may_not_be_replaced(history: Sequence[Operation]) -> None:
    for operation, before, merged in carried_out(history):
        if merged.verdict is Verdict.CONFLICT:
            assert not same(operation.value, before.value)
            assert not before.is_seen_by(operation.parent) or before.sides


@given(histories())
def test_no_side_says_what_stands_and_nobody_has_two_that_say_the_same(history: Sequence[Operation]) -> None:
    for _, _, merged in carried_out(history):
        sides = [(side.person_id, "" if is_empty(side.value) else side.value) for side in merged.field.sides]
        assert len(set(sides)) == len(sides)
        assert not any(same(side.value, merged.field.value) for side in merged.field.sides)


@given(histories())
def test_only_the_lead_gives_up_a_colleagues_value(history: Sequence[Operation]) -> None:
    for operation, before, merged in carried_out(history):
        gone = [each for each in before.sides if each not in merged.field.sides
                and not same(each.value, merged.field.value)]
        assert operation.person_id == LEAD or {each.person_id for each in gone} <= {operation.person_id}
