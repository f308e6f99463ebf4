"""What a tablet asks around its work: who is signed in, what there is to do, to take it along, to begin it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from compliance import clock
from compliance.access import Forbidden, Role
from compliance.audits import commands
from compliance.audits.field import epochs
from compliance.audits.field.models import FieldDevice
from compliance.audits.queries.records import get_audit
from compliance.db import new_id, session, transaction
from tests.audits.field.test_tablets import a_tablet
from tests.builders.accounts import a_person, post, sign_in
from tests.builders.audits import Stage, a_planned, a_playbook, a_scheduled, a_started, answered, clause_of
from tests.builders.saving import saving

API = "/field/api/v1"


@pytest.fixture
def stage(client: FlaskClient) -> Stage:
    stage = Stage()
    sign_in(client, stage.auditor)
    return stage


def get(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == status
    assert answer.headers["X-Field-Protocol"] == "1"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


@pytest.mark.parametrize("path", ["session", "work", "work/AUD-2019-9999"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_nobody_is_sent_to_a_page_to_sign_in(client: FlaskClient, path: str) -> None:
    told = get(client, path, 401)
    assert told["code"] == "signed_out"


def test_the_session_says_who_and_what_a_change_must_carry(client: FlaskClient, stage: Stage) -> None:
    device, person, name = new_id(), str(stage.auditor.id), stage.auditor.name
    told = get(client, f"session?device={device}")
    assert told["user"] == {"id": person, "name": name, "initials": "P" + name.split()[-1][0]}
    assert (told["protocol"], told["min_protocol"], told["epoch"]) == (1, 1, epochs.epoch())
    assert told["device"] == {"known": False, "revoked": False, "wipe": False}
    assert client.post(f"{API}/devices/{device}/wiped", headers={"X-CSRFToken": told["csrf"]}).status_code == 404
    refused = client.post(f"{API}/devices/{device}/wiped")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "csrf")


@pytest.mark.parametrize(("fields", "told"), [
    ({}, {"known": True, "revoked": False, "wipe": False}),
    ({"revoked_at": True}, {"known": True, "revoked": True, "wipe": False}),
    ({"wipe_asked_at": True}, {"known": True, "revoked": False, "wipe": True}),
    ({"wipe_asked_at": True, "wiped_at": True}, {"known": True, "revoked": False, "wipe": False})])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_session_says_how_the_tablet_stands(client: FlaskClient, stage: Stage, fields: dict[str, bool],
                                                told: dict[str, bool]) -> None:
    tablet = a_tablet(stage.auditor, **dict.fromkeys(fields, clock.now()))
    assert get(client, f"session?device={tablet.device}")["device"] == told


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_cookie_of_a_tablet_outlives_the_app(client: FlaskClient, stage: Stage) -> None:
    assert "Expires" not in client.get(f"{API}/session").headers.get("Set-Cookie", "")
    kept = client.get(f"{API}/session?device={new_id()}").headers["Set-Cookie"]
    assert "Expires=" in kept
    assert "HttpOnly" in kept


def test_an_emptied_tablet_reports_back(client: FlaskClient, stage: Stage) -> None:
    tablet = a_tablet(stage.auditor, wipe_asked_at=clock.now(), unsent_ops=2)
    tablet_id = tablet.id
    assert post(client, f"{API}/devices/{tablet.device}/wiped").status_code == 204
    assert session.get_one(FieldDevice, tablet_id).wiped_at is not None


def test_the_work_list_is_mine(client: FlaskClient, stage: Stage) -> None:
    mine, planned = a_started(stage).reference, a_planned(stage).reference
    a_started(Stage())
    told = {each["reference"]: each for each in get(client, "work")["work"]}
    assert told.keys() == {mine, planned}
    assert told[mine]["kind"] == "audit"
    assert "schedules it" in told[planned]["why_not"]


def test_a_work_whole_with_what_stands_in_it(client: FlaskClient, stage: Stage) -> None:
    audit = a_started(stage, a_playbook([("major", 3), ("minor", 1)]))
    answered(stage, audit, ["nonconformity", "conformity"])
    reference, name = audit.reference, stage.auditor.name
    told = get(client, f"work/{reference}")
    assert (told["reference"], told["kind"], told["status"]) == (reference, "audit", "in_progress")
    first = told["items"][0]["id"]
    values = {each["field"]: each for each in told["answers"] if each["item"] == first}
    assert values["conformity"]["value"] == "nonconformity"
    assert values["conformity"]["by"] == name
    assert values["conformity"]["head"]
    assert [each["item"] for each in told["photos"]] == [first]
    assert told["conflicts"] == []
    assert [each["prefix"] for each in told["results"]] == [told["playbooks"][0]["prefix"]]
    assert {each["code"] for each in told["blockers"]} >= {"closing_meeting"}
    assert told["epoch"] == epochs.epoch()
    assert told["cursor"]


def test_a_tablet_that_has_it_takes_nothing_again(client: FlaskClient, stage: Stage, clock: Any) -> None:
    audit = a_started(stage)
    address = f"{API}/work/{audit.reference}"
    first = client.get(address)
    clock.forward(minutes=3)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with saving():
        commands.answer(stage.actor("auditor"), clause_of(audit, first.get_json()["items"][0]["id"]),
                        conformity=None, note="Seen.")
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize("path", ["work/AUD-2019-9999", "work/XYZ-1", "work/x"])
def test_what_there_is_not_is_not_found(client: FlaskClient, stage: Stage, path: str) -> None:
    get(client, path, 404)


def test_another_team_does_not_take_it_along(client: FlaskClient, stage: Stage) -> None:
    audit = a_started(stage)
    sign_in(client, a_person(Role.AUDITOR))
    get(client, f"work/{audit.reference}", 404)


def test_a_scheduled_audit_begins_from_the_tablet(client: FlaskClient, stage: Stage) -> None:
    reference = a_scheduled(stage).reference
    answer = post(client, f"{API}/work/{reference}/start")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "in_progress")
    assert get(client, f"work/{reference}")["items"]
    again = post(client, f"{API}/work/{reference}/start")
    assert again.status_code == 409


def test_only_the_team_begins_it(client: FlaskClient, stage: Stage) -> None:
    reference = a_scheduled(stage).reference
    sign_in(client, a_person(Role.AUDITOR))
    assert post(client, f"{API}/work/{reference}/start").status_code == 403
    assert get_audit(stage.actor("auditor"), reference).started_at is None


def test_another_epoch_begins_at_the_command_line(client: FlaskClient, stage: Stage) -> None:
    before = epochs.epoch()
    result = client.application.test_cli_runner().invoke(args=["field", "renew-epoch"])
    assert result.exit_code == 0
    assert epochs.epoch() != before
    assert epochs.epoch() in result.output


def test_nobody_begins_another_epoch_from_their_desk(stage: Stage) -> None:
    with pytest.raises(Forbidden), transaction():
        epochs.renew_epoch(stage.actor("auditor"))
