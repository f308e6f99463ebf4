"""A frozen report as Markdown, for those who paste it into a document of their own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ACTIVE = re.compile(r"([\\`*_\[\]<>|#~!])")


def markdown_of(snapshot: Mapping[str, Any], digest: str) -> str:
    cover = snapshot["cover"]
    return "\n".join([
        f"# {plain(cover['title'])}", "",
        (f"{cover['reference']}. {plain(cover['scope'])}, {cover['since']} to {cover['until']}, as of "
        f"{cover['as_of']}. Made by {plain(cover['made_by'])}."), "",
        f"Digest of the snapshot: `{digest}`. Journal entry {cover['journal']['seq']}: `{cover['journal']['hash']}`.",
        "", "## Summary", "", *(f"- {plain(message)}" for message in snapshot["messages"]), "",
        *_table(("Number", "Value", "Standard", "Of what", "Change"), (
            (each["name"], _value(each), f"{each['standard']:g}", each["note"], each["change"])
            for each in snapshot["figures"])),
        "## Rating by site and playbook", "", *_heat(snapshot["heat"]),
        "## Open criticals and majors", "", *_register(snapshot["named"]),
        "## Waivers", "", *_waivers(snapshot.get("waivers", ())),
        "## Scores with and without waivers", "", *_scores(snapshot.get("waived_scores", ())),
        "## Findings", "", *_register(snapshot["findings"]),
        "## Definitions", "", *_table(("Term", "Meaning"), snapshot["definitions"]),
    ])


def plain(value: Any) -> str:
    """Text that Markdown and HTML leave alone."""
    return ACTIVE.sub(r"\\\1", " ".join(str(value).split()))


def _value(figure: Mapping[str, Any]) -> str:
    return "not rated" if figure["shown"] is None else f"{figure['shown']} {figure['unit']}".strip()


def _heat(heat: Mapping[str, Any]) -> list[str]:
    heads = ["Site", *(column["prefix"] for column in heat["columns"])]
    return _table(heads, ([row["site"], *(_cell(cell) for cell in row["cells"])] for row in heat["rows"]))


def _cell(cell: Mapping[str, Any]) -> str:
    if cell["state"] == "rated":
        return f"{cell['letter']}{' capped' if cell['capped'] else ''} {cell['age']} d"
    return "not assessed" if cell["state"] == "not_assessed" else "–"


def _waivers(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return _table(("Reference", "Where", "Clause", "State", "Renewal", "Until", "Compensating control", "Owner"), (
        (row["reference"], f"{row['site']}, {row['operator']}", f"{row['clause']} {row['title']}", row["state"],
         row["renewal"] or "", row["until_on"], row["control"], row["control_owner"]) for row in rows))


def _scores(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return _table(("Audit", "Where", "Score", "Of clauses", "Waived", "With waived clauses counted as not met"), (
        (row["audit"], f"{row['site']} {row['playbook']}", _percent(row["score"]), row["n"], row["waived"],
         _percent(row["score_without"])) for row in rows))


def _percent(score: float | None) -> str:
    return "not rated" if score is None else f"{score:.1f} %"


def _register(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return _table(("Reference", "Finding", "Severity", "Site", "Status", "Owner", "Close by"), (
        (row["reference"], row["title"], row["severity"], row["site"], row["status"].replace("_", " "), row["owner"],
         row["due_on"]) for row in rows))


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    lines = [f"| {' | '.join(plain(cell) for cell in row)} |" for row in rows]
    if not lines:
        return ["None.", ""]
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *lines, ""]
