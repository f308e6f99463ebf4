"""Each of the twelve states is reached through the database, and does at a site what the rules say of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from compliance import clock
from compliance.playbooks import choosing
from compliance.playbooks.drift import State
from compliance.playbooks.drifting.comparing import compared
from compliance.playbooks.effectiveness import resolve_chosen
from tests.builders.drifting import WAYS, a_rule, drifted, moves, rows_of
from tests.builders.network import a_site

pytestmark = pytest.mark.usefixtures("app")
NOW, TODAY = datetime(2026, 6, 1, 12, tzinfo=UTC), "2026-06-01"
# What a site reads while nobody has decided: the clause or value, and the reasons the page gives.
AT_A_SITE = {
    State.CURRENT: ("20", []),
    State.CLEAN: ("20", []),
    State.REVIEW: ("What happened is written down in the case tool.", ["stale"]),
    State.CONFLICT: ("What happened is written down in the case tool.", ["stale"]),
    State.REDUNDANT: ("20", []),
    State.INVERTED: ("15", ["looser-without-approval"]),
    State.OUT_OF_RANGE: ("10", ["out-of-range"]),
    State.ORPHAN: ("", ["no-such-clause"]),
    State.RENAMED: ("What happened is written down in the case tool.", ["renamed"]),
    State.BLOCKED: ("What happened is written down.", ["locked"]),
    State.COLLISION: ("Log all of it.", ["id-taken"]),
    State.ANCHOR_LOST: ("Log it.", ["anchor-lost"]),
}


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(NOW):
        yield


def test_every_state_has_its_way() -> None:
    assert set(WAYS) == set(AT_A_SITE) == set(State)


@pytest.mark.parametrize("state", list(State))
def test_the_state_is_written_down_and_compared(state: State) -> None:
    version = a_rule(WAYS[state].body)
    moves(WAYS[state].move, effective=TODAY)
    rows, found = rows_of(version), compared(version)
    quiet = state is State.CURRENT
    assert [(row.state, row.from_on, row.until_on, row.against) for row in rows] == (
        [] if quiet else [(state, date(2026, 6, 1), None, "2.0.0")])
    assert (found is None) if quiet else found is not None and [item.state for item in found.items] == [state]


@pytest.mark.parametrize("state", list(State))
def test_what_a_site_reads_meanwhile(state: State) -> None:
    version = drifted(state, TODAY)
    site = a_site()
    chosen = choosing.choose(version.override.playbook, site, None, date(2026, 6, 1))
    assert chosen is not None
    effective = resolve_chosen(chosen)
    expected_words, reasons = AT_A_SITE[state]
    said = [effective.values["wait_min"], *(entry.clause.text for entry in effective.clauses)]
    assert expected_words in said or not expected_words
    assert [str(issue.reason) for issue in effective.issues] == reasons


def test_a_way_that_is_over_is_not_told_again() -> None:
    version = drifted(State.REVIEW, TODAY)
    with clock.fixed_at(datetime(2026, 8, 1, tzinfo=UTC)):
        moves(lambda text: text, number="2.1.0", effective="2026-08-01")
        rows = rows_of(version)
        assert [(row.state, row.from_on, row.until_on) for row in rows] == [
            (State.REVIEW, date(2026, 6, 1), date(2026, 8, 1))]
        assert compared(version) is None
