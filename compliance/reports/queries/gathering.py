"""Gathering what a report says, as of now and with its maker's eyes; every list is one statement."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from compliance import clock, db
from compliance.access import Actor
from compliance.accounts.models import Person
from compliance.actions.lifecycle import ActionStatus
from compliance.actions.measures import Tracked, time_to_close
from compliance.actions.models import Action
from compliance.actions.queries.lateness import zones
from compliance.findings.lifecycle import OPEN_STATUSES, FindingKind, FindingStatus
from compliance.findings.models import Finding
from compliance.network.models import Site, Vendor
from compliance.overview import measures
from compliance.overview.periods import Period, last_quarters
from compliance.overview.queries import figures
from compliance.overview.queries.heatmap import Heatmap, Line, heatmap
from compliance.overview.queries.network import figures_of, trends, version_marks
from compliance.overview.queries.playbooks import library, stale_overrides
from compliance.overview.queries.readiness import not_ready
from compliance.overview.queries.scope import Scope, narrowed
from compliance.playbooks.document import Severity
from compliance.reports.content import messages
from compliance.reports.queries.overrides import overrides_in
from compliance.reports.queries.waivers import scores_with_waivers, waivers_in

WHOLE = 100_000  # sites: a report is never a page of one


def gather(actor: Actor, scope: Scope, period: Period) -> dict[str, Any]:
    """Every part of the snapshot but its cover and definitions."""
    today = clock.today()
    books = library(actor, today)
    found = figures.open_findings(actor, scope, zones())
    quarters = last_quarters(period.until)
    results = figures.results(actor, scope, quarters)
    shown = [_figure(figure) for figure in figures_of(actor, scope, period, found)]
    unready, _ = not_ready(actor, scope)
    register = findings_register(actor, scope, period)
    named = [row for row in register if row["is_open"] and row["severity"] in ("critical", "major")]
    heat = heatmap(actor, scope, books.columns, stale_overrides(actor, today), on=today, limit=WHOLE)
    return {
        "figures": shown, "messages": messages(shown, named), "heat": _heat(heat), "named": named,
        "ageing": [list(row) for row in found.rows()], "closing": _closing(actor, scope, period),
        "causes": [list(row) for row in measures.top(
            figures.causes(actor, scope, today - relativedelta(years=1)))],
        "trends": {"marks": [list(mark) for mark in version_marks(books, quarters)],
                   "rows": [{"title": each.title, "points": [list(point) for point in each.points]}
                            for each in trends(actor, results, quarters)]},
        "overrides": overrides_in(actor, scope, today),
        "waivers": waivers_in(actor, scope, period), "waived_scores": scores_with_waivers(actor, scope, period),
        "continuity": [{"site": code, "reasons": list(caps)} for code, caps in unready],
        "findings": register, "actions": actions_register(actor, scope, period),
    }


def _figure(figure: measures.Figure) -> dict[str, Any]:
    return {"key": figure.key, "name": figure.name, "value": figure.value, "unit": figure.unit,
            "standard": figure.standard, "scale": list(figure.scale), "note": figure.note, "before": figure.before,
            "shown": figure.shown, "change": figure.change_words, "arrow": figure.arrow, "tone": figure.tone}


def _heat(heat: Heatmap) -> dict[str, Any]:
    return {"columns": [{"prefix": column.prefix, "title": column.title, "version": column.number}
                        for column in heat.columns],
            "rows": [_row(line) for line in heat.lines]}


def _row(line: Line) -> dict[str, Any]:
    return {"site": line.code, "name": line.name, "region": line.region, "operator": line.operator, "cells": [
        {"state": cell.state, "letter": cell.letter, "score": cell.score, "age": cell.age, "capped": cell.capped,
         "stale": cell.stale, "n": cell.n,
         "assessed_on": cell.assessed_on.isoformat() if cell.assessed_on else None} for cell in line.cells]}


def _closing(actor: Actor, scope: Scope, period: Period) -> dict[str, Any]:
    closed = figures.closing(actor, scope, (period,))[0]
    days = time_to_close(_closed(actor, scope, period))
    return {"honest": [closed.honest.part, closed.honest.whole],
            "closed_only": [closed.closed_only.part, closed.closed_only.whole],
            "days": {"mean": days.mean, "median": days.median, "n": days.n}}


def _closed(actor: Actor, scope: Scope, period: Period) -> list[Tracked]:
    statement = select(Finding.issued_on, Finding.close_due_on, Finding.closed_on).where(
        Finding.kind == FindingKind.NONCONFORMITY, Finding.closed_on >= period.since,
        Finding.closed_on <= period.until, Finding.status == FindingStatus.CLOSED)
    rows = db.session.execute(narrowed(actor, statement, Finding, scope))
    return [Tracked(issued_on, due_on or closed_on, closed_on) for issued_on, due_on, closed_on in rows
            if issued_on is not None and closed_on is not None]


def findings_register(actor: Actor, scope: Scope, period: Period) -> list[dict[str, Any]]:
    """Everything open, and what was issued or closed in the period; the gravest and oldest first."""
    owner = aliased(Person)
    statement = select(
        Finding.reference, Finding.title, Finding.severity, Finding.status, Finding.clause_id, Finding.issued_on,
        Finding.close_due_on, Finding.closed_on, Finding.source_reference, Finding.reopened, Finding.repeat_of_id,
        Finding.implemented_at, Site.code, Site.name.label("city"), Site.zone, Vendor.name.label("vendor"),
        owner.name.label("owner"),
    ).join(Site, Site.id == Finding.site_id).join(Vendor, Vendor.id == Finding.vendor_id, isouter=True).join(
        owner, owner.id == Finding.owner_id, isouter=True).where(
        Finding.status.not_in((FindingStatus.DRAFT, FindingStatus.WITHDRAWN)),
        or_(Finding.status.in_(OPEN_STATUSES), _within(Finding.issued_on, period), _within(Finding.closed_on, period)))
    rows = [_finding(row) for row in db.session.execute(narrowed(actor, statement, Finding, scope))]
    order = {severity.value: at for at, severity in enumerate(Severity)}
    return sorted(rows, key=lambda row: (
        not row["is_open"], order[row["severity"]], row["issued_on"], row["reference"]))


def _finding(row: Any) -> dict[str, Any]:
    today = clock.today(row.zone or "UTC")
    is_open = row.status in OPEN_STATUSES
    waits = is_open and row.implemented_at is None  # what is done and soaks is not late
    late = (today - row.close_due_on).days if waits and row.close_due_on and row.close_due_on < today else 0
    return {
        "reference": row.reference, "title": row.title, "severity": row.severity.value, "status": row.status.value,
        "is_open": is_open, "site": row.code, "city": row.city, "operator": row.vendor or "in-house",
        "clause": row.clause_id, "owner": row.owner or "", "issued_on": _iso(row.issued_on),
        "due_on": _iso(row.close_due_on), "closed_on": _iso(row.closed_on), "days_late": late,
        "age": (today - row.issued_on).days if is_open and row.issued_on else None, "source": row.source_reference,
        "repeat": row.repeat_of_id is not None, "reopened": row.reopened,
    }


def actions_register(actor: Actor, scope: Scope, period: Period) -> list[dict[str, Any]]:
    """The same of actions: open ones, and those raised or closed in the period; what is due first stands first."""
    owner = aliased(Person)
    statement = select(
        Action.reference, Action.title, Action.kind, Action.severity, Action.status, Action.source_reference,
        Action.due_on, Action.original_due_on, Action.closed_on, Action.extensions, Action.cause_category,
        Site.code, Vendor.name.label("vendor"), owner.name.label("owner"),
    ).join(Site, Site.id == Action.site_id).join(Vendor, Vendor.id == Action.vendor_id, isouter=True).join(
        owner, owner.id == Action.owner_id).where(
        Action.status != ActionStatus.CANCELLED,
        or_(Action.status != ActionStatus.CLOSED, _within(Action.closed_on, period))).order_by(
        Action.due_on, Action.reference)
    return [{
        "reference": row.reference, "title": row.title, "kind": row.kind.value,
        "severity": row.severity.value if row.severity else "", "status": row.status.value, "site": row.code,
        "operator": row.vendor or "in-house", "owner": row.owner, "source": row.source_reference,
        "due_on": _iso(row.due_on), "first_due_on": _iso(row.original_due_on), "closed_on": _iso(row.closed_on),
        "extensions": row.extensions, "cause": row.cause_category.replace("_", " "),
    } for row in db.session.execute(narrowed(actor, statement, Action, scope))]


def _within(column: Any, period: Period) -> Any:
    return column.between(period.since, period.until)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


