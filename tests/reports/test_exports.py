"""One snapshot in every format: the same bytes each time, inert text, no formula, the numbers of the page."""

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from compliance.reports import pdf, prose, sheets
from compliance.reports.content import DEFINITIONS, canonical, digest_of, messages

HOSTILE = '=HYPERLINK("http://example.org") #panic(1) `$x$` <script>alert(1)</script> | **bold** [a](b)'


def finding(number: int, title: str = "Tickets acknowledged late", **fields: Any) -> dict[str, Any]:
    return {"reference": f"FND-2026-{number:04d}", "title": title, "severity": "critical", "status": "in_remediation",
            "is_open": True, "site": "CEB1", "city": "Cebu", "operator": "Palmyra Digital Services",
            "clause": "ESC-02", "owner": "Aisyah Rahman", "issued_on": "2026-02-01", "due_on": "2026-03-01",
            "closed_on": "", "days_late": 16, "age": 44, "source": "AUD-2026-0009", "repeat": False,
            "reopened": 0} | fields


def snapshot(findings: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    rows = [finding(1), finding(2, HOSTILE), finding(3, "质量检验 บันทึกเวลา تسجيل")] if findings is None else findings
    return {
        "format": 1,
        "cover": {"reference": "RPT-2026-0001", "title": "Compliance report", "organisation": "Lumora",
                  "scope": "the whole network", "since": "2026-01-01", "until": "2026-03-17",
                  "compared_since": "2025-10-01", "compared_until": "2025-12-31",
                  "as_of": "2026-03-17T06:00:00+00:00", "made_by": "Ingrid Solheim",
                  "journal": {"seq": 4210, "hash": "ab" * 32}},
        "figures": [{"key": "adherence", "name": "Pooled adherence", "value": 87.4, "unit": "%", "standard": 90,
                     "scale": [60, 100], "note": "n = 3118 in 40 audits", "before": 86.5, "shown": "87.4",
                     "change": "0.9 pt", "arrow": "up", "tone": "ok"}],
        "messages": ["Pooled adherence is 2.6 points under the standard of 90."],
        "heat": {"columns": [{"prefix": "ESC", "title": "Escalation handling", "version": "3.0.0"}], "rows": [
            {"site": "CEB1", "name": "Cebu", "region": "apac", "operator": "Palmyra Digital Services", "cells": [
                {"state": "rated", "letter": "D", "score": 94.0, "age": 58, "capped": True, "stale": True, "n": 41,
                 "assessed_on": "2026-01-18"}]}]},
        "named": rows, "ageing": [["0–30", 0, 0, 0], ["31–60", 3, 0, 0]],
        "closing": {"honest": [18, 30], "closed_only": [18, 24], "days": {"mean": 48.0, "median": 45, "n": 5}},
        "causes": [["version not adopted", 14], ["training", 9]],
        "trends": {"marks": [[0.5, "ESC 3.0"]], "rows": [
            {"title": "All, n = 40", "points": [["Q4 25", 86.5, 5], ["Q1 26", 87.4, 6]]}]},
        "overrides": [{"scope": "IN", "layer": "market", "playbook": "ESC", "version": 2, "effect": "tighten",
                       "effective_on": "2025-01-01", "until_on": "", "approved_by": "P. Kowalczyk",
                       "stale_since": "2026-02-01"}],
        "continuity": [{"site": "CEB1", "reasons": ["No exercise was ever held here."]}],
        "findings": rows,
        "actions": [{"reference": "ACT-2026-0001", "title": HOSTILE, "kind": "corrective", "severity": "major",
                     "status": "open", "site": "CEB1", "operator": "in-house", "owner": "Aisyah Rahman",
                     "source": "FND-2026-0001", "due_on": "2026-04-01", "first_due_on": "2026-03-01",
                     "closed_on": "", "extensions": 1, "cause": "training"}],
        "definitions": [list(pair) for pair in DEFINITIONS],
    }


DIGEST = digest_of(snapshot())
FORMATS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "pdf": lambda s: pdf.pdf_of(s, DIGEST), "xlsx": lambda s: sheets.xlsx_of(s, DIGEST), "csv": sheets.csv_of,
    "json": canonical, "md": lambda s: prose.markdown_of(s, DIGEST).encode(),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_snapshot_gives_the_same_bytes(kind: str) -> None:
    again = json.loads(json.dumps(snapshot()))  # as it comes back from the database
    assert FORMATS[kind](snapshot()) == FORMATS[kind](again)


@pytest.mark.parametrize("kind", FORMATS)
def test_another_snapshot_gives_other_bytes(kind: str) -> None:
    assert FORMATS[kind](snapshot()) != FORMATS[kind](snapshot([finding(1, title="Another title")]))


WAIVED = {
    "waivers": [{"reference": "WVR-2026-0001", "site": "CEB1", "operator": "Palmyra Digital Services",
                 "playbook": "ESC", "clause": "ESC-05", "title": HOSTILE, "severity": "minor", "state": "active",
                 "holds": True, "renewal": 1, "from_on": "2026-01-05", "until_on": "2026-04-05", "lapsed_on": "",
                 "ended_on": "", "control": HOSTILE, "control_owner": "Aisyah Rahman"}],
    "waived_scores": [{"audit": "AUD-2026-0009", "site": "CEB1", "playbook": "ESC", "assessed_on": "2026-01-18",
                       "score": 78.571428, "n": 21, "waived": 1, "score_without": 71.2}],
}


@pytest.mark.parametrize("kind", ["pdf", "md", "json", "xlsx"])
def test_a_score_with_something_waived_has_its_second_number(kind: str) -> None:
    content = FORMATS[kind](snapshot() | WAIVED)
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert [cell.value for cell in book["Scores with waivers"][2]][4:] == [78.571428, 21, 1, 71.2]
        assert book["Waivers"]["A2"].value == "WVR-2026-0001"
        assert book["Waivers"]["F2"].data_type == "s"  # no formula
        return
    text = text_of(content) if kind == "pdf" else content.decode()
    assert "WVR-2026-0001" in text
    assert "78.571428" in text if kind == "json" else "78.6" in text
    assert "71.2" in text


def test_the_digest_is_that_of_the_json_file() -> None:
    assert hashlib.sha256(FORMATS["json"](snapshot())).hexdigest() == DIGEST


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_the_pdf_holds_the_numbers_the_names_and_where_they_stand_in_the_journal() -> None:
    text = text_of(FORMATS["pdf"](snapshot()))
    for expected in ("Compliance report", "87.4", "n = 3118 in 40 audits", "CEB1", "D• 58", "FND-2026-0001",
                     "late by 16 days", "18 of 30, 60 %", "No exercise was ever held here.", "ab" * 32, DIGEST):
        assert expected in text


def test_the_pdf_is_tagged_and_names_its_language() -> None:
    catalogue = PdfReader(io.BytesIO(FORMATS["pdf"](snapshot()))).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en"


def test_what_people_wrote_is_set_as_text() -> None:
    text = text_of(FORMATS["pdf"](snapshot()))
    assert "#panic(1)" in text
    assert "<script>alert(1)</script>" in text
    assert "质量检验" in text


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](snapshot())))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert HOSTILE in [cell.value for cell in cells]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert book["Findings"]["A2"].value == "FND-2026-0001"
    assert {row[0].value: row[1].value for row in book["Report"].iter_rows()}["Digest of the snapshot"] == DIGEST


