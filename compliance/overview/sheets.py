"""Overviews as rows of a file."""

from collections.abc import Iterator
from datetime import date

from compliance.access import Actor
from compliance.exports import Column
from compliance.overview.queries.heatmap import Cell, Line, heatmap
from compliance.overview.queries.playbooks import library, stale_overrides
from compliance.overview.queries.scope import Scope

Row = tuple[Line, str, Cell]
HEAT_COLUMNS: list[Column] = [
    ("Site", lambda row: row[0].code), ("City", lambda row: row[0].name), ("Region", lambda row: row[0].region.upper()),
    ("Run by", lambda row: row[0].operator), ("Playbook", lambda row: row[1]),
    ("State", lambda row: row[2].state.replace("_", " ")), ("Rating", lambda row: row[2].letter),
    ("Score", lambda row: row[2].score), ("Clauses assessed", lambda row: row[2].n or None),
    ("Assessed on", lambda row: row[2].assessed_on),
    ("Days since", lambda row: row[2].age if row[2].assessed_on else None), ("Capped", lambda row: row[2].capped),
    ("Stale override", lambda row: row[2].stale),
]


def heat_rows(actor: Actor, scope: Scope, on: date) -> Iterator[Row]:
    """Every cell of the heatmap, page by page, so that memory stays flat."""
    columns, stale = library(actor, on).columns, stale_overrides(actor, on)
    after, more = "", True
    while more:
        heat = heatmap(actor, scope, columns, stale, on=on, after=after, limit=200)
        for line in heat.lines:
            yield from ((line, column.prefix, cell) for column, cell in zip(heat.columns, line.cells, strict=True))
        after, more = heat.after, bool(heat.after)
