"""How large a text may be, looked at before anything in it is read (the limits are those of the parser)."""

from collections.abc import Sequence

from compliance.playbooks.blocks import Block, headings
from compliance.playbooks.document import Problem
from compliance.playbooks.ids import NAMES_A_CLAUSE
from compliance.playbooks.limits import check_counts, check_file
from compliance.playbooks.problems import Problems

DEEPEST = 3  # of the headings that can bound a clause or a section


def over_limits(source: str) -> Sequence[Problem]:
    """Why a text is too large to be kept as a draft; empty when it is not.

    Only what makes a text too dear to read at all: a clause that is too long is a fault like others, told by its line.
    """
    problems = Problems()
    if check_file(source, problems):
        bounds = [heading for heading in headings(source.split("\n")) if heading.level <= DEEPEST]
        blocks = [Block(heading.level, heading.text, heading.index + 1, ()) for heading in bounds]
        clauses = [block for block in blocks if NAMES_A_CLAUSE.search(block.title)]
        sections = [block for block in blocks if block.level == 2 and not NAMES_A_CLAUSE.search(block.title)]
        check_counts(clauses, sections, problems)
    return problems.all()
