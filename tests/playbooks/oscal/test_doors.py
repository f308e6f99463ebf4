"""OSCAL through page, JSON and command line: who may, what comes out, what is kept of what comes in."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from compliance import clock, db
from compliance.access import Role
from compliance.playbooks.models import PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import parse_playbook
from tests.builders.accounts import a_person, post, sign_in_as
from tests.builders.network import a_market, a_site
from tests.builders.playbooks import a_playbook, an_override, an_override_text, the_library, three_sites
from tests.playbooks.oscal.fictional import a_catalog, a_family, as_bytes, enhancement
from tests.playbooks.oscal.published import broken
from tests.support.queries import QueryRecorder

IMPORT, API = "/playbooks/oscal/import", "/api/v1/playbooks/oscal/import"
# More controls than a playbook has clauses, in families of fifty.
WIDE = as_bytes(a_catalog(*({"id": f"q{chr(97 + family)}", "title": f"Family Q{chr(65 + family)}", "controls": [
    enhancement(f"q{chr(97 + family)}-{number}", 1) for number in range(50)]} for family in range(21))))
ADDED = "## Add to TIN-03\n\n- Why: Storms\n\nTwice.\n"


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        yield


def unpacked(data: bytes) -> dict[str, Any]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name.split("/")[1]: json.loads(archive.read(name)) for name in archive.namelist()}


def sent(data: bytes = b"", **said: Any) -> dict[str, Any]:
    return {"effective": "2027-01-01", "owner": "global-ts-policy", **said,
            "file": (io.BytesIO(data or as_bytes(a_catalog())), "harbour.json")}


def drafts() -> list[PlaybookVersion]:
    db.session.remove()
    return list(db.session.scalars(select(PlaybookVersion)).all())


def test_a_place_exports_its_chain_and_what_it_comes_to(client: FlaskClient) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.SITE_LEAD)
    answer = client.get("/playbooks/escalation-handling/at/BLR1/oscal")
    assert answer.content_type == "application/zip"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=escalation-handling-blr1-2026-11-01-oscal.zip")
    files = unpacked(answer.data)
    assert list(files) == ["catalog.json", "profile-apac.json", "catalog-in.json", "profile-in.json", "resolved.json"]
    assert [broken(document) for document in files.values()] == [[]] * 5
    values = {each["id"]: each["values"] for each in files["resolved.json"]["catalog"]["params"]}
    assert values["ack_min"] == ["15"]
    approved = {each["value"] for each in files["profile-in.json"]["profile"]["metadata"]["props"]
                if each["name"] == "approved-by"}
    assert approved == {"Miriam Okafor"}
    assert client.get("/playbooks/escalation-handling/at/BLR1/oscal").data == answer.data


def test_the_page_of_a_playbook_exports_the_global_text(client: FlaskClient) -> None:
    a_playbook()
    sign_in_as(client, Role.REVIEWER)
    files = unpacked(client.get("/playbooks/tiny-rules/oscal").data)
    assert list(files) == ["catalog.json", "resolved.json"]
    assert files["catalog.json"]["catalog"]["metadata"]["version"] == "1.0.0"
    assert client.get("/playbooks/tiny-rules/oscal?on=2020-01-01").status_code == 404
    for page in ("/playbooks/tiny-rules", "/playbooks/no-such-rules/oscal"):
        answer = client.get(page)
        assert (answer.status_code == 404) != ('href="/playbooks/tiny-rules/oscal"' in answer.text)


def test_a_day_of_the_past_exports_what_held_then(client: FlaskClient) -> None:
    a_playbook()
    a_market()
    an_override(an_override_text("my", 1, "2026-03-01", body=ADDED))
    a_site("KUL1")
    sign_in_as(client, Role.REVIEWER)
    base = "/playbooks/tiny-rules/at/KUL1"
    assert "profile-my.json" not in unpacked(client.get(f"{base}/oscal?on=2026-02-01").data)
    assert "profile-my.json" in unpacked(client.get(f"{base}/oscal").data)
    assert f'href="{base}/oscal?vendor=in-house&amp;on=2026-02-01"' in client.get(f"{base}?on=2026-02-01").text


def test_json_gives_all_files_or_one(client: FlaskClient) -> None:
    a_playbook()
    a_market()
    an_override(an_override_text("my", body=ADDED))
    a_site("KUL1")
    sign_in_as(client, Role.REVIEWER)
    files = client.get("/api/v1/playbooks/tiny-rules/oscal?site=KUL1").json["files"]
    assert list(files) == ["catalog.json", "profile-my.json", "resolved.json"]
    assert client.get("/api/v1/playbooks/tiny-rules/oscal/profile-my.json?site=KUL1").json == files["profile-my.json"]
    assert client.get("/api/v1/playbooks/tiny-rules/oscal/profile-my.json").status_code == 404
    assert client.get("/api/v1/playbooks/tiny-rules/oscal?site=ZZZ9").status_code == 404


def test_an_export_costs_few_statements(client: FlaskClient, queries: QueryRecorder) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.REVIEWER)
    url = "/playbooks/escalation-handling/at/BLR1/oscal"
    client.get(url)
    assert len(queries.during(lambda: client.get(url))) <= 6


def test_a_catalogue_comes_in_as_a_draft_after_a_look(client: FlaskClient) -> None:
    person = sign_in_as(client, Role.AUTHOR)
    assert "Import as a draft" in client.get(IMPORT).text
    looked = post(client, IMPORT, sent(look="yes"))
    assert looked.status_code == 200
    for said in ("5 clauses", "harbour-rules", "HR-QA-01", "Parts called example", "Nothing was kept"):
        assert said in looked.text
    assert re.search(r"You looked at \S+\.json\. Choose it again", looked.text)
    assert drafts() == []
    done = post(client, IMPORT, sent())
    assert 'href="/playbooks/harbour-rules/versions/5.1.1"' in done.text
    [draft] = drafts()
    assert (draft.status, draft.author_id, draft.clauses) == (VersionStatus.DRAFT, person.id, 5)
    assert parse_playbook(draft.source).owner == "global-ts-policy"
    again = post(client, IMPORT, sent())
    assert "already here with the same text" in again.text
    assert len(drafts()) == 1


def test_what_was_typed_is_kept_and_what_is_wrong_is_said(client: FlaskClient) -> None:
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    for data, said, message in (
        (b"{}", {"key": "mine"}, "This is no OSCAL catalogue"),
        (b"", {"key": "Not A Key"}, "Use small letters"), (b"", {"prefix": "x"}, "two to eight capital letters"),
        (b"", {"groups": "qz"}, "None of these groups"), (b"", {"effective": "soon"}, "This is no day"),
    ):
        answer = post(client, IMPORT, sent(data, **said))
        assert answer.status_code in {409, 422}
        assert message in answer.text
        [(name, typed)] = said.items()
        assert f'name="{name}"' in answer.text
        assert f'value="{typed}"' in answer.text
    missing = post(client, IMPORT, {"effective": "2027-01-01"})
    assert "Choose the catalogue, one .json file." in missing.text
    assert drafts() == []


def test_too_many_controls_are_refused_with_the_groups_to_choose_from(client: FlaskClient) -> None:
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    answer = post(client, IMPORT, sent(WIDE))
    assert answer.status_code == 422
    assert "1,050" in answer.text.replace("\u202f", ",").replace("\u00a0", ",")
    assert "Family QA" in answer.text
    part = post(client, IMPORT, sent(WIDE, groups="qa, Family QB"))
    assert part.status_code == 200
    assert [draft.clauses for draft in drafts()] == [100]


def test_a_prefix_that_is_taken_is_refused_and_nothing_kept(client: FlaskClient) -> None:
    a_playbook()
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    answer = post(client, IMPORT, sent(prefix="TIN"))
    assert answer.status_code == 422
    assert "The prefix TIN belongs to tiny-rules" in answer.text
    assert len(drafts()) == 1


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SITE_LEAD, Role.ADMINISTRATOR])
def test_only_those_who_bring_texts_in_may(client: FlaskClient, role: Role) -> None:
    sign_in_as(client, role)
    assert client.get(IMPORT).status_code == 403
    assert post(client, IMPORT, sent()).status_code == 403
    assert post(client, API, json={"effective": "2027-01-01", "document": a_catalog()}).status_code == 403
    assert drafts() == []


def test_json_reports_and_takes_in(client: FlaskClient) -> None:
    sign_in_as(client, Role.AUTHOR)
    body = {"effective": "2027-01-01", "document": a_catalog(a_family("qa", 2)), "look": True}
    looked = post(client, API, json=body)
    assert (looked.status_code, looked.json["draft"]) == (200, None)
    assert looked.json["playbook"] == {"key": "harbour-rules", "prefix": "HR", "version": "5.1.1", "clauses": 2,
                                       "parameters": 0, "sections": 1}
    assert {each["what"]: each["count"] for each in looked.json["remarks"]}["parts called example"] == 2
    done = post(client, API, json={**body, "look": False})
    assert (done.status_code, done.json["draft"]["outcome"]) == (201, "added")
    assert len(drafts()) == 1
    assert post(client, API, json={"document": {"x": 1}, "effective": "2027-01-01"}).status_code == 422


def test_the_command_line_exports_and_imports(app: Flask, tmp_path: Path) -> None:
    a_playbook()
    a_site("KUL1")
    author = a_person(Role.AUTHOR).email
    run = app.test_cli_runner().invoke
    done = run(args=["playbooks", "oscal", "export", "tiny-rules", "--site", "KUL1", "--to", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    [folder] = (tmp_path / "out").iterdir()
    assert {path.name for path in folder.iterdir()} == {"catalog.json", "resolved.json"}
    catalog = folder / "catalog.json"
    looked = run(args=["playbooks", "oscal", "import", str(catalog), "--look", "--key", "tiny-copy", "--prefix", "TIC"])
    assert "tiny-copy 1.0.0, 3 clauses as TIC-…" in looked.output
    taken = run(args=["playbooks", "oscal", "import", str(catalog), "--as", author, "--key", "tiny-copy",
                      "--prefix", "TIC"])
    assert (taken.exit_code, "added Tiny rules 1.0.0, as a draft" in taken.output) == (0, True)
    large = tmp_path / "large.json"
    large.write_bytes(WIDE)
    refused = run(args=["playbooks", "oscal", "import", str(large)])
    assert (refused.exit_code, "Choose groups with --group" in refused.output) == (1, True)
    assert run(args=["playbooks", "oscal", "export", "no-such-rules"]).exit_code == 1
