"""The copy a tablet saved: taken in by the same rules, twice without harm, refused with the line that is broken."""

import base64
import io
import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compliance.access import Role
from compliance.audits.field import backups
from compliance.audits.field.backups import Broken
from compliance.audits.field.models import FieldOperation
from compliance.audits.models import Audit
from compliance.db import session
from compliance.errors import InvalidInput
from compliance.files.models import Evidence
from tests.builders.accounts import a_person, csrf, sign_in
from tests.builders.audits import Stage, clause_of, loaded
from tests.builders.syncing import Op, Tablet, a_floor

Lines = list[dict[str, Any]]


def a_copy(tablet: Tablet, ops: list[Op], photos: Sequence[tuple[Op, bytes]] = ()) -> Lines:
    """What the tablet saves: a header, operations in order, photographs, and a last line that counts them."""
    header = {"type": "header", "format": "plumbline-field-backup", "version": 1, "device_id": str(tablet.device),
              "user": {"id": str(tablet.person.id), "name": "As the tablet spells it"}, "app_version": "1",
              "made_at": "2026-11-20T10:00:00Z", "epoch": "", "works": [], "ops": len(ops), "photos": len(photos)}
    pictures = [{"type": "photo", "work": op["work"], "item": op["item"], "media_type": "image/jpeg",
                 "size": len(data), "data": base64.b64encode(data).decode()}
                | {name: op["value"][name] for name in ("media_id", "sha256", "name")} for op, data in photos]
    return [header, *({"type": "op", "state": "queued"} | op for op in ops), *pictures,
            {"type": "end", "ops": len(ops), "photos": len(photos)}]


def as_file(lines: Lines) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))


@pytest.fixture
def stage(client: FlaskClient) -> Stage:
    return Stage()


@pytest.fixture
def audit(stage: Stage) -> Audit:
    return a_floor(stage)


@pytest.fixture
def tablet(client: FlaskClient, stage: Stage, audit: Audit) -> Tablet:
    return Tablet(client, stage.auditor)


@pytest.fixture
def lines(tablet: Tablet, audit: Audit) -> Lines:
    """A note and a photograph that were never sent."""
    item = loaded(audit)[0].clause_id
    note = tablet.op(audit.reference, item, "note", "The log of week 9 is empty.")
    photo, data = tablet.photo(audit.reference, item)
    return a_copy(tablet, [note, photo], [(photo, data)])


def send(client: FlaskClient, file: io.BytesIO, **fields: str) -> TestResponse:
    return client.post("/tablets/backup", data={"file": (file, "copy.ndjson"), "csrf_token": csrf(client)} | fields)


def test_a_lost_tablet_comes_back_whole(client: FlaskClient, stage: Stage, audit: Audit, lines: Lines) -> None:
    item, name = loaded(audit)[0].clause_id, stage.auditor.name
    page = send(client, as_file(lines))
    assert page.status_code == 200
    assert "Everything in the file is on the server." in page.text
    assert f"made by {name}" in page.text
    first = clause_of(audit, item)
    session.refresh(first)
    assert (first.note, first.evidence_count) == ("The log of week 9 is empty.", 1)


def test_taken_in_twice_it_changes_nothing(client: FlaskClient, lines: Lines) -> None:
    send(client, as_file(lines))
    before = session.query(FieldOperation).count(), session.query(Evidence).count()
    page = send(client, as_file(lines))
    assert "Answers here already" in page.text
    assert "Photographs here already" in page.text
    session.remove()
    assert (session.query(FieldOperation).count(), session.query(Evidence).count()) == before


def test_a_colleague_brings_it_in_and_both_are_named(client: FlaskClient, stage: Stage, lines: Lines) -> None:
    author, lead = stage.auditor.name, stage.auditor.id
    other = a_person(Role.AUDITOR)
    other_id = other.id
    sign_in(client, other)
    page = send(client, as_file(lines))
    assert "kept aside for its lead" in page.text
    [first, _] = session.query(FieldOperation).order_by(FieldOperation.rev)
    assert (first.author, first.person_id, first.waiting) == (author, other_id, True)
    assert first.person_id != lead


def test_a_signed_audit_is_handed_in_from_its_copy(client: FlaskClient, stage: Stage, tablet: Tablet,
                                                   audit: Audit) -> None:
    reference = audit.reference
    ops = [tablet.op(reference, each.clause_id, "conformity", "conformity") for each in loaded(audit)]
    signature, data = tablet.photo(reference, "", kind="signature", name="Ann Lim", role="Lead auditor")
    signoff = tablet.signoff(reference, [*ops, signature])
    page = send(client, as_file(a_copy(tablet, [*ops, signature, signoff], [(signature, data)])))
    assert "Everything in the file is on the server." in page.text
    session.remove()
    assert session.query(Audit).filter_by(reference=reference).one().status == "submitted"


Change = Callable[[Lines], bytes]


def cut(lines: Lines) -> bytes:
    return as_file(lines).getvalue()[:-20]


