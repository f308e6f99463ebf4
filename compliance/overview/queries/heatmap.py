"""The heatmap: the standing of each site on each playbook, one page of sites at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.access import Actor, visible_to
from compliance.audits.models import Standing
from compliance.audits.scoring import Rating
from compliance.errors import InvalidInput
from compliance.network.models import Operation, Site, SiteLifecycle, Vendor
from compliance.network.queries import running
from compliance.overview import addresses
from compliance.overview.periods import days_since
from compliance.overview.queries.playbooks import Column, Stale
from compliance.overview.queries.scope import Scope, narrowed, narrowed_sites

PAGE = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """One site on one playbook; `age` is in days, `points` of `weight` is what a roll-up pools."""

    state: str  # rated, not_assessed, not_applicable
    url: str
    label: str
    letter: str = ""
    age: int = 0
    capped: bool = False
    stale: bool = False
    score: float | None = None
    assessed_on: date | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A site with its cells, one per column."""

    code: str
    name: str
    operator: str
    url: str
    region: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heatmap:
    """`after` leads to the following sites, "" when there are none."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    after: str = ""

    def by_region(self) -> list[tuple[str, list[Line]]]:
        grouped: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            grouped[line.region].append(line)
        return list(grouped.items())


@dataclass(frozen=True, slots=True)
class _Run:
    """What is run at a site: by whom, and in which lines of business."""

    lobs: list[str] = field(default_factory=list)
    vendors: dict[UUID | None, str] = field(default_factory=dict)


def heatmap(actor: Actor, scope: Scope, columns: Sequence[Column], stale: Sequence[Stale], *, on: date,
            after: str = "", limit: int = PAGE) -> Heatmap:
    """A page of sites in the order of the tree, in three statements."""
    if len(after) > 200:
        raise InvalidInput("This page link is damaged. Start again from the first page.")
    kept = [column for column in columns if scope.playbook_id in (None, column.id)]
    sites = _sites(actor, scope, on, after, limit)
    more, sites = len(sites) > limit, sites[:limit]
    wanted = [site.id for site in sites]
    runs = _runs(actor, wanted, on)
    standings = _standings(actor, scope, wanted)
    lines = [_line(site, kept, runs[site.id], standings, (on, stale)) for site in sites]
    return Heatmap(kept, lines, sites[-1].path if more else "")


def site_line(actor: Actor, site: Site, columns: Sequence[Column], stale: Sequence[Stale], on: date) -> Line:
    """The line of one site, in two statements."""
    runs = _runs(actor, [site.id], on)
    return _line(site, columns, runs[site.id], _standings(actor, Scope(), [site.id]), (on, stale))


def _sites(actor: Actor, scope: Scope, on: date, after: str, limit: int) -> Sequence[Any]:
    statement = select(Site.id, Site.code, Site.name, Site.path, Site.lifecycle).where(
        Site.lifecycle != SiteLifecycle.CLOSED, Site.path > after)
    return db.session.execute(
        narrowed_sites(actor, statement, scope, on).order_by(Site.path).limit(limit + 1)).all()


def _runs(actor: Actor, sites: Sequence[UUID], on: date) -> Mapping[UUID, _Run]:
    found: dict[UUID, _Run] = defaultdict(_Run)
    statement = select(Operation.site_id, Operation.lob, Operation.vendor_id, Vendor.name).join(
        Vendor, Vendor.id == Operation.vendor_id, isouter=True).where(Operation.site_id.in_(sites), running(on))
    for row in db.session.execute(visible_to(actor, statement, Operation).order_by(Operation.lob)):
        found[row.site_id].lobs.append(row.lob)
        found[row.site_id].vendors[row.vendor_id] = row.name or "in-house"
    return found


def _standings(actor: Actor, scope: Scope, sites: Sequence[UUID]) -> Mapping[tuple[UUID, UUID], Any]:
    statement = select(
        Standing.site_id, Standing.playbook_id, Standing.rating, Standing.capped, Standing.assessed_on,
        Standing.score, Standing.assessed).where(Standing.site_id.in_(sites))
    rows = db.session.execute(narrowed(actor, statement, Standing, scope))
    return {(row.site_id, row.playbook_id): row for row in rows}


def _line(site: Any, columns: Sequence[Column], run: _Run, standings: Mapping[tuple[UUID, UUID], Any],
          day: tuple[date, Sequence[Stale]]) -> Line:
    on, overrides = day
    stale = {each.playbook_id for each in overrides if each.holds_at(site.path, run.vendors)}
    cells = tuple(_cell(site.code, column, standings.get((site.id, column.id)), (on, column.id in stale, run.lobs))
                  for column in columns)
    return Line(site.code, site.name, _operator(run, site.lifecycle), addresses.site(site.code),
                site.path.split("/")[1], cells)


def _cell(code: str, column: Column, row: Any, here: tuple[date, bool, Iterable[str]]) -> Cell:
    on, stale, lobs = here
    url, label = addresses.cell(code, column.prefix), f"{code} {column.prefix}"
    if row is None:
        return Cell("not_assessed" if column.concerns(lobs) else "not_applicable", url, label, stale=stale)
    rating = Rating(row.rating)
    if rating is Rating.NOT_RATED:
        return Cell("not_assessed", url, label, stale=stale, assessed_on=row.assessed_on, n=row.assessed)
    return Cell("rated", url, label, rating.value, days_since(row.assessed_on, on), row.capped, stale, row.score,
                row.assessed_on, row.assessed)


def _operator(run: _Run, lifecycle: SiteLifecycle | None) -> str:
    names = ", ".join(dict.fromkeys(run.vendors.values())) or "nobody yet"
    return names if lifecycle in (None, SiteLifecycle.LIVE) else f"{names}, {lifecycle.value}"
