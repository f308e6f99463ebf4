"""Look over a text as a whole: ids, placeholders, headings that were meant to be clauses."""

import re
from collections.abc import Collection, Iterable, Sequence

from compliance.playbooks.blocks import Block
from compliance.playbooks.codespans import Fences
from compliance.playbooks.document import Clause, Override, Parameter, Playbook, Verb
from compliance.playbooks.ids import has_scope_code, id_pattern, intended_id
from compliance.playbooks.nearness import did_you_mean, nearest
from compliance.playbooks.problems import Problems
from compliance.playbooks.substitution import BRACES

_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-{2,})[ \t]*")
_LINK_BEFORE = re.compile(r"(?:\]\([ \t]*<?|^[ ]{0,3}\[[^\]]*\]:[ \t]*<?)[^\s)]*$")
_LOOSE_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]*(\S.*)")


def check_ids(clauses: Iterable[Clause], problems: Problems) -> None:
    """Each id once. After a split a former id may still be in use: overrides stay with the clause that kept it."""
    lines: dict[str, int] = {}
    clauses = list(clauses)
    for clause in clauses:
        if clause.id in lines:
            message = f"{clause.id} stands twice, on lines {lines[clause.id]} and {clause.line}"
            problems.error(clause.line, message, "Give the later clause an id of its own; ids are never used again.")
        lines.setdefault(clause.id, clause.line)
    for clause in clauses:
        for former in clause.formerly:
            if former in lines:
                message = f"{clause.id} was formerly {former}, which is still a clause on line {lines[former]}"
                problems.warn(clause.line, message, "Good after a split: overrides stay with the clause that kept it.")


def check_placeholders(blocks: Iterable[Block], names: Collection[str] | None, problems: Problems) -> set[str]:
    """Report unknown placeholders and those in an address; gives the names in use. None: the names are not known."""
    used: set[str] = set()
    for block in blocks:
        if block.title.casefold() == "parameters":  # a value is put in as it is and never looked into again
            continue
        for line, text in enumerate((block.title, *block.lines), block.line):
            if "{{" in text:
                used |= _check_line(line, text, names, problems)
    return used


def _check_line(line: int, text: str, names: Collection[str] | None, problems: Problems) -> set[str]:
    used = set()
    for match in BRACES.finditer(text):
        if match[1]:
            continue
        used.add(match[2])
        if names is not None and match[2] not in names:
            _unknown_name(line, match[2], names, problems)
        if _in_address(text[: match.start()]):
            message = f"The placeholder {{{{{match[2]}}}}} stands in an address"
            problems.error(line, message, "Write the whole address out; values are put into text only.")
    return used


def _unknown_name(line: int, name: str, names: Collection[str], problems: Problems) -> None:
    meant = name.strip() if name.strip() in names else nearest(name.strip(), names)
    if meant:
        remedy = f"Did you mean {{{{{meant}}}}}?"
    else:
        remedy = f"Add it to the Parameters table, or write \\{{{{{name}}}}} to show it as it stands."
    problems.error(line, f"No parameter is called “{name}”", remedy)


def _in_address(before: str) -> bool:
    word = re.split(r"[\s]", before[-400:])[-1]
    return "://" in word or "mailto:" in word or _LINK_BEFORE.search(before[-400:]) is not None


def check_pictures(blocks: Iterable[Block], problems: Problems) -> None:
    for block in blocks:
        for line, text in enumerate(block.lines, block.line + 1):
            if "![" in text:
                problems.warn(line, "A picture is not shown in a playbook", "Write a link to it: tablets go offline.")


def check_unused(parameters: Sequence[Parameter], used: Collection[str], line: int, problems: Problems) -> None:
    for parameter in parameters:
        if parameter.name not in used:
            problems.warn(line, f"No clause uses the parameter “{parameter.name}”", "Use it, or take the row out.")


def check_near_misses(lines: Sequence[str], first_line: int, prefix: str, problems: Problems) -> None:
    """Lines meant to be clause headings that are not: wrong case, a letter after the number, a missing blank."""
    pattern, fences = id_pattern(prefix), Fences()
    for index, text in enumerate(lines):
        bare = text.strip()
        if fences.inside(text) or not bare.startswith(("#", prefix)):
            continue
        if loose := _LOOSE_HEADING.fullmatch(text):
            _check_heading(first_line + index, text, loose[2], prefix, problems)
        elif pattern.match(bare) and index + 1 < len(lines) and _UNDERLINE.fullmatch(lines[index + 1]):
            message = f"“{bare[:40]}” is underlined and so no clause"
            problems.error(first_line + index, message, f"Write “### {bare[:40]}”, without the line below.")


def _check_heading(line: int, text: str, title: str, prefix: str, problems: Problems) -> None:
    word = title.split(maxsplit=1)[0]
    if id_pattern(prefix).fullmatch(word):
        if not re.match(r"#{1,6}[ \t]", text):
            problems.error(line, f"“{text.strip()[:40]}” is no heading", f"Did you mean “### {title[:40]}”?")
    elif meant := intended_id(word, prefix):
        problems.error(line, f"“{word}” is no clause id", f"Did you mean “{meant}”?")
    elif word.upper().startswith(prefix) and any(mark.isdigit() for mark in word):
        problems.error(line, f"“{word}” is no clause id", f"Write the id as {prefix}-01, with a blank after it.")


def check_local_ids(override: Override, problems: Problems) -> None:
    """A local clause carries the code of its scope; resolution refuses it otherwise."""
    for operation in override.operations:
        if operation.verb is Verb.NEW and not has_scope_code(operation.target, override.scope):
            start, _, number = operation.target.rpartition("-")
            remedy = f"Call it {start}-{override.scope.upper()}-{number}, so that no layer above can use the same id."
            problems.warn(operation.line, f"{operation.target} does not carry the code of its scope", remedy)


def check_against(override: Override, playbook: Playbook, problems: Problems) -> None:
    """Targets the playbook does not know: warnings, since a layer between may have added them."""
    ids = {clause.id for clause in playbook.clauses} | {old for clause in playbook.clauses for old in clause.formerly}
    ids |= {operation.target for operation in override.operations if operation.verb is Verb.NEW}
    names = {parameter.name for parameter in playbook.parameters}
    for operation in override.operations:
        known = names if operation.verb is Verb.SET else ids
        targets = (operation.after, operation.before) if operation.verb is Verb.NEW else (operation.target,)
        for target in targets:
            if target and target not in known:
                otherwise = "A layer between may have it; otherwise take the operation out."
                message = f"{playbook.key} {playbook.version} has no “{target}”"
                problems.warn(operation.line, message, did_you_mean(target, sorted(known), otherwise))
