"""Which sites are not ready for a crisis, as `continuity` judges them."""

from collections.abc import Hashable
from functools import lru_cache

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor
from compliance.continuity.queries.standing import readiness_rows
from compliance.network.models import Site
from compliance.overview.queries.keeping import moved
from compliance.overview.queries.scope import Scope, narrowed_sites

# What readiness rests on. Most of what moves another figure moves none of these.
RESTS_ON = ("action", "plan", "exercise", "operation", "site", "node", "network", "vendor", "demo")
Unready = tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=256)
def kept(actor: Actor, scope: Scope, until: Hashable) -> tuple[Unready, int]:  # noqa: ARG001 - what it is kept until
    return not_ready(actor, scope)


def not_ready_by_now(actor: Actor, scope: Scope) -> tuple[Unready, int]:
    """`not_ready`, judged again only once something it rests on was journalled; for pages, not inside a transaction."""
    return kept(actor, scope, moved(*RESTS_ON))


def not_ready(actor: Actor, scope: Scope) -> tuple[Unready, int]:
    """(site, its caps) of those that are not, and how many were judged; some statements for every two hundred sites."""
    inside = set(db.session.scalars(narrowed_sites(actor, select(Site.id), scope, clock.today())))
    judged = [row for row in readiness_rows(actor) if row.site.id in inside]
    return tuple((row.site.code, row.readiness.caps) for row in judged if not row.readiness.is_ready), len(judged)
