"""Drift as JSON: the inbox by cursor, one override operation by operation, and the three things done about it."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema

from compliance.access import Permission, require, require_somewhere
from compliance.db import transaction
from compliance.errors import InvalidInput, NotFound
from compliance.paging import PAGE
from compliance.playbooks.drifting import commands, queries
from compliance.playbooks.drifting.choices import Choice, Chosen
from compliance.playbooks.drifting.comparing import compared
from compliance.playbooks.drifting.presenting import item_as_json, settled_as_json, told
from compliance.playbooks.drifting.schemas import AcceptSchema, ClearSchema, RebaseSchema
from compliance.playbooks.drifting.views.inbox import wanted_from
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.playbooks.queries import get_override_version
from compliance.web.request import actor, json_body

bp = Blueprint("drifting_api", __name__, url_prefix="/api/v1/drift")
KNOWN = {"view", "playbook", "scope", "state", "mine", "after", "limit"}
LISTS = {"decide": queries.waiting, "accepted": queries.accepted}


@bp.get("")
def inbox() -> Response:
    """`view` is decide, clear or accepted; `next` is the cursor of the following rows, null at the end."""
    unknown, size = sorted(set(request.args) - KNOWN), request.args.get("limit", str(PAGE))
    if unknown or not size.isdecimal():
        raise InvalidInput(f"There is no parameter “{unknown[0][:40]}”." if unknown else "The limit is a whole number.")
    view, wanted, after = request.args.get("view", "decide"), wanted_from(request.args), request.args.get("after", "")
    if view == "clear":
        clear = queries.clearable(actor(), wanted, after, int(size))
        return jsonify({"overrides": [_clearable(each) for each in clear.rows], "next": clear.next or None})
    if view not in LISTS:
        raise NotFound
    page, counts = LISTS[view](actor(), wanted, after, int(size)), queries.counts(actor(), wanted)
    return jsonify({
        "items": [item_as_json(row) for row in page.rows], "next": page.next or None,
        "counts": {"decide": {str(state): count for state, count in counts.decide.items()}, "clear": counts.clear,
                   "accepted": counts.accepted}})


@bp.get("/<key>/<scope>/<int:number>")
def item(key: str, scope: str, number: int) -> Response:
    """Every operation that moved, with old base, new base, ours, the offered merge and what may be chosen."""
    return _whole(_approved(key, scope, number))


@bp.post("/<key>/<scope>/<int:number>/rebase")
def rebase(key: str, scope: str, number: int) -> tuple[Response, int]:
    """`{"choices": {"replace ESC-03": {"choice": "merged", "read": true}}}`; answers with the draft."""
    version = _approved(key, scope, number)
    require(actor(), Permission.REQUEST_OVERRIDE, version)
    sent = _sent(RebaseSchema())
    choices = {name: Chosen(Choice(each["choice"]), each["text"], each["read"])
               for name, each in sent["choices"].items()}
    with transaction():
        made = commands.rebase(actor(), version, choices, note=sent["note"], seen=sent.get("version"))
    return jsonify({"playbook": key, "scope": made.override.scope, "number": made.number, "digest": made.digest,
                    "status": str(made.status), "source": made.source}), 201


@bp.post("/<key>/<scope>/<int:number>/accept")
def accept(key: str, scope: str, number: int) -> Response:
    """`{"operation": "replace ESC-03", "seen": "…", "why": "…"}`, `seen` as the item says."""
    version = _approved(key, scope, number)
    require(actor(), Permission.DECIDE_LOCALLY, version)
    sent = _sent(AcceptSchema())
    with transaction():
        row = queries.get_item(actor(), version, sent["operation"])
        commands.acknowledge(actor(), row, why=sent["why"], seen=sent["seen"])
    return _whole(_approved(key, scope, number))


@bp.post("/clear")
def clear() -> tuple[Response, int]:
    """`{"versions": ["escalation-handling/apac/1"]}`: all of them or none; answers with the versions that follow."""
    require_somewhere(actor(), Permission.DECIDE_LOCALLY)
    sent = _sent(ClearSchema())
    with transaction():
        made = commands.clear_together(actor(), queries.get_clearable(actor(), sent["versions"]))
    return jsonify({"cleared": [_named(version) for version in made]}), 201


def _approved(key: str, scope: str, number: int) -> OverrideVersion:
    version = get_override_version(actor(), key, scope, number)
    if version.status is not VersionStatus.APPROVED:
        raise NotFound
    return version


def _whole(version: OverrideVersion) -> Response:
    found = compared(version)
    told_of = told(actor(), found, queries.items_of(version)) if found else []
    return jsonify({
        "override": _named(version), "version": version.version, "written_against": version.written_against,
        "against": dict(found.new.chain) if found else None, "from": found.period.begins.isoformat() if found else None,
        "operations": [settled_as_json(each) for each in told_of]})


def _clearable(each: queries.Clearable) -> dict[str, Any]:
    return {"override": _named(each.version),
            "operations": [{"operation": row.operation, "state": str(row.state)} for row in each.items]}


def _named(version: OverrideVersion) -> str:
    return f"{version.override.playbook.key}/{version.override.scope}/{version.number}"


def _sent(schema: Schema) -> dict[str, Any]:
    loaded: dict[str, Any] = schema.load(json_body())
    return loaded
