"""What the page, the JSON and the command line say of a catalogue that was read."""

from collections.abc import Iterator
from typing import Any

from compliance.playbooks.importing import Imported, Outcome
from compliance.playbooks.limits import MAX_CLAUSES
from compliance.playbooks.oscal.reading import Reading
from compliance.playbooks.problems import describe


def as_json(reading: Reading, done: Imported | None) -> dict[str, Any]:
    """The report; `draft` says what became of the text when it was taken in."""
    book = reading.playbook
    return {
        "title": reading.title, "controls": reading.controls,
        "groups": [{"id": each.id, "title": each.title, "controls": each.controls} for each in reading.families],
        "playbook": {"key": book.key, "prefix": book.prefix, "version": book.version, "clauses": len(book.clauses),
                     "parameters": len(book.parameters), "sections": len(book.sections)} if book else None,
        "remarks": [{"what": each.what, "count": each.count, "examples": list(each.examples), "became": each.became,
                     "left_out": each.lost} for each in reading.remarks],
        "problems": [describe(problem) for problem in reading.faults],
        "draft": {"outcome": str(done.outcome), "what": done.what, "lines": done.lines} if done else None,
    }


def as_lines(reading: Reading, done: Imported | None) -> Iterator[str]:
    """The same for a person at a terminal."""
    book = reading.playbook
    if book is None:
        yield (f"{reading.title}: {reading.controls:,} controls in force; a playbook has at most {MAX_CLAUSES:,} "
               "clauses. Choose groups with --group:")
        yield from (f"  {each.id or '-'}: {each.title}, {each.controls}" for each in reading.families)
        return
    yield f"{reading.title}: {book.key} {book.version}, {len(book.clauses):,} clauses as {book.prefix}-…"
    for each in reading.remarks:
        kind = "left out" if each.lost else "stands otherwise"
        yield f"  {kind}: {each.count:,} × {each.what} ({', '.join(each.examples)}). {each.became}"
    if done is not None and done.outcome is Outcome.ADDED:
        yield f"{done.path}: added {done.what}, as a draft"
    elif done is not None:
        yield from done.lines
    else:
        yield from (describe(problem) for problem in reading.faults)
