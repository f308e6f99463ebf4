"""Open a text: card, headings and blocks, with every limit checked before a block is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from compliance.playbooks.blocks import Block, Heading, cut, headings
from compliance.playbooks.canonical import canonical_source, canonical_text, forbidden_character
from compliance.playbooks.card import Card, read_card
from compliance.playbooks.codespans import open_fence
from compliance.playbooks.ids import NAMES_A_CLAUSE
from compliance.playbooks.limits import check_block, check_counts, check_file
from compliance.playbooks.links import inlined, without_definitions
from compliance.playbooks.problems import Problems

# Which headings bound a part of the file; the rest belongs to the text above it.
Bounds = Callable[[Card, Sequence[Heading], int], list[Heading]]


@dataclass(slots=True)
class Body:
    """An opened text. Both lists begin with what stands before the first heading.

    `written` are the blocks as they stand in the file, `blocks` those without link definitions.
    """

    card: Card
    blocks: list[Block]
    written: list[Block]
    first_line: int
    lines: Sequence[str]
    definitions: dict[str, str] = field(default_factory=dict)

    def prose(self, lines: Sequence[str]) -> str:
        """Canonical Markdown that renders alone."""
        return inlined(canonical_text("\n".join(lines)), self.definitions)


def open_body(source: str, problems: Problems, bounds: Bounds) -> Body | None:
    """The blocks of a text, or None when a limit was passed: then nothing in it is read any further."""
    if not check_file(source, problems):
        return None
    source_lines = canonical_source(source).split("\n")
    card = read_card(source_lines, problems)
    first_line = card.body_line
    lines = source_lines[first_line - 1 :]
    blocks = cut(lines, first_line, bounds(card, headings(lines), first_line))
    if not _within_limits(blocks, problems):
        return None
    _check_characters(source_lines, problems)
    _check_fences(lines, first_line, problems)
    body = Body(card, [], blocks, first_line, lines)
    _take_definitions(body, blocks)
    return body


def _within_limits(blocks: Sequence[Block], problems: Problems) -> bool:
    clauses = [block for block in blocks if NAMES_A_CLAUSE.search(block.title)]
    sections = [block for block in blocks[1:] if not NAMES_A_CLAUSE.search(block.title)]
    check_counts(clauses, sections, problems)
    if not problems.over_limit:
        for block in blocks:
            check_block(block, problems)
    return not problems.over_limit


def _check_fences(lines: Sequence[str], first_line: int, problems: Problems) -> None:
    unclosed = open_fence(lines)
    if unclosed is not None:
        problems.error(first_line + unclosed, "The fence is never closed", "Close it with a line of the same marks.")


def _check_characters(lines: Sequence[str], problems: Problems) -> None:
    for line, text in enumerate(lines, 1):
        if not text.isprintable() and (character := forbidden_character(text)):
            problems.error(line, f"The line holds the invisible character {character}", "Take it out.")


def _take_definitions(body: Body, blocks: Sequence[Block]) -> None:
    """Definitions hold in the whole file, as in every Markdown renderer; the first of a label wins."""
    for block in blocks:
        kept, found = without_definitions(block.lines)
        body.blocks.append(replace(block, lines=tuple(kept)) if found else block)
        body.definitions = found | body.definitions