def without(at: int) -> Change:
    return lambda lines: as_file([line for number, line in enumerate(lines) if number != at]).getvalue()


def with_line(at: int, line: bytes) -> Change:
    def changed(lines: Lines) -> bytes:
        every = as_file(lines).getvalue().splitlines(keepends=True)
        every[at] = line + b"\n"
        return b"".join(every)
    return changed


@pytest.mark.parametrize(("change", "line", "says"), [
    (cut, 5, "cannot be read"), (without(4), 5, "cut off"), (without(1), 4, "Lines are missing"),
    (with_line(2, b"{"), 3, "cannot be read"), (with_line(2, b"[1]"), 3, "cannot be read"),
    (with_line(2, b'{"type": "poem"}'), 3, "neither an answer nor a photograph"),
    (with_line(3, b'{"type": "photo", "media_id": "x"}'), 4, "`media_id` is missing"),
    (with_line(3, json.dumps({"type": "photo", "media_id": str(uuid4()), "name": "x.jpg", "sha256": "0" * 64,
                              "data": "!"}).encode()), 4, "bytes cannot be read"),
    (with_line(2, b"\xff\xfe"), 3, "cannot be read")])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_broken_file_is_refused_with_its_line_and_nothing_is_taken(client: FlaskClient, lines: Lines, change: Change,
                                                                     line: int, says: str) -> None:
    content = change(lines)
    with pytest.raises(Broken) as refused:
        backups.look_through(io.BytesIO(content))
    assert refused.value.line == line
    page = send(client, io.BytesIO(content))
    assert page.status_code == 422
    assert f"Line {line}: " in page.text
    assert says in page.text.replace("&#39;", "'")
    session.remove()
    assert session.query(FieldOperation).count() == 0


@pytest.mark.parametrize("content", [b"", b"name,answer\n", b"{}", b'{"type": "header", "format": "other"}', b"[1]"])
def test_another_file_is_no_copy(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        backups.look_through(io.BytesIO(content))


def test_a_copy_of_a_newer_app_waits_for_a_newer_server(lines: Lines) -> None:
    lines[0]["version"] = 2
    with pytest.raises(InvalidInput, match="newer app"):
        backups.look_through(as_file(lines))


@pytest.mark.parametrize("backend", ["sqlite"])
class TestPage:
    def test_what_stands_before_the_break_can_be_taken(self, client: FlaskClient, lines: Lines, audit: Audit) -> None:
        content = with_line(3, b"{")(lines)
        refused = send(client, io.BytesIO(content))
        assert "Take in the 2 lines before that one." in refused.text
        assert send(client, io.BytesIO(content), until_broken="1").status_code == 200
        session.remove()
        assert session.query(FieldOperation).count() == 2

    def test_one_wrong_operation_spoils_nothing(self, client: FlaskClient, tablet: Tablet, audit: Audit) -> None:
        item = loaded(audit)[0].clause_id
        ops = [tablet.op(audit.reference, item, "conformity", "perhaps"),
               {"op_id": "no id"} | {"work": audit.reference},
               tablet.op(audit.reference, item, "note", "Seen.")]
        page = send(client, as_file(a_copy(tablet, ops)))
        assert "What to look at" in page.text
        assert page.text.count("<td>not taken</td>") == 2
        assert session.query(FieldOperation).filter_by(verdict="applied").count() == 1

    def test_a_photograph_that_is_none_is_told(self, client: FlaskClient, tablet: Tablet, audit: Audit) -> None:
        photo, _ = tablet.photo(audit.reference, loaded(audit)[0].clause_id, b"no picture at all")
        page = send(client, as_file(a_copy(tablet, [photo], [(photo, b"no picture at all")])))
        assert "Photographs not taken" in page.text

    def test_nothing_chosen_is_told(self, client: FlaskClient, tablet: Tablet) -> None:
        answer = client.post("/tablets/backup", data={"csrf_token": csrf(client)})
        assert (answer.status_code, "Choose the file" in answer.text) == (422, True)

    def test_a_large_copy_fits_through_this_page_alone(self, client: FlaskClient, tablet: Tablet,
                                                       lines: Lines) -> None:
        client.application.config["MAX_CONTENT_LENGTH"] = 2000
        assert send(client, as_file(lines)).status_code == 200
        large = {"file": (as_file(lines), "x.csv"), "csrf_token": csrf(client)}
        assert client.post("/account", data=large).status_code == 413

    def test_nobody_sends_a_large_file_before_signing_in(self, client: FlaskClient) -> None:
        client.application.config["MAX_CONTENT_LENGTH"] = 2000
        assert send(client, io.BytesIO(b" " * 3000)).status_code == 413

    @pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.CONTINUITY_LEAD, 200),
                                                  (Role.SITE_LEAD, 403), (Role.ADMINISTRATOR, 403)])
    def test_who_may_bring_one_in(self, client: FlaskClient, role: Role, status: int) -> None:
        sign_in(client, a_person(role))
        assert client.get("/tablets/backup").status_code == status
