"""Lists as files: CSV and XLSX in which no cell is ever a formula, streamed so that memory stays flat."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import IO, Any

import xlsxwriter
from flask import Response, stream_with_context

# Spreadsheets start a formula at these, also after blanks, also in full width.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CHUNK = 64 * 1024
MADE_ON = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same content gives the same bytes

Column = tuple[str, Callable[[Any], Any]]


def plain(value: Any) -> Any:
    """A cell's value: numbers stay numbers, everything else is text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | float) else str(value)


def guarded(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front (CSV has no cell types)."""
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(FORMULA_STARTS):
        return "'" + value
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The lines of a CSV file, the heading first; every text is quoted."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([label for label, _ in columns])
    for row in rows:
        writer.writerow([guarded(plain(get(row))) for _, get in columns])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(target: IO[bytes], sheets: Sequence[tuple[str, Sequence[Column], Iterable[Any]]]) -> None:
    """Write (name, columns, rows) sheets; strings are written as strings whatever they look like."""
    book = xlsxwriter.Workbook(target, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": MADE_ON, "title": "Plumbline"})
    bold = book.add_format({"bold": True})
    for name, columns, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        for at, (label, _) in enumerate(columns):
            sheet.write_string(0, at, label, bold)
            sheet.set_column(at, at, min(max(len(label) + 2, 14), 48))
        for line, row in enumerate(rows, start=1):
            _write_row(sheet, line, [plain(get(row)) for _, get in columns])
    book.close()


def _write_row(sheet: Any, line: int, values: Sequence[Any]) -> None:
    for at, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(line, at, value[:32767])
        else:
            sheet.write_number(line, at, value)


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    lines = (line.encode() for line in csv_lines(columns, rows))
    response = Response(stream_with_context(_with_bom(lines)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it once sent
    write_xlsx(file, [(name, columns, rows)])
    file.seek(0)
    response = Response(iter(lambda: file.read(CHUNK), b""), mimetype=XLSX)
    response.call_on_close(file.close)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return response


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _with_bom(lines: Iterator[bytes]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # without it Excel reads Thai and Arabic as Latin
    yield from lines
