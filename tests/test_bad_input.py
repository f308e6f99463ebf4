"""What nobody should send, through every door: refused with what to do, nothing kept, and both sides shown."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from compliance import clock, db
from compliance.access import Role
from compliance.accounts.models import Person
from compliance.exports import XLSX, write_xlsx
from compliance.files.models import Evidence
from compliance.network.models import Node, Site, Vendor
from compliance.overview.periods import Period
from compliance.playbooks.document import Severity
from compliance.playbooks.models import Override, Playbook, PlaybookVersion
from compliance.reports import commands as reports
from tests.access.routes import cases
from tests.access.world import build
from tests.builders.accounts import a_person, actor_of, csrf, post, sign_in, sign_in_as
from tests.builders.actions import an_action
from tests.builders.audits import Stage, a_started, loaded
from tests.builders.continuity import a_plan, an_exercise
from tests.builders.files import an_archive
from tests.builders.findings import a_finding
from tests.builders.network import a_site
from tests.builders.playbooks import a_text
from tests.builders.saving import saving
from tests.playbooks.test_commands import BAD

FORMULA = '=HYPERLINK("http://x.example")'
STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d")  # how a spreadsheet knows a formula


def count(model: type[Any]) -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# --- Texts: each bad file is refused whole, by the page and by both commands; the good one beside it comes in.

BAD_TEXTS = pytest.mark.parametrize(("markdown", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])


def as_bytes(markdown: str | bytes) -> bytes:
    return markdown if isinstance(markdown, bytes) else markdown.encode()


@BAD_TEXTS
def test_the_page_takes_no_part_of_a_bad_text(client: FlaskClient, markdown: str | bytes, said: str) -> None:
    sign_in_as(client, Role.AUTHOR)
    files = [FileStorage(io.BytesIO(as_bytes(markdown)), "bad.md"),
             FileStorage(io.BytesIO(a_text(key="good-rules", prefix="GOO").encode()), "good.md")]
    # Encoded here: the client would put a large body into a file that it leaves to the collector.
    boundary, body = encode_multipart({"files": files})
    answer = post(client, "/playbooks/import", body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == 422
    assert said in answer.text
    assert "<b>Line " in answer.text
    assert db.session.scalars(select(Playbook.key)).all() == ["good-rules"]
    assert (count(PlaybookVersion), count(Override)) == (1, 0)


@pytest.mark.parametrize("command", ["check", "import"])
@BAD_TEXTS
def test_the_commands_name_file_line_and_remedy(app: Flask, tmp_path: Path, markdown: str | bytes, said: str,
                                                command: str) -> None:
    file = tmp_path / "bad.md"
    file.write_bytes(as_bytes(markdown))
    done = app.test_cli_runner().invoke(args=["playbooks", command, str(file)])
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exc_info
    assert said in done.output
    assert f"{file.name}:" in done.output
    assert count(Playbook) == 0


# --- Two people: the second is shown both, and may then send again.


@dataclass(frozen=True)
class Clash:
    """A form two people opened: what the first sent, what the second sends, and what must then be told."""

    url: str
    person: Person
    first: dict[str, Any]
    second: dict[str, Any]
    theirs: str
    mine: str


def site_settings() -> Clash:
    a_site("KUL9")
    sent = {"name": "Kuala Lumpur", "zone": "Asia/Kuala_Lumpur", "country": "MY", "tier": "high", "lifecycle": "live",
            "weekend_days": ["5", "6"], "version": "1"}
    return Clash("/sites/KUL9/settings", a_person(Role.ADMINISTRATOR), sent | {"weekend_days": ["4", "5"]},
                 sent | {"note": "Mine"}, "<dt>Weekend is now</dt><dd>Friday, Saturday</dd>", "Mine</textarea>")


def person_settings() -> Clash:
    person = a_person(name="Ana")
    sent = {"name": "Ana", "email": person.email, "zone": "UTC", "version": str(person.version)}
    return Clash(f"/people/{person.id}/settings", a_person(Role.ADMINISTRATOR), sent | {"title": "Lead"},
                 sent | {"name": "Anna"}, "<dt>Title is now</dt><dd>Lead</dd>", 'value="Anna"')


def continuity_plan() -> Clash:
    plan = a_plan()
    sent = {"title": plan.title, "purpose": "Keep queues", "activation": "The lead", "deactivation": "The lead",
            "recovery": "People first", "review_on": "2027-01-10", "a0_name": "Moderation", "a0_tier": "1",
            "a0_rto": "4 h", "a0_mtpd": "1 d", "a0_mbco": "50", "version": str(plan.version)}
    return Clash(f"/continuity/plans/{plan.reference}/edit", a_person(Role.CONTINUITY_LEAD),
                 sent | {"recovery": "Queues first"}, sent | {"title": "Mine"}, "<dd>Queues first</dd>",
                 'value="Mine"')


def exercise_day() -> Clash:
    held = an_exercise()
    lead = a_person(Role.CONTINUITY_LEAD)
    sent = {"type": held.type.value, "title": held.title, "objective": held.objective, "scenario": held.scenario,
            "planned_on": held.planned_on.isoformat(), "lead": str(lead.id), "version": str(held.version)}
    return Clash(f"/continuity/exercises/{held.reference}/schedule", lead,
                 sent | {"objective": "Move them at once"}, sent | {"title": "Mine"}, "<dd>Move them at once</dd>",
                 'value="Mine"')


CLASHES = (site_settings, person_settings, continuity_plan, exercise_day)


@pytest.mark.parametrize("make", CLASHES, ids=[make.__name__ for make in CLASHES])
def test_the_second_of_two_is_shown_both_and_may_send_again(client: FlaskClient, make: Callable[[], Clash]) -> None:
    clash = make()
    sign_in(client, clash.person)
    first = post(client, clash.url, clash.first)
    assert first.status_code == 302, first.text
    second = post(client, clash.url, clash.second)
    assert second.status_code == 409
    assert "Somebody else changed this" in second.text
    assert clash.theirs in second.text
    assert clash.mine in second.text
    seen = second.text.split('name="version" value="')[1].split('"')[0]
    assert post(client, clash.url, clash.second | {"version": seen}).status_code == 302


def test_the_second_root_cause_is_told_of_the_first(client: FlaskClient) -> None:
    action = an_action(severity=Severity.MINOR)
    sent = {"cause": "The template was old.", "method": "five_whys", "category": "tooling", "affects_others": "no",
            "extent": "HYD1 checked.", "version": str(action.version)}
    sign_in(client, action.owner)
    assert post(client, f"/actions/{action.reference}/cause", sent).status_code == 302
    late = post(client, f"/actions/{action.reference}/cause", sent | {"cause": "Nobody knew the rota."})
    assert late.status_code == 409
    assert "<dt>Root cause is now</dt><dd>The template was old.</dd>" in late.text
    assert "Nobody knew the rota.</textarea>" in late.text


def test_the_second_answer_to_a_finding_is_told_of_the_first(client: FlaskClient) -> None:
    finding = a_finding()
    opened = str(finding.version)
    sign_in(client, finding.owner)
    assert post(client, f"/findings/{finding.reference}/acceptance", {"version": opened}).status_code == 302
    late = post(client, f"/findings/{finding.reference}/answer", {"reason": "It is another team's.", "version": opened})
    assert late.status_code == 409
    assert "<dt>Status is now</dt><dd>Accepted</dd>" in late.text
    assert "It is another team&#39;s.</textarea>" in late.text


# --- Files: what is not what it says, and what would unfold without end.

BOMB = an_archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"0" * 20_000_000})
BILLION = (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
           b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>&b;</sheets></workbook>')


def a_broken_workbook(part: str, content: bytes) -> bytes:
    """A workbook as the product writes it, with one part replaced."""
    written = io.BytesIO()
    write_xlsx(written, [("Sites", [("code", str), ("name", str)], ["KUL1"])])
    with ZipFile(written) as book:
        return an_archive({name: content if name == part else book.read(name) for name in book.namelist()})


NETWORK_FILES = [
    ("a zip bomb", BOMB, "n.xlsx"), ("no workbook", b"PK\x03\x04 and no more", "n.xlsx"), ("a text", b"code", "n.xlsx"),
    ("entities", a_broken_workbook("xl/workbook.xml", BILLION), "n.xlsx"),
    ("a cut sheet", a_broken_workbook("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"), "n.xlsx"),
    ("an empty sheet", a_broken_workbook("xl/worksheets/sheet1.xml", b""), "n.xlsx"),
    ("a nul", b"kind,code,name\nregion,apac,A\0sia\n", "n.csv"),
    ("Latin", "code,name\nMUC1,M\xfc".encode("latin-1"), "n.csv"),
    ("an open quote", b'kind,code,name\nregion,apac,"Asia\n', "n.csv"), ("a program", b"MZ\x90\0", "n.exe"),
]


@pytest.mark.parametrize(("data", "name"), [case[1:] for case in NETWORK_FILES],
                         ids=[case[0] for case in NETWORK_FILES])
def test_a_hostile_network_file_is_refused_by_page_and_command(app: Flask, client: FlaskClient, tmp_path: Path,
                                                               data: bytes, name: str) -> None:
    sign_in_as(client, Role.ADMINISTRATOR)
    there = count(Node)
    answer = post(client, "/sites/import", {"file": (io.BytesIO(data), name), "apply": "1"},
                  content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "pl-alert" in answer.text
    (tmp_path / name).write_bytes(data)
    done = app.test_cli_runner().invoke(args=["network", "import", str(tmp_path / name), "--apply"])
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (1, True), done.exc_info
    assert (count(Node), count(Vendor)) == (there, 0)


def test_a_zip_bomb_as_evidence_leaves_nothing(client: FlaskClient, tmp_path: Path) -> None:
    action = an_action(severity=Severity.MAJOR)
    stage = Stage()
    audit = a_started(stage)
    clause = loaded(audit)[0].clause_id
    for person, url in ((action.owner, f"/actions/{action.reference}/evidence"),
                        (stage.auditor, f"/audits/{audit.reference}/checklist/{clause}")):
        sign_in(client, person)
        answer = post(client, url, {"note": "Typed", "version": "1", "conformity": "conformity",
                                    "file": (io.BytesIO(BOMB), "list.xlsx")})
        assert answer.status_code == 422
        assert "Typed" in answer.text
    assert count(Evidence) == 0
    assert not [file for file in (tmp_path / "data" / "files").rglob("*") if file.is_file()]


# --- JSON: what is none, and what no column keeps.


@pytest.mark.parametrize(("body", "said"), [
    (b"{", "Send a JSON object."), (b"[]", "Send a JSON object."), (b"\xff", "Send a JSON object."),
    (b"[" * 100_000, "nested too deeply"), (b'{"note": "a\\u0000b"}', "is no character"),
    (b'{"note": "\\ud800"}', "is no character"), (b'{"reason": [{"deep": "\\u0000"}]}', "is no character"),
    (b'{"sample_size": 9999999999}', "needs correcting"), (b'{"conformity": {"a": 1}}', "needs correcting"),
])
def test_json_that_cannot_be_kept_is_refused_as_a_problem(client: FlaskClient, body: bytes, said: str) -> None:
    stage = Stage()
    audit = a_started(stage)
    sign_in(client, stage.auditor)
    answer = client.put(f"/api/v1/audits/{audit.reference}/assessments/{loaded(audit)[0].clause_id}", data=body,
                        content_type="application/json", headers={"X-CSRFToken": csrf(client)})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert said in answer.json["detail"]


# --- Every export: a cell that looks like a formula is text.


def exported(client: FlaskClient, url: str) -> list[list[str]] | None:
    """The rows of an address that is a file of rows; None for one that is not."""
    with client.get(url) as answer:
        data, kind = answer.get_data(), answer.mimetype
    if kind == "text/csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    if kind != XLSX:
        return None
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"], f"{url} holds a formula"
    return [[str(cell.value) for cell in cells]]


@pytest.fixture
def hostile(app: Flask) -> tuple[set[str], list[Person]]:
    """A world in which every title and name is a formula: the addresses in it, and two who read them all."""
    world = build()
    with app.app_context():
        urls = {case.url for case in cases(app, world) if case.method == "GET" and case.placement in {"-", "own"}
                and (".csv" in case.url or ".xlsx" in case.url)}
    with saving():
        for mapper in db.Model.registry.mappers:
            table: Any = mapper.local_table
            named = {name: FORMULA for name in ("name", "title", "objective") if name in table.columns}
            if named and table.name != "reports":
                db.session.execute(table.update().values(named))
    readers = [a_person(role, name=FORMULA) for role in (Role.GLOBAL_HEAD, Role.ADMINISTRATOR)]
    with saving():
        made = reports.make_report(actor_of(readers[0]), node=db.session.scalars(select(Site)).first(), vendor=None,
                                   period=Period(clock.today(), clock.today()), title=FORMULA)
    return urls | {f"/reports/{made.reference}.{kind}" for kind in ("csv", "xlsx")}, readers


@pytest.mark.slow
def test_no_export_holds_a_formula(client: FlaskClient, hostile: tuple[set[str], list[Person]]) -> None:
    lists, readers = hostile
    lists |= {f"/{name}?format={kind}" for name in ("playbooks", "overrides") for kind in ("csv", "xlsx")}
    met, files = set(), set()
    for reader in readers:
        sign_in(client, reader)
        for url in lists:
            rows = exported(client, url) or []
            files |= {url} if rows else set()
            met |= {url for row in rows for cell in row if FORMULA in cell}
            assert not [cell for row in rows for cell in row
                        if ".csv" in url and cell.startswith(STARTS)], f"{url} holds a formula"
    assert len(files) > 20, sorted(files)
    assert len(met) > 16, f"these hold no name or title to test with: {sorted(files - met)}"
