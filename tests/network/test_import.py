"""Files brought into the network: what each row would do, what is wrong with it, and that twice is once."""

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from compliance import db, journal
from compliance.access import Role
from compliance.errors import Forbidden, InvalidInput
from compliance.network.commands import import_network
from compliance.network.commands.importing import Report
from compliance.network.models import Node, Operation, Site, Vendor
from compliance.network.tables import MOST_ROWS, read_rows, unknown_headings
from tests.builders.accounts import an_actor
from tests.builders.files import an_archive
from tests.builders.network import a_network

NETWORK = """\
kind,code,name,region,market,time zone,country,weekend,tier,heads,site,vendor,lob,from,until,lifecycle
operation,,,,,,,,,,CAI1,QCG,Core,2024-01-01,,
site,CAI1,Cairo,,eg,Africa/Cairo,EG,"Fri, Sat",medium,190,,,,,,live
market,eg,Egypt,emea,,,,,,,,,,,,
region,emea,EMEA,,,,,,,,,,,,,
vendor,QCG,Quillon Contact Group,,,,,,,,,,,,,
"""


def brought(text: str | bytes, name: str = "network.csv", **how: Any) -> Report:
    a_network()
    actor = an_actor(Role.ADMINISTRATOR)
    data = text if isinstance(text, bytes) else text.encode()
    with db.transaction():
        return import_network(actor, read_rows(data, name), **{"apply": True, **how})


def verdicts(report: Report) -> list[str]:
    return [outcome.verdict.value for outcome in report.outcomes]


@pytest.mark.usefixtures("app")
class TestImporting:
    def test_a_whole_network_in_any_order(self) -> None:
        assert verdicts(brought(NETWORK)) == ["add"] * 5
        site = db.session.scalars(select(Site)).one()
        assert (site.path, site.weekend_days, site.headcount) == ("/emea/eg/cai1/", [4, 5], 190)

    def test_twice_is_once(self) -> None:
        brought(NETWORK)
        before = journal.verify()[0]
        assert verdicts(brought(NETWORK)) == ["same"] * 5
        assert journal.verify()[0] == before + 1, "only that it was imported"

    def test_a_dry_run_tells_the_same_and_keeps_nothing(self) -> None:
        report = brought(NETWORK, apply=False)
        assert verdicts(report) == ["add"] * 5
        assert not report.applied
        assert db.session.scalars(select(Node.code).where(Node.parent_id.is_not(None))).all() == []
        assert db.session.scalars(select(Vendor)).all() == []
        assert journal.verify() == (0, None)

    def test_good_rows_are_not_held_back_by_bad_ones(self) -> None:
        report = brought(NETWORK.replace("Africa/Cairo", "Africa/Kairo"))
        assert verdicts(report) == ["refused", "refused", "add", "add", "add"]
        assert report.outcomes[1].notes == (
            "time zone: Africa/Kairo is no IANA time zone. Write it as in Asia/Manila.",)
        assert report.outcomes[0].notes == (
            "site: There is no site CAI1. Add a row for it to this file, or add it first.",)

    def test_all_or_nothing(self) -> None:
        report = brought(NETWORK.replace("Africa/Cairo", "Africa/Kairo"), all_or_nothing=True)
        assert not report.applied
        assert db.session.scalars(select(Vendor)).all() == []

    def test_only_the_cells_that_hold_something_change(self) -> None:
        brought(NETWORK)
        report = brought("code,headcount,note\nCAI1,200,\n")
        assert report.outcomes[0].notes == ("headcount: 190 → 200",)
        assert db.session.scalars(select(Site)).one().tier == "medium"

    def test_an_operation_ends_by_import(self) -> None:
        brought(NETWORK)
        report = brought("kind,site,vendor,lob,from,until\noperation,CAI1,QCG,core,2024-01-01,2030-01-01\n")
        assert verdicts(report) == ["change"]
        assert str(db.session.scalars(select(Operation)).one().until_on) == "2030-01-01"

    def test_a_site_does_not_move(self) -> None:
        brought(NETWORK)
        report = brought("kind,code,name,region,market\nmarket,ae,Emirates,emea,\nsite,CAI1,,,ae\n")
        assert verdicts(report) == ["add", "refused"]
        assert "does not move" in report.outcomes[1].notes[0]

    def test_a_formula_is_the_text_it_is_written_as(self) -> None:
        brought(NETWORK)
        brought(a_workbook({"Sites": [["code", "city"], ["CAI1", "=HYPERLINK(\"http://x.example\")"]]}), "network.xlsx")
        assert db.session.scalars(select(Site)).one().name == '=HYPERLINK("http://x.example")'

    def test_sheets_say_what_their_rows_are(self) -> None:
        book = a_workbook({"Regions": [["code", "name"], ["emea", "EMEA"]],
                           "Markets": [["code", "name", "region"], ["eg", "Egypt", "emea"]],
                           "Sheet1": [["code", "name", "market", "zone", "country", "tier", "headcount"],
                                      ["CAI1", "Cairo", "eg", "Africa/Cairo", "EG", "high", 190.0]]})
        report = brought(book, "network.xlsx")
        assert verdicts(report) == ["add"] * 3
        assert report.outcomes[2].row.place == "Sheet1, row 2"

    def test_only_an_administrator_imports(self) -> None:
        a_network()
        with pytest.raises(Forbidden), db.transaction():
            import_network(an_actor(Role.GLOBAL_HEAD), read_rows(b"code\nX1\n", "a.csv"), apply=True)


