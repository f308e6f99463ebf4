"""The text of a place on paper: a PDF that says of each sentence whose it is, with the digests it can be checked by."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from compliance.playbooks.margins import Margin
from compliance.playbooks.queries import EffectiveView
from compliance.playbooks.reading.setting import numbered, plain
from compliance.playbooks.views.showing import Layers, ShownClause, Source, shown
from compliance.web.typesetting import typeset
from compliance.web.words import day, sentence

TEMPLATE = (Path(__file__).parent / "effective.typ").read_bytes()
LOCKS = {"floor": "May be made stricter, never weaker.", "fixed": "Nobody below may change it."}


class Notes:
    """The numbered sources of a document: one number for what one layer said in one operation."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self.told: list[dict[str, Any]] = []

    def number(self, source: Source) -> int:
        told = source.told
        key = (told.layer, told.version, told.operation, told.why, told.approver)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self.told.append({
                "number": self._numbers[key], "name": source.name, "operation": told.operation,
                "approver": told.approver, "approved_on": source.approved_on, "why": plain(told.why)})
        return self._numbers[key]


def paper(view: EffectiveView) -> bytes:
    """The same bytes for the same text of the same day; needs the request for the names of its layers."""
    layers, notes = Layers(view.playbook.key, view.chain, view.stay.names), Notes()
    parts = [{"title": title, "clauses": [_clause(each, notes) for each in clauses]}
             for title, clauses in shown(view.clauses, view.chain, layers, tell=True)]
    return typeset(TEMPLATE, _cover(view) | {
        "layers": [_layer(layers, row) for row in view.chain.chain], "parts": parts, "notes": notes.told,
    }, datetime.combine(view.stay.on, time.min, UTC))


def _cover(view: EffectiveView) -> dict[str, Any]:
    stay = view.stay
    return {
        "title": f"{view.playbook.title} at {stay.site.code}", "playbook": view.playbook.title,
        "version": view.chain.version, "site": f"{stay.site.code}, {stay.site.name}",
        "operator": stay.vendor.name if stay.vendor else "In-house work", "on": day(stay.on),
        "known_on": day(stay.known_on) if stay.known_on else "", "since": day(view.since),
        "next_on": day(view.next_on) if view.next_on else "", "content": view.chain.content_digest,
        "lineage": view.chain.lineage_digest, "count": len(view.clauses), "elsewhere": view.elsewhere,
    }


def _layer(layers: Layers, row: Mapping[str, Any]) -> dict[str, str]:
    name = f"Global {row['version']}" if row["kind"] == "global" else layers.titled(row["scope"], row["version"])
    return {"name": name, "approver": row["approver"] or "nobody yet", "effective": _day(row["effective"]),
            "approved_on": _day(row["approved_on"])}


def _day(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else "–"


def _clause(each: ShownClause, notes: Notes) -> dict[str, Any]:
    clause = each.clause
    sources = {number: notes.number(source) for source in each.sources for number in source.told.numbers}
    facts = [sentence(clause.severity), f"weight {clause.weight}", clause.frequency.replace("_", " "),
             *([", ".join(clause.applies_to)] if clause.applies_to else [])]
    told = [("Evidence", each.evidence), ("Check", clause.check), ("Guidance", clause.guidance), ("Law", clause.law),
            ("Lock", LOCKS.get(clause.lock, "")), *_margin(each.margin)]
    return {
        "id": clause.id, "title": plain(clause.title), "applicable": clause.applicable,
        "blocks": list(numbered(clause.html, sources)), "facts": ", ".join(facts),
        "told": [{"label": label, "text": plain(text)} for label, text in told if text],
    }


def _margin(margin: Margin) -> Iterable[tuple[str, str]]:
    for value in margin.values:
        before = "".join(f"{old} {layer}, " for old, layer in value.replaced)
        because = _because(value.why, value.approver, value.approved_on)
        yield value.meaning, f"{before}{value.now} {value.layer}. {because}"
    for said in margin.said:
        until = f", until {said.review_by}" if said.review_by else ""
        yield said.layer, f"{sentence(said.what)}{until}. {_because(said.why, said.approver, said.approved_on)}"
    for issue in margin.issues:
        yield "To look at", issue["sentence"]


def _because(why: str, approver: str, on: str) -> str:
    signed = f"Approved by {approver}{f', {on}' if on else ''}." if approver else ""
    reason = f"{why.rstrip('.')}." if why else ""
    return " ".join(part for part in (reason, signed) if part)


def name_of(view: EffectiveView) -> str:
    """What the file is called: playbook, site, day and the first of its digest."""
    parts: Sequence[str] = (view.playbook.key, view.stay.site.code, view.stay.on.isoformat(),
                            view.chain.content_digest[:12])
    return "-".join(parts) + ".pdf"
