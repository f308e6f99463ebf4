"""Structured edits of a text: what a form asks for is written as a person would write it, and the rest stays as it is.

Every function takes the whole text and gives the whole text back. Lines of untouched parts keep their bytes.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from compliance.errors import InvalidInput
from compliance.playbooks.blocks import CLAUSE_LEVEL, Block
from compliance.playbooks.document import Clause, Operation, Parameter, Verb
from compliance.playbooks.drafting.outline import PARAMETERS, Outline, Part, block_of, outline_of
from compliance.playbooks.links import without_definitions
from compliance.playbooks.problems import Problems
from compliance.playbooks.tables import read_parameters, read_settings
from compliance.playbooks.writing import write_clause, write_operation, write_parameters, write_settings

_WIDTH = 2  # digits of a clause number: ESC-02


def next_id(source: str, prefix: str, scope: str = "") -> str:
    """The id the next clause gets: no number was ever used before; a local one carries the code of its scope."""
    begin = f"{prefix}-{scope.upper()}-" if scope else f"{prefix}-"
    numbers = [int(rest) for part in outline_of(source).parts
               if (rest := _clause_id(part).removeprefix(begin)).isdigit() and _clause_id(part).startswith(begin)]
    return f"{begin}{max(numbers, default=0) + 1:0{_WIDTH}d}"


def _clause_id(part: Part) -> str:
    return part.key.rpartition(" ")[2]


def add_clause(source: str, clause: Clause, *, after: str = "") -> str:
    """A new clause: after another one, else at the end of `clause.section`, which is made when it is not there."""
    outline = outline_of(source)
    if outline.find(clause.id):
        raise InvalidInput(f"{clause.id} is in this text already. Change that one, or take another id.")
    if after:
        anchor = _part(outline, after)
        return _inserted(source, anchor.end, _clause_text(clause, anchor.level))
    inside = [part for part in outline.parts if part.section == clause.section and part.is_clause]
    heading = outline.find(f"section {clause.section.casefold()}") if clause.section else None
    last = max((part.end for part in ([heading] if heading else []) + inside), default=_last_line(source))
    if clause.section and not heading:
        return _inserted(source, _last_line(source), f"## {clause.section}\n\n{_clause_text(clause, CLAUSE_LEVEL)}")
    level = CLAUSE_LEVEL if clause.section else 2
    return _inserted(source, last, _clause_text(clause, level))


def change_clause(source: str, clause_id: str, clause: Clause) -> str:
    """The clause under an id, written anew."""
    part = _part(outline_of(source), clause_id)
    return _replaced(source, part, _clause_text(clause, part.level), _definitions(source, part))


def set_parameter(source: str, parameter: Parameter, *, name: str = "") -> str:
    """A parameter of a playbook: the row called `name` (its own name unless said) written anew, or a new last row."""
    part, block = _table(source)
    name = name or parameter.name
    rows = list(_read(read_parameters, block)) if block else []
    known = [row.name for row in rows]
    if name in known:
        rows[known.index(name)] = parameter
    else:
        rows.append(parameter)
    return _with_table(source, part, _written(lambda: write_parameters(rows)))


def override_operation(source: str, verb: Verb, target: str, fields: dict[str, Any]) -> str:
    """An operation of an override: it takes the place of the one with this verb and target, or comes last.

    `fields` are those of `document.Operation`: value and why to set a parameter, text (and title) to replace or add to
    a clause, facts to change it, clause with after or before for a new one.
    """
    operation = Operation(verb, target, **fields)
    if verb is Verb.SET:
        return _with_setting(source, operation)
    text = _written(lambda: write_operation(operation))
    outline = outline_of(source)
    part = outline.find(f"{verb.value} {target}")
    if part is not None:
        return _replaced(source, part, text, _definitions(source, part))
    return _inserted(source, _last_line(source), text)


def without_operation(source: str, verb: Verb, target: str) -> str:
    """The override without one operation; the text above holds there again."""
    if verb is Verb.SET:
        part, block = _table(source)
        rows = [row for row in _read(read_settings, block) if row.target != target] if block else []
        if part and not rows:
            return _removed(source, part)
        return _with_table(source, part, _written(lambda: write_settings(rows)))
    return _removed(source, _part(outline_of(source), f"{verb.value} {target}"))


def _with_setting(source: str, operation: Operation) -> str:
    part, block = _table(source)
    rows = list(_read(read_settings, block)) if block else []
    known = [row.target for row in rows]
    if operation.target in known:
        rows[known.index(operation.target)] = operation
    else:
        rows.append(operation)
    return _with_table(source, part, _written(lambda: write_settings(rows)))


def _table(source: str) -> tuple[Part | None, Block | None]:
    return outline_of(source).find(PARAMETERS), block_of(source, PARAMETERS)


def _read(reader: Any, block: Block) -> Sequence[Any]:
    """The rows of the table. One with faults is refused: written anew it would lose what nobody can read."""
    problems = Problems()
    rows: Sequence[Any] = reader(block, problems)
    if problems.has_errors():
        fault = next(each for each in problems.all() if not each.warning)
        raise InvalidInput(f"Mend the parameters first: line {fault.line}, {fault.message}. {fault.remedy}")
    return rows


def _with_table(source: str, part: Part | None, table: str) -> str:
    if part is not None:
        return _replaced(source, part, table)
    first = next(iter(outline_of(source).parts), None)
    return _inserted(source, first.line - 1 if first else _last_line(source), table)


def _clause_text(clause: Clause, level: int) -> str:
    return _written(lambda: write_clause(replace(clause, section=""), level))


def _written(write: Any) -> str:
    """What the writer writes; a value that no text can hold is for the person who typed it."""
    try:
        text: str = write()
    except ValueError as fault:
        raise InvalidInput(f"{fault}. Write it otherwise.") from None
    return text


def _definitions(source: str, part: Part) -> Sequence[str]:
    """Link definitions in the lines of a part: they hold in the whole text, so they stay when the part is written."""
    block = block_of(source, part.key)
    kept = without_definitions(block.lines)[0] if block else []
    return [line for line, rest in zip(block.lines, kept, strict=True) if line != rest] if block else []


def _part(outline: Outline, key: str) -> Part:
    part = outline.find(key)
    if part is None:
        raise InvalidInput(f"There is no “{key}” in this text. Somebody may have taken it out; look at the text.")
    return part


def _last_line(source: str) -> int:
    """The number of the last line that says something."""
    return len(source.rstrip().split("\n"))


def _inserted(source: str, after: int, text: str) -> str:
    """The text after a line, one empty line before and after it; a final newline, or none, stays as it was."""
    lines = source.split("\n")
    before, rest = lines[:after], lines[after:]
    while before and not before[-1].strip():
        before.pop()
    if any(line.strip() for line in rest):
        while not rest[0].strip():
            rest.pop(0)
        rest = ["", *rest]
    elif not rest:
        rest = []
    return "\n".join([*before, *([""] if before else []), *text.split("\n"), *rest])


def _replaced(source: str, part: Part, text: str, kept: Sequence[str] = ()) -> str:
    lines = source.split("\n")
    written = [*text.split("\n"), *(["", *kept] if kept else [])]
    return "\n".join([*lines[: part.line - 1], *written, *lines[part.end :]])


def _removed(source: str, part: Part) -> str:
    lines = source.split("\n")
    rest = lines[part.end :]
    while rest and not rest[0].strip():
        rest.pop(0)
    before = lines[: part.line - 1]
    if not rest:
        while before and not before[-1].strip():
            before.pop()
        rest = [""]
    return "\n".join([*before, *rest])
