"""Example content for the page that shows every component: fictional, and the same as in the look's pictures."""

from datetime import date
from typing import Any

from markupsafe import escape

from compliance.web import charts

TODAY = date(2026, 3, 17)


TYPED: dict[str, Any] = {
    "reason": "The Singapore desk is staffed around the clock",
    "minutes": "45",
    "basis": "law",
    "basis_kind": "law",
    "lobs": ["core"],
    "note": "Printed rosters are replaced on the same day.",
}
WRONG = {"minutes": ["45 is looser than the global 30. ESC-02 is locked and can only be made stricter."]}


class ExampleForm:
    """A form as a refused person sees it: what was typed, one error, and the version that was read."""

    version, problem, reasons, theirs = "3", "", (), None

    def value(self, name: str) -> Any:
        return TYPED.get(name, "")

    def errors(self, name: str) -> list[str]:
        return WRONG.get(name, [])

    @property
    def all_errors(self) -> list[tuple[str, str, str]]:
        return [("minutes", "Acknowledge within", message) for message in self.errors("minutes")]


def _finding(title: str, reference: str, site: str, severity: str, status: str) -> dict[str, Any]:
    return {"title": title, "reference": reference, "site": site, "severity": severity, "status": status}


FINDINGS = [
    _finding("Leaver access kept beyond 24 h", "FND-2026-0311", "CEB1", "critical", "overdue")
    | {"days": 9, "score": 58.3, "n": 41},
    _finding("No counsellor on the night shift", "FND-2026-0298", "HYD1", "major", "overdue")
    | {"days": 6, "score": 72.0, "n": 25},
    _finding("Backlog over 3 days without a plan", "FND-2026-0344", "SOF1", "minor", "in_remediation")
    | {"days": 0, "score": None, "n": None},
]


def _cell(site: str, playbook: str, shown: str) -> dict[str, Any]:
    """ "B 41" rated, "D* 58" capped, "B! 27" with a stale override, "-" not assessed, "." does not apply."""
    label = f"{site} {playbook}"
    if shown in ".-":
        return {"state": "not_applicable" if shown == "." else "not_assessed", "url": "#heat", "label": label}
    letter, age = shown.split()
    marks = {"capped": "*" in letter, "stale": "!" in letter}
    return {"state": "rated", "letter": letter[0], "age": int(age), "url": "#heat", "label": label, **marks}


HEAT_COLUMNS = [
    {"code": "ESC", "name": "Escalation handling", "url": "#heat"},
    {"code": "WEL", "name": "Wellbeing", "url": "#heat"},
    {"code": "BCP", "name": "Business continuity", "url": "#heat"},
    {"code": "VEN", "name": "Vendor management", "url": "#heat"},
]
_HEAT = {
    "APAC, 3 sites": [
        ("KUL1", "Kuala Lumpur", "in-house", ("B 41", "B 41", "C 96", ".")),
        ("CEB1", "Cebu", "Palmyra", ("C 58", "D* 58", "C 110", "C 80")),
        ("BLR1", "Bengaluru", "Northlight", ("D*! 15", "A 15", "-", "B 79")),
    ],
    "EMEA, 1 site": [("DUB1", "Dublin", "in-house", ("A 30", "A! 30", "A 61", "."))],
}


def _heat_groups() -> list[dict[str, Any]]:
    codes = [str(column["code"]) for column in HEAT_COLUMNS]
    return [
        {
            "name": group,
            "rows": [
                {
                    "code": code,
                    "name": name,
                    "operator": operator,
                    "url": "#heat",
                    "cells": [_cell(code, playbook, shown) for playbook, shown in zip(codes, cells, strict=True)],
                }
                for code, name, operator, cells in rows
            ],
        }
        for group, rows in _HEAT.items()
    ]


RATINGS = (("BCP", "C", 71.4), ("WEL", "B", 84.0), ("DAC", "B", 88.9), ("CRI", "A", 90.6), ("QCL", "A", 96.8))
PERIODS = ("Q2 24", "Q3 24", "Q4 24", "Q1 25", "Q2 25", "Q3 25", "Q4 25", "Q1 26")
POOLED = {
    "All, n = 40": (82.1, 83.0, 84.4, 84.0, 85.2, 86.1, 86.5, 87.4),
    "AMER, n = 4": (83.3, 84.6, None, 85.0, 86.2, 87.7, 87.0, 86.1),
}
AGES = [("0–30", 2, 6, 7), ("31–60", 1, 7, 5), ("61–90", 1, 4, 3), ("91–180", 1, 3, 2), ("over 180", 0, 1, 0)]
CAUSES = [("Version not adopted", 14), ("Training", 9), ("Staffing, scheduling", 6), ("Access, facilities", 4),
          ("Vendor management", 3), ("Supervision", 2), ("Tooling", 2)]  # fmt: skip


def _ratings() -> list[dict[str, Any]]:
    return [
        {"name": name, "letter": letter, "score": score, "chart": charts.plumb(score, 90, bob=name == RATINGS[-1][0])}
        for name, letter, score in RATINGS
    ]


def _trends() -> list[Any]:
    return [
        charts.trend(
            [(period, value, 5) for period, value in zip(PERIODS, values, strict=True)],
            title=title,
            standard=90,
            scale=(75, 93),
            marks=[(6.5, "ESC 3.0")],
        )
        for title, values in POOLED.items()
    ]


def specimen() -> dict[str, Any]:
    """What `components/gallery.html` needs."""
    return {
        "form": ExampleForm(),
        "today": TODAY,
        "findings": FINDINGS,
        "heat_columns": HEAT_COLUMNS,
        "heat_groups": _heat_groups(),
        "ratings": _ratings(),
        "trends": _trends(),
        "ages": AGES,
        "causes": CAUSES,
        "clause_text": escape("Every queue has a published escalation matrix for P0 to P3 that names who is on call."),
    }
