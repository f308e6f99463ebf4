"""The effective playbook as data: the same JSON as on the command line."""

from flask import Blueprint, Response, jsonify, request

from compliance.errors import InvalidInput
from compliance.playbooks import queries
from compliance.playbooks.presenting import as_json
from compliance.playbooks.views.blueprint import day_argument
from compliance.web.request import actor

bp = Blueprint("playbooks_api", __name__, url_prefix="/api/v1/playbooks")


@bp.get("/<key>/at/<site>")
def effective(key: str, site: str) -> Response:
    """`on` and `known` are days of the site, `vendor` a code or "in-house"."""
    unknown = sorted(set(request.args) - {"on", "known", "vendor"})
    if unknown:
        raise InvalidInput(f"There is no parameter “{unknown[0][:40]}”. Use on, known and vendor.")
    stay = queries.get_stay(actor(), site, vendor=request.args.get("vendor", ""), on=day_argument("on"),
                            known_on=day_argument("known"))
    response: Response = jsonify(as_json(queries.resolved_at(actor(), key, stay)))
    return response
