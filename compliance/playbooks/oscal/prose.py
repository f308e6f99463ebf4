"""The parts of a control as the Markdown of a clause and the lines of its facts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compliance.playbooks.blocks import CLAUSE_LEVEL, headings
from compliance.playbooks.canonical import canonical_line, canonical_text, forbidden_character
from compliance.playbooks.codespans import open_fence
from compliance.playbooks.oscal.vocabulary import things, word_of

Part = Mapping[str, Any]
DEEPEST_LIST = 8


def parts_of(holder: Mapping[str, Any]) -> list[Part]:
    return things(holder, "parts")


def statement_text(parts: Iterable[Part]) -> str:
    """The words of a statement: its items as a list with their labels, what a layer added as a paragraph."""
    blocks: list[str] = []
    for part in parts:
        blocks.append(word_of(part, "prose"))
        nested = parts_of(part)
        listed = [each for each in nested if label_of(each) or parts_of(each)]
        plain = [each for each in nested if each not in listed]
        blocks += [word_of(each, "prose") for each in plain]
        blocks.append("\n".join(line for each in listed for line in _item(each, 0)))
    return cleaned("\n\n".join(block for block in blocks if block.strip()))


def _item(part: Part, depth: int) -> Iterator[str]:
    label, prose = label_of(part), " ".join(word_of(part, "prose").split())
    said = " ".join(filter(None, [f"({label})" if label else "", prose]))
    if said:
        yield f"{'    ' * min(depth, DEEPEST_LIST)}- {said}"
    for each in parts_of(part):
        yield from _item(each, depth + 1)


def label_of(part: Part) -> str:
    """ "a." of an item is a; a label that is a code of another scheme is left out."""
    found = [each for each in things(part, "props") if each.get("name") == "label"]
    said = word_of(found[0], "value") if found else ""
    return said.strip("().[] ") if len(said) <= 6 else ""


def leaves(part: Part) -> Iterator[str]:
    """The prose of a part and of all within it, each on one line."""
    if said := canonical_line(word_of(part, "prose")):
        yield said
    for each in parts_of(part):
        yield from leaves(each)


def lines_of(part: Part) -> Iterator[str]:
    """Every line of a part and of all within it: assessors write what they look at below each other."""
    for line in word_of(part, "prose").splitlines():
        if said := canonical_line(line):
            yield said
    for each in parts_of(part):
        yield from lines_of(each)


def cleaned(said: str) -> str:
    """Prose as a clause can hold it: no heading of the file's own levels, no character nobody sees."""
    lines = canonical_text(said).split("\n")
    for heading in headings(lines):
        if heading.level <= CLAUSE_LEVEL:
            lines[heading.index] = "#" * (CLAUSE_LEVEL + 1) + lines[heading.index].lstrip("#")
    unclosed = open_fence(lines)
    if unclosed is not None:
        lines.append(lines[unclosed].strip()[:3])
    said = "\n".join(lines)
    while mark := forbidden_character(said):
        said = said.replace(chr(int(mark[2:], 16)), "")
    return canonical_text(said)