def test_no_cell_of_the_csv_starts_a_formula() -> None:
    lines = FORMATS["csv"](snapshot()).decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert "\"'=HYPERLINK(" in lines[2]


def test_markdown_leaves_nothing_active() -> None:
    text = FORMATS["md"](snapshot()).decode()
    assert "<script>" not in text
    assert "\\<script\\>" in text
    assert "\\*\\*bold\\*\\*" in text


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_scope_makes_a_report_too(kind: str) -> None:
    empty = snapshot([]) | {"heat": {"columns": [], "rows": []}, "causes": [], "overrides": [], "continuity": [],
                            "actions": [], "trends": {"marks": [], "rows": []}}
    assert FORMATS[kind](empty)


@pytest.mark.slow
def test_a_thousand_findings_fit() -> None:
    rows = [finding(number) for number in range(1, 1001)]
    assert "FND-2026-1000" in text_of(pdf.pdf_of(snapshot(rows), DIGEST))


def test_messages_name_what_is_off_the_line_and_no_more_than_three() -> None:
    figures = [*snapshot()["figures"], {"key": "not_ready", "value": 1, "standard": 0}]
    assert messages(figures, [finding(1), finding(2, days_late=0)]) == [
        "1 of 2 open criticals and majors are past their date, at CEB1.",
        "Pooled adherence is 2.6 points under the standard of 90.",
        "1 site is not ready for a crisis; the reasons stand under Continuity.",
    ]
    assert messages([], []) == ["Nothing in this scope is off the line."]
