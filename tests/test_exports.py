"""Files of lists: what stands in a cell, which texts are kept from being formulas, and reading in parts."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import select

from compliance import db, exports, paging, workbooks
from compliance.network.models import Node
from compliance.paging import Sort
from tests.builders.network import a_site


class Colour(StrEnum):
    DARK_RED = "dark_red"


def cells_of(*values: Any) -> list[Any]:
    """One row written and read back by a library that shares no code with the writer."""
    file = io.BytesIO()
    exports.write_xlsx(file, [("list", [(str(at), itemgetter(at)) for at in range(len(values))], [values])])
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    return [cell.value for cell in next(sheet.iter_rows(min_row=2))]


@pytest.mark.parametrize(("value", "cell"), [
    ("plain", "plain"), (7, 7), (2.5, 2.5), (None, None), (True, "yes"), (False, "no"), (Colour.DARK_RED, "dark red"),
    (date(2026, 3, 2), "2026-03-02"), (datetime(2026, 3, 2, 9, 40, tzinfo=UTC), "2026-03-02 09:40 UTC"),
    (UUID(int=1), str(UUID(int=1))), (float("inf"), "inf"), ("=1+1", "=1+1"), ("<a> & </t>", "<a> & </t>"),
    ("two\nlines", "two\nlines"), (" ends blank ", " ends blank "), ("bell\x07 gone", "bell gone"),
    ("เหตุการณ์", "เหตุการณ์"), ("lone \ud800 half", "lone  half"), ("x" * 40_000, "x" * 32_767),
])
def test_a_cell_reads_back_as_it_was_meant(value: object, cell: object) -> None:
    assert cells_of(value) == [cell]


def test_true_and_one_are_told_apart() -> None:
    assert cells_of(1, True, 0, False) == [1, "yes", 0, "no"]


def test_no_cell_is_a_formula_and_none_moves_to_another_column() -> None:
    file = io.BytesIO()
    workbooks.write(file, [("a", ["h"], [["=HYPERLINK(1)"]]), ("b", ["h", "i", "j"], [["", "", "@x"], [1, "", ""]])])
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["a", "b"]
    assert [[cell.data_type for cell in row] for row in book["b"].iter_rows(min_row=2)] == [
        ["n", "n", "s"], ["n", "n", "n"]]
    assert book["a"]["A2"].data_type == "s"
    assert book["b"]["C2"].value == "@x"


def test_an_escape_of_the_format_itself_stays_text() -> None:
    file = io.BytesIO()
    workbooks.write(file, [("a", ["h"], [["_x0041_"]])])
    assert b"_x005F_x0041_" in workbooks.zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")


def test_the_same_content_gives_the_same_bytes() -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        workbooks.write(file, [("a", ["h"], [["x"], [2]])])
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", " =1", "\u00a0=1", "\uff1d1", "|x", "\rx"])
def test_csv_keeps_what_could_be_a_formula_as_text(text: str) -> None:
    lines = "".join(exports.csv_lines([("h", itemgetter(0))], [(text,)]))
    assert list(csv.reader(io.StringIO(lines, newline="")))[1] == ["'" + text]


class Odd:
    """Something that is no text, and becomes one that a spreadsheet would take for a formula."""

    __hash__ = None  # type: ignore[assignment]  # nor can it be remembered

    def __str__(self) -> str:
        return "=1+1"


def test_csv_keeps_what_becomes_a_formula_as_text_too() -> None:
    lines = "".join(exports.csv_lines([("h", itemgetter(0)), ("i", itemgetter(1))], [("=2", Odd()), (["-"], None)]))
    assert list(csv.reader(io.StringIO(lines, newline="")))[1:] == [["'=2", "'=1+1"], ["['-']", ""]]


@dataclass(frozen=True)
class Row:
    code: str
    name: str
    size: int


@pytest.mark.parametrize(("columns", "expected"), [
    ([("c", "code")], ["S1"]),
    ([("c", "code"), ("n", "name")], ["S1", "Kuala"]),
    ([("x", lambda row: row.size * 2), ("c", "code"), ("y", lambda row: row.size), ("n", "name")],
     ["14", "S1", "7", "Kuala"]),
    ([("x", lambda row: row.size)], ["7"]),
])
def test_columns_by_name_and_by_rule_keep_their_places(columns: list[exports.Column], expected: list[str]) -> None:
    lines = "".join(exports.csv_lines(columns, [Row("S1", "Kuala", 7)]))
    assert list(csv.reader(io.StringIO(lines, newline="")))[1] == expected


def test_csv_leaves_other_texts_and_numbers_alone() -> None:
    lines = "".join(exports.csv_lines([("h", itemgetter(0)), ("n", itemgetter(1))], [("a = b", -1)]))
    assert lines.splitlines()[1] == '"a = b",-1'


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("descending", [False, True])
def test_rows_read_in_parts_are_all_there_once_and_in_order(descending: bool) -> None:
    with db.transaction():
        for n in range(7):
            a_site(f"S{n}")
    order = Sort(Node.code, Node.id, lambda node: node.code, descending=descending)
    codes = [row.code for row in paging.every_row(select(Node.code).where(Node.code.like("S_")), order, at_once=3)]
    assert codes == sorted((f"S{n}" for n in range(7)), reverse=descending)
