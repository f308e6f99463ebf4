"""Translations as data: how far each language is, one language, and proposing one clause."""

from typing import Any

from flask import Blueprint, Response, jsonify

from compliance.access import Permission, require_somewhere
from compliance.db import transaction
from compliance.playbooks.queries import get_playbook
from compliance.playbooks.translations import commands, queries
from compliance.playbooks.translations.models import Translation
from compliance.playbooks.translations.queries import Line
from compliance.playbooks.translations.schemas import DecisionSchema, TranslationSchema
from compliance.web.request import actor, json_body

bp = Blueprint("translations_api", __name__, url_prefix="/api/v1/playbooks/<key>/translations")


@bp.get("")
def board(key: str) -> Response:
    rows = queries.board(actor(), get_playbook(actor(), key))
    response: Response = jsonify(languages=[{
        "language": row.language.code, "name": row.language.name, "own": row.language.own,
        "direction": row.language.direction, "total": row.total, "sites": list(row.sites),
        **{str(standing): count for standing, count in row.counts.items()}} for row in rows])
    return response


@bp.get("/<language>")
def language(key: str, language: str) -> Response:
    tongue = queries.get_language(language)
    found = queries.lines(actor(), get_playbook(actor(), key), tongue.code)
    clauses = [told(each) for each in found]
    response: Response = jsonify(language=tongue.code, direction=tongue.direction, clauses=clauses)
    return response


@bp.put("/<language>/<clause>/<wording>")
def propose(key: str, language: str, clause: str, wording: str) -> Response:
    fields = TranslationSchema().load(json_body())
    with transaction():
        made = commands.propose(
            actor(), get_playbook(actor(), key), language=language, clause_id=clause, wording=wording,
            title=fields["title"], text=fields["text"], seen=fields.get("version"))
    response: Response = jsonify(_translation(made))
    return response


@bp.post("/<language>/<clause>/<wording>/approve")
def approve(key: str, language: str, clause: str, wording: str) -> Response:
    require_somewhere(actor(), Permission.TRANSLATE)
    fields = DecisionSchema().load(json_body())
    with transaction():
        found = queries.get_proposed(actor(), get_playbook(actor(), key), language, clause, wording)
        commands.approve(actor(), found, seen=fields.get("version"))
    response: Response = jsonify(_translation(found))
    return response


def told(line: Line) -> dict[str, Any]:
    wording = line.wording
    return {
        "clause": wording.clause_id, "wording": wording.digest, "sites": wording.places, "state": str(line.standing),
        "title": wording.title, "text": wording.text, "approved": _translation(line.approved),
        "proposed": _translation(line.proposed),
        "suggestion": None if line.approved or line.proposed else _translation(line.previous),
    }


def _translation(each: Translation | None) -> dict[str, Any] | None:
    if each is None:
        return None
    return {"title": each.title, "text": each.text, "status": str(each.status), "translator": each.translator,
            "proposed_at": each.proposed_at.isoformat(), "approved_by": each.decided_by or None,
            "version": each.version}
