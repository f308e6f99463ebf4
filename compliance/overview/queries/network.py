"""Everything the network page shows, in a number of statements that does not grow with the network."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, visible_to
from compliance.actions.queries.lateness import zones
from compliance.network.models import Region
from compliance.overview import addresses, measures, periods
from compliance.overview.measures import Figure
from compliance.overview.periods import Period
from compliance.overview.queries import figures
from compliance.overview.queries.figures import OpenFindings, Pooled
from compliance.overview.queries.heatmap import Heatmap, heatmap
from compliance.overview.queries.keeping import moved
from compliance.overview.queries.playbooks import Library, library, stale_overrides
from compliance.overview.queries.readiness import Unready, not_ready, not_ready_by_now
from compliance.overview.queries.scope import Scope
from compliance.playbooks.document import Severity

LONGEST_TRENDS = 6
LONGEST_TITLE = 14
NOW = periods.QUARTERS - 1  # the slot of the present quarter among the last eight


@dataclass(frozen=True, slots=True)
class Trend:
    """The pooled score of one region (or of all) by quarter: (label, per cent or None, audits)."""

    title: str
    points: list[tuple[str, float | None, int]]


@dataclass(frozen=True, slots=True)
class Overview:
    """The network as one person sees it in one scope, today."""

    scope: Scope
    period: Period
    before: Period
    figures: list[Figure]
    heat: Heatmap
    trends: list[Trend]
    marks: list[tuple[float, str]]
    findings: OpenFindings
    causes: list[tuple[str, int]]
    library: Library


@dataclass(frozen=True, slots=True)
class Counted:
    """What has to be counted over all records of a scope."""

    figures: list[Figure]
    trends: list[Trend]
    findings: OpenFindings
    causes: list[tuple[str, int]]


def network_overview(actor: Actor, scope: Scope, after: str = "") -> Overview:
    today = clock.today()
    period = periods.this_quarter(today)
    books = library(actor, today)
    heat = heatmap(actor, scope, books.columns, stale_overrides(actor, today), on=today, after=after)
    kept = counted(actor, scope, moved())
    return Overview(scope, period, periods.before(period), kept.figures, heat, kept.trends,
                    version_marks(books, periods.last_quarters(today)), kept.findings, kept.causes, books)


def five_figures(actor: Actor, scope: Scope) -> list[Figure]:
    """The five numbers of the present quarter alone."""
    return counted(actor, scope, moved()).figures


@lru_cache(maxsize=256)
def counted(actor: Actor, scope: Scope, until: Hashable) -> Counted:  # noqa: ARG001 - `moved()`: what it is kept until
    """Counting takes as long as there are records, so it is done once for each thing that moves a figure."""
    today = clock.today()
    period, quarters = periods.this_quarter(today), periods.last_quarters(today)
    found = figures.open_findings(actor, scope, zones())
    results = figures.results(actor, scope, quarters)
    pooled = figures.together(results, NOW), figures.together(results, NOW - 1)
    return Counted(
        _figures(actor, scope, (periods.before(period), period), pooled, found, ready=not_ready_by_now(actor, scope)),
        trends(actor, results, quarters),
        found, measures.top(figures.causes(actor, scope, today - relativedelta(years=1))))


def figures_of(actor: Actor, scope: Scope, period: Period, found: OpenFindings) -> list[Figure]:
    """The five numbers of any period, against the period before it; what is open is open now."""
    before = periods.before(period)
    results = figures.results(actor, scope, (before, period))
    return _figures(actor, scope, (before, period), (
        figures.together(results, 1), figures.together(results, 0)), found, ready=not_ready(actor, scope))


def _figures(actor: Actor, scope: Scope, compared: tuple[Period, Period], results: tuple[Pooled, Pooled],
             found: OpenFindings, *, ready: tuple[Unready, int]) -> list[Figure]:
    before, period = compared
    now, then = results
    covered, covered_before = figures.coverage(actor, scope, period, before)
    closed, closed_before = figures.closing(actor, scope, (period, before))
    late_before = figures.overdue_criticals_at(actor, scope, before.until)
    unready, sites = ready
    late = addresses.listing("findings", severity=Severity.CRITICAL.value, overdue=1, status="open", **_where(scope))
    return [
        measures.adherence_figure(now.rate, then.rate, now.assessed, now.audits, now.unwaived if now.waived else None),
        measures.coverage_figure(covered, covered_before),
        measures.on_time_figure(closed.honest, closed.closed_only, closed_before.honest),
        measures.overdue_figure(found.overdue_criticals, found.criticals, late_before, late),
        measures.readiness_figure(len(unready), sites, addresses.listing("continuity")),
    ]


def _where(scope: Scope) -> dict[str, str]:
    return {"vendor": scope.vendor, "playbook": scope.playbook}


def trends(actor: Actor, results: Sequence[Pooled], quarters: Sequence[Period]) -> list[Trend]:
    """All first, then each region in sight that has results, in the order of the tree."""
    seen = visible_to(actor, select(Region.id, Region.name, Region.code), Region)
    regions = db.session.execute(seen.order_by(Region.path)).all()
    with_results = [row for row in regions if any(each.region == row.id for each in results)]
    rows = [("All", None), *((_short(row), row.id) for row in with_results[:LONGEST_TRENDS] if len(with_results) > 1)]
    return [_trend(name, [figures.together(results, at, region) for at in range(len(quarters))], quarters)
            for name, region in rows]


def _short(region: Any) -> str:
    """The name above a small chart; a long one would run out of it, so its code stands there."""
    return str(region.name) if len(region.name) <= LONGEST_TITLE else str(region.code).upper()


def _trend(name: str, found: Sequence[Pooled], quarters: Sequence[Period]) -> Trend:
    audits = sum(each.audits for each in found)
    return Trend(f"{name}, n = {audits}", [
        (period.label, each.rate.percent, each.audits) for period, each in zip(quarters, found, strict=True)])


def version_marks(books: Library, quarters: Sequence[Period]) -> list[tuple[float, str]]:
    """Where a new text took effect: only what changed the standard itself can explain a step in a score."""
    first = quarters[0].until + timedelta(days=1)
    placed = [(periods.position(quarters, change.effective_on), change.label)
              for change in books.since(first) if change.is_major]
    return [(at, label) for at, label in placed if at is not None]


