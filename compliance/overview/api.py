"""What looks across features as data: the impact of a version of a playbook."""

from flask import Blueprint, Response, jsonify

from compliance.overview import impacts
from compliance.overview.queries.impact import impact as impact_of
from compliance.playbooks import queries
from compliance.web.request import actor

bp = Blueprint("overview_api", __name__, url_prefix="/api/v1")


@bp.get("/playbooks/<key>/versions/<number>/impact")
def impact(key: str, number: str) -> Response:
    """Whole, however long it takes: a program need not be told how far it is."""
    response: Response = jsonify(impacts.as_json(impact_of(actor(), queries.get_version(actor(), key, number))))
    return response
