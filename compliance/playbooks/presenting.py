"""Show an effective playbook as JSON for programs and as Markdown for people."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from compliance.playbooks.effective import Effective, EffectiveClause, EffectiveParameter, Issue, Origin
from compliance.playbooks.provenance import authors
from compliance.playbooks.substitution import fill, substitute

SHOWN_FIELDS = (
    "title",
    "section",
    "text",
    "severity",
    "weight",
    "evidence",
    "check",
    "guidance",
    "law",
    "lock",
    "applicable",
)


def as_json(effective: Effective) -> dict[str, object]:
    """The effective playbook as plain JSON values, texts with their values in them."""
    return {
        "playbook": effective.key,
        "version": effective.version,
        "chain": [[scope, version] for scope, version in effective.chain],
        "content_digest": effective.content_digest,
        "lineage_digest": effective.lineage_digest,
        "parameters": {name: _parameter(entry) for name, entry in effective.parameters.items()},
        "clauses": [_clause(entry, effective.values) for entry in effective.clauses],
        "issues": [_issue(issue) for issue in effective.issues],
    }


def _parameter(entry: EffectiveParameter) -> dict[str, object]:
    return {
        "value": entry.value,
        "unit": entry.parameter.unit,
        "stricter": entry.parameter.stricter,
        "lock": str(entry.lock),
        "from": entry.origin.layer,
    }


def _clause(entry: EffectiveClause, values: Mapping[str, str]) -> dict[str, object]:
    clause = entry.clause
    return {
        "id": clause.id,
        "title": fill(clause.title, values),
        "section": clause.section,
        "text": substitute(clause.text, values),
        "severity": str(clause.severity),
        "weight": clause.weight,
        "evidence": [fill(item, values) for item in clause.evidence],
        "check": fill(clause.check, values),
        "guidance": fill(clause.guidance, values),
        "law": fill(clause.law, values),
        "lock": str(clause.lock),
        "applicable": clause.applicable,
        "from": {name: entry.origins[name].layer for name in SHOWN_FIELDS},
    }


def _issue(issue: Issue) -> dict[str, str]:
    return {
        "operation": issue.operation,
        "clause": issue.clause,
        "reason": str(issue.reason),
        "layer": issue.layer,
    }


def as_markdown(effective: Effective) -> str:
    """The effective playbook as a page: what holds, and wherever a layer spoke, which, who approved it and why."""
    chain = ", ".join(f"{scope} {version}" for scope, version in effective.chain)
    parts = [f"# {effective.title}", f"`{effective.key}` as it holds through {chain}.", effective.playbook.intro]
    parts += _parameters_table(effective)
    for title, entries in groupby(effective.clauses, key=lambda entry: entry.clause.section):
        parts += _section(effective, title, entries)
    if effective.issues:
        parts += ["## To look at", "\n".join(f"- {issue.sentence}" for issue in effective.issues)]
    parts.append(f"Content `{effective.content_digest}`, lineage `{effective.lineage_digest}`.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(effective: Effective, title: str, entries: Iterable[EffectiveClause]) -> Iterator[str]:
    if title:
        yield f"## {title}"
    yield from (section.prose for section in effective.sections if section.title == title)
    for entry in entries:
        yield from _clause_parts(entry, effective.values)


def _clause_parts(entry: EffectiveClause, values: Mapping[str, str]) -> Iterator[str]:
    yield f"### {entry.id} {substitute(entry.clause.title, values)}"
    yield "\n".join(_facts(entry, values))
    yield substitute(entry.clause.text, values)
    yield "\n".join(_spoken(entry, values))


def _spoken(entry: EffectiveClause, values: Mapping[str, str]) -> Iterator[str]:
    """What each layer did to the clause and why, with the sentences it wrote into it."""
    origins = dict.fromkeys([*(origin for _, origin in entry.texts), *entry.origins.values()])
    for origin in origins:
        if origin.operation:
            yield f"> **{origin.operation}**: {_said(origin)}.  "
            yield from (f"> “{wording}”  " for wording in _sentences_of(entry, origin, values))


def _sentences_of(entry: EffectiveClause, origin: Origin, values: Mapping[str, str]) -> list[str]:
    if entry.origins["id"] == origin:
        return []  # the whole clause is this layer's
    mine = [sentence.text for sentence in authors(entry) if sentence.text and sentence.origin == origin]
    return [" ".join(substitute(text, values).split()) for text in mine]


def _facts(entry: EffectiveClause, values: Mapping[str, str]) -> Iterator[str]:
    clause = entry.clause
    if not clause.applicable:
        yield f"- **Not applicable**{_by_layer(entry.origins['applicable'], entry)}"
    yield f"- Severity: {clause.severity}{_by_layer(entry.origins['severity'], entry)}"
    yield f"- Weight: {clause.weight}{_by_layer(entry.origins['weight'], entry)}"
    for name, label, texts in (
        ("lock", "Locked", [str(clause.lock)] if clause.lock != "open" else []),
        ("evidence", "Evidence", clause.evidence),
        ("check", "Check", [clause.check]),
        ("guidance", "Guidance", [clause.guidance]),
        ("law", "Law", [clause.law]),
    ):
        for text in filter(None, texts):
            yield f"- {label}: {substitute(text, values)}{_by_layer(entry.origins[name], entry)}"


def _by_layer(origin: Origin, entry: EffectiveClause) -> str:
    """Which layer said so, where it is not the base text and not the one that made the whole clause."""
    return f" ({origin.layer} {origin.version})" if origin.operation and entry.origins["id"] != origin else ""


def _said(origin: Origin) -> str:
    """ "my 2, approved by a.rahman on 2026-02-20: Local law"; a claim is called one."""
    signed = f", approved by {origin.approver}" if origin.approver else ""
    signed += f" on {origin.approved_on}" if origin.approver and origin.approved_on else ""
    signed += " as the file claims" if origin.claimed else ""
    until = f", to be reviewed by {origin.review_by}" if origin.review_by else ""
    why = " ".join(origin.why.split()).rstrip(".")
    return f"{origin.layer} {origin.version}{signed}{until}" + (f": {why}" if why else "")


def _parameters_table(effective: Effective) -> Iterator[str]:
    if not effective.parameters:
        return
    yield "## Parameters"
    rows = ["| Parameter | Value | Unit | Stricter | From |", "|---|---|---|---|---|"]
    for name, entry in effective.parameters.items():
        said = _said(entry.origin) if entry.origin.operation else entry.origin.layer
        cells = (name, entry.value, entry.parameter.unit, entry.parameter.stricter, said)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    yield "\n".join(rows)
