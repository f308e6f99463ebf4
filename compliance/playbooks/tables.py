"""The parameters table: of a playbook, which defines parameters, and of an override, which sets values."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compliance.playbooks.blocks import Block
from compliance.playbooks.canonical import NotCanonical, canonical_line, canonical_value
from compliance.playbooks.card import parsed_date
from compliance.playbooks.document import Lock, Operation, Parameter, Verb
from compliance.playbooks.facts import LOCKS
from compliance.playbooks.limits import MAX_PARAMETERS
from compliance.playbooks.nearness import did_you_mean
from compliance.playbooks.parameters import canonical_number, default_lock, strictness_order, within_range
from compliance.playbooks.problems import Problems
from compliance.playbooks.substitution import NAME

TITLE = "Parameters"
DEFINING = ("Parameter", "Value", "Unit", "Stricter", "Range", "Meaning", "Locked")
SETTING = ("Parameter", "Value", "Why", "Approved", "Review by")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_CELL_END = re.compile(r"(?<!\\)\|")
_NAME = re.compile(NAME)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by column name; a column the table does not have is ""."""

    cells: dict[str, str]
    line: int

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_rows(block: Block, columns: Sequence[str], problems: Problems) -> list[Row]:
    """The rows under a `Parameters` heading; whatever is not a table with known columns is reported."""
    lines = [(number, text) for number, text in enumerate(block.lines, block.line + 1) if text.strip()]
    remedy = f"Write a table with the columns {', '.join(columns)}; other text goes above the heading."
    if not lines:
        return []
    if len(lines) < 2 or "|" not in lines[0][1] or not _RULE.fullmatch(lines[1][1]):
        problems.error(lines[0][0], f"“{TITLE}” holds no table", remedy)
        return []
    names = _column_names(lines[0], columns, problems)
    if not set(columns[:2]) <= set(names):
        return []
    if len(lines) - 2 > MAX_PARAMETERS:
        problems.error(lines[2 + MAX_PARAMETERS][0], f"More than {MAX_PARAMETERS} parameters", "Split the playbook.")
        return []
    return list(_rows(lines[2:], names, remedy, problems))


def _column_names(header: tuple[int, str], columns: Sequence[str], problems: Problems) -> list[str]:
    line, text = header
    by_fold = {column.casefold(): column for column in columns}
    names = [by_fold.get(cell.casefold(), cell) for cell in _cells(text)]
    for name in names:
        if name not in columns:
            remedy = did_you_mean(name, columns, f"Use {', '.join(columns)}.")
            problems.error(line, f"“{name}” is no column of this table", remedy)
    for name in columns[:2]:
        if name not in names:
            problems.error(line, f"The table has no column “{name}”", "Add it.")
    if len(set(names)) < len(names):
        problems.error(line, "A column stands twice in the table", "Keep one of them.")
    return names


def _cells(text: str) -> list[str]:
    bare = text.strip().removeprefix("|")
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    return [canonical_line(cell.replace("\\|", "|")) for cell in _CELL_END.split(bare)]


def _rows(lines: Sequence[tuple[int, str]], names: Sequence[str], remedy: str, problems: Problems) -> Iterator[Row]:
    for line, text in lines:
        cells = _cells(text)
        if "|" not in text:
            problems.error(line, f"“{text.strip()[:40]}” stands among the parameters and is no row", remedy)
        elif len(cells) != len(names):
            message = f"The row has {len(cells)} cells and the table {len(names)} columns"
            problems.error(line, message, "Write every cell; a “|” inside a cell is written “\\|”.")
        else:
            yield Row(dict(zip(names, cells, strict=True)), line)


def _checked_name(row: Row, seen: dict[str, int], problems: Problems) -> str:
    name = row["Parameter"]
    if not _NAME.fullmatch(name):
        problems.error(row.line, f"“{name}” is no parameter name", "Use small letters, digits and _, as in ack_min.")
    if name in seen:
        message = f"Parameter “{name}” stands twice, on lines {seen[name]} and {row.line}"
        problems.error(row.line, message, "Keep one of them.")
    seen.setdefault(name, row.line)
    return name


