"""Adoption as JSON: the board, a version at a site with its steps, and what this person should read."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from marshmallow import Schema, ValidationError
from werkzeug.wrappers import Response

from compliance.access import Permission, require, require_somewhere
from compliance.db import transaction
from compliance.errors import InvalidInput
from compliance.playbooks.adoption import commands, queries
from compliance.playbooks.adoption.models import Acknowledgement
from compliance.playbooks.adoption.queries import Asked, Line, Row
from compliance.playbooks.adoption.schemas import AcknowledgementSchema, AttestationSchema, LiveSchema
from compliance.playbooks.queries import get_stay
from compliance.web.request import actor, json_body

bp = Blueprint("adoption_api", __name__, url_prefix="/api/v1/adoption")


@bp.get("")
def index() -> Response:
    """The filters of the page: `region`, `playbook`, `late=1`."""
    require_somewhere(actor(), Permission.VIEW_AUDIT)
    rows = queries.board(actor(), region=request.args.get("region", ""), playbook=request.args.get("playbook", ""),
                         late=bool(request.args.get("late")))
    return jsonify({"versions": [_row(row) for row in rows]})


@bp.get("/reading")
def reading() -> Response:
    """What this person should read, and why."""
    return jsonify({"asked": [_asked(each) for each in queries.asked_of(actor())]})


@bp.get("/<key>/<number>/<site>")
def place(key: str, number: str, site: str) -> Response:
    return jsonify(_line(_found(key, number, site)))


@bp.post("/<key>/<number>/<site>/notice")
def notice(key: str, number: str, site: str) -> Response:
    return _done(key, number, site, lambda line: commands.acknowledge_notice(actor(), line))


@bp.post("/<key>/<number>/<site>/attestation")
def attest(key: str, number: str, site: str) -> Response:
    require(actor(), Permission.ADOPT_VERSION, _found(key, number, site))
    said = _sent(AttestationSchema())
    return _done(key, number, site, lambda line: commands.attest(
        actor(), line, attested=said["attested"], heads=said["heads"], seen=said.get("version")))


@bp.post("/<key>/<number>/<site>/live")
def go_live(key: str, number: str, site: str) -> Response:
    """Its evidence was attached on the page before: a file is no JSON."""
    require(actor(), Permission.ADOPT_VERSION, _found(key, number, site))
    said = _sent(LiveSchema())
    return _done(key, number, site, lambda line: commands.declare_live(
        actor(), line, live_on=said["live_on"], note=said["note"], seen=said.get("version")))


@bp.post("/reading/<key>/<site>")
def acknowledge(key: str, site: str) -> Response:
    """`{"digest": "…", "language": "en", "on": "2026-06-01", "vendor": "KBC"}`: exactly the text that was read."""
    get_stay(actor(), site)  # out of sight before anything is said about what was sent
    said = _sent(AcknowledgementSchema())
    stay = get_stay(actor(), site, vendor=said["vendor"], on=said["on"])
    with transaction():
        done = commands.acknowledge(actor(), key, stay, digest=said["digest"], language=said["language"])
    return jsonify(_acknowledged(done))


def _sent(schema: Schema) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(json_body())
    except ValidationError as error:
        fields = {name: [str(each) for each in found] for name, found in error.normalized_messages().items()}
        raise InvalidInput("Some of it cannot be understood.", fields) from None
    return loaded


def _found(key: str, number: str, site: str) -> Line:
    return queries.line(actor(), key, number, site=site, vendor=request.args.get("vendor", ""))


def _done(key: str, number: str, site: str, work: Callable[[Line], object]) -> Response:
    with transaction():
        work(_found(key, number, site))
    return jsonify(_line(_found(key, number, site)))


def _row(row: Row) -> dict[str, Any]:
    version = row.told.version
    return {
        "playbook": version.playbook.key, "version": version.number, "effective_on": version.effective_on.isoformat(),
        "counts": {status.value: count for status, count in row.counts.items()}, "late": len(row.late),
        "median_lag": row.median_lag, "places": [_line(line) for line in row.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    done = line.adoption
    return {
        "playbook": line.version.playbook.key, "version": line.version.number, "site": line.run.site.code,
        "vendor": line.run.vendor.code if line.run.vendor else None, "status": line.status.value,
        "due_on": line.due_on.isoformat(), "late": line.is_late_now, "days_late": line.days_late,
        "attested": done.attested if done else None, "heads": done.heads if done else None,
        "live_on": line.live_on.isoformat() if line.live_on else None, "lag": line.lag,
        "content_digest": done.content_digest if done else None, "record_version": done.version if done else None,
    }


def _asked(each: Asked) -> dict[str, Any]:
    return {"playbook": each.playbook.key, "version": each.chosen.playbook.number, "site": each.run.site.code,
            "vendor": each.run.vendor.code if each.run.vendor else None, "why": each.why.value,
            "read": _acknowledged(each.read) if each.read else None}


def _acknowledged(done: Acknowledgement) -> dict[str, Any]:
    return {"version": done.number, "content_digest": done.content_digest, "language": done.language,
            "at": done.at.isoformat()}
