"""Waivers on a checklist: which clauses they are pinned to, and the lines their compensating controls add."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from compliance.db import new_id
from compliance.playbooks.waivers.controls import control_id
from compliance.playbooks.waivers.models import Waiver

Row = dict[str, Any]


def with_waivers(rows: Sequence[Row], playbooks: Mapping[UUID, UUID], waivers: Sequence[Waiver]) -> list[Row]:
    """The lines of a checklist with each waiver of them, and its control right behind the clause it stands in for.

    `playbooks` gives the playbook of each criteria.
    """
    by_clause = {(waiver.playbook_id, waiver.clause_id, waiver.clause_digest): waiver for waiver in waivers}
    return list(_lines(rows, playbooks, by_clause))


def _lines(rows: Sequence[Row], playbooks: Mapping[UUID, UUID],
           waivers: Mapping[tuple[UUID, str, str], Waiver]) -> Iterator[Row]:
    for row in rows:
        waiver = waivers.get((playbooks[row["criteria_id"]], row["clause_id"], row["clause_digest"]))
        if waiver is None or not row["applicable"]:
            yield row
            continue
        waived = row | {"waiver_id": waiver.id}
        yield waived
        yield waived | {
            "id": new_id(), "clause_id": control_id(waiver.clause_id), "clause_digest": waiver.control_digest,
            "title": f"Compensating control for {waiver.clause_id}", "control_of": waiver.clause_id}
