"""A frozen report as rows: the sheets of its workbook, and the register its CSV holds."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from compliance.exports import Column, csv_lines, write_xlsx

Snapshot = Mapping[str, Any]


def _of(name: str) -> Callable[[Any], Any]:
    return lambda row: row[name]


FINDINGS: list[Column] = [(label, _of(name)) for label, name in (
    ("Reference", "reference"), ("Title", "title"), ("Severity", "severity"), ("Status", "status"), ("Site", "site"),
    ("City", "city"), ("Run by", "operator"), ("Clause", "clause"), ("Owner", "owner"), ("Issued on", "issued_on"),
    ("Close by", "due_on"), ("Closed on", "closed_on"), ("Days open", "age"), ("Days late", "days_late"),
    ("Repeat", "repeat"), ("Reopened", "reopened"), ("Raised by", "source"))]
ACTIONS: list[Column] = [(label, _of(name)) for label, name in (
    ("Reference", "reference"), ("Title", "title"), ("Kind", "kind"), ("Severity", "severity"), ("Status", "status"),
    ("Site", "site"), ("Run by", "operator"), ("Owner", "owner"), ("For", "source"), ("Due", "due_on"),
    ("First due", "first_due_on"), ("Closed on", "closed_on"), ("Extensions", "extensions"), ("Cause", "cause"))]
FIGURES: list[Column] = [(label, _of(name)) for label, name in (
    ("Number", "name"), ("Value", "value"), ("Unit", "unit"), ("Standard", "standard"), ("Of what", "note"),
    ("Period before", "before"), ("Change", "change"))]
OVERRIDES: list[Column] = [(label, _of(name)) for label, name in (
    ("Where", "scope"), ("Layer", "layer"), ("Playbook", "playbook"), ("Version", "version"), ("Effect", "effect"),
    ("In force from", "effective_on"), ("Until", "until_on"), ("Approved by", "approved_by"),
    ("Stale since", "stale_since"))]
WAIVERS: list[Column] = [(label, _of(name)) for label, name in (
    ("Reference", "reference"), ("Site", "site"), ("Run by", "operator"), ("Playbook", "playbook"),
    ("Clause", "clause"), ("Title", "title"), ("Severity", "severity"), ("State", "state"), ("Renewal", "renewal"),
    ("From", "from_on"), ("Until", "until_on"), ("Lapses on", "lapsed_on"), ("Ended on", "ended_on"),
    ("Compensating control", "control"), ("Owner of the control", "control_owner"))]
WAIVED_SCORES: list[Column] = [(label, _of(name)) for label, name in (
    ("Audit", "audit"), ("Site", "site"), ("Playbook", "playbook"), ("Assessed on", "assessed_on"), ("Score", "score"),
    ("Clauses assessed", "n"), ("Waived", "waived"), ("With waived clauses counted as not met", "score_without"))]
PAIR: list[Column] = [("Term", lambda row: row[0]), ("Meaning", lambda row: row[1])]


def csv_of(snapshot: Snapshot) -> bytes:
    """The register of findings; the first bytes tell Excel that it is UTF-8."""
    return b"\xef\xbb\xbf" + "".join(csv_lines(FINDINGS, snapshot["findings"])).encode()


def xlsx_of(snapshot: Snapshot, digest: str) -> bytes:
    target = io.BytesIO()
    write_xlsx(target, [
        ("Report", [("Fact", lambda row: row[0]), ("Value", lambda row: row[1])], _cover(snapshot, digest)),
        ("Five numbers", FIGURES, snapshot["figures"]),
        ("Ratings", _heat_columns(), _cells(snapshot)),
        ("Findings", FINDINGS, snapshot["findings"]),
        ("Actions", ACTIONS, snapshot["actions"]),
        ("Overrides", OVERRIDES, snapshot["overrides"]),
        # Reports frozen before there were waivers say nothing of them.
        ("Waivers", WAIVERS, snapshot.get("waivers", ())),
        ("Scores with waivers", WAIVED_SCORES, snapshot.get("waived_scores", ())),
        ("Continuity", [("Site", _of("site")), ("Why it is not ready", lambda row: " ".join(row["reasons"]))],
         snapshot["continuity"]),
        ("Causes", [("Cause", lambda row: row[0]), ("Actions", lambda row: row[1])], snapshot["causes"]),
        ("Definitions", PAIR, snapshot["definitions"]),
    ])
    return target.getvalue()


def _cover(snapshot: Snapshot, digest: str) -> Sequence[tuple[str, Any]]:
    cover = snapshot["cover"]
    return [("Report", cover["reference"]), ("Title", cover["title"]), ("Scope", cover["scope"]),
            ("From", cover["since"]), ("Until", cover["until"]), ("As of", cover["as_of"]),
            ("Made by", cover["made_by"]), ("Digest of the snapshot", digest),
            ("Journal entry", cover["journal"]["seq"]), ("Journal hash", cover["journal"]["hash"])]


def _heat_columns() -> list[Column]:
    return [("Site", lambda row: row[0]["site"]), ("City", lambda row: row[0]["name"]),
            ("Region", lambda row: row[0]["region"]), ("Run by", lambda row: row[0]["operator"]),
            ("Playbook", lambda row: row[1]["prefix"]), ("State", lambda row: row[2]["state"].replace("_", " ")),
            ("Rating", lambda row: row[2]["letter"]), ("Score", lambda row: row[2]["score"]),
            ("Clauses assessed", lambda row: row[2]["n"]), ("Assessed on", lambda row: row[2]["assessed_on"]),
            ("Capped", lambda row: row[2]["capped"]), ("Stale override", lambda row: row[2]["stale"])]


def _cells(snapshot: Snapshot) -> Iterable[tuple[Any, Any, Any]]:
    columns = snapshot["heat"]["columns"]
    for row in snapshot["heat"]["rows"]:
        yield from ((row, column, cell) for column, cell in zip(columns, row["cells"], strict=True))
