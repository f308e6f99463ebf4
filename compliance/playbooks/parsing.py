"""Read a playbook or an override from its Markdown, telling every fault with its line and what to do."""

import re
from collections.abc import Sequence

from compliance.playbooks.blocks import CLAUSE_LEVEL, Block, Heading
from compliance.playbooks.body import Body, open_body
from compliance.playbooks.canonical import canonical_line
from compliance.playbooks.card import Card, check_keys
from compliance.playbooks.clauses import read_clause
from compliance.playbooks.document import Clause, Override, Parameter, Playbook, Problem, Section
from compliance.playbooks.facts import CLAUSE_FACTS, read_facts
from compliance.playbooks.ids import PREFIX, id_pattern
from compliance.playbooks.linting import check_ids, check_near_misses, check_pictures, check_placeholders, check_unused
from compliance.playbooks.overlays import KEY, compose_override, override_bounds
from compliance.playbooks.problems import Problems, TextProblems
from compliance.playbooks.tables import TITLE, read_parameters

VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
CHANGES = ("editorial", "minor", "major")
REQUIRED = ("playbook", "version", "title", "prefix", "owner", "effective")
OPTIONAL = ("approved", "language", "until", "change", "note", "retroactive", "reason")

__all__ = ["TextProblems", "parse_override", "parse_playbook", "playbook_bounds", "read_override", "read_playbook"]


def parse_playbook(source: str, path: str = "") -> Playbook:
    """The playbook a text holds. Raises `TextProblems` with every fault."""
    playbook, problems = read_playbook(source, path)
    if playbook is None:
        raise TextProblems(problem for problem in problems if not problem.warning)
    return playbook


def parse_override(source: str, path: str = "", playbook: Playbook | str | None = None) -> Override:
    """The override a text holds. `playbook`, or its prefix, makes the check of ids exact. Raises `TextProblems`."""
    override, problems = read_override(source, path, playbook)
    if override is None:
        raise TextProblems(problem for problem in problems if not problem.warning)
    return override


def read_playbook(source: str, path: str = "") -> tuple[Playbook | None, tuple[Problem, ...]]:
    """The playbook, or None when the text has errors, and all problems, warnings included."""
    problems = Problems(path)
    body = open_body(source, problems, lambda card, found, line: playbook_bounds(card, found, line, problems))
    playbook = None
    if body is not None:
        check_keys(body.card, REQUIRED, OPTIONAL, {})
        playbook = _compose(body, problems)
    return (None if problems.has_errors() else playbook), problems.all()


def read_override(
    source: str, path: str = "", playbook: Playbook | str | None = None
) -> tuple[Override | None, tuple[Problem, ...]]:
    """The override, or None when the text has errors, and all problems, warnings included."""
    problems = Problems(path)
    body = open_body(source, problems, lambda _, found, line: override_bounds(found, line, problems))
    override = compose_override(body, playbook, problems) if body is not None else None
    return (None if problems.has_errors() else override), problems.all()


def _prefix(card: Card) -> str:
    prefix = card.text("prefix")
    return prefix if PREFIX.fullmatch(prefix) else ""


def playbook_bounds(card: Card, found: Sequence[Heading], first_line: int, problems: Problems) -> list[Heading]:
    """Sections stand at level 2, clauses at 3 (or at 2, outside a section); what is deeper is a clause's text."""
    ids, bounds, inside_clause = id_pattern(_prefix(card)), [], False
    for heading in found:
        line, is_clause = first_line + heading.index, ids.fullmatch(heading.text) is not None
        if heading.level == 1 or (is_clause and heading.level > CLAUSE_LEVEL):
            marks = "###" if is_clause else "##"
            message = f"“{heading.text[:60]}” is a heading of level {heading.level}"
            remedy = "The title of the playbook stands in the card. " if heading.level == 1 else ""
            problems.error(line, message, f"{remedy}Write “{marks} {heading.text[:60]}”.")
        elif heading.level == CLAUSE_LEVEL and not is_clause and inside_clause:
            message = f"“{heading.text[:60]}” stands where a clause would, and begins with no id"
            problems.error(line, message, "Begin it with an id, or write #### for a part of the clause above.")
        if heading.level <= 2 or (is_clause and heading.level == CLAUSE_LEVEL):
            bounds.append(heading)
            inside_clause = is_clause and heading.level == CLAUSE_LEVEL
    return bounds


