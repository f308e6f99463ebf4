"""Finding the guards in the source, and running a function as if one of them were not there."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType

import compliance

ASKING = frozenset({"require", "require_somewhere", "require_oneself", "require_any"})
NARROWING = frozenset({"visible_to"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One call of a guard, at a line of a module, inside a function."""

    module: str
    function: str
    guard: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.guard} in {self.function}"


def mutants() -> list[Mutant]:
    """Every guard of every command and query of the product."""
    return [mutant for module in _guarded_modules() for mutant in _in_module(module)]


def _guarded_modules() -> Iterator[ModuleType]:
    for entry in pkgutil.walk_packages(compliance.__path__, "compliance."):
        parts = entry.name.split(".")
        if len(parts) > 2 and ("commands" in parts[2:] or "queries" in parts[2:]):
            yield importlib.import_module(entry.name)


def _in_module(module: ModuleType) -> Iterator[Mutant]:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and (
                        call.func.id in ASKING | NARROWING):
                    yield Mutant(module.__name__, node.name, call.func.id, call.lineno, call.col_offset)


def plant(mutant: Mutant) -> None:
    """Give the function the code it would have without this guard. Only ever in a process that is thrown away."""
    module = importlib.import_module(mutant.module)
    tree = _Without(mutant).visit(ast.parse(inspect.getsource(module)))
    whole = compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec")
    function = inspect.unwrap(getattr(module, mutant.function))
    assert isinstance(function, FunctionType)
    function.__code__ = _code_of(whole, mutant.function)


class _Without(ast.NodeTransformer):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (node.lineno, node.col_offset) != (self.mutant.line, self.mutant.column):
            return node
        if not isinstance(node.func, ast.Name) or node.func.id != self.mutant.guard:
            return node
        # visible_to(actor, statement, …) becomes the statement; a question becomes nothing.
        return node.args[1] if self.mutant.guard in NARROWING else ast.Constant(None)


def _code_of(whole: CodeType, name: str) -> CodeType:
    return next(constant for constant in whole.co_consts if isinstance(constant, CodeType) and constant.co_name == name)
