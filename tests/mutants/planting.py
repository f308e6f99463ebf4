"""Finding the guards in the source, and running a function as if one of them were not there."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType

import compliance
from compliance.access import SYSTEM

ASKING = frozenset({"require", "require_somewhere", "require_oneself", "require_oneself_or"})
NARROWING = frozenset({"visible_to"})
# The guards themselves, what runs without a person, and what only looks at components.
SPARED = ("compliance.access", "compliance.demo", "compliance.web")
ANYBODY = "_anybody"


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

    @property
    def name(self) -> str:
        """Without the line, which moves: what the list of equivalents goes by."""
        return f"{self.module}.{self.function} {self.guard}"


def mutants() -> list[Mutant]:
    """Every guard of the product: questions, narrowed statements, and records read as somebody."""
    return [mutant for module in _modules() for mutant in _in_module(module)]


def _modules() -> Iterator[ModuleType]:
    for entry in pkgutil.walk_packages(compliance.__path__, "compliance."):
        if not entry.name.startswith(SPARED):
            yield importlib.import_module(entry.name)


def _in_module(module: ModuleType) -> Iterator[Mutant]:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and _is_guard(call):
                    yield Mutant(module.__name__, node.name, _name(call), call.lineno, call.col_offset)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(
        call.func, ast.Attribute) else ""


def _is_guard(call: ast.Call) -> bool:
    return _name(call) in ASKING | NARROWING or _reads_as_somebody(call)


def _reads_as_somebody(call: ast.Call) -> bool:
    """`get_person(actor(), …)`: what a form names is looked up among what its sender sees."""
    somebody = {"actor()", "actor", "who"}
    return _name(call).startswith("get_") and bool(call.args) and ast.unparse(call.args[0]) in somebody


def plant(mutant: Mutant) -> None:
    """Give the function the code it would have without this guard. Only ever in a process that is thrown away."""
    module = importlib.import_module(mutant.module)
    tree = _Without(mutant).visit(ast.parse(inspect.getsource(module)))
    whole = compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec")
    function = inspect.unwrap(getattr(module, mutant.function))
    assert isinstance(function, FunctionType)
    function.__globals__[ANYBODY] = SYSTEM
    function.__code__ = _code_of(whole, mutant.function)


class _Without(ast.NodeTransformer):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (node.lineno, node.col_offset) != (self.mutant.line, self.mutant.column) or (
                _name(node) != self.mutant.guard):
            return node
        if self.mutant.guard in NARROWING:  # visible_to(actor, statement, …) becomes the statement
            return node.args[1]
        if self.mutant.guard in ASKING:
            return ast.Constant(None)
        node.args[0] = ast.Name(ANYBODY, ast.Load())  # read as the product itself, which sees everything
        return node


def _code_of(whole: CodeType, name: str) -> CodeType:
    return next(constant for constant in whole.co_consts if isinstance(constant, CodeType) and constant.co_name == name)
