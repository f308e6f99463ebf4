"""Reading the rows of a CSV or XLSX file as texts: bounded, and a formula is the text it is written as."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile

import openpyxl

from compliance.archives import members
from compliance.errors import InvalidInput

MOST_BYTES = 1024 * 1024
MOST_ROWS = 1000  # the dry run of as many holds the write lock for two seconds
MOST_COLUMNS = 60
LONGEST_CELL = 2000
KINDS = ("region", "market", "vendor", "site", "operation")
# The columns of the file, in its order, with other headings people use for them.
COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("type",), "code": (), "name": ("city",), "region": (), "market": (), "zone": ("time zone", "timezone"),
    "country": (), "subdivision": (), "weekend_days": ("weekend",), "extra_holidays": ("further days off",),
    "languages": (), "headcount": ("heads",), "tier": ("risk tier",), "lifecycle": (), "note": ("notes",),
    "status": (), "notice_days": ("notice of an audit",), "contract_until": (), "site": (),
    "vendor": ("run by", "operator"), "lob": ("line of business",), "from_on": ("from",), "until_on": ("until",),
}
HEADINGS = {heading: name for name, others in COLUMNS.items() for heading in (name.replace("_", " "), name, *others)}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` as the spreadsheet counts it, cells that hold something by column, and their headings."""

    number: int
    kind: str
    cells: dict[str, str]
    headings: dict[str, str]
    sheet: str = ""

    @property
    def place(self) -> str:
        return f"{self.sheet}, row {self.number}" if self.sheet else f"Row {self.number}"


def read_rows(data: bytes, name: str) -> list[Row]:
    """The rows of a file. Raises InvalidInput with what to do when it cannot be read or holds too much."""
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"{name} is larger than {MOST_BYTES // 1024**2} MB. Import it in parts.")
    if name.lower().endswith(".xlsx"):
        rows = [row for sheet, lines in _sheets(data) for row in _rows(lines, sheet)]
    elif name.lower().endswith(".csv"):
        rows = list(_rows(_csv(data)))
    else:
        raise InvalidInput("Choose a .csv or .xlsx file.")
    if not rows:
        raise InvalidInput(f"{name} has no rows under its headings.")
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"{name} has more than {MOST_ROWS} rows. Import it in parts.")
    return rows


def unknown_headings(data: bytes, name: str) -> list[str]:
    """The headings of a readable file that stand for no column, and are left out."""
    tables = [lines for _, lines in _sheets(data)] if name.lower().endswith(".xlsx") else [_csv(data)]
    heads = [next(iter(lines), []) for lines in tables]
    return [heading for head in heads for heading in head if heading and _column(heading) is None]


def _rows(lines: Iterable[Sequence[str]], sheet: str = "") -> Iterator[Row]:
    numbered = iter(enumerate(lines, start=1))
    head = next(numbered, (0, []))[1]
    columns = {at: column for at, heading in enumerate(head) if (column := _column(heading))}
    if "code" not in columns.values() and "site" not in columns.values():
        raise InvalidInput(f"{sheet + ': the' if sheet else 'The'} first row has no heading “code”. "
                           f"The headings are: {', '.join(COLUMNS)}.")
    headings = {column: head[at] for at, column in columns.items()}
    for number, line in numbered:
        cells = {column: line[at] for at, column in columns.items() if at < len(line) and line[at] != ""}
        if cells:
            yield Row(number, _kind(cells.pop("kind", "") or sheet), cells, headings, sheet)


def _column(heading: str) -> str | None:
    return HEADINGS.get(heading.strip().lower())


def _kind(said: str) -> str:
    """ "Sites" gives "site", as does a file that says nothing; an unknown word stays, and is refused as such."""
    plain = said.strip().lower().removesuffix("s")
    return plain if plain and not plain.startswith("sheet") else "site"


def _csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("This CSV is not in UTF-8. Save it as “CSV UTF-8”, or as .xlsx.") from None
    if "\0" in text:
        raise InvalidInput("This is no CSV. Save the table as “CSV UTF-8”, or as .xlsx.")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InvalidInput(f"This CSV is damaged ({error}). Save it again, or as .xlsx.") from error
    return [[_text(_unguarded(cell)) for cell in line[:MOST_COLUMNS]] for line in lines]


def _unguarded(cell: str) -> str:
    """Without the apostrophe our own export puts before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _sheets(data: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    if not data.startswith(b"PK"):
        raise InvalidInput("This is no .xlsx file. Open it, save it as .xlsx, and send that.")
    members(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        tables = [(sheet.title, _lines(sheet)) for sheet in book.worksheets]
    except (BadZipFile, LookupError, TypeError, ValueError, SyntaxError) as error:
        raise InvalidInput("This .xlsx is damaged. Open it, save it again, and send that.") from error
    yield from ((title, lines) for title, lines in tables if any(any(line) for line in lines))


def _lines(sheet: Any) -> list[list[str]]:
    cells = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
    return [[_text(cell) for cell in line] for line in cells]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()[:LONGEST_CELL]
