"""A sample of the guards taken away: the tests of access notice each. `./run mutants` goes through all of them."""

import random
from pathlib import Path

import pytest

from compliance.app import create_app
from tests.mutants.__main__ import equivalents
from tests.mutants.hunting import Hunt
from tests.mutants.planting import mutants
from tests.support.database import Database, settings

SAMPLE, SEED = 10, 2026


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_guard_that_is_gone_is_missed(database: Database, tmp_path: Path) -> None:
    hunt = Hunt(create_app(settings(database, tmp_path)))
    known = equivalents()
    chosen = random.Random(SEED).sample([mutant for mutant in mutants() if mutant.name not in known], SAMPLE)
    assert [str(mutant) for mutant in chosen if not hunt.notices(mutant)] == []


def test_every_equivalent_is_a_guard_that_is_still_there() -> None:
    assert set(equivalents()) <= {mutant.name for mutant in mutants()}


def test_there_are_guards_to_take_away() -> None:
    """Renaming `require` would leave nothing to plant and nothing to notice."""
    kinds = {mutant.guard for mutant in mutants()}
    assert {"require", "require_somewhere", "require_oneself", "visible_to", "get_person", "get_site"} <= kinds
