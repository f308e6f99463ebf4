"""One spelling for every text and value, so that equal meaning gives equal digests."""

import re
import unicodedata

from compliance.playbooks.parameters import canonical_number

BOM = "\ufeff"

# Sentinels of the renderer, and characters no keyboard sends: an author may hold none of them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]")
_BLANK_RUN = re.compile(r"\n{3,}")
_WITH_UNIT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*(%|[^\W\d_]+(?:\s+[^\W\d_]+){0,4})")
_WITH_COMMA = re.compile(r"-?[0-9][0-9.,]*,[0-9.,]*")
MAX_VALUE_LENGTH = 200


class NotCanonical(ValueError):
    """A value nobody can compare; `remedy` says how to write it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def canonical_source(source: str) -> str:
    """The whole file with LF, NFC and no byte order mark; line numbers are those the author sees."""
    text = source.replace(BOM, "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def canonical_text(text: str) -> str:
    """Prose as it enters a digest: NFC, LF, trailing blanks off but for a line break, never two empty lines."""
    lines = canonical_source(text).split("\n")
    following = [*lines[1:], ""]
    trimmed = [_without_trailing_blanks(line, after) for line, after in zip(lines, following, strict=True)]
    return _BLANK_RUN.sub("\n\n", "\n".join(trimmed)).strip("\n")


def _without_trailing_blanks(line: str, following: str) -> str:
    bare = line.rstrip(" \t")
    breaks = line.endswith("  ") and bare != "" and following.strip(" \t") != ""
    return bare + "  " if breaks else bare


def canonical_line(text: str) -> str:
    """A title, fact or card value: one line, single blanks, NFC."""
    return " ".join(canonical_source(text).split())


def forbidden_character(text: str) -> str:
    """The first control, override or private-use character as "U+202E", or "" when there is none."""
    match = _FORBIDDEN.search(text)
    return f"U+{ord(match[0]):04X}" if match else ""


def canonical_value(value: str) -> str:
    """A parameter value with one spelling per number: "15.0" and "015" are "15".

    Raises `NotCanonical` for what looks like a number and cannot be compared as one: "15 min", "1,5", other digits.
    """
    text = canonical_line(value)
    _refuse_odd_characters(text)
    if number := canonical_number(text):
        return number
    if _WITH_COMMA.fullmatch(text):
        raise NotCanonical(f"“{text}” has a comma in a number", "Write 1.5 with a point and 100000 without separators.")
    if match := _WITH_UNIT.fullmatch(text):
        raise NotCanonical(
            f"“{text}” holds a number and a unit",
            f"Write {canonical_number(match[1]) or match[1]} alone; “{match[2]}” belongs in the Unit column.",
        )
    return text


def _refuse_odd_characters(text: str) -> None:
    if not text:
        raise NotCanonical("The value is empty", "Write a value, or take the row out.")
    if len(text) > MAX_VALUE_LENGTH:
        raise NotCanonical(
            f"The value has {len(text)} characters; the limit is {MAX_VALUE_LENGTH}",
            "Put the words into the clause and keep the value short.",
        )
    if any(character.isdecimal() and not character.isascii() for character in text):
        raise NotCanonical(f"“{text}” is not written in the digits 0 to 9", "Write it as 30; units have their column.")
    if "`" in text or forbidden_character(text):
        raise NotCanonical("The value holds a backtick or a control character", "Take it out.")
