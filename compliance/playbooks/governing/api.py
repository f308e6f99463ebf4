"""The life of a version as data: where it stands, what its next step waits for, and the steps themselves."""

from typing import Any

from flask import Blueprint, Response, jsonify

from compliance.access import require
from compliance.db import transaction
from compliance.playbooks.governing.doors import DOORS
from compliance.playbooks.governing.queries import Life, life_of
from compliance.playbooks.governing.views import sought
from compliance.playbooks.models import PlaybookVersion
from compliance.web.request import actor, json_body

bp = Blueprint("governing_api", __name__, url_prefix="/api/v1")
BY_PATH = {door.path: door for door in DOORS}
STEPS = ", ".join(f'"{path}"' for path in BY_PATH)


@bp.get("/playbooks/<key>/versions/<number>/life")
def life(key: str, number: str) -> Response:
    return _told(sought(key, number))


@bp.post(f"/playbooks/<key>/versions/<number>/<any({STEPS}):step>")
def take(key: str, number: str, step: str) -> Response:
    """One step of its life; takes what the form of the same name takes."""
    door = BY_PATH[step]
    require(actor(), door.permission, sought(key, number))
    said = door.schema().load(json_body())
    with transaction():
        door.run(actor(), sought(key, number), said)
    return _told(sought(key, number))


def _told(version: PlaybookVersion) -> Response:
    response: Response = jsonify(as_json(life_of(actor(), version)))
    return response


def as_json(found: Life) -> dict[str, Any]:
    version = found.version
    return {
        "playbook": version.playbook.key, "version": version.number, "counter": version.version,
        "digest": version.digest, "state": found.state, "change": version.change, "note": version.note,
        "effective_on": version.effective_on.isoformat(), "follows": found.case.before or None,
        "review_on": version.review_on.isoformat() if version.review_on else None,
        "review_overdue": found.review_overdue, "emergency": version.emergency,
        "conditions": [{"code": each.code, "text": each.text, "met": each.met, "remedy": each.note}
                       for each in found.conditions],
        "fates": [{"former": each.suggested.former, "suggested": each.suggested.fate,
                   "successors": list(each.said.successors if each.said else each.suggested.successors),
                   "fate": each.said.fate if each.said else None, "settled": each.settled} for each in found.fates],
        "sign_offs": [{"id": str(each.id), "kind": each.kind, "person": each.person, "at": each.at.isoformat(),
                       "reason": each.reason, "second": each.second or None} for each in found.sign_offs],
    }
