"""The card at the head of a file: a few YAML keys, every value a plain string."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import yaml

from compliance.playbooks.canonical import canonical_line
from compliance.playbooks.nearness import did_you_mean
from compliance.playbooks.problems import Problems

MAX_DEPTH = 4
MAX_CARD_LINES = 60
MAX_CARD_BYTES = 8 * 1024
_OPENING = "Begin the file with a line of three dashes, then “key: value” lines, then three dashes again."
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What most cards are made of throughout, and all that the product writes without quotes: no reader of YAML sees more in
# it, and reading it as such costs forty times as much.
_PLAIN = r"\w(?:[\w ,./;()+@-]*[\w./)+])?"
_PLAIN_LINE = re.compile(rf"([a-z][a-z-]*):(?: ({_PLAIN}))?", re.ASCII)
_PLAIN_PAIR = re.compile(rf"  (\w[\w.-]*): ({_PLAIN})", re.ASCII)
YES_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Entry:
    """The value of a card key, or a mapping of values, with its line in the file."""

    value: str
    line: int
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Card:
    """What stands between the dashes; `body_line` is the file's number of the first line after them."""

    problems: Problems
    entries: dict[str, Entry] = field(default_factory=dict)
    body_line: int = 1
    broken: bool = False

    def line(self, key: str) -> int:
        return self.entries[key].line if key in self.entries else 1

    def text(self, key: str) -> str:
        return self.entries[key].value if key in self.entries else ""

    def matching(self, key: str, pattern: re.Pattern[str], remedy: str) -> str:
        """The value, reported when it is there and does not match."""
        value = self.text(key)
        if value and not pattern.fullmatch(value):
            self.problems.error(self.line(key), f"“{value}” is no {key}", remedy)
        return value

    def day(self, key: str) -> date | None:
        value = self.text(key)
        if not value:
            return None
        day = parsed_date(value)
        if day is None:
            self.problems.error(self.line(key), f"“{value}” is no date for “{key}”", "Write it as 2026-01-15.")
        return day

    def period(self) -> tuple[date, date | None]:
        """When the text takes effect and, exclusive, when it ends; a missing date is reported and stands in as 1970."""
        effective, until = self.day("effective"), self.day("until")
        if effective and until and until <= effective:
            message = f"It ends on {until} and takes effect on {effective}"
            self.problems.error(self.line("until"), message, "“until” is the first day it no longer holds.")
        return effective or date(1970, 1, 1), until

    def retroactive(self) -> bool:
        """Whether the text may take effect before it was approved, which needs a reason."""
        retroactive = self.flag("retroactive")
        if retroactive and not self.text("reason"):
            self.problems.error(self.line("retroactive"), "It is retroactive and says not why", "Add “reason: …”.")
        return retroactive

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        return self.entries[key].pairs if key in self.entries else ()

    def flag(self, key: str) -> bool:
        value = self.text(key).lower()
        if value and value not in YES_NO:
            self.problems.error(self.line(key), f"“{key}” is “{value}”", "Write yes or no.")
        return YES_NO.get(value, False)


def parsed_date(value: str) -> date | None:
    """An ISO date and nothing else: `date.fromisoformat` would take 20260115 and week dates too."""
    try:
        return date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except ValueError:
        return None


def read_card(lines: Sequence[str], problems: Problems) -> Card:
    """The card of a file; faults are reported, and `broken` is set when it could not be read at all."""
    card = Card(problems)
    end = _closing_line(lines, problems)
    if end is None:
        card.broken = True
        return card
    card.body_line = end + 2
    text = "\n".join(lines[1:end])
    if len(text) > MAX_CARD_BYTES:
        problems.error(1, "The card is longer than 8 KB", "Keep the card to short facts and move prose below it.")
        card.broken = True
        return card
    plain = plain_entries(text)
    if plain is None:
        _fill(card, text)
    else:
        card.entries.update(plain)
    return card