def _compose(body: Body, problems: Problems) -> Playbook:
    card = body.card
    parts = _Parts(body, problems)
    for block in body.blocks:
        parts.take(block)
    check_ids(parts.clauses, problems)
    used = check_placeholders(body.written, {parameter.name for parameter in parts.parameters}, problems)
    check_unused(parts.parameters, used, parts.seen.get(TITLE.casefold(), 1), problems)
    check_pictures(body.blocks, problems)
    if prefix := _prefix(card):
        check_near_misses(body.lines, body.first_line, prefix, problems)
    if not parts.clauses and not card.broken:
        problems.error(card.body_line, "The playbook has no clause", "Write one: “### ESC-01 What has to be done”.")
    return _playbook(card, parts)


class _Parts:
    """Collects the parts of a playbook in file order."""

    def __init__(self, body: Body, problems: Problems) -> None:
        self.body = body
        self.problems = problems
        self.ids = id_pattern(_prefix(body.card))
        self.intro = ""
        self.section = ""
        self.seen: dict[str, int] = {}
        self.parameters: tuple[Parameter, ...] = ()
        self.sections: list[Section] = []
        self.clauses: list[Clause] = []

    def take(self, block: Block) -> None:
        match = self.ids.fullmatch(block.title)
        if block.level == 0:
            self.intro = self.body.prose(block.lines)
        elif match:
            self._take_clause(block, match)
        else:
            self._take_section(block)

    def _take_clause(self, block: Block, match: re.Match[str]) -> None:
        self.section = "" if block.level == 2 else self.section
        heading = match["id"], canonical_line(match["title"] or "")
        facts = read_facts(block.lines, block.line, match["id"], CLAUSE_FACTS, self.problems)
        self.clauses.append(read_clause(block, self.body, heading, facts, self.section))

    def _take_section(self, block: Block) -> None:
        name = block.title.casefold()
        if not name:
            self.problems.error(block.line, "The heading is empty", "Write the name of the section, or take it out.")
        if name in self.seen:
            message = f"The section “{block.title}” stands twice, on lines {self.seen[name]} and {block.line}"
            self.problems.error(block.line, message, "Put both together, or give one another name.")
        self.seen.setdefault(name, block.line)
        if name == TITLE.casefold():
            self.parameters, self.section = read_parameters(block, self.problems), ""
        else:
            self.sections.append(Section(block.title, self.body.prose(block.lines)))
            self.section = block.title


def _playbook(card: Card, parts: _Parts) -> Playbook:
    change = card.text("change").lower()
    if change and change not in CHANGES:
        card.problems.error(card.line("change"), f"“{change}” is no kind of change", "Use editorial, minor or major.")
    effective, until = card.period()
    return Playbook(
        key=card.matching("playbook", KEY, "Use small letters, digits and -, as in escalation-handling."),
        version=card.matching("version", VERSION, "Write numbers with points, as in 3.2.0."),
        title=card.text("title"),
        prefix=card.matching("prefix", PREFIX, "Use two to eight capital letters or digits, as in ESC."),
        owner=card.text("owner"),
        effective=effective,
        language=card.matching("language", LANGUAGE, "Use a language code, as in en or zh-Hant.") or "en",
        intro=parts.intro,
        parameters=parts.parameters,
        sections=tuple(parts.sections),
        clauses=tuple(parts.clauses),
        approved=card.text("approved"),
        until=until,
        change=change,
        note=card.text("note"),
        retroactive=card.retroactive(),
        reason=card.text("reason"),
    )
