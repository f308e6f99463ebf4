"""W2t: a hundred operations of a tablet taken in one batch, each a new answer on the one before."""

from itertools import count
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import update

from compliance import clock, db
from compliance.audits.models import Audit
from tests.bench.workloads import Workload, Wrong
from tests.builders.accounts import csrf

WORK = "AUD-W1-0000"
FIELDS = (("conformity", ("conformity", "nonconformity")), ("note", ("Seen on the floor.", "Two of nine were empty.")))


def rename() -> None:
    """Give an audit that was started before a reference tablets know; inside an application context."""
    with db.transaction():
        db.session.execute(update(Audit).where(Audit.reference == "W1-0000").values(reference=WORK))


def workload(client: FlaskClient, person_id: UUID) -> Workload:
    device, numbers = str(uuid4()), count()
    parents: dict[tuple[str, str], str] = {}
    cursors: dict[str, str] = {WORK: ""}

    def operation(number: int, clause: int) -> dict[str, str | None]:
        name, values = FIELDS[number % 2]
        item, made = f"AAB-{clause:02d}", str(uuid4())
        told: dict[str, str | None] = {
            "op_id": made, "work": WORK, "item": item, "field": name, "kind": "set",
            "value": values[number // 2 % 2], "parent": parents.get((item, name)),
            "client_at": clock.now().isoformat(), "tz": "UTC"}
        parents[item, name] = made
        return told

    def send() -> None:
        number = next(numbers)
        ops = [operation(number, clause) for clause in range(1, 101)]
        body = {"protocol": 1, "device_id": device, "user_id": str(person_id), "app_version": "bench", "epoch": "",
                "client_now": clock.now().isoformat(), "ops": ops, "since": cursors, "unsent": {"ops": 0, "media": 0}}
        answer = client.post("/field/api/v1/sync", json=body, headers={"X-CSRFToken": csrf(client)})
        told = answer.get_json()
        if answer.status_code != 200 or {each["status"] for each in told["results"]} != {"applied"}:
            raise Wrong(f"the sync answered {answer.status_code}: {str(told)[:300]}")
        cursors[WORK] = told["work"][0]["cursor"]

    return Workload("W2t", "100 operations of a tablet in one batch", send, 30, 150, 30)