def plain_entries(text: str) -> dict[str, Entry] | None:
    """The entries of a card that holds nothing but plain values; None for any other, whatever is wrong with it."""
    found: dict[str, Entry] = {}
    pairs: dict[str, list[tuple[str, str]]] = {}
    for number, line in enumerate(text.split("\n"), 2):
        if match := _PLAIN_PAIR.fullmatch(line):
            if not pairs or next(reversed(found)) not in pairs:
                return None
            pairs[next(reversed(pairs))].append((match[1], canonical_line(match[2])))
            continue
        match = _PLAIN_LINE.fullmatch(line)
        if match is None or match[1] in found:
            return None
        found[match[1]] = Entry(canonical_line(match[2] or ""), number)
        if match[2] is None:
            pairs[match[1]] = []
    if not all(pairs.values()):
        return None
    return found | {key: Entry("", found[key].line, tuple(said)) for key, said in pairs.items()}


def _closing_line(lines: Sequence[str], problems: Problems) -> int | None:
    if not lines or lines[0].rstrip() != "---":
        problems.error(1, "The file has no card", _OPENING)
        return None
    for index, line in enumerate(lines[1 : MAX_CARD_LINES + 2], 1):
        if line.rstrip() == "---":
            return index
    problems.error(1, f"The card is not closed within {MAX_CARD_LINES} lines", _OPENING)
    return None


def _fill(card: Card, text: str) -> None:
    try:
        _refuse_deep(text)
        # BaseLoader keeps `version: 1.10` and Norway's `scope: no` as they are written. Composing without
        # constructing gives line numbers and duplicate keys, and never expands an alias.
        root = yaml.compose(text, yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as fault:
        line, reason = _fault_place(fault)
        card.problems.error(line, f"The card is not readable: {reason}", "Write “key: value”; quote a value with “: ”.")
        card.broken = True
        return
    if not isinstance(root, yaml.MappingNode):
        card.problems.error(2, "The card holds no “key: value” lines", _OPENING)
        card.broken = True
        return
    for key, entry in _entries(card, root):
        card.entries[key] = entry


def _refuse_deep(text: str) -> None:
    """PyYAML composes by recursion and takes a second for some kilobytes of brackets; its events cost nothing."""
    depth = 0
    for event in yaml.parse(text, yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise RecursionError


def _fault_place(fault: Exception) -> tuple[int, str]:
    reason = getattr(fault, "problem", None) or "it is nested too deeply or holds a character that is not allowed"
    # What is never closed is found missing at the end; the author has to look where it was opened.
    mark = getattr(fault, "context_mark" if "end of stream" in reason else "problem_mark", None)
    return (mark.line + 2 if mark else 1), str(reason)


def _entries(card: Card, root: yaml.MappingNode) -> Iterator[tuple[str, Entry]]:
    seen: dict[str, int] = {}
    for key_node, value_node in root.value:
        line = key_node.start_mark.line + 2
        key = canonical_line(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
        if key in seen:
            card.problems.error(line, f"“{key}” stands twice, on lines {seen[key]} and {line}", "Keep one of them.")
            continue
        seen[key] = line
        entry = _entry(value_node, line)
        if entry is None:
            card.problems.error(line, f"“{key}” holds more than a value", "Write one value on one line.")
        else:
            yield key, entry


def _entry(node: yaml.Node, line: int) -> Entry | None:
    if isinstance(node, yaml.ScalarNode):
        return Entry(canonical_line(node.value), line)
    if isinstance(node, yaml.MappingNode):
        scalars = all(isinstance(part, yaml.ScalarNode) for pair in node.value for part in pair)
        pairs = tuple((canonical_line(key.value), canonical_line(value.value)) for key, value in node.value)
        return Entry("", line, pairs) if scalars else None
    return None


def check_keys(card: Card, required: Sequence[str], optional: Sequence[str], mappings: Mapping[str, str]) -> None:
    """Report unknown, missing and empty keys. `mappings` names the keys that hold several values, with an example."""
    if card.broken:
        return
    known = [*required, *optional, *mappings]
    for key, entry in card.entries.items():
        if key not in known:
            remedy = did_you_mean(key, known, f"Take it out; the card knows {', '.join(known)}.")
            card.problems.error(entry.line, f"The card does not know “{key}”", remedy)
        elif key in mappings and entry.value:
            card.problems.error(entry.line, f"“{key}” is one value", f"Write {mappings[key]}.")
        elif key not in mappings and entry.pairs:
            card.problems.error(entry.line, f"“{key}” holds several values", "Write one value on one line.")
    for key in required:
        if not card.text(key) and not (key in card.entries and card.entries[key].pairs):
            card.problems.error(card.line(key), f"The card has no “{key}”", f"Add a line “{key}: …”.")
