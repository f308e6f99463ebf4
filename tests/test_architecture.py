"""The shape of the code: budgets, layers and conventions, each failure with its remedy."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.support import conventions as rules
from tests.support.conventions import Rule, Source

ROOT = Path(__file__).resolve().parents[1]

PRODUCT = ("compliance/**/*.py", "wsgi.py", "run")
TESTS = ("tests/**/*.py",)
MIGRATIONS = ("migrations/**/*.py",)
TEMPLATES = ("compliance/**/*.html", "compliance/**/*.jinja")
PROSE = ("*.md", "docs/**/*.md", "playbooks/**/*.md", "pyproject.toml", ".ci/run", "*.lock")
OWN_SCRIPTS = ("compliance/web/static/*.js", "compliance/web/static/*.css", "compliance/audits/**/*.js")

# Where a rule does not hold, and why.
EXCEPT: dict[str, dict[str, str]] = {
    "leaves_commit_to_transaction": {"compliance/db.py": "the one place that commits"},
    "leaves_time_to_clock": {"compliance/clock.py": "the one source of time"},
    "has_no_raw_sql": {
        "compliance/db.py": "pragmas and locks have no SQLAlchemy form",
        "compliance/journal.py": "the head row is locked and moved in one statement",
    },
    "commands_ask_first": {
        "compliance/findings/commands/issuing.py:find_repeats": "reads only, for the issuing command and its page",
    },
    "marks_no_html_safe": {
        "compliance/web/charts.py": "builds SVG from numbers and escaped labels",
        "compliance/web/components/": "macros written in Python",
    },
}

USUAL = {"__init__", "models", "schemas", "commands", "queries", "views", "api", "cli"}
IMPURE = ("flask", "flask_babel", "flask_login", "flask_smorest", "flask_wtf", "sqlalchemy", "werkzeug", "click")
# None of a feature's usual files, and yet not rules on plain values.
NOT_PURE = {
    "compliance/accounts/limits.py": "counts attempts in the database, which every node sees",
    "compliance/accounts/sessions.py": "the cookie and its table",
    "compliance/accounts/signing_in.py": "sessions are opened before there is an actor to ask for",
    "compliance/actions/closing.py": "reads the facts that closing is decided on",
    "compliance/actions/presenting.py": "says of records how a page shows them",
    "compliance/actions/telling.py": "says of journal entries how a page shows them",
    "compliance/audits/presenting.py": "says of records how a page and a tablet show them",
    "compliance/demo/": "runs the product's commands",
    "compliance/files/": "writes to the disk",
    "compliance/findings/lineages.py": "reads the clause lineages repeats are found by",
    "compliance/findings/presenting.py": "says of records how a page shows them",
    "compliance/overview/": "reads only: puts what queries gave into the words of a page",
    "compliance/continuity/exporting.py": "answers with files",
    "compliance/continuity/operators.py": "reads who runs what where",
    "compliance/continuity/presenting.py": "says of records how a page shows them",
    "compliance/continuity/recording.py": "reads what a re-test still owes",
    "compliance/continuity/watching.py": "says of records how a page shows them",
    "compliance/continuity/telling.py": "says of journal entries how a page shows them",
    "compliance/playbooks/choosing.py": "reads which versions are in force at a place",
    "compliance/playbooks/deliberating.py": "reads what a decision on a version is about",
    "compliance/playbooks/deriving.py": "weighs a text against the layers above it",
    "compliance/playbooks/effectiveness.py": "keeps resolved playbooks by their chain",
    "compliance/playbooks/enduring.py": "resolves what stands above an override, period by period",
    "compliance/playbooks/layers.py": "reads the layers of a place",
    "compliance/playbooks/rendering_ahead.py": "keeps what it renders",
    "compliance/reports/sheets.py": "hands its rows to the exports, which also make responses",
    "compliance/web/": "the page frame",
}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is part of the project: what git tracks or would track."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT,
                            capture_output=True, check=True).stdout
    files = (ROOT / name for name in listed.decode().split("\0") if name)
    return tuple(path for path in files if path.is_file())


@cache
def read(path: Path) -> Source:
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"), exported_by(path.parent))


def exported_by(folder: Path) -> frozenset[str] | None:
    """What a package of commands hands out by `__all__`; its modules may share more among themselves."""
    if folder.name != "commands":
        return None
    return frozenset(importlib.import_module(".".join(folder.relative_to(ROOT).parts)).__all__)


def sources(*patterns: str) -> list[Source]:
    wanted = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return [read(path) for path in project_files() if path in wanted]


def broken(rule: Rule, files: Iterable[Source]) -> list[str]:
    exempt = [tuple(entry.split(":")) for entry in EXCEPT.get(rule.__name__, {})]
    return [line for source in files for line in rule(source)
            if not any(line.startswith(path) and name in line for path, name in [(*entry, "")[:2] for entry in exempt])]


@pytest.mark.parametrize(("rule", "patterns"), [
    (rules.size_of_file, PRODUCT + TESTS),
    (rules.size_of_functions, PRODUCT),
    (rules.size_of_template, TEMPLATES),
    (rules.opens_with_docstring, PRODUCT + TESTS + MIGRATIONS),
    (rules.names_a_thing, PRODUCT + TESTS),
    (rules.leaves_commit_to_transaction, PRODUCT),
    (rules.leaves_time_to_clock, PRODUCT),
    (rules.has_no_raw_sql, PRODUCT),
    (rules.marks_no_html_safe, PRODUCT),
    (rules.ignores_with_reason, PRODUCT + TESTS),
    (rules.has_nothing_inline, TEMPLATES),
    (rules.stands_alone, ("migrations/versions/*.py",)),
    (rules.imports_no_mocks, TESTS),
    (rules.is_finished, PRODUCT + TESTS + MIGRATIONS + TEMPLATES + PROSE + OWN_SCRIPTS),
    (rules.knows_no_machine, PRODUCT + TESTS + MIGRATIONS + TEMPLATES + PROSE + OWN_SCRIPTS),
], ids=lambda value: getattr(value, "__name__", ""))
def test_convention(rule: Rule, patterns: tuple[str, ...]) -> None:
    found = broken(rule, sources(*patterns))
    assert not found, "\n" + "\n".join(found)


def test_commands_take_the_actor_and_ask_first() -> None:
    found = broken(rules.commands_ask_first, of_kind("commands"))
    assert not found, "\n" + "\n".join(found)


def test_queries_narrow_what_the_actor_sees() -> None:
    found = broken(rules.queries_narrow_sight, of_kind("queries"))
    assert not found, "\n" + "\n".join(found)


def of_kind(kind: str) -> list[Source]:
    return [source for source in sources("compliance/**/*.py") if source.kind == kind]


# Each rule, shown a fault it must see and the nearest thing that is right.
FAULTS: list[tuple[Rule, str, str, str]] = [
    (rules.size_of_file, "compliance/x.py", "\n" * 401, "\n" * 400),
    (rules.size_of_file, "tests/conftest.py", "\n" * 201, "\n" * 200),
    (rules.size_of_functions, "compliance/x.py", "def f():\n" + "    a = 1\n" * 40, "def f():\n" + "    a = 1\n" * 39),
    (rules.size_of_functions, "compliance/a/views.py", "@bp.get('/')\ndef f():\n" + "    a = 1\n" * 25,
     "@bp.get('/')\ndef f():\n" + "    a = 1\n" * 24),
    (rules.size_of_template, "x.html", "\n" * 121, "\n" * 120),
    (rules.opens_with_docstring, "x.py", "a = 1", '"""What it is for."""'),
    (rules.names_a_thing, "compliance/utils.py", "", ""),
    (rules.leaves_commit_to_transaction, "x.py", "db.session.commit()", "db.session.flush()"),
    (rules.leaves_time_to_clock, "x.py", "a = datetime.now(UTC)", "a = clock.now()"),
    (rules.leaves_time_to_clock, "x.py", "a = date.today()", "a = clock.today()"),
    (rules.has_no_raw_sql, "x.py", "s.execute(text('select 1'))", "s.execute(select(1))"),
    (rules.marks_no_html_safe, "x.py", "a = markupsafe.Markup(b)", "a = escape(b)"),
    (rules.commands_ask_first, "compliance/a/commands.py", "def close(audit, actor): ...", "def _close(audit): ..."),
    (rules.commands_ask_first, "compliance/a/commands.py", "def close(actor, audit):\n    audit.closed = True",
     "def close(actor, audit):\n    '''Why.'''\n    require(actor, P.CLOSE, audit)\n    audit.closed = True"),
    (rules.commands_ask_first, "compliance/a/commands.py", "def close(actor, audit):\n    require(other, P.X, audit)",
     "def close(actor, audit):\n    access.require_any(actor, P.CLOSE, audit)"),
    (rules.commands_ask_first, "compliance/a/commands.py",
     "def add(actor, site):\n    site.audits += [Audit(site)]\n    require(actor, P.PLAN, site)",
     "def add(actor, site):\n    audit = Audit(site)\n    require(actor, P.PLAN, audit)\n    site.audits += [audit]"),
    (rules.commands_ask_first, "compliance/a/commands.py",
     "def f(actor, a):\n    if a.ended:\n        return\n    require(actor, P.PLAN, a)",
     "def f(actor, a):\n    return close(actor, a, 'late')"),
    (rules.queries_narrow_sight, "compliance/a/queries.py", "def f(*, actor):\n    return select(Audit)",
     "def f(actor):\n    return visible_to(actor, select(Audit), Audit)"),
    (rules.ignores_with_reason, "x.py", "a = b  # type: " + "ignore[attr-defined]",
     "a = b  # type: " + "ignore[attr-defined]  # set by the mapper"),
    (rules.has_nothing_inline, "x.html", "{{ body | safe }}", "{{ safe_body }}"),
    (rules.has_nothing_inline, "x.html", '<p style="color: red">', '<p class="style">'),
    (rules.has_nothing_inline, "x.html", '<a onclick="go()">', '<a data-on="click">'),
    (rules.has_nothing_inline, "x.html", "<script>go()</script>", '<script src="go.js" defer></script>'),
    (rules.has_nothing_inline, "x.html", '{% if user.role == "admin" %}', "{% if may(P.CLOSE, audit) %}"),
    (rules.is_finished, "x.py", "# TO" + "DO: later", "# To do it later would lose the lock."),
    (rules.knows_no_machine, "x.md", "see /ho" + "me/ann/notes", "see docs/home/notes"),
    (rules.knows_no_machine, "x.lock", "--index-" + "url = x", "a==1"),
    (rules.stands_alone, "migrations/versions/1.py", "from compliance.audits.models import Audit",
     "from compliance.db import Instant"),
    (rules.imports_no_mocks, "tests/x.py", "from unittest import mo" + "ck", "import pytest"),
]


@pytest.mark.parametrize(("rule", "path", "wrong", "right"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_each_rule_sees_its_fault_and_only_that(rule: Rule, path: str, wrong: str, right: str) -> None:
    assert rule(Source(path, wrong))
    assert not rule(Source(path.replace("utils", "regions"), right))


def test_every_rule_has_a_fault_planted() -> None:
    defined = {name for name, value in vars(rules).items()
               if callable(value) and getattr(value, "__annotations__", {}).get("return") == list[str]}
    assert defined == {fault[0].__name__ for fault in FAULTS}


def test_fewer_than_one_test_in_twenty_patches() -> None:
    texts = [source.text for source in sources(*TESTS)]
    tests = sum(len(re.findall(r"^\s*def test_", text, re.MULTILINE)) for text in texts)
    patched = sum(len(re.findall(r"monkeypatch\.setattr\(", text)) for text in texts)
    assert patched * 20 < tests, f"{patched} patches in {tests} tests: run the real thing instead"


def test_rules_are_pure() -> None:
    """A module that is none of a feature's usual files holds rules, on plain values: no web, no database."""
    graph = grimp.build_graph("compliance", include_external_packages=True, cache_dir=None)
    graph.remove_module("compliance.access")  # the words for roles and permissions are part of the rules
    outside = [name for name in IMPURE if name in graph.modules]
    pure = [module.path.removesuffix(".py").replace("/", ".") for module in sources("compliance/*/*.py")
            if module.kind not in USUAL and not module.path.startswith(tuple(NOT_PURE))]
    found = [" -> ".join(chain) for module in pure for name in outside
             if (chain := graph.find_shortest_chain(module, name))]
    assert not found, "take plain values in and give them back, or name the module in NOT_PURE:\n" + "\n".join(found)


def check(program: str, *arguments: str) -> None:
    done = subprocess.run([Path(sys.executable).with_name(program), *arguments], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    check("ruff", "check", "--output-format", "concise")


def test_layers_hold() -> None:
    check("lint-imports", "--no-logo")


@pytest.mark.slow
def test_types_hold() -> None:
    check("mypy")
