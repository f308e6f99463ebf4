"""The first page of continuity: who is ready, what is coming, and what is still open."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from compliance import clock, exports
from compliance.continuity import queries
from compliance.continuity.exporting import READINESS
from compliance.continuity.objectives import duration
from compliance.continuity.presenting import currency, dots, failover_gaps, key_numbers
from compliance.network.queries import regions
from compliance.web.request import actor

bp = Blueprint("continuity", __name__, url_prefix="/continuity", template_folder="../templates")
bp.add_app_template_filter(duration, "duration")


@bp.get("")
def index() -> str:
    who, region = actor(), request.args.get("region", "")
    found = queries.readiness_of_sites(who, region=region, cursor=request.args.get("after", ""))
    counted = queries.tally(who)
    whole = not (found.next or region or request.args.get("after"))
    return render_template(
        "continuity/index.html", found=found, rows=[currency(standing) for standing in found.rows],
        numbers=key_numbers(found.rows, counted, whole=whole), tally=counted, dots=dots(found.rows),
        calendar=queries.calendar(who, [standing.site for standing in found.rows]), today=clock.today(),
        actions=queries.open_actions(who), lobs=queries.single_site_lobs(who), gaps=failover_gaps(found.rows),
        region=region, regions=[("", "All regions"), *((each.code, each.name) for each in regions(who))])


@bp.get("/readiness.<kind>")
def export_readiness(kind: str) -> Response:
    return exports.file_response(kind, "readiness", READINESS,
                                 queries.readiness_rows(actor(), region=request.args.get("region", "")))
