"""Playbooks on the command line: exit codes, messages with line and remedy, the same JSON and the same bytes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from compliance import clock, db
from compliance.access import Role
from compliance.playbooks.models import OverrideVersion, PlaybookVersion, VersionStatus
from tests.builders.accounts import a_person
from tests.builders.playbooks import LIBRARY, a_text, the_library, the_markets, three_sites

ESC = LIBRARY / "escalation-handling"
THREE = [("DUB1", "emea,ie,dub1", "30"), ("KUL1", "apac,my,kul1", "20"), ("BLR1", "apac,in,blr1", "15")]


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        yield


def run(app: Flask, *arguments: object) -> Result:
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["playbooks", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def as_json(app: Flask, *arguments: object) -> Any:
    result = run(app, *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_the_library_has_no_error(app: Flask) -> None:
    result = run(app, "check", LIBRARY)
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "0 errors, 1 warning.")


def test_a_fault_is_told_with_file_line_and_remedy(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "tiny.md"
    file.write_text(a_text().replace("- Weight: 5", "- Wieght: 5"))
    result = run(app, "check", file)
    assert result.exit_code == 1
    assert f"{file}:32: " in result.output
    assert "Did you mean" in result.output


def test_a_clause_lost_between_two_versions_is_an_error(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "tiny-rules"
    (folder / "archive").mkdir(parents=True)
    (folder / "archive" / "playbook-1.0.0.md").write_text(a_text())
    (folder / "playbook.md").write_text(a_text(version="1.1.0", effective="2025-01-01").replace("TIN-03", "TIN-04"))
    result = run(app, "check", tmp_path)
    assert (result.exit_code, "TIN-03 of version 1.0.0 is gone" in result.output) == (1, True)


@pytest.mark.parametrize(("code", "chain", "minutes"), THREE)
def test_files_alone_give_30_20_and_15(app: Flask, code: str, chain: str, minutes: str) -> None:
    for on in ("2025-06-01", "2026-11-01"):
        shown = as_json(app, "resolve", ESC, "--chain", chain, "--on", on)
        assert shown["parameters"]["ack_min"]["value"] == minutes


def test_a_site_shows_the_same_json_as_the_files(app: Flask) -> None:
    the_library()
    three_sites()
    for code, chain, minutes in THREE:
        for on in ("2025-06-01", "2026-11-01"):
            files = as_json(app, "resolve", ESC, "--chain", chain, "--on", on)
            shown = as_json(app, "show", "ESC", "--site", code, "--on", on)
            assert shown == files
            clause = next(clause for clause in shown["clauses"] if clause["id"] == "ESC-02")
            assert f"within {minutes} minutes" in clause["text"]
            assert shown["parameters"]["ack_min"]["from"] == {"30": "global", "20": "apac", "15": "in"}[minutes]


def test_the_json_is_as_promised(app: Flask) -> None:
    shown = as_json(app, "resolve", ESC, "--chain", "apac,in", "--on", "2026-11-01")
    assert list(shown) == ["playbook", "version", "chain", "content_digest", "lineage_digest", "parameters", "clauses",
                           "issues"]
    assert list(shown["parameters"]["ack_min"]) == ["value", "unit", "stricter", "lock", "from"]
    assert shown["issues"] == [{"operation": "Add to ESC-02", "clause": "ESC-02", "reason": "waiting-for-review",
                                "layer": "in"}]


def test_markdown_names_the_layer_that_spoke(app: Flask) -> None:
    result = run(app, "resolve", ESC, "--chain", "apac,my", "--on", "2026-11-01")
    assert (result.exit_code, result.output.startswith("# Escalation handling\n")) == (0, True)
    assert "apac 1, approved by j.tan on 2024-09-18 as the file claims" in result.output


@pytest.mark.parametrize(("arguments", "said"), [
    (("resolve", ESC, "--on", "2020-01-01"), "No version of escalation-handling is in force on 2020-01-01."),
    (("resolve", ESC, "--chain", "planet:earth"), "planet is no kind of layer"),
    (("show", "ESC", "--site", "NIX1"), "ESC at NIX1: There is nothing here"),
    (("check", LIBRARY.parent / "docs"), "there is no playbook here"),
    (("import", LIBRARY, "--approve-as", "nobody@lumora.example"), "Nobody active signs in as nobody@lumora.example."),
])
def test_what_cannot_be_done_says_so_and_fails(app: Flask, arguments: tuple[object, ...], said: str) -> None:
    result = run(app, *arguments)
    assert (result.exit_code, said in result.output) == (1, True), result.output


def approved(kind: type[PlaybookVersion] | type[OverrideVersion]) -> int:
    return db.session.scalar(select(func.count(kind.id)).where(kind.status == VersionStatus.APPROVED)) or 0


def test_importing_approves_nothing_and_approving_takes_an_owner(app: Flask) -> None:
    the_markets()
    owner = a_person(Role.PLAYBOOK_OWNER, email="owner@lumora.example")
    first = run(app, "import", LIBRARY)
    assert (first.exit_code, "40 added, 0 unchanged, 0 refused." in first.output) == (0, True)
    assert approved(PlaybookVersion) == approved(OverrideVersion) == 0
    second = run(app, "import", LIBRARY, "--approve-as", owner.email)
    assert (second.exit_code, "0 added, 40 unchanged, 0 refused." in second.output) == (0, True), second.output
    assert (approved(PlaybookVersion), approved(OverrideVersion)) == (13, 27)


def test_who_brought_it_in_cannot_approve_it(app: Flask, tmp_path: Path) -> None:
    owner = a_person(Role.PLAYBOOK_OWNER, email="owner@lumora.example")
    file = tmp_path / "tiny.md"
    file.write_text(a_text())
    result = run(app, "import", file, "--as", owner.email, "--approve-as", owner.email)
    assert result.exit_code == 1
    assert "not approved: You added this text, so you cannot approve it." in result.output
    assert approved(PlaybookVersion) == 0


def test_good_files_come_in_beside_bad_ones(app: Flask, tmp_path: Path) -> None:
    for key, prefix, text in (("good-rules", "GOO", a_text()), ("bad-rules", "BAD", a_text(text="[" * 2000))):
        (tmp_path / key).mkdir()
        (tmp_path / key / "playbook.md").write_text(text.replace("tiny-rules", key).replace("TIN", prefix))
    result = run(app, "import", tmp_path)
    assert (result.exit_code, "1 added, 0 unchanged, 1 refused." in result.output) == (1, True)
    assert "bad-rules/playbook.md:27: " in result.output
    assert db.session.scalars(select(PlaybookVersion.title)).all() == ["Tiny rules"]


def test_export_writes_the_same_bytes_back(app: Flask, tmp_path: Path) -> None:
    the_library()
    out = tmp_path / "out"
    assert run(app, "export", out).exit_code == 0
    files = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.md")}
    assert files == {path.relative_to(LIBRARY): path.read_bytes() for path in LIBRARY.rglob("*.md")
                     if path.name != "README.md"}
    again = run(app, "export", out).output
    assert again.count(": unchanged") == len(files)
