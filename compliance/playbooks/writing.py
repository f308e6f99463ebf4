"""Write a playbook or an override as Markdown: the web editor and a file written by hand are one thing."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from compliance.playbooks.blocks import CLAUSE_LEVEL, headings, shifted
from compliance.playbooks.canonical import canonical_line, canonical_text
from compliance.playbooks.document import Clause, Lock, Operation, Override, Parameter, Playbook, Section, Verb
from compliance.playbooks.facts import begins_like_a_fact
from compliance.playbooks.parameters import default_lock
from compliance.playbooks.tables import DEFINING, SETTING, TITLE

# What YAML reads back as the same text without quotes; everything else is written in them.
_PLAIN = re.compile(r"\w(?:[\w ,./;()+@-]*[\w./)+])?")
Facts = Iterable[tuple[str, str]]


def write_playbook(playbook: Playbook) -> str:
    """The text `parse_playbook` reads back as this playbook. Raises ValueError for a value no text can hold."""
    card = [
        ("playbook", playbook.key),
        ("version", playbook.version),
        ("title", playbook.title),
        ("prefix", playbook.prefix),
        ("owner", playbook.owner),
        ("effective", playbook.effective.isoformat()),
        ("until", playbook.until.isoformat() if playbook.until else ""),
        ("approved", playbook.approved),
        ("language", playbook.language),
        ("change", playbook.change),
        ("note", playbook.note),
        ("retroactive", "yes" if playbook.retroactive else ""),
        ("reason", playbook.reason),
    ]
    parts = [_card(card), _prose(playbook.intro)]
    if playbook.parameters:
        parts.append(write_parameters(playbook.parameters))
    return _joined([*parts, *_sections(playbook)])


def write_override(override: Override) -> str:
    """The text `parse_override` reads back as this override. Raises ValueError for a value no text can hold."""
    card = [
        ("overrides", override.playbook),
        ("scope", override.scope),
        ("version", str(override.version)),
        ("owner", override.owner),
        ("effective", override.effective.isoformat()),
        ("until", override.until.isoformat() if override.until else ""),
        ("approved", override.approved),
        ("note", override.note),
        ("retroactive", "yes" if override.retroactive else ""),
        ("reason", override.reason),
    ]
    parts = [_card(card, override.written_against), _prose(override.intro)]
    settings = [operation for operation in override.operations if operation.verb is Verb.SET]
    if settings:
        parts.append(write_settings(settings))
    parts += [_operation(operation) for operation in override.operations if operation.verb is not Verb.SET]
    return _joined(parts)


def write_clause(clause: Clause, level: int = CLAUSE_LEVEL) -> str:
    """The text of one clause, as it stands in a playbook. Raises ValueError for a value no text can hold."""
    return _clause(clause, level)


def write_operation(operation: Operation) -> str:
    """The text of one operation but a value, which stands in the table. Raises ValueError as above."""
    return _operation(operation)


def write_parameters(parameters: Sequence[Parameter]) -> str:
    """The table that defines parameters, with its heading."""
    return f"## {TITLE}\n\n{_table(DEFINING, [_defining(row) for row in parameters])}"


def write_settings(settings: Sequence[Operation]) -> str:
    """The table that sets values, with its heading."""
    return f"## {TITLE}\n\n{_table(SETTING, [_setting(row) for row in settings])}"


def write_card_line(key: str, value: str) -> str:
    """One line of a card. Raises ValueError for a value that is not one line."""
    return f"{key}: {_yaml(_single(value))}"


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _card(entries: Facts, written_against: Facts = ()) -> str:
    lines = [write_card_line(key, value) for key, value in entries if value]
    pairs = [f"  {_yaml(_single(scope))}: {_yaml(_single(version))}" for scope, version in written_against]
    return "\n".join(["---", *lines, *(["written-against:", *pairs] if pairs else []), "---"])


def _yaml(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _single(value: str) -> str:
    if value != canonical_line(value):
        raise ValueError(f"“{value[:60]}” is not one line with single blanks")
    return value


def _heading(marks: str, title: str) -> str:
    """A title that ends in # needs marks at its end, or its own would be taken for them."""
    return f"{marks} {_single(title)} #" if title.endswith("#") else f"{marks} {_single(title)}"


