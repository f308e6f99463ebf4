"""What a tablet sends: operations as it makes them, batches of them, photographs."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compliance import clock, db
from compliance.accounts.models import Person
from compliance.audits.field.models import FieldEpoch
from compliance.audits.models import Audit
from tests.builders.accounts import csrf, sign_in
from tests.builders.audits import Stage, a_playbook, a_started
from tests.builders.files import a_photo

API = "/field/api/v1"
Op = dict[str, Any]


@dataclass
class Tablet:
    """A tablet in the hands of one person: it knows what it sent, and sends it as the app does."""

    client: FlaskClient
    person: Person
    device: UUID = field(default_factory=uuid4)
    cursors: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sign_in(self.client, self.person)

    def op(self, work: str, item: str, name: str, value: Any, *, parent: str | None = None, kind: str = "set",
           **more: Any) -> Op:
        made = {"op_id": str(uuid4()), "work": work, "item": item, "field": name, "kind": kind, "value": value,
                "parent": parent, "client_at": clock.now().isoformat(), "tz": "Asia/Kuala_Lumpur"}
        return made | more

    def body(self, sent: Iterable[Op], **more: Any) -> dict[str, Any]:
        return {
            "protocol": 1, "device_id": str(self.device), "user_id": str(self.person.id), "app_version": "1",
            "client_now": clock.now().isoformat(), "epoch": "", "ops": list(sent), "since": dict(self.cursors),
            "unsent": {"ops": 0, "media": 0}} | more

    def post(self, sent: Iterable[Op], headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        return self.client.post(f"{API}/sync", json=self.body(sent, **more),
                                headers={"X-CSRFToken": csrf(self.client)} | (headers or {}))

    def send(self, *ops: Op, **more: Any) -> dict[str, Any]:
        """The answer to a batch; reads on from where the last one ended."""
        response = self.post(ops, **more)
        assert response.status_code == 200, response.get_data(as_text=True)
        answer: dict[str, Any] = response.get_json()
        self.cursors |= {each["reference"]: each["cursor"] for each in answer["work"]}
        return answer

    def verdicts(self, *ops: Op) -> list[str]:
        return [each["status"] for each in self.send(*ops)["results"]]

    def photo(self, work: str, item: str, data: bytes | None = None, *, kind: str = "photo.add",
              **more: Any) -> tuple[Op, bytes]:
        """The operation that announces a photograph, and its bytes."""
        data = a_photo() if data is None else data
        value = {"media_id": str(uuid4()), "sha256": hashlib.sha256(data).hexdigest(), "name": "floor.jpg",
                 "caption": "The night desk", "size": len(data), "taken_at": clock.now().isoformat()}
        name = "signature" if kind == "signature" else "photos"
        return self.op(work, item, name, value | more, kind=kind), data

    def put(self, op: Op, data: bytes) -> TestResponse:
        value = op["value"]
        url = f"{API}/media/{value['sha256']}?work={op['work']}&item={op['item']}&media={value['media_id']}"
        return self.client.put(url, data=data, headers={"X-CSRFToken": csrf(self.client)})

    def signoff(self, work: str, signed: Iterable[Op], **more: Any) -> Op:
        """A sign-off that vouches for these operations; the signature among them is its own."""
        listed = list(signed)
        pictures = [each["value"] for each in listed if each["kind"] in ("photo.add", "signature")]
        signature = next((each["value"]["media_id"] for each in listed if each["kind"] == "signature"), None)
        value = {"ops": [each["op_id"] for each in listed],
                 "media": [{"media_id": each["media_id"], "sha256": each["sha256"]} for each in pictures],
                 "signature_media_id": signature, "statement": "As I found it.",
                 "meeting_on": clock.today().isoformat(), "acknowledged_by": "Ann Lim", "refusal_note": "",
                 "not_assessed_reason": "", "conclusion": "As found."}
        return self.op(work, "", "signoff", value | more, kind="signoff")


def a_floor(stage: Stage, clauses: int = 3, **fields: Any) -> Audit:
    """An audit under way, of one playbook with so many minor clauses."""
    return a_started(stage, a_playbook([("minor", 1)] * clauses), **fields)


def items_of(audit: Audit) -> list[str]:
    prefix = audit.criteria[0].playbook.prefix
    return [f"{prefix}-{number:02d}" for number in range(1, audit.clauses + 1)]


def epoch() -> str:
    return str(db.session.get_one(FieldEpoch, 1).epoch)
