"""The requests of a tablet as a whole: who is answered what, and that this server wrote it."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compliance import clock, db
from compliance.access import Role
from compliance.audits.field import reading
from compliance.audits.field.models import FieldDevice, FieldEpoch, FieldOperation
from tests.builders.accounts import a_person, csrf
from tests.builders.audits import Stage
from tests.builders.saving import saving
from tests.builders.syncing import API, Tablet, a_floor, items_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def tablet(app: Flask) -> Tablet:
    return Tablet(app.test_client(), Stage().auditor)


def kept() -> int:
    db.session.remove()
    return db.session.query(FieldOperation).count()


def test_without_a_session_a_tablet_is_told_so_in_json(client: FlaskClient) -> None:
    for address, method in (("sync", "post"), (f"media/{'0' * 64}", "put"), ("media/missing", "post")):
        response = getattr(client, method)(f"{API}/{address}", headers={"X-CSRFToken": csrf(client)})
        assert (response.status_code, response.get_json()["code"]) == (401, "signed_out")
        assert response.headers["X-Field-Protocol"] == "1"
        assert "Location" not in response.headers


def test_every_answer_says_that_this_server_wrote_it(tablet: Tablet) -> None:
    for response in (tablet.post([]), tablet.post([], user_id=str(uuid4())), tablet.post([], protocol=0),
                     tablet.client.get(f"{API}/nothing"), tablet.client.post(f"{API}/sync")):
        assert response.headers["X-Field-Protocol"] == "1", response.status
    assert "X-Field-Protocol" not in tablet.client.get("/audits").headers


WHOLE: list[tuple[dict[str, Any], int, str]] = [
    ({"protocol": 0}, 426, "client_too_old"),
    ({"protocol": 2}, 422, "malformed"),
    ({"protocol": "1"}, 422, "malformed"),
    ({"device_id": "mine"}, 422, "malformed"),
    ({"user_id": None}, 422, "malformed"),
    ({"client_now": "yesterday"}, 422, "malformed"),
    ({"client_now": "2026-03-17T04:00:00"}, 422, "malformed"),
    ({"ops": {"op_id": 1}}, 422, "malformed"),
    ({"since": ["AUD-2026-0001"]}, 422, "malformed"),
    ({"since": {"AUD-2026-0001": 7}}, 422, "malformed"),
    ({"app_version": "\x00"}, 422, "malformed"),
    ({"user_id": "00000000-0000-0000-0000-000000000001"}, 403, "user_mismatch"),
    ({"epoch": "00000000-0000-0000-0000-000000000001"}, 409, "epoch_changed"),
    ({"since": {"AUD-2026-0001": "999999.0"}}, 409, "epoch_changed"),
]


@pytest.mark.parametrize(("more", "status", "code"), WHOLE)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_request_that_cannot_be_taken_is_refused_whole(tablet: Tablet, more: dict[str, Any], status: int,
                                                         code: str) -> None:
    response = tablet.post([tablet.op("AUD-2026-0001", "X-01", "note", "a")], **more)
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert response.content_type == "application/problem+json"
    assert kept() == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"[" * 5000, b"\xff\xfe", b'{"protocol": 1}'])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_no_request_is_refused(tablet: Tablet, body: bytes) -> None:
    response = tablet.client.post(f"{API}/sync", data=body, headers={"X-CSRFToken": csrf(tablet.client)},
                                  content_type="application/json")
    assert (response.status_code, response.get_json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("ops", [[1] * 101, ["x" * (256 * 1024)]], ids=["101 operations", "over 256 KB"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_more_than_a_request_may_carry_is_413(tablet: Tablet, ops: list[Any]) -> None:
    response = tablet.post(ops)
    assert (response.status_code, response.get_json()["code"]) == (413, "too_much")


def test_a_restored_server_says_which_life_it_is_in(tablet: Tablet) -> None:
    present = str(db.session.get_one(FieldEpoch, 1).epoch)
    assert tablet.post([], epoch=str(uuid4())).get_json()["epoch"] == present
    assert tablet.post([], epoch=present).status_code == 200


def test_without_the_token_nothing_is_taken(tablet: Tablet) -> None:
    response = tablet.client.post(f"{API}/sync", json=tablet.body([]))
    assert (response.status_code, response.get_json()["code"]) == (400, "csrf")


@pytest.mark.parametrize(("headers", "status"), [
    ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403), ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 200),
    ({}, 200)])  # fmt: skip
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_page_of_another_site_sends_nothing(tablet: Tablet, headers: dict[str, str], status: int) -> None:
    response = tablet.post([], headers=headers)
    assert response.status_code == status
    assert status == 200 or response.get_json()["code"] == "elsewhere"


def test_a_tablet_taken_out_of_use_is_told_and_nothing_is_taken(tablet: Tablet) -> None:
    tablet.send()
    with saving():
        device = db.session.query(FieldDevice).one()
        device.revoked_at = device.wipe_asked_at = clock.now()
    response = tablet.post([tablet.op("AUD-2026-0001", "X-01", "note", "a")])
    assert (response.status_code, response.get_json()["code"]) == (403, "device_revoked")
    assert response.get_json()["device"] == {"revoked": True, "wipe": True}
    assert kept() == 0


def test_a_tablet_is_noted_with_what_it_still_holds(tablet: Tablet) -> None:
    next_year = clock.now() + timedelta(days=365)
    tablet.send(unsent={"ops": 12, "media": 4}, app_version="7", client_now=next_year.isoformat())
    device = db.session.query(FieldDevice).one()
    assert (device.device, device.person_id, device.app_version) == (tablet.device, tablet.person.id, "7")
    assert (device.unsent_ops, device.unsent_media) == (12, 4)
    assert device.skew_ms > 364 * 24 * 3600 * 1000


def test_a_shared_tablet_is_one_device_for_each_person(app: Flask, tablet: Tablet) -> None:
    other = Tablet(app.test_client(), a_person(Role.AUDITOR), tablet.device)
    tablet.send()
    other.send()
    assert db.session.query(FieldDevice).count() == 2


# ---- one bad operation, and what does not suffer from it

GOOD = {"op_id": "11111111-1111-4111-8111-111111111111", "work": "AUD-2026-0001", "item": "X-01", "field": "note",
        "kind": "set", "value": "a", "parent": None, "client_at": "2026-03-17T04:00:00+00:00", "tz": "UTC"}
FAULTS: list[Any] = [
    7, None, "op", [], {}, GOOD | {"op_id": "7"}, GOOD | {"op_id": None}, GOOD | {"work": 7}, GOOD | {"work": ""},
    GOOD | {"work": "A" * 41}, GOOD | {"item": None}, GOOD | {"field": ["note"]}, GOOD | {"kind": "drop table"},
    GOOD | {"kind": ["set"]}, GOOD | {"client_at": "soon"}, GOOD | {"client_at": "2026-03-17T04:00:00"},
    GOOD | {"client_at": 12}, GOOD | {"client_at": "9999-12-31T23:59:59+00:00"}, GOOD | {"parent": "first"},
    GOOD | {"resolves": "all"}, GOOD | {"resolves": ["x"]}, GOOD | {"resolves": [GOOD["op_id"]] * 21},
    GOOD | {"value": "a\x00b"}, GOOD | {"value": {"a\x00": 1}}, GOOD | {"value": "\ud800"},
    GOOD | {"value": float("nan")}, GOOD | {"value": float("inf")}, GOOD | {"tz": "x" * 65},
]


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else "deep"


@pytest.mark.parametrize("raw", [*FAULTS, GOOD | {"value": nested(13)}])
def test_an_operation_that_cannot_be_read_has_its_fault(raw: Any) -> None:
    assert reading.read_operation(raw).fault


def test_a_good_one_has_none() -> None:
    assert not reading.read_operation(GOOD).fault
    assert not reading.read_operation(GOOD | {"item": "", "value": nested(10), "resolves": None}).fault


def test_the_payload_is_what_the_protocol_names() -> None:
    def sha(**more: Any) -> str:
        return reading.read_operation(GOOD | more).payload_sha

    assert sha(state="queued") == sha() == sha(resolves=None)
    others = {sha(value="b"), sha(parent=str(uuid4())), sha(item="X-02"), sha(client_at="2026-03-17T04:00:01Z")}
    assert len(others - {sha()}) == 4


def test_all_bad_ones_at_once_and_a_good_one_between_them(app: Flask) -> None:
    """Each has its verdict, the good one is applied, and what has an id is kept with its reason."""
    stage = Stage()
    audit = a_floor(stage)
    tablet = Tablet(app.test_client(), stage.auditor)
    good = tablet.op(audit.reference, items_of(audit)[0], "note", "Seen.")
    bad = [raw | {"op_id": str(uuid4())} if isinstance(raw, dict) and raw.get("op_id") == GOOD["op_id"] else raw
           for raw in FAULTS]
    body = json.dumps(tablet.body([*bad[:9], good, *bad[9:]])).encode()
    response = tablet.client.post(f"{API}/sync", data=body, headers={"X-CSRFToken": csrf(tablet.client)},
                                  content_type="application/json")
    assert response.status_code == 200, response.get_data(as_text=True)
    results = response.get_json()["results"]
    assert [each["status"] for each in results] == ["rejected"] * 9 + ["applied"] + ["rejected"] * (len(bad) - 9)
    assert all(each["code"] == "malformed" and each["message"] for each in results if each["status"] == "rejected")
    assert kept() == 1 + sum(isinstance(raw, dict) and len(str(raw.get("op_id"))) == 36 for raw in bad)
