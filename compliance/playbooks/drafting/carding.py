"""Rewrite single lines of the card at the head of a text; every other byte stays."""

from collections.abc import Mapping, Sequence

from compliance.errors import InvalidInput
from compliance.playbooks.canonical import canonical_line
from compliance.playbooks.writing import write_card_line

ORDER = ("playbook", "overrides", "scope", "version", "title", "prefix", "owner", "effective", "until", "approved",
         "language", "change", "note", "retroactive", "reason", "written-against")
Pairs = Sequence[tuple[str, str]]


def with_card(source: str, entries: Mapping[str, str | Pairs]) -> str:
    """The text with these keys of its card set, or taken out where the value is empty.

    A value is one line, or (key, value) pairs for `written-against`. Raises InvalidInput for a text without a card.
    """
    lines = source.split("\n")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    if not end or lines[0].rstrip() != "---":
        raise InvalidInput("The text has no card. Begin it with a line of three dashes, then “key: value” lines.")
    card = lines[1:end]
    for key, value in entries.items():
        card = _set(card, key, _lines(key, value))
    return "\n".join([lines[0], *card, *lines[end:]])


def _lines(key: str, value: str | Pairs) -> list[str]:
    if not value:
        return []
    if isinstance(value, str):
        return [write_card_line(key, canonical_line(value))]
    return [f"{key}:", *(f"  {write_card_line(name, each)}" for name, each in value)]


def _set(card: list[str], key: str, written: list[str]) -> list[str]:
    begin = next((at for at, line in enumerate(card) if _key_of(line) == key), None)
    if begin is None:
        at = _place(card, key) if written else 0
        return [*card[:at], *written, *card[at:]]
    end = begin + 1
    while end < len(card) and card[end][:1] in (" ", "\t"):  # a value over several lines, or a mapping
        end += 1
    return [*card[:begin], *written, *card[end:]]


def _key_of(line: str) -> str:
    """The key a line of the card begins with; "" for a line that begins none."""
    key, colon, _ = line.partition(":")
    return key.strip().strip("\"'") if colon and line[:1] not in (" ", "\t", "#") else ""


def _place(card: Sequence[str], key: str) -> int:
    """Before the first line whose key comes later, as the writer would put it."""
    rank = ORDER.index(key)
    return next((at for at, line in enumerate(card) if (found := _key_of(line)) in ORDER
                 and ORDER.index(found) > rank), len(card))
