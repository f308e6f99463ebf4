"""The conventions of CONTRIBUTING.md as functions: each takes a file and gives back what breaks its rule."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

FILE_LINES, FUNCTION_LINES, HANDLER_LINES, TEMPLATE_LINES, CONFTEST_LINES = 400, 40, 25, 120, 200
EDGES = {"views", "api", "cli"}
ROUTES = {"route", "get", "post", "put", "patch", "delete"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "misc", "managers", "manager"}
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now"}
INLINE = {
    r"\|\s*safe\b": "|safe: give the text to the one sanitising filter, or build it in a component",
    r"\sstyle\s*=": "an inline style, which the content security policy drops: use a class",
    r"<style\b": "a style element: put it into a stylesheet",
    r"\son[a-z]+\s*=\s*[\"']": "an inline handler: listen in a script file",
    r"<script(?![^>]*\bsrc\s*=)(?![^>]*type\s*=\s*[\"']application/(?:ld\+)?json)": "an inline script: use a file",
    r"\brole\s*==": "a role compared: ask may(permission, subject)",
}
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE = re.compile(
    r"(?<![\w.])/(?:home|root|work|Users|farm)/\w"
    r"|(?<![\w.])/tmp/\w"
    r"|\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)\b"
    r"|(?:index-url|^registry)\s*=",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Source:
    """One file of the project: its path from the root, and its text."""

    path: str
    text: str
    exported: frozenset[str] | None = None  # of a module in a package: what the package hands out

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def kind(self) -> str:
        """What the file is to its feature: "commands" for audits/commands.py and for audits/commands/plan.py."""
        parts = PurePosixPath(self.path).with_suffix("").parts
        return parts[-2] if len(parts) > 3 and parts[-2] in EDGES | {"commands", "queries"} else parts[-1]

    @property
    def functions(self) -> Iterator[ast.FunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    @property
    def public(self) -> Iterator[ast.FunctionDef]:
        """Functions at the top of the module that other features may call."""
        return (node for node in self.tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
                and (self.exported is None or node.name in self.exported))

    @property
    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        return ((ast.unparse(node.func), node) for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def at(self, node: ast.stmt | ast.expr, what: str) -> str:
        return f"{self.path}:{node.lineno}: {what}"

    def near(self, match: re.Match[str], what: str) -> str:
        return f"{self.path}:{self.text.count(chr(10), 0, match.start()) + 1}: {what}"


Rule = Callable[[Source], list[str]]


def size_of_file(source: Source) -> list[str]:
    limit = CONFTEST_LINES if source.path.endswith("conftest.py") else FILE_LINES
    lines = source.text.count("\n")
    return [f"{source.path}: {lines} lines, at most {limit}: which two things are in it?"] if lines > limit else []


def size_of_template(source: Source) -> list[str]:
    lines = source.text.count("\n")
    return [f"{source.path}: {lines} lines, at most {TEMPLATE_LINES}: move a part into a macro or an include"] \
        if lines > TEMPLATE_LINES else []


def size_of_functions(source: Source) -> list[str]:
    return [source.at(function, f"{function.name} has {_lines(function)} lines, at most {limit}: name its steps")
            for function in source.functions
            if _lines(function) > (limit := HANDLER_LINES if _is_handler(source, function) else FUNCTION_LINES)]


def _lines(function: ast.FunctionDef) -> int:
    """Lines from `def` on, without the docstring."""
    told = _length(function.body[0]) if ast.get_docstring(function) else 0
    return _length(function) - told


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_handler(source: Source, function: ast.FunctionDef) -> bool:
    named = {ast.unparse(d.func if isinstance(d, ast.Call) else d).rpartition(".")[2] for d in function.decorator_list}
    return source.kind in EDGES - {"cli"} and (bool(named & ROUTES) or function.name in ROUTES)


def opens_with_docstring(source: Source) -> list[str]:
    return [] if ast.get_docstring(source.tree) else [f"{source.path}: say in one sentence what the module is for"]


def names_a_thing(source: Source) -> list[str]:
    empty = EMPTY_NAMES & set(PurePosixPath(source.path).with_suffix("").parts)
    return [f"{source.path}: {name!r} names no thing: call it what it holds" for name in sorted(empty)]


def leaves_commit_to_transaction(source: Source) -> list[str]:
    return [source.at(call, "commits: let the edge open `with db.transaction():`")
            for name, call in source.calls if name.endswith(".commit")]


def leaves_time_to_clock(source: Source) -> list[str]:
    return [source.at(call, f"{name}(): ask compliance.clock, so that tests and the demo can move time")
            for name, call in source.calls if name in CLOCK_CALLS]


def has_no_raw_sql(source: Source) -> list[str]:
    return [source.at(call, "raw SQL: write it with SQLAlchemy, or argue for it in tests/test_architecture.py")
            for name, call in source.calls if name in {"text", "sa.text", "sqlalchemy.text"}]


def marks_no_html_safe(source: Source) -> list[str]:
    return [source.at(call, "Markup(): only charts, components and the sanitising filter may call a text safe")
            for name, call in source.calls if name.rpartition(".")[2] == "Markup"]


def commands_ask_first(source: Source) -> list[str]:
    """A public command takes the actor first, and asks before it changes anything.

    Before it asks it may give names to values, as when the record to ask about is only just being made. Handing the
    actor on to another command asks there.
    """
    found = []
    for command in source.public:
        if [a.arg for a in command.args.args][:1] != ["actor"]:
            found.append(source.at(command, f"{command.name}: the actor comes first"))
        elif not _asks(command):
            found.append(source.at(command, f"{command.name}: ask with require(actor, ...) before anything else"))
    return found


def _asks(command: ast.FunctionDef) -> bool:
    steps = command.body[1:] if ast.get_docstring(command) else command.body
    first = next((step for step in steps if _hands_over_actor(step) or not _names_a_value(step)), None)
    return first is not None and _hands_over_actor(first)


def _hands_over_actor(step: ast.stmt) -> bool:
    call = step.value if isinstance(step, ast.Expr | ast.Assign | ast.AnnAssign | ast.Return) else None
    return isinstance(call, ast.Call) and bool(call.args) and ast.unparse(call.args[0]) == "actor"


def _names_a_value(step: ast.stmt) -> bool:
    targets = step.targets if isinstance(step, ast.Assign) else [getattr(step, "target", None)]
    return isinstance(step, ast.Assign | ast.AnnAssign) and all(isinstance(t, ast.Name | ast.Tuple) for t in targets)


def queries_narrow_sight(source: Source) -> list[str]:
    """A query that is told who asks makes use of it."""
    return [source.at(query, f"{query.name} takes the actor but does not narrow by it: use visible_to(actor, ...)")
            for query in source.public
            if "actor" in {a.arg for a in query.args.args + query.args.kwonlyargs} and not _uses(query, "actor")]


def _uses(function: ast.FunctionDef, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(function))


def ignores_with_reason(source: Source) -> list[str]:
    return [source.near(match, "say after the bracket why the type checker is wrong here")
            for match in re.finditer(r"# type: " r"ignore\b(?!\[[\w, -]+\] +\S)", source.text)]


def has_nothing_inline(source: Source) -> list[str]:
    return [source.near(match, remedy)
            for pattern, remedy in INLINE.items() for match in re.finditer(pattern, source.text)]


def is_finished(source: Source) -> list[str]:
    return [source.near(match, f"{match.group()}: finish it, or open an issue")
            for match in UNFINISHED.finditer(source.text)]


def knows_no_machine(source: Source) -> list[str]:
    return [source.near(match, f"{match.group().strip()!r} belongs to one machine or registry")
            for match in MACHINE.finditer(source.text)]


def stands_alone(source: Source) -> list[str]:
    """A migration describes the tables of its day: models of later days would change what it does."""
    imported = [node for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom) and node.module]
    return [source.at(node, f"a migration imports {node.module}: write the table or the rule out here")
            for node in imported if str(node.module).startswith("compliance") and node.module != "compliance.db"]


def imports_no_mocks(source: Source) -> list[str]:
    imported = [alias.name for node in ast.walk(source.tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [str(node.module) for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom)]
    return [f"{source.path}: uses {name}: run the real thing, or write a small fake for mail, clock or network"
            for name in imported if name.partition(".")[0] in {"mock", "unittest", "pytest_mock"}]