def _checked_value(row: Row, problems: Problems) -> str:
    try:
        return canonical_value(row["Value"])
    except NotCanonical as fault:
        problems.error(row.line, f"{row['Parameter']}: {fault.message}", fault.remedy)
        return row["Value"]


def read_parameters(block: Block, problems: Problems) -> tuple[Parameter, ...]:
    """The parameters a playbook defines."""
    seen: dict[str, int] = {}
    return tuple(_parameter(row, seen, problems) for row in read_rows(block, DEFINING, problems))


def _parameter(row: Row, seen: dict[str, int], problems: Problems) -> Parameter:
    name, value = _checked_name(row, seen, problems), _checked_value(row, problems)
    stricter, bounds = _direction(row, problems), _range(row, problems)
    parameter = Parameter(name, value, row["Unit"], stricter, bounds, row["Meaning"], _lock(row, stricter, problems))
    _check_fit(parameter, row.line, problems)
    return parameter


def _direction(row: Row, problems: Problems) -> str:
    written = row["Stricter"]
    if written.lower() in ("", "lower", "higher"):
        return written.lower()
    order = strictness_order(written)
    if len(order) < 2 or len(set(order)) < len(order) or "" in order:
        remedy = "Write lower, higher, or an order with the strictest first: country > region > any."
        problems.error(row.line, f"{row['Parameter']}: “{written}” says no direction", remedy)
        return ""
    return " > ".join(order)


def _range(row: Row, problems: Problems) -> str:
    written = row["Range"]
    if not written:
        return ""
    low, dots, high = (part.strip() for part in written.partition(".."))
    ends = [canonical_number(end) if end else "" for end in (low, high)]
    if not dots or not (low or high) or None in ends:
        problems.error(row.line, f"{row['Parameter']}: “{written}” is no range", "Write it as 5..60, numbers alone.")
        return ""
    if low and high and not within_range(Parameter("", "", range=f"{low}.."), high):
        problems.error(row.line, f"{row['Parameter']}: the range {written} runs backwards", f"Write {high}..{low}.")
        return ""
    return f"{ends[0]}..{ends[1]}"


def _lock(row: Row, stricter: str, problems: Problems) -> Lock:
    written = row["Locked"].lower()
    if written and written not in LOCKS:
        problems.error(row.line, f"{row['Parameter']}: “{written}” is no lock", "Use open, floor or fixed.")
    return LOCKS.get(written, default_lock(stricter))


def _check_fit(parameter: Parameter, line: int, problems: Problems) -> None:
    """Whether the value is one the direction and range allow."""
    name, value = parameter.name, parameter.value
    order = strictness_order(parameter.stricter)
    if order and value not in order:
        problems.error(line, f"{name}: “{value}” is not in {parameter.stricter}", "Use one of these, or add it.")
    if order and parameter.range:
        problems.error(line, f"{name} has an order and a range", "Take the range out: an order lists its values.")
    elif not order and (parameter.stricter or parameter.range) and canonical_number(value) is None:
        problems.error(line, f"{name}: “{value}” is no number", "Write the number alone; the unit has its own column.")
    elif not order and not within_range(parameter, value):
        problems.error(line, f"{name}: {value} lies outside {parameter.range}", "Change the value or the range.")


def read_settings(block: Block, problems: Problems) -> tuple[Operation, ...]:
    """The values an override sets."""
    seen: dict[str, int] = {}
    return tuple(_setting(row, seen, problems) for row in read_rows(block, SETTING, problems))


def _setting(row: Row, seen: dict[str, int], problems: Problems) -> Operation:
    review_by = parsed_date(row["Review by"])
    if row["Review by"] and review_by is None:
        problems.error(row.line, f"“{row['Review by']}” is no date", "Write it as 2026-09-01.")
    name = _checked_name(row, seen, problems)
    if not row["Why"]:
        problems.warn(row.line, f"{name} is set without a reason", "Fill the column Why.")
    return Operation(
        Verb.SET,
        name,
        value=_checked_value(row, problems),
        why=row["Why"],
        approved=row["Approved"],
        review_by=review_by,
        line=row.line,
    )
