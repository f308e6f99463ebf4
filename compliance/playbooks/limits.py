"""Limits on a text, looked at before anything expensive is done with it.

Python-Markdown needs seconds for a few kilobytes of `[[[[` and of `[a](<b`, so what passes here is known to render.
"""

import re
from collections.abc import Sequence

from compliance.playbooks.blocks import Block
from compliance.playbooks.problems import Problems

MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_BLOCK_BYTES = 16 * 1024
MAX_TABLE_BYTES = 64 * 1024
MAX_CLAUSES = 1_000
MAX_SECTIONS = 200
MAX_PARAMETERS = 200
MAX_RUN = 30
# Counts per block of marks whose matching costs the renderer quadratic time.
MAX_MARKS = {"[": 100, "<": 100, "`": 400, "*": 600, "_": 600, "|": 1_000}
_RUN = re.compile(r"([\[<\\`*_>])\1{" + str(MAX_RUN) + r",}")
_NESTED = re.compile(r"(?:[ \t]*(?:>|[-*+]|[0-9]{1,9}[.)])(?=[ \t>])){11}")
_INDENTED = " " * 81
_DEEP = "more than ten quotes or lists inside each other"


def kilobytes(count: int) -> str:
    return f"{count / 1024:,.0f} KB"


def check_file(source: str, problems: Problems) -> bool:
    """Whether the file as a whole is small enough to look into."""
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > MAX_FILE_BYTES:
        problems.refuse(
            1,
            f"The file has {kilobytes(size)}; the limit is {kilobytes(MAX_FILE_BYTES)}",
            "Split it into several playbooks, and link long material instead of pasting it.",
        )
    return size <= MAX_FILE_BYTES


def check_counts(clauses: Sequence[Block], sections: Sequence[Block], problems: Problems) -> None:
    """At most a thousand clauses or operations, and two hundred sections."""
    for blocks, limit, noun in ((clauses, MAX_CLAUSES, "clauses"), (sections, MAX_SECTIONS, "sections")):
        if len(blocks) > limit:
            message = f"The file has {len(blocks):,} {noun}; the limit is {limit:,}, reached before this line"
            problems.refuse(blocks[limit].line, message, "Split it into several playbooks.")


def check_block(block: Block, problems: Problems) -> None:
    """Size, marks, runs and nesting of one clause or section."""
    text = "\n".join(block.lines)
    name = f"“{block.title[:60]}”" if block.title else "The introduction"
    size = len(text.encode("utf-8", "surrogatepass"))
    is_table = block.title.casefold() == "parameters"
    limit = MAX_TABLE_BYTES if is_table else MAX_BLOCK_BYTES
    if size > limit:
        message = f"{name} has {kilobytes(size)}; the limit is {kilobytes(limit)}"
        problems.refuse(max(block.line, 1), message, "Split it into several clauses, or link the long material.")
    if not is_table:  # which is read by our own parser and never rendered
        _check_marks(block, text, name, problems)
        _check_runs(block, text, name, problems)


def _check_marks(block: Block, text: str, name: str, problems: Problems) -> None:
    for mark, limit in MAX_MARKS.items():
        if (count := text.count(mark)) > limit:
            message = f"{name} has {count:,} of “{mark}”; the limit is {limit:,}"
            problems.refuse(block.line_of(mark), message, "Shorten it, or move the material into a linked document.")


def _check_runs(block: Block, text: str, name: str, problems: Problems) -> None:
    if match := _RUN.search(text):
        message = f"{name} has more than {MAX_RUN} of “{match[1]}” in a row"
        problems.refuse(block.line_of(match[0]), message, "Shorten the run.")
    for line, content in enumerate(block.lines, block.line + 1):
        if _NESTED.match(content):
            problems.refuse(line, f"{name} has {_DEEP}", "Use sub-headings instead of nesting.")
        elif content.expandtabs(4).startswith(_INDENTED):
            problems.refuse(line, f"{name} has a line indented by more than 80 blanks", "Indent it less.")
