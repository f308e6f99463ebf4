"""Waivers on a checklist: which clauses they are pinned to, and the lines their compensating controls add."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from compliance.playbooks.waivers.controls import control_id

Row = dict[str, Any]


class Pinned(Protocol):
    """A waiver in force on the day an audit is judged by."""

    @property
    def id(self) -> UUID: ...
    @property
    def playbook_id(self) -> UUID: ...
    @property
    def clause_id(self) -> str: ...
    @property
    def control_digest(self) -> str | None: ...


def with_waivers(rows: Sequence[Row], playbooks: Mapping[UUID, UUID], waivers: Sequence[Pinned],
                 identity: Callable[[], UUID]) -> list[Row]:
    """The lines of a checklist with each waiver of them, and its control right behind the clause it stands in for.

    Waivers in force have not lapsed: the clause reads as it did when leave was given, whatever its digest is now.
    `playbooks` gives the playbook of each criteria, `identity` the id of a line that is added.
    """
    by_clause = {(waiver.playbook_id, waiver.clause_id): waiver for waiver in waivers}

    def lines() -> Iterator[Row]:
        for row in rows:
            waiver = by_clause.get((playbooks[row["criteria_id"]], row["clause_id"]))
            if waiver is None or not row["applicable"]:
                yield row
                continue
            waived = row | {"waiver_id": waiver.id}
            yield from (waived, _control(waived, waiver) | {"id": identity()})

    return list(lines())


def _control(waived: Row, waiver: Pinned) -> Row:
    return waived | {
        "clause_id": control_id(waiver.clause_id), "clause_digest": waiver.control_digest,
        "title": f"Compensating control for {waiver.clause_id}", "control_of": waiver.clause_id}
