"""The list of facts straight under a heading: `- Key: value`, known keys only."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from compliance.playbooks.canonical import canonical_line, canonical_text
from compliance.playbooks.card import YES_NO, parsed_date
from compliance.playbooks.document import Lock, Severity
from compliance.playbooks.nearness import did_you_mean, nearest
from compliance.playbooks.problems import Problems

_FACT = re.compile(r"-[ \t]+([A-Za-z][A-Za-z \t]{0,30}?)[ \t]*:(?:[ \t]+(.*))?")
CLAUSE_FACTS = (
    "severity",
    "weight",
    "evidence",
    "check",
    "guidance",
    "law",
    "frequency",
    "applies to",
    "locked",
    "must rebase",
    "formerly",
    "retired",
)
OPERATION_FACTS = ("why", "approved", "review by")
CHANGEABLE_FACTS = ("severity", "weight", "evidence", "guidance", "check", "law", "locked")
NEW_FACTS = ("after", "before", "section")
KNOWN_FACTS = (*CLAUSE_FACTS, *OPERATION_FACTS, *NEW_FACTS)
REPEATABLE = frozenset({"evidence", "applies to", "formerly"})
MAX_WEIGHT = 100
_SEVERITIES = {severity.value: severity for severity in Severity}
LOCKS = {lock.value: lock for lock in Lock}
EVERY_AUDIT = "every audit"
FREQUENCIES = (EVERY_AUDIT, "monthly", "quarterly", "half-yearly", "yearly", "per launch", "per version")
_WEIGHT = re.compile(r"0*([1-9][0-9]{0,2})")
_LONGEST_SHORT_KEY = 4


@dataclass(frozen=True, slots=True)
class Fact:
    key: str
    value: str
    line: int


@dataclass(slots=True)
class Facts:
    """The facts of one heading in file order, and the text after them."""

    problems: Problems
    line: int
    owner: str
    found: list[Fact] = field(default_factory=list)
    text: str = ""

    def values(self, key: str) -> tuple[str, ...]:
        return tuple(fact.value for fact in self.found if fact.key == key)

    def value(self, key: str) -> str:
        return next(iter(self.values(key)), "")

    def listed(self, key: str) -> tuple[str, ...]:
        """Comma-separated values, over all facts of that key."""
        parts = (part.strip() for value in self.values(key) for part in value.split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def line_of(self, key: str) -> int:
        return next((fact.line for fact in self.found if fact.key == key), self.line)

    def error(self, key: str, message: str, remedy: str) -> None:
        self.problems.error(self.line_of(key), f"{self.owner}: {message}", remedy)

    def day(self, key: str) -> date | None:
        value = self.value(key)
        day = parsed_date(value)
        if value and day is None:
            self.error(key, f"“{value}” is no date", "Write it as 2026-09-01.")
        return day


def read_facts(lines: Sequence[str], line: int, owner: str, allowed: Collection[str], problems: Problems) -> Facts:
    """Facts and text under the heading at `line`. `allowed` are the keys that mean something there, in lower case."""
    facts = Facts(problems, line, owner)
    start = next((index for index, text in enumerate(lines) if text.strip()), len(lines))
    end = start
    if start < len(lines) and _begins_facts(lines[start], line + start + 1, allowed, facts):
        end = next((index for index in range(start, len(lines)) if not lines[index].strip()), len(lines))
        _read_run(lines[start:end], line + start + 1, facts)
    _check_keys(facts, allowed)
    facts.text = canonical_text("\n".join(lines[end:]))
    return facts


def begins_like_a_fact(text: str) -> bool:
    """Whether a text, written where no fact stands before it, would be read as one."""
    match = _FACT.fullmatch(text.split("\n", 1)[0].rstrip())
    return match is not None and _key(match) in KNOWN_FACTS


def _key(match: re.Match[str]) -> str:
    return " ".join(match[1].lower().split())


def _begins_facts(first: str, line: int, allowed: Collection[str], facts: Facts) -> bool:
    match = _FACT.fullmatch(first.rstrip())
    if not match:
        return False
    key = _key(match)
    if key in KNOWN_FACTS:
        return True
    if meant := nearest(key, allowed):
        remedy = f"Did you mean “{meant.capitalize()}”? If it is part of the text, use other words."
        # “- Who: the lead” is one step from “Why” and most likely meant: only longer words are refused.
        report = facts.problems.warn if len(meant) <= _LONGEST_SHORT_KEY else facts.problems.error
        report(line, f"{facts.owner}: “{match[1]}” is no fact, so the list is read as text", remedy)
    return False


def _read_run(run: Sequence[str], first_line: int, facts: Facts) -> None:
    for line, text in enumerate(run, first_line):
        if text[:1] in (" ", "\t") and facts.found:
            last = facts.found[-1]
            facts.found[-1] = Fact(last.key, canonical_line(f"{last.value} {text}"), last.line)
        elif match := _FACT.fullmatch(text.rstrip()):
            facts.found.append(Fact(_key(match), canonical_line(match[2] or ""), line))
        else:
            message = f"{facts.owner}: “{text.strip()[:40]}” stands among the facts and is none"
            facts.problems.error(line, message, "Leave an empty line between the facts and the text.")


def _check_keys(facts: Facts, allowed: Collection[str]) -> None:
    seen: dict[str, int] = {}
    for fact in facts.found:
        name = fact.key.capitalize()
        if fact.key not in KNOWN_FACTS:
            otherwise = "Leave an empty line before a list that is part of the text."
            meant = did_you_mean(name, [key.capitalize() for key in allowed], otherwise)
            facts.problems.error(fact.line, f"{facts.owner}: “{name}” is not a known fact", meant)
        elif fact.key not in allowed:
            usable = ", ".join(key.capitalize() for key in allowed)
            facts.problems.error(fact.line, f"{facts.owner}: “{name}” has no meaning here", f"Use {usable}.")
        elif not fact.value:
            facts.problems.error(fact.line, f"{facts.owner}: “{name}” has no value", "Write one, or take the line out.")
        elif fact.key in seen and fact.key not in REPEATABLE:
            message = f"{facts.owner}: “{name}” stands twice, on lines {seen[fact.key]} and {fact.line}"
            facts.problems.error(fact.line, message, "Keep one of them.")
        seen.setdefault(fact.key, fact.line)


def severity(facts: Facts, required: bool) -> Severity:
    value = facts.value("severity").lower()
    if value in _SEVERITIES:
        return _SEVERITIES[value]
    if value:
        facts.error(
            "severity", f"“{value}” is no severity", did_you_mean(value, Severity, "Use critical, major or minor.")
        )
    elif required:
        facts.error("severity", "it has no severity", "Add “- Severity: major” (or critical, minor) below it.")
    return Severity.MINOR


def weight(facts: Facts, required: bool) -> int:
    value = facts.value("weight")
    match = _WEIGHT.fullmatch(value)
    if match and int(match[1]) <= MAX_WEIGHT:
        return int(match[1])
    if value:
        facts.error("weight", f"“{value}” is no weight", f"Write a whole number from 1 to {MAX_WEIGHT}.")
    elif required:
        facts.error("weight", "it has no weight", "Add “- Weight: 3” under the heading.")
    return 1


def lock(facts: Facts) -> Lock:
    value = facts.value("locked").lower()
    if value and value not in LOCKS:
        facts.error("locked", f"“{value}” is no lock", "Use open, floor or fixed.")
    return LOCKS.get(value, Lock.OPEN)


def frequency(facts: Facts) -> str:
    """How often the clause is tested; the word decides what a sample takes, so an unknown one is refused."""
    value = facts.value("frequency").lower() or EVERY_AUDIT
    if value not in FREQUENCIES:
        remedy = did_you_mean(value, FREQUENCIES, f"Use {', '.join(FREQUENCIES)}.")
        facts.error("frequency", f"“{value}” is no frequency", remedy)
    return value


def flag(facts: Facts, key: str) -> bool:
    value = facts.value(key).lower()
    if value and value not in YES_NO:
        facts.error(key, f"“{key.capitalize()}” is “{value}”", "Write yes or no.")
    return YES_NO.get(value, False)
