"""The tests are worth something: twelve faults planted one at a time, each found; without one, nothing is."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.playbooks.faults import FAULTS, VARIABLE, Fault

HUNTS = [(fault, test) for fault in FAULTS for test in fault.found_by]
ROOT = Path(__file__).parents[2]
# In a process of its own, since a module already imported cannot be given a fault; with as few plugins as will do,
# since starting is most of what it takes.
PYTEST = [
    *(sys.executable, "-m", "pytest", "-x", "-q", "--noconftest"),
    *("-p", "no:cacheprovider", "-p", "tests.playbooks.faults"),
    *("-p", "pytest_timeout", "-p", "_hypothesis_pytestplugin"),
]


def run_tests(chosen: Iterable[str], fault: str) -> subprocess.CompletedProcess[str]:
    paths = [f"tests/playbooks/{test}" for test in chosen]
    environment = os.environ | {VARIABLE: fault, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [*PYTEST, *paths], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_there_are_twelve() -> None:
    assert len({fault.name for fault in FAULTS}) == 12


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "test"), HUNTS, ids=lambda value: getattr(value, "name", None))
def test_a_planted_fault_is_found(fault: Fault, test: str) -> None:
    done = run_tests([test], fault.name)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert re.search(r"^E +(assert|AssertionError)", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.slow
def test_without_a_fault_the_same_tests_pass() -> None:
    done = run_tests(sorted({test for _, test in HUNTS}), "")
    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr
