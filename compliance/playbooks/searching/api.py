"""Search across clauses as data."""

from dataclasses import fields
from typing import Any

from flask import Blueprint, Response, jsonify, request

from compliance.errors import InvalidInput
from compliance.playbooks.searching import queries
from compliance.playbooks.searching.queries import Hit, Wanted
from compliance.playbooks.searching.views import wanted
from compliance.web.request import actor

bp = Blueprint("searching_api", __name__, url_prefix="/api/v1/clauses")


@bp.get("")
def clauses() -> Response:
    """Filters as on the page; `after` is the cursor the page before gave as `next`.

    Of `playbooks_behind` playbooks, what held before they last moved was searched: the next request reads on.
    """
    known = {field.name for field in fields(Wanted)} | {"after"}
    unknown = sorted(set(request.args) - known)
    if unknown:
        raise InvalidInput(f"There is no parameter “{unknown[0][:40]}”. Use {', '.join(sorted(known))}.")
    found = queries.search(actor(), wanted(), cursor=request.args.get("after", ""))
    response: Response = jsonify(clauses=[told(hit) for hit in found.rows], next=found.next or None,
                                 playbooks_behind=found.behind)
    return response


def told(hit: Hit) -> dict[str, Any]:
    return {
        "clause": hit.clause.clause_id, "digest": hit.clause.digest, "playbook": hit.playbook.key,
        "title": hit.plain_title, "found": hit.plain_text, "hits": [text for is_hit, text in hit.text if is_hit],
        "language": hit.language.code if hit.language else "en", "severity": hit.clause.severity,
        "lobs": hit.lobs, "law": hit.clause.law or None, "sites": hit.where.sites,
        "read_at": {"site": hit.where.site, "vendor": hit.where.vendor or None} if hit.where.site else None,
    }
