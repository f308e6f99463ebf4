"""Which lines of a checklist a waiver is pinned to, and where its control comes to stand."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from compliance.audits.waiving import with_waivers

BOOK, OTHER, CRITERIA = UUID(int=1), UUID(int=2), UUID(int=3)


@dataclass(frozen=True)
class Waived:
    """A waiver as far as a checklist needs it."""

    clause_id: str = "ESC-05"
    playbook_id: UUID = BOOK
    control_digest: str | None = "control"
    id: UUID = field(default=UUID(int=9))


def row(clause: str, **fields: Any) -> dict[str, Any]:
    return {"id": UUID(int=int(clause[-1])), "criteria_id": CRITERIA, "clause_id": clause, "weight": 2,
            "clause_digest": f"d{clause[-1]}", "title": "Rule", "applicable": True, "waiver_id": None,
            "control_of": ""} | fields


def lines(rows: list[dict[str, Any]], *waivers: Waived) -> list[dict[str, Any]]:
    fresh = count(100)
    return with_waivers(rows, {CRITERIA: BOOK}, waivers, lambda: UUID(int=next(fresh)))


def test_the_control_follows_its_clause_and_weighs_the_same() -> None:
    found = lines([row("ESC-04"), row("ESC-05"), row("ESC-06")], Waived())
    assert [each["clause_id"] for each in found] == ["ESC-04", "ESC-05", "ESC-05-CONTROL", "ESC-06"]
    assert [each["waiver_id"] for each in found] == [None, UUID(int=9), UUID(int=9), None]
    control = found[2]
    assert (control["id"], control["control_of"], control["clause_digest"], control["weight"]) == (
        UUID(int=100), "ESC-05", "control", 2)


@pytest.mark.parametrize(("changed", "waiver"), [
    ({}, Waived(clause_id="ESC-07")), ({}, Waived(playbook_id=OTHER)),
    ({"applicable": False}, Waived()),
])
def test_another_clause_another_book_or_not_asked_are_not_pinned(changed: dict[str, Any], waiver: Waived) -> None:
    rows = [row("ESC-05", **changed)]
    assert lines(rows, waiver) == rows
