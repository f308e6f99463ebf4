"""What writing down the drift of a publication costs: the same for one override and for many."""

import pytest

from compliance import db
from compliance.playbooks.layers import note_drift
from compliance.playbooks.models import OverrideVersion
from tests.builders.drifting import REPLACE, SET, WAYS, State, a_rule, moves, rows_of
from tests.builders.network import a_market, a_region
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")
MARKETS = ("my", "sg", "ph", "id", "jp", "th")


def noted(queries: QueryRecorder, version: OverrideVersion) -> int:
    playbook = version.override.playbook

    def note() -> None:
        with db.transaction():
            note_drift(playbook)

    note()  # texts are remembered once they were read
    return len(queries.during(note))


def test_drift_is_written_down_in_as_many_statements_for_many_overrides_as_for_one(queries: QueryRecorder) -> None:
    first = a_rule(REPLACE, MARKETS[0])
    moves(WAYS[State.REVIEW].move, effective="2026-06-01")
    few = noted(queries, first)
    region = a_region()
    for code in MARKETS[1:]:
        a_market(code, code.upper(), region)
        a_rule(SET if code == "sg" else REPLACE, code)
    assert [row.state for row in rows_of(first)] == [State.REVIEW]
    assert noted(queries, first) == few <= 8
