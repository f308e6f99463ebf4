"""What of a resolved playbook is kept, as plain values: the clause texts by digest, and who said what."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from compliance.playbooks.effective import Effective, EffectiveClause, EffectiveParameter, Origin
from compliance.playbooks.provenance import authors
from compliance.playbooks.refusals import Reason
from compliance.playbooks.rendering import RENDERER, render_by_sentence
from compliance.playbooks.substitution import fill, substitute

_SAID = tuple(field.name for field in fields(Origin))
WAITS = frozenset({Reason.STALE, Reason.WAITING_FOR_REVIEW, Reason.GRACE_OVER})


def waiting_clauses(effective: Effective) -> frozenset[str]:
    """The clauses on which an operation of some layer waits for review since the text it rests on moved."""
    targets = {name for issue in effective.issues if issue.reason in WAITS
               for name in (issue.clause, issue.operation.rpartition(" ")[2]) if name}
    return frozenset(entry.id for entry in effective.clauses
                     if targets.intersection({entry.id, *(name for name, _ in entry.uses)}))


def text_row(entry: EffectiveClause, values: Mapping[str, str]) -> dict[str, Any]:
    """A row of `ClauseText`: nothing in it depends on who said so, so that every chain can share it."""
    return {"digest": entry.digest, "html": render_by_sentence(entry.clause.text, values), "renderer": str(RENDERER),
            "content": content_of(entry, values)}


def content_of(entry: EffectiveClause, values: Mapping[str, str]) -> dict[str, Any]:
    """What a clause says, with the values in force put in."""
    clause = entry.clause
    content = {
        "title": fill(clause.title, values), "text": substitute(clause.text, values),
        "severity": str(clause.severity), "weight": clause.weight,
        "evidence": [fill(item, values) for item in clause.evidence], "check": fill(clause.check, values),
        "guidance": fill(clause.guidance, values), "law": fill(clause.law, values), "frequency": clause.frequency,
        "applies_to": list(clause.applies_to), "lock": str(clause.lock), "applicable": clause.applicable,
        "uses": [list(use) for use in entry.uses],
    }
    if "{{" in clause.title + clause.text:
        content["source"] = [clause.title, clause.text]
    return content


def wording_of(content: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text of a kept clause as they were written, before any value was put in."""
    title, text = content.get("source") or (content["title"], content["text"])
    return title, text


def parameter(entry: EffectiveParameter) -> dict[str, Any]:
    """A parameter with every value it had down the chain."""
    said = entry.parameter
    return {"value": entry.value, "unit": said.unit, "stricter": said.stricter, "range": said.range,
            "meaning": said.meaning, "lock": str(entry.lock), "from": entry.origin.layer,
            "trail": [{"value": value, **origin_row(origin)} for value, origin in entry.trail]}


def provenance(entry: EffectiveClause, values: Mapping[str, str], waits: Collection[str]) -> dict[str, Any]:
    """Who said what in a clause; the sentences in the order of `wording.sentences`."""
    clause = entry.clause
    return {
        "section": clause.section, "waiting": entry.id in waits, "formerly": list(clause.formerly),
        "must_rebase": clause.must_rebase,
        "from": {name: origin_row(origin) for name, origin in entry.origins.items()},
        "sentences": [{"text": substitute(said.text, values), **origin_row(said.origin)} for said in authors(entry)],
    }


def origin_row(origin: Origin) -> dict[str, Any]:
    # Not `asdict`, which copies deeply: of a chain of forty clauses that would be half of all its work.
    said = ((name, getattr(origin, name)) for name in _SAID)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said if value}
