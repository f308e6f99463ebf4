"""A sample of the guards taken away: the tests of access notice each. `./run mutants` goes through all of them."""

import subprocess
import sys

import pytest

from tests.mutants.__main__ import SAMPLE, equivalents
from tests.mutants.planting import mutants

SEED = 2026


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_guard_that_is_gone_is_missed() -> None:
    """In a process of its own: the hunt forks, which is safe only where no other thread runs."""
    done = subprocess.run([sys.executable, "-m", "tests.mutants", "--sample", str(SEED)], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SAMPLE} noticed" in done.stdout


def test_every_equivalent_is_a_guard_that_is_still_there() -> None:
    assert set(equivalents()) <= {mutant.name for mutant in mutants()}


def test_there_are_guards_to_take_away() -> None:
    """Renaming `require` would leave nothing to plant and nothing to notice."""
    kinds = {mutant.guard for mutant in mutants()}
    assert {"require", "require_somewhere", "require_oneself", "visible_to", "get_person", "get_site"} <= kinds
