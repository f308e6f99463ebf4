"""Every command and query, called as somebody without any role: nothing may be done, nothing may be seen."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from types import FunctionType, ModuleType, TracebackType
from typing import Any, get_args, get_type_hints

import compliance
from compliance import access, db
from compliance.access import Actor
from compliance.db import Model, new_id
from compliance.errors import Forbidden, NotFound
from compliance.findings.lifecycle import FindingKind
from compliance.overview.periods import Period
from compliance.paging import Page
from compliance.playbooks.document import Severity
from tests.access.world import Corner, World

FEATURES = ("accounts", "files", "network", "playbooks", "actions", "findings", "audits", "continuity", "overview",
            "reports")
NOBODY = Actor(new_id(), "Nobody in particular", ())
# Reads that are for everybody, or whose caller has already asked; each with its reason.
OPEN: dict[str, str] = {}
Command = Callable[..., Any]


def commands() -> dict[str, FunctionType]:
    """Every public command by module and name: the actor is its first argument."""
    return _functions("commands")


def queries() -> dict[str, FunctionType]:
    return _functions("queries")


def _functions(kind: str) -> dict[str, FunctionType]:
    found = {}
    for feature in FEATURES:
        for module in _modules(f"{compliance.__name__}.{feature}", kind):
            for name, function in inspect.getmembers(module, inspect.isfunction):
                mine = function.__module__ == module.__name__ and not name.startswith("_")
                if mine and next(iter(inspect.signature(function).parameters), "") == "actor":
                    found[f"{module.__name__}.{name}"] = function
    return found


def _modules(feature: str, kind: str) -> Iterator[ModuleType]:
    package = importlib.import_module(feature)
    if kind not in {entry.name for entry in pkgutil.iter_modules(package.__path__)}:
        return
    module = importlib.import_module(f"{feature}.{kind}")
    yield module
    for entry in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield importlib.import_module(f"{feature}.{kind}.{entry.name}")


def arguments(function: FunctionType, world: World, corner: Corner) -> dict[str, Any]:
    """Something of the right kind for each argument without a default, taken from one corner of the world."""
    hints = get_type_hints(function)
    wanted = [parameter for parameter in inspect.signature(function).parameters.values()
              if parameter.name != "actor" and parameter.default is parameter.empty
              and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)]
    return {parameter.name: _something(parameter.name, hints.get(parameter.name), world, corner)
            for parameter in wanted}


def _something(name: str, hint: Any, world: World, corner: Corner) -> Any:
    named = {"source": ("findings", corner.finding.id, "X"), "title": "A title", "description": "Words",
             "vendor_id": corner.vendor.id, "kind": FindingKind.NONCONFORMITY, "severity": Severity.MINOR, "lobs": [],
             "code": corner.site.code, "reference": "", "key": world.playbook.key, "period": Period(date.min, date.max),
             "parent": corner.finding, "reason": "A reason", "note": "A note", "text": "Words", "name": "A name",
             "playbook": world.playbook}
    if name == "reference" or (name == "code" and "vendor" in str(hint).lower()):
        return _reference(corner, hint)
    records = {type(value).__name__: value for value in vars(corner).values() if isinstance(value, Model)}
    records |= {"Node": corner.site, "Market": corner.site, "Region": corner.site, "Playbook": world.playbook}
    for kind in (hint, *get_args(hint)):
        if getattr(kind, "__name__", "") in records:
            return records[kind.__name__]
    return named.get(name, object())


def _reference(corner: Corner, _hint: Any) -> str:
    return corner.action.reference


def refusal_of(function: Command, given: Mapping[str, Any]) -> str:
    """Where the refusal came from: "require" when the command's own guard spoke, "deeper" when a later one did.

    Raises AssertionError when the command went on: it did something, or stumbled over what it was given.
    """
    try:
        with db.transaction():
            function(NOBODY, **given)
            raise AssertionError("it did it")
    except (NotFound, Forbidden) as refused:
        return "require" if _own(refused.__traceback__, function) else "deeper"
    except AssertionError:
        raise
    except Exception as stumbled:
        raise AssertionError(f"it went on and stumbled: {stumbled!r}") from stumbled


def _own(trace: TracebackType | None, function: Command) -> bool:
    """Whether the frame below the command's own is a guard of the access module."""
    frames = []
    while trace is not None:
        frames.append(trace.tb_frame.f_code)
        trace = trace.tb_next
    code = function.__code__  # type: ignore[attr-defined]  # plain functions only
    at = next((at for at, frame in enumerate(frames) if frame is code), len(frames))
    return (at + 1 < len(frames) and frames[at + 1].co_filename == access.__file__) or at + 1 == len(frames)


def shown(result: Any, depth: int = 4) -> list[str]:
    """The records in what a query gave back, however they are wrapped."""
    if isinstance(result, Model):
        return [type(result).__name__]
    return [name for part in _parts(result) for name in shown(part, depth - 1)] if depth else []


def _parts(result: Any) -> list[Any]:
    if isinstance(result, str | bytes):
        return []
    if isinstance(result, Page):
        return list(result.rows)
    if isinstance(result, Mapping):
        return [part for pair in result.items() for part in pair]
    if isinstance(result, Sequence | set | frozenset | Iterator):
        return list(result)
    if is_dataclass(result) and not isinstance(result, type):
        return [getattr(result, field.name) for field in fields(result)]
    return []
