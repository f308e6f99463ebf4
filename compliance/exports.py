"""Lists as files: CSV and XLSX in which no cell is ever a formula, streamed so that memory stays flat."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import IO, Any

from flask import Response, stream_with_context

from compliance import workbooks
from compliance.errors import NotFound

# Spreadsheets start a formula at these, also after blanks, also in full width.
FORMULA = re.compile("[ \u00a0]*[=+\\-@\t\r\n|\uff1d\uff0b\uff0d\uff20]")
CHUNK = 64 * 1024

Column = tuple[str, str | Callable[[Any], Any]]  # a name is that of an attribute: all such are read in one go


def plain(value: Any) -> Any:
    """A cell's value: numbers stay numbers, everything else is text."""
    kind = type(value)
    if kind is str or kind is int or kind is float:
        return value
    if value is None or isinstance(value, bool | Enum | date):
        return _said(value)
    return value if isinstance(value, int | float) else str(value)


@lru_cache(maxsize=4096, typed=True)
def _said(value: bool | Enum | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return value.isoformat()


def csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The lines of a CSV file, the heading first; every text is quoted.

    Text that a spreadsheet would take for a formula gets an apostrophe in front: CSV has no cell types.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([label for label, _ in columns])
    is_formula = FORMULA.match
    for values in _read(columns, rows):
        # Asked here and not in a call: that is half of the time a large file takes.
        try:
            cells = [("'" + value if is_formula(value) else value) if type(value) is str else _known(value)
                     for value in values]
        except TypeError:  # a cell that cannot be remembered, such as a list
            cells = [_guarded(value) for value in values]
        writer.writerow(cells)
        if buffer.tell() > CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(target: IO[bytes], sheets: Sequence[tuple[str, Sequence[Column], Iterable[Any]]]) -> None:
    """Write (name, columns, rows) sheets; strings are written as strings whatever they look like."""
    workbooks.write(target, [
        (name, [label for label, _ in columns], _values(columns, rows)) for name, columns, rows in sheets])


def _values(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[list[Any]]:
    for values in _read(columns, rows):
        yield [value if type(value) is str else plain(value) for value in values]


def _read(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """What the columns hold, row by row, as it is."""
    named = [get for _, get in columns if isinstance(get, str)]
    made = [(at, get) for at, (_, get) in enumerate(columns) if not isinstance(get, str)]
    of_names = _attributes(named)
    for row in rows:
        values = list(of_names(row))
        for at, get in made:
            values.insert(at, get(row))
        yield values


def _attributes(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:  # of one name it would give the bare value
        return attrgetter(*names)
    return lambda row: tuple(getattr(row, name) for name in names)


def _guarded(value: Any) -> Any:
    said = plain(value)
    return "'" + said if isinstance(said, str) and FORMULA.match(said) else said


# A file of many rows says few states, days and numbers, each of them many times.
_known = lru_cache(maxsize=4096, typed=True)(_guarded)


def file_response(kind: str, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    """A list as "csv" or "xlsx", as its address says. Raises NotFound for any other kind of file."""
    writers = {"csv": csv_response, "xlsx": xlsx_response}
    if kind not in writers:
        raise NotFound
    return writers[kind](name, columns, rows)


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    lines = csv_lines(columns, rows)
    # Once the first byte is sent the status is: a filter that names nothing must be refused before.
    first = next(lines)
    encoded = (line.encode() for line in chain([first], lines))
    response = Response(stream_with_context(_with_bom(encoded)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it once sent
    try:
        write_xlsx(file, [(name, columns, rows)])
    except BaseException:
        file.close()
        raise
    file.seek(0)
    response = Response(iter(lambda: file.read(CHUNK), b""), mimetype=XLSX)
    response.call_on_close(file.close)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return response


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _with_bom(lines: Iterator[bytes]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # without it Excel reads Thai and Arabic as Latin
    yield from lines
