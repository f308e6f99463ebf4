"""Overviews as the components take them: heatmap groups, charts, rows of ratings."""

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.overview import addresses
from compliance.overview.queries.heatmap import Cell, Heatmap
from compliance.overview.queries.network import Overview, Trend
from compliance.overview.queries.playbooks import Column
from compliance.overview.queries.results import Result
from compliance.rates import shown
from compliance.web import charts
from compliance.web.states import look_of
from compliance.web.words import sentence
from compliance.wording import counted

LEAST_SCORE, MOST_SCORE = 60.0, 100.0
LIMITS = (90.0, 80.0, 65.0)  # where a letter changes: a score is never shown on the wrong side of one


def network(found: Overview, regions: Mapping[str, str]) -> dict[str, Any]:
    """What `overview/network.html` shows besides the overview itself."""
    return {
        "groups": heat_groups(found.heat, regions), "columns": heat_columns(found.heat.columns),
        "trend_charts": trend_charts(found.trends, found.marks),
        "cause_rows": [(sentence(cause), count) for cause, count in found.causes],
    }


def result(found: Result) -> dict[str, Any]:
    """What `overview/result.html` shows."""
    criteria = found.criteria
    return {
        "found": found, "finding_url": addresses.finding, "site_url": addresses.site(found.site.code),
        "score": f"score {shown(criteria.score, LIMITS)}" if criteria and criteria.score is not None else "",
        "audit_url": addresses.audit(criteria.audit.reference) if criteria else "",
        "counts": [(look_of(answer).word, count) for answer, count in found.counts],
    }


def heat_groups(heat: Heatmap, regions: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": f"{regions.get(code, code.upper())}, {counted(len(lines), 'site')}", "rows": lines}
            for code, lines in heat.by_region()]


def heat_columns(columns: Sequence[Column]) -> list[dict[str, str]]:
    return [{"code": column.prefix, "name": column.title, "url": addresses.playbook(column.key)} for column in columns]


def trend_charts(trends: Sequence[Trend], marks: Sequence[tuple[float, str]], *,
                 for_print: bool = False) -> list[Any]:
    """Small multiples on one scale, which reaches down to the lowest value in tens."""
    values = [value for trend in trends for _, value, _ in trend.points if value is not None]
    low = min(75.0, *(10.0 * int(value // 10) for value in values)) if values else 75.0
    return [charts.trend(trend.points, title=trend.title, standard=90, scale=(low, MOST_SCORE), marks=marks,
                         for_print=for_print) for trend in trends]


def ratings(cells: Sequence[tuple[str, Cell]]) -> list[dict[str, Any]]:
    """The hang list of a site, worst first: (playbook, cell) pairs; the bob hangs from the last row."""
    rated = sorted((each for each in cells if each[1].state == "rated"), key=lambda each: each[1].score or 0)
    low = min([LEAST_SCORE, *(10.0 * int((cell.score or 0) // 10) for _, cell in rated)])
    return [{"name": name, "url": cell.url, "letter": cell.letter,
             "score": None if cell.score is None else shown(cell.score, LIMITS),
             "chart": charts.plumb(cell.score, 90, (low, MOST_SCORE), bob=at == len(rated) - 1)}
            for at, (name, cell) in enumerate(rated)]
