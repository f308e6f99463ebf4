"""The parts of a text somebody is writing, with their lines: also of one that cannot be read yet."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from compliance.playbooks.blocks import Block
from compliance.playbooks.body import Body, open_body
from compliance.playbooks.canonical import canonical_line, canonical_text
from compliance.playbooks.card import Card
from compliance.playbooks.document import Verb
from compliance.playbooks.ids import PREFIX, id_pattern
from compliance.playbooks.importing import overridden_key
from compliance.playbooks.overlays import override_bounds
from compliance.playbooks.parsing import playbook_bounds
from compliance.playbooks.problems import Problems
from compliance.playbooks.tables import DEFINING, SETTING, TITLE, read_rows

PARAMETERS = TITLE.casefold()
_VERBS = tuple(verb.value for verb in Verb if verb is not Verb.SET)
_OPERATION = re.compile(rf"({'|'.join(_VERBS)})\s+(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands under it. `key` names it for comments and jumps: "ESC-02" or "replace ESC-02" for a
    clause or an operation, "parameters" for the table, "section intake" for a section."""

    key: str
    title: str
    line: int  # of its heading
    end: int  # of its last line
    level: int
    text: str
    section: str = ""

    @property
    def body(self) -> str:
        """What stands under the heading."""
        return self.text.partition("\n")[2].strip("\n")

    @property
    def facts(self) -> tuple[str, ...]:
        """The bullets straight under the heading, without their marks."""
        first = self.body.split("\n\n", 1)[0].split("\n")
        return tuple(line[1:].strip() for line in first) if all(line.startswith("-") for line in first) else ()

    @property
    def prose(self) -> str:
        """What stands under the facts."""
        return self.body.partition("\n\n")[2] if self.facts else self.body

    @property
    def is_clause(self) -> bool:
        return self.key != PARAMETERS and not self.key.startswith("section ")

    @property
    def digest(self) -> str:
        return digest_of_part(self.text)


@dataclass(frozen=True, slots=True)
class Value:
    """A row of the parameters table."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text holds, in its order; empty for one beyond the limits, of which nothing is read."""

    is_override: bool
    parts: tuple[Part, ...]
    values: tuple[Value, ...]

    def find(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)


def digest_of_part(text: str) -> str:
    """Of a part as it enters no other digest: what a comment was said about."""
    return sha256(canonical_text(text).encode()).hexdigest()


def outline_of(source: str) -> Outline:
    """The parts of a playbook or an override."""
    problems = Problems()
    is_override = bool(overridden_key(source))
    body = _opened(source, is_override, problems)
    if body is None:
        return Outline(is_override, (), ())
    columns = SETTING if is_override else DEFINING
    rows = [row for block in body.written if block.title.casefold() == PARAMETERS
            for row in read_rows(block, columns, problems)]
    values = tuple(Value(row["Parameter"], row["Value"], row.line) for row in rows)
    return Outline(is_override, tuple(_parts(body, is_override)), values)


def block_of(source: str, key: str) -> Block | None:
    """The lines of one part as the reader of clauses wants them, link definitions and all."""
    is_override = bool(overridden_key(source))
    body = _opened(source, is_override, Problems())
    blocks = body.written[1:] if body else []
    return next((block for block in blocks if key_of(block, is_override, _prefix(body)) == key), None)


def _opened(source: str, is_override: bool, problems: Problems) -> Body | None:
    if is_override:
        return open_body(source, problems, lambda _, found, line: override_bounds(found, line, problems))
    return open_body(source, problems, lambda card, found, line: playbook_bounds(card, found, line, problems))


def _prefix(body: Body | None) -> str:
    card: Card | None = body.card if body else None
    prefix = card.text("prefix") if card else ""
    return prefix if PREFIX.fullmatch(prefix) else ""


def _parts(body: Body, is_override: bool) -> Iterator[Part]:
    section, prefix = "", _prefix(body)
    for block in body.written[1:]:
        key = key_of(block, is_override, prefix)
        if key.startswith("section "):
            section = block.title
        elif block.level == 2 and not is_override:
            section = ""
        yield Part(key, block.title, block.line, block.line + len(_trimmed(block.lines)), block.level,
                   "\n".join([block.title, *block.lines]), "" if key.startswith("section ") else section)


def key_of(block: Block, is_override: bool, prefix: str = "") -> str:
    """The key of a part by its heading."""
    if block.title.casefold() == PARAMETERS:
        return PARAMETERS
    if is_override:
        return _operation_key(block.title)
    match = id_pattern(prefix).fullmatch(block.title)
    return match["id"] if match else f"section {block.title.casefold()}"


def _operation_key(title: str) -> str:
    match = _OPERATION.fullmatch(title)
    target = id_pattern().fullmatch(match[2]) if match else None
    return f"{canonical_line(match[1]).lower()} {target['id']}" if match and target else f"section {title.casefold()}"


def _trimmed(lines: Sequence[str]) -> Sequence[str]:
    """Without the blank lines at the end, which part it from what follows."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]
