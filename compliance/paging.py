"""Keyset paging: a page of rows by what they sort on, at the same cost on the first page and the ten-thousandth."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, tuple_, type_coerce
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import NullType

from compliance import db
from compliance.errors import InvalidInput

T = TypeVar("T")
PAGE = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class Sort:
    """An order rows can be listed in. `column` and `id_column` decide; `value` reads the column from a row.

    The column must not be null: sort on a coalesced expression where it can be.
    """

    column: ColumnElement[Any] | InstrumentedAttribute[Any]
    id_column: ColumnElement[Any] | InstrumentedAttribute[Any]
    value: Callable[[Any], Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the cursor that leads to the following ones ("" when these are the last)."""

    rows: Sequence[T]
    next: str = ""


def page(statement: Select[Any], sort: Sort, cursor: str = "", limit: int = PAGE) -> Page[Any]:
    """One page of a select of a single entity. Raises InvalidInput for a cursor we did not write."""
    limit = min(max(limit, 1), MOST)
    if cursor:
        statement = statement.where(_after(sort, *_read(cursor, sort.column.type.python_type)))
    rows = list(db.session.scalars(_ordered(statement, sort).limit(limit + 1)).unique())
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, cursor_of(sort, rows[-1]) if more else "")


def every_row(statement: Select[Any], sort: Sort, at_once: int = 2000) -> Iterator[Row[Any]]:
    """Every row of a select of columns in an order: for files, whose memory and locks must not grow with them."""
    # Of the ids only the last one counts, so that none is decoded: as many UUIDs cost a tenth of the whole.
    raw_id = type_coerce(sort.id_column, NullType())
    raw = Sort(sort.column, raw_id, sort.value, sort.descending)
    keyed = _ordered(statement.add_columns(sort.column.label("sorted_by"), raw_id.label("sorted_id")), sort)
    part = keyed
    while True:
        # Straight from the connection: of columns alone the session would make the same rows once more.
        rows = db.session.connection().execute(part.limit(at_once)).all()
        db.end_reading()
        yield from rows
        if len(rows) < at_once:
            return
        part = keyed.where(_after(raw, rows[-1].sorted_by, rows[-1].sorted_id))


def _ordered(statement: Select[Any], sort: Sort) -> Select[Any]:
    if sort.descending:
        return statement.order_by(sort.column.desc(), sort.id_column.desc())
    return statement.order_by(sort.column, sort.id_column)


def _after(sort: Sort, value: Any, identity: Any) -> ColumnElement[bool]:
    # Compared as a row, not as "greater, or equal and …": only so do both databases walk the index.
    here = tuple_(sort.column, sort.id_column)
    return here < (value, identity) if sort.descending else here > (value, identity)


def cursor_of(sort: Sort, row: Any) -> str:
    """The link to what follows a row in an order."""
    value = sort.value(row)
    kind = "t" if isinstance(value, datetime) else "d" if isinstance(value, date) else "v"
    plain = value.isoformat() if kind in "td" else value
    return base64.urlsafe_b64encode(json.dumps([kind, plain, str(row.id)]).encode()).decode().rstrip("=")


def _read(cursor: str, kind_of_column: type[Any]) -> tuple[Any, UUID]:
    try:
        kind, value, identity = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        readers: dict[str, Callable[[Any], Any]] = {
            "t": datetime.fromisoformat, "d": date.fromisoformat, "v": lambda plain: plain}
        return _fitting(readers[kind](value), kind_of_column), UUID(identity)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise InvalidInput("This page link is damaged. Start again from the first page.") from error


def _fitting(value: Any, kind: type[Any]) -> Any:
    """The value as a column of a kind takes it. Raises ValueError: PostgreSQL compares nothing with another kind."""
    if issubclass(kind, Enum):
        return kind(value)
    if type(value) is not kind or (isinstance(value, datetime) and value.tzinfo is None):
        raise ValueError
    if isinstance(value, str) and "\0" in value:
        raise ValueError
    return value
