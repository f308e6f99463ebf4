"""What a report says: plain values that are stored, digested and exported, and the definitions they rest on."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

FORMAT = 1

# (term, formula): what each figure of a report is, in the order they appear in.
DEFINITIONS: tuple[tuple[str, str], ...] = (
    ("Pooled adherence", ("All points over all weight of the clauses assessed in the audits reviewed in the period. "
     "Conformity counts 1, partial 0.5, nonconformity 0; not applicable and waived clauses count in neither. It is not "
     "the mean of the audits' percentages.")),
    ("Rating", ("A from 90, B from 80, C from 65, D below. A failed critical clause caps the rating at D, three failed "
     "majors at C, one or two at B. The score is kept as it is; the rating of a cell is that of the latest reviewed "
     "audit.")),
    ("Not rated", "No applicable clause was assessed, or less than half of the weight. It is neither 0 nor 100."),
    ("Programme coverage", ("Mandatory audits reviewed, of those due in the period. A cancelled audit stays among "
     "those due unless its replacement is.")),
    ("Actions closed on time", ("Closed by the first due date and the soak its grade or plan asks for after that, of "
     "those closed in the period and those that can no longer be: not done by the first due date, or not closed when "
     "the soak was over. An extension moves no first due date, and a reopened action loses its credit. Beside it "
     "stands the share of the closed alone, which never hears of what was never closed.")),
    ("Overdue critical", "An open critical finding whose closing date has ended at its site."),
    ("Time to close", ("Days from first issue to closure of the findings closed in the period, mean and median. What "
     "is open does not count, so it stands beside the ageing.")),
    ("Ageing", "Open nonconformities by whole days since issue. Day 30 is in 0–30, day 31 in 31–60."),
    ("Not ready for a crisis", ("A readiness index under 60, or a cap: a tier 1 activity without a current plan or "
     "with a missed recovery time not yet made good, or no exercise within 12 months.")),
    ("With waived clauses counted as not met", ("The score as though nothing were waived: each waived clause fails, "
     "and the compensating control assessed in its place is left out. It stands beside every score with something "
     "waived in it.")),
    ("Stale override", "A local rule in force whose text above it has changed since it was written."),
    ("Cumulative", "The running share of all corrective actions of the last 12 months with a stated cause."),
    ("Digest", ("SHA-256 of the snapshot in canonical form (sorted keys, no spaces, UTF-8). The same digest means the "
     "same content to the last character, in every format.")),
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a report is about, and who made it when."""

    reference: str
    title: str
    organisation: str
    scope: str
    since: date
    until: date
    compared_since: date
    compared_until: date
    as_of: datetime
    made_by: str
    journal_seq: int
    journal_hash: str

    def plain(self) -> dict[str, Any]:
        return {
            "reference": self.reference, "title": self.title, "organisation": self.organisation, "scope": self.scope,
            "since": self.since.isoformat(), "until": self.until.isoformat(),
            "compared_since": self.compared_since.isoformat(), "compared_until": self.compared_until.isoformat(),
            "as_of": self.as_of.isoformat(), "made_by": self.made_by,
            "journal": {"seq": self.journal_seq, "hash": self.journal_hash},
        }


def assembled(cover: Cover, parts: Mapping[str, Any]) -> dict[str, Any]:
    """The whole snapshot: nothing in it but text, numbers, lists and mappings."""
    return {"format": FORMAT, "cover": cover.plain(), **parts,
            "definitions": [list(definition) for definition in DEFINITIONS]}


def canonical(snapshot: Mapping[str, Any]) -> bytes:
    """The bytes that are digested, and handed out as JSON. A value that is not plain fails: it would not come back."""
    return json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest_of(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical snapshot; the report's own digest is not part of it."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def messages(figures: Sequence[Mapping[str, Any]], named: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the figures say in at most three sentences: what is off the line, the worst first."""
    by_key = {figure["key"]: figure for figure in figures}
    found = []
    late = [row for row in named if row["days_late"]]
    if late:
        sites = ", ".join(sorted({row["site"] for row in late}))
        found.append(f"{len(late)} of {len(named)} open criticals and majors are past their date, at {sites}.")
    adherence = by_key.get("adherence", {})
    if adherence.get("value") is not None and adherence["value"] < adherence["standard"]:
        found.append(f"Pooled adherence is {adherence['standard'] - adherence['value']:.1f} points under the standard "
                     f"of {adherence['standard']:g}.")
    unready = by_key.get("not_ready", {}).get("value")
    if unready:
        found.append(f"{unready:g} {'site is' if unready == 1 else 'sites are'} not ready for a crisis; the reasons "
                     "stand under Continuity.")
    return found[:3] or ["Nothing in this scope is off the line."]
