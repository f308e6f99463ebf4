"""Reading adoption: the board, one version at one site, and who has read what."""

from compliance.playbooks.adoption.queries.board import ASKED_DAYS, Line, Row, Told, board, line, row, rows_of, versions
from compliance.playbooks.adoption.queries.reading import (
    Asked,
    Reader,
    asked_of,
    belongs,
    last_read,
    readers,
    text_of,
)
from compliance.playbooks.adoption.queries.runs import Run, runs

__all__ = [
    "ASKED_DAYS", "Asked", "Line", "Reader", "Row", "Run", "Told", "asked_of", "belongs", "board", "last_read",
    "line", "readers", "row", "rows_of", "runs", "text_of", "versions",
]  # fmt: skip