def _table(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    """The first two columns always, others when a row fills them, padded so that the text reads as a table."""
    names = [name for name in columns if name in columns[:2] or any(row[name] for row in rows)]
    cells = [names, *([_single(row[name]).replace("|", "\\|") for name in names] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(names))]
    lines = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in cells]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _defining(parameter: Parameter) -> dict[str, str]:
    lock = parameter.lock
    values = (parameter.name, parameter.value, parameter.unit, parameter.stricter, parameter.range, parameter.meaning)
    locked = "" if lock is default_lock(parameter.stricter) else lock.value
    return dict(zip(DEFINING, (*values, locked), strict=True))


def _setting(operation: Operation) -> dict[str, str]:
    review_by = operation.review_by.isoformat() if operation.review_by else ""
    values = (operation.target, operation.value, operation.why, operation.approved, review_by)
    return dict(zip(SETTING, values, strict=True))


def _sections(playbook: Playbook) -> Iterator[str]:
    """Clauses in their order, each section's heading before its first clause, empty sections where they stand."""
    waiting = list(playbook.sections)
    current = ""
    for clause in playbook.clauses:
        if clause.section and clause.section != current:
            yield from _headings_up_to(clause, waiting)
        current = clause.section
        yield _clause(clause, CLAUSE_LEVEL if clause.section else 2)
    yield from map(_section, waiting)


def _headings_up_to(clause: Clause, waiting: list[Section]) -> Iterator[str]:
    if not any(section.title == clause.section for section in waiting):
        raise ValueError(f"{clause.id} belongs to the section “{clause.section}”, which is not there or already over")
    while waiting:
        section = waiting.pop(0)
        yield _section(section)
        if section.title == clause.section:
            return


def _section(section: Section) -> str:
    return "\n\n".join(filter(None, [_heading("##", section.title), _prose(section.prose)]))


def _clause(clause: Clause, level: int) -> str:
    return _entry(_heading("#" * level, f"{clause.id} {clause.title}"), _clause_facts(clause), clause.text, level)


def _clause_facts(clause: Clause) -> list[tuple[str, str]]:
    return [
        ("Severity", clause.severity.value),
        ("Weight", str(clause.weight)),
        ("Locked", "" if clause.lock is Lock.OPEN else clause.lock.value),
        ("Must rebase", "yes" if clause.must_rebase else ""),
        *(("Evidence", item) for item in clause.evidence),
        ("Check", clause.check),
        ("Guidance", clause.guidance),
        ("Law", clause.law),
        ("Frequency", clause.frequency),
        ("Applies to", _listed(clause.applies_to)),
        ("Formerly", _listed(clause.formerly)),
        ("Retired", clause.retired),
    ]


def _listed(values: Sequence[str]) -> str:
    if any("," in value for value in values):
        raise ValueError(f"A value of the list {', '.join(values)} holds a comma, which parts its values")
    return ", ".join(values)


def _operation(operation: Operation) -> str:
    verb = operation.verb.value.capitalize()
    clause = operation.clause
    title = clause.title if clause else operation.title
    facts = [("After", operation.after), ("Before", operation.before)]
    if clause:
        facts += [("Section", clause.section), *_clause_facts(clause)]
    facts += [(key.capitalize(), value) for key, value in operation.facts]
    facts += [
        ("Why", operation.why),
        ("Approved", operation.approved),
        ("Review by", operation.review_by.isoformat() if operation.review_by else ""),
    ]
    text = clause.text if clause else operation.text
    return _entry(_heading("##", f"{verb} {operation.target} {title}".rstrip()), facts, text, 2)


def _entry(heading: str, facts: Facts, text: str, level: int) -> str:
    lines = "\n".join(f"- {key}: {_single(value)}" for key, value in facts if value)
    if not lines and begins_like_a_fact(text):
        raise ValueError(f"The text under “{heading}” begins like a fact; begin it with other words, or give a reason")
    _refuse_shallow(heading, text, CLAUSE_LEVEL)
    return "\n\n".join(filter(None, [heading, lines, shifted(text, level - CLAUSE_LEVEL)]))


def _prose(text: str) -> str:
    _refuse_shallow("the introduction or a section", text, 2)
    return text


def _refuse_shallow(owner: str, text: str, level: int) -> None:
    """A heading typed into a text box must not become a clause, or an operation, of its own."""
    if text != canonical_text(text):
        raise ValueError(f"The text of “{owner}” is not canonical")
    for heading in headings(text.split("\n")):
        if heading.level <= level:
            raise ValueError(f"The text of “{owner}” holds the heading “{heading.text}”; use more # marks")
