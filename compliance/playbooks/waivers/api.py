"""Waivers as data: the register, one waiver, asking for one, and deciding on it."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from compliance.access import Permission, require, require_somewhere
from compliance.accounts.queries import get_person
from compliance.db import transaction
from compliance.playbooks.queries import get_playbook, get_stay
from compliance.playbooks.waivers import commands, queries
from compliance.playbooks.waivers.queries import Line, WaiverFilter
from compliance.playbooks.waivers.schemas import AskSchema, WordSchema, as_asked
from compliance.playbooks.waivers.subjects import Subject
from compliance.playbooks.waivers.views import ACTS
from compliance.web.request import actor, json_body

bp = Blueprint("waivers_api", __name__, url_prefix="/api/v1/waivers")


@bp.get("")
def index() -> Response:
    args = request.args
    wanted = WaiverFilter(site=args.get("site", ""), vendor=args.get("vendor", ""), playbook=args.get("playbook", ""),
                          state=args.get("state", ""), expiring=bool(args.get("expiring")))
    page = queries.waivers(actor(), wanted, sort=args.get("sort", "requested"), cursor=args.get("after", ""))
    response: Response = jsonify(waivers=[told(line) for line in page.rows], next=page.next or None)
    return response


@bp.post("")
def ask() -> tuple[Response, int]:
    """Ask for a waiver of the clause at `site`, of `playbook` for `vendor`, as `AskSchema` takes it."""
    require_somewhere(actor(), Permission.REQUEST_WAIVER)
    body = json_body()
    said = AskSchema().load({name: value for name, value in body.items() if name in AskSchema().fields})
    named = {name: str(body.get(name) or "") for name in ("site", "vendor", "playbook", "clause")}
    stay = get_stay(actor(), named["site"], vendor=named["vendor"])
    subject = Subject(stay.site, stay.vendor, get_playbook(actor(), named["playbook"]), named["clause"].upper())
    with transaction():
        waiver = commands.request_waiver(actor(), subject, as_asked(said), seen=said["digest"],
                                         control_owner=get_person(actor(), said["control_owner"]))
    return _one(waiver.reference), 201


@bp.get("/<reference>")
def show(reference: str) -> Response:
    return _one(reference)


@bp.post("/<reference>/<any(approve, decline, revoke, close):act>")
def take(reference: str, act: str) -> Response:
    waiver, doing = queries.get_waiver(actor(), reference), ACTS[act]
    require(actor(), doing.permission, waiver)
    said = WordSchema().load(json_body())
    with transaction():
        doing.take(actor(), waiver, version=said["version"], **{doing.word: said["reason"]})
    return _one(reference)


def _one(reference: str) -> Response:
    response: Response = jsonify(told(queries.line_of(queries.get_waiver(actor(), reference))))
    return response


def told(line: Line) -> dict[str, Any]:
    waiver = line.waiver
    return {
        "reference": waiver.reference, "version": waiver.version, "status": waiver.status, "state": line.state,
        "site": waiver.site.code, "vendor": waiver.vendor.code if waiver.vendor else None,
        "playbook": waiver.playbook.key, "playbook_version": waiver.playbook_version, "clause": waiver.clause_id,
        "clause_digest": waiver.clause_digest, "severity": waiver.severity, "weight": waiver.weight,
        "from_on": waiver.from_on.isoformat(), "until_on": waiver.until_on.isoformat(),
        "lapses_on": line.lapsed_on.isoformat() if line.lapsed_on else None, "rationale": waiver.rationale,
        "risk": waiver.risk, "control": waiver.control, "control_digest": waiver.control_digest,
        "control_owner": waiver.control_owner.name, "renewal": waiver.renewal, "decides": waiver.decider,
        "requested_by": waiver.requested_by.name, "decision": waiver.decision, "ended_reason": waiver.ended_reason,
    }
