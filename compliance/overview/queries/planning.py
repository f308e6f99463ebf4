"""Where the programme has a hole: sites that run something, and playbooks nobody has looked at there or will."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.access import Actor, Permission, visible_to
from compliance.audits.models import Audit, AuditCriteria, Standing
from compliance.network.models import Operation, Site, SiteLifecycle
from compliance.network.queries import running
from compliance.overview.queries.playbooks import Column, library
from compliance.overview.queries.sites import AHEAD

LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Hole:
    """A site with the playbooks that concern it and were not looked at for a year, nor are planned."""

    code: str
    name: str
    tier: str
    playbooks: tuple[str, ...]


def uncovered(actor: Actor, on: date) -> list[Hole]:
    """Most playbooks first, in five statements."""
    columns = library(actor, on).columns
    lobs = _lobs(actor, on)
    seen = _seen(actor, on)
    rows = db.session.execute(
        visible_to(actor, select(Site.id, Site.code, Site.name, Site.tier), Site, Permission.PLAN_AUDIT)
        .where(Site.lifecycle == SiteLifecycle.LIVE).order_by(Site.path))
    holes = [Hole(row.code, row.name, row.tier or "", _missing(columns, lobs[row.id], seen[row.id]))
             for row in rows if row.id in lobs]
    return sorted((hole for hole in holes if hole.playbooks), key=lambda hole: (-len(hole.playbooks), hole.code))


def _lobs(actor: Actor, on: date) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    statement = visible_to(actor, select(Operation.site_id, Operation.lob), Operation).where(running(on))
    for site_id, lob in db.session.execute(statement):
        found[site_id].add(lob)
    return found


def _seen(actor: Actor, on: date) -> dict[UUID, set[UUID]]:
    """The playbooks assessed at a site within the longest interval, or planned there."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    done = visible_to(actor, select(Standing.site_id, Standing.playbook_id), Standing).where(
        Standing.assessed_on >= on - LONGEST)
    planned = visible_to(actor, select(AuditCriteria.site_id, AuditCriteria.playbook_id).join(
        AuditCriteria.audit), AuditCriteria).where(Audit.status.in_(AHEAD))
    for statement in (done, planned):
        for site_id, playbook_id in db.session.execute(statement):
            found[site_id].add(playbook_id)
    return found


def _missing(columns: Iterable[Column], lobs: Iterable[str], seen: set[UUID]) -> tuple[str, ...]:
    return tuple(column.prefix for column in columns if column.id not in seen and column.concerns(lobs))