SITE = {"code": "MNL1", "name": "Manila", "market": "ph", "zone": "Asia/Manila", "country": "PH", "tier": "high"}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("column", "value", "said"), [
    ("zone", "Asia/manila", "Asia/manila is no IANA time zone. Did you mean Asia/Manila?"),
    ("zone", "+08:00", "Write it as in Asia/Manila."),
    ("country", "Philippines", "Write the two-letter ISO code, as in MY."),
    ("country", "XX", "No public holidays are known for XX."),
    ("subdivision", "KUL", "PH has no subdivision"),
    ("weekend_days", "Fri; Sonday", "Sonday is no day of the week."),
    ("weekend_days", "0,1,2,3,4,5,6", "at least one working day"),
    ("extra_holidays", "31/03/2026", "31/03/2026 is no date. Write it as in 2026-03-31."),
    ("extra_holidays", "0026-03-31", "lies outside 1990 to 2100"),
    ("headcount", "many", "Write a whole number."),
    ("headcount", "-4", "Give a number up to 100 000."),
    ("tier", "urgent", "Use one of critical, high, medium, low."),
    ("lifecycle", "open", "open is none of planned, live, closing, closed."),
    ("code", "K", "Write a short code as in KUL1"),
    ("code", "NEW", "This word is reserved."),
    ("name", "", "Name the city."),
    ("market", "", "Say which market it belongs to."),
])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_problem_names_its_column_and_the_remedy(column: str, value: str, said: str) -> None:
    cells = SITE | {column: value}
    head = "region,kind,code,name\n,region,apac,APAC\napac,market,ph,Philippines\n"
    brought(head)
    line = ",".join(f'"{cell}"' for cell in cells.values())
    outcome = brought(f"{','.join(cells)}\n{line}\n").outcomes[0]
    assert outcome.verdict == "refused"
    assert any(note.startswith(f"{column}: ") and said in note for note in outcome.notes), outcome.notes


@pytest.mark.parametrize(("name", "data", "why"), [
    ("network.txt", b"code\nX\n", "Choose a .csv or .xlsx"),
    ("network.csv", b"", "no heading"),
    ("network.csv", b"code\n", "no rows"),
    ("network.csv", b"name\nX\n", "no heading “code”"),
    ("network.csv", "code\nMünchen\n".encode("latin-1"), "not in UTF-8"),
    ("network.csv", b'code\n"X', "damaged"),
    ("network.csv", b"code\n" + b"X\n" * (MOST_ROWS + 1), f"more than {MOST_ROWS} rows"),
    ("network.csv", b"code\n" + b"X" * 1024 * 1024, "larger than 1 MB"),
    ("network.xlsx", b"code\nX\n", "no .xlsx file"),
    ("network.xlsx", an_archive({"a.txt": b"x"}), "damaged"),
    ("network.xlsx", an_archive({"xl/workbook.xml": b"0" * 8_000_000}), "100 times its size"),
])
def test_a_file_that_cannot_be_read_says_what_to_do(name: str, data: bytes, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        read_rows(data, name)


@pytest.mark.parametrize("text", ["code;city\r\nX1;A, B\r\n", "\ufeffCODE\tName\nX1\tA, B\n", 'code,city\nX1,"A, B"\n'])
def test_every_way_a_spreadsheet_saves_csv_reads_the_same(text: str) -> None:
    assert read_rows(text.encode(), "a.csv")[0].cells == {"code": "X1", "name": "A, B"}


def test_a_heading_nobody_knows_is_told_of() -> None:
    assert unknown_headings(b"code,colour\nX1,red\n", "a.csv") == ["colour"]


def test_a_cell_far_down_does_not_make_a_million_rows() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["A1048576"] = "code", "X1", "X2"
    out = io.BytesIO()
    book.save(out)
    assert [row.cells for row in read_rows(out.getvalue(), "a.xlsx")] == [{"code": "X1"}]


def a_workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
