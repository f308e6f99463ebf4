"""Which sites are not ready for a crisis, as `continuity` judges them."""

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor
from compliance.continuity.queries.standing import readiness_rows
from compliance.network.models import Site
from compliance.overview.queries.scope import Scope, narrowed_sites

Unready = tuple[tuple[str, tuple[str, ...]], ...]


def not_ready(actor: Actor, scope: Scope) -> tuple[Unready, int]:
    """(site, its caps) of those that are not, and how many were judged; some statements for every two hundred sites."""
    inside = set(db.session.scalars(narrowed_sites(actor, select(Site.id), scope, clock.today())))
    judged = [row for row in readiness_rows(actor) if row.site.id in inside]
    return tuple((row.site.code, row.readiness.caps) for row in judged if not row.readiness.is_ready), len(judged)
