"""What the filters above a list of continuity asked for."""

from enum import StrEnum
from typing import TypeVar

from flask import request

from compliance.errors import NotFound

E = TypeVar("E", bound=StrEnum)


def chosen(*names: str) -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in names}


def one_of(kind: type[E], name: str) -> E | None:
    """The member of an enum a filter names. Raises NotFound for a value it does not have."""
    value = request.args.get(name, "")
    try:
        return kind(value) if value else None
    except ValueError as unknown:
        raise NotFound from unknown
