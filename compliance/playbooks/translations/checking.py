"""What a translation must share with its source: placeholders, numbers, links, the length of its lists."""

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from compliance.playbooks.blocks import Block
from compliance.playbooks.canonical import forbidden_character
from compliance.playbooks.limits import check_block
from compliance.playbooks.problems import Problems

LONGEST_TITLE = 200
LONGER = 6  # times the source: no language needs that, something else was pasted
_PLACEHOLDER = re.compile(r"(?<!\\)\{\{([^{}\n]*)\}\}")
_NUMBER = re.compile(r"\d+(?:[.,:/'’٫٬\u00a0\u202f]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’٬\u00a0\u202f]\d{3})+")
_ENTRY = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\S", re.MULTILINE)
_ENTRY_NUMBER = re.compile(r"^[ \t]*\d+[.)](?=[ \t])", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>)\]\"]+", re.IGNORECASE)
_TO_NINETEEN = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
                " seventeen eighteen nineteen")
_UNITS = {word: value for value, word in enumerate(_TO_NINETEEN.split())} | {
    "once": 1, "twice": 2, "half": 2, "third": 3, "quarter": 4, "first": 1, "second": 2, "fourth": 4, "fifth": 5}
_BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * value for value, word in enumerate(_BY_TEN.split(), 2)}
_LARGE = {"hundred": 100, "thousand": 1000}
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of a translation, and what would be right."""

    field: str  # "title" or "text"
    message: str


def faults(source: tuple[str, str], translation: tuple[str, str]) -> list[Fault]:
    """Why a translation (title, text) cannot stand for its source (title, text); empty when it can."""
    found: list[Fault] = []
    for field, said, given in zip(("title", "text"), source, translation, strict=True):
        found += [Fault(field, message) for message in _faults(field, said, given)]
    return found


def _faults(field: str, source: str, given: str) -> list[str]:
    if not given.strip():
        return ["Write the translation: an empty one would hide the clause."]
    refused = _refused(field, source, given)
    return refused or [*_placeholders(source, given), *_numbers(source, given), *_lists(source, given),
                       *_links(source, given)]


def _refused(field: str, source: str, given: str) -> list[str]:
    if mark := forbidden_character(given):
        return [f"Take out the character {mark}: it cannot be seen, and can make the text read otherwise than it is."]
    if field == "title":
        if "\n" in given.strip():
            return ["A title is one line."]
        return [f"A title has at most {LONGEST_TITLE} characters; this one has {len(given)}."] if (
            len(given) > LONGEST_TITLE) else []
    problems = Problems()
    check_block(Block(3, "The translation", 1, tuple(given.split("\n"))), problems)
    if not problems.has_errors() and len(given) > 400 + LONGER * len(source):
        return [f"This is {len(given):,} characters for a source of {len(source):,}. Translate this clause alone."]
    return [f"{problem.message.rstrip('.')}. {problem.remedy}" for problem in problems.all() if not problem.warning]


def _placeholders(source: str, given: str) -> list[str]:
    wanted, there = set(_PLACEHOLDER.findall(source)), set(_PLACEHOLDER.findall(given))
    missing = [f"“{{{{{name}}}}}” is missing. Put it where its value belongs in the sentence."
               for name in sorted(wanted - there)]
    return missing + [f"“{{{{{name}}}}}” is not in the source. Use only the placeholders that stand there."
                      for name in sorted(there - wanted)]


def _numbers(source: str, given: str) -> list[str]:
    wanted, there = numbers(source), numbers(given)
    missing, added = sorted(wanted - there), sorted(there - wanted - _spelled(source))
    return [*(f"The number {number} of the source is missing. Write it in digits." for number in missing),
            *(f"The number {number} does not stand in the source." for number in added)]


def numbers(text: str) -> set[str]:
    """The numbers in digits of any script, as ASCII and without separators; those of placeholders and list entries not.

    "1,000" of English, "1.000" of German and "١٬٠٠٠" of Arabic are one number.
    """
    plain = _ENTRY_NUMBER.sub("", _LINK.sub("", _PLACEHOLDER.sub("", text)))
    plain = "".join(_ascii(letter) for letter in plain)
    return {_value(match[0]) for match in _NUMBER.finditer(plain)}


def _ascii(letter: str) -> str:
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)


def _value(number: str) -> str:
    if _GROUPED.fullmatch(number):
        return re.sub(r"\D", "", number)
    return re.sub("[,٫]", ".", number)


def _spelled(text: str) -> set[str]:
    """The numbers the source writes as English words, which many languages write in digits."""
    said = _WORD.findall(text.casefold())
    found: set[int] = {value for word in said for table in (_UNITS, _TENS, _LARGE) if (value := table.get(word))}
    for one, other in itertools.pairwise(said):
        if one in _TENS and _UNITS.get(other, 10) < 10:
            found.add(_TENS[one] + _UNITS[other])
        if one in (_UNITS | _TENS) and other in _LARGE:
            found.add((_UNITS | _TENS)[one] * _LARGE[other])
    return {str(value) for value in found}


def _lists(source: str, given: str) -> list[str]:
    kinds = (("list entries", _ENTRY), ("table rows", _ROW))
    return [f"The source has {len(wanted)} {name}, the translation {len(there)}. Keep one line for each."
            for name, pattern in kinds
            if len(wanted := pattern.findall(source)) != len(there := pattern.findall(given))]


def _links(source: str, given: str) -> list[str]:
    return [f"The link {address[:80]} is not in the source: a translation leads nowhere else."
            for address in sorted(_found(given) - _found(source))]


def _found(text: str) -> set[str]:
    return {address.rstrip(".,;") for address in _LINK.findall(text)}


def said(found: Iterable[Fault]) -> str:
    """The faults in one line, for a report."""
    return " ".join(f"{fault.field.capitalize()}: {fault.message}" for fault in found)
