"""Comparing a record with what it should become, so that a change that changes nothing leaves no trace."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a record before and after."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.field.replace('_', ' ')}: {_shown(self.before)} → {_shown(self.after)}"


def changes(record: object, fields: Mapping[str, Any]) -> list[Change]:
    """What differs from the record, by field."""
    return [Change(name, getattr(record, name), value) for name, value in fields.items()
            if _plain(getattr(record, name)) != _plain(value)]


def _plain(value: Any) -> Any:
    return None if value in ("", []) else value


def _shown(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, list):
        return ", ".join(str(piece) for piece in value)
    return str(value.value if isinstance(value, Enum) else value)
