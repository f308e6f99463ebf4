"""Put parameter values where `{{name}}` stands in a text, as text and never as markup."""

import re
from collections.abc import Mapping

from compliance.playbooks.codespans import code_ranges

NAME = r"[a-z][a-z0-9_]{0,60}"
PLACEHOLDER = re.compile(r"(\\?)\{\{(" + NAME + r")\}\}")
BRACES = re.compile(r"(\\?)\{\{([^{}\n]{0,80})\}\}")
_MARKDOWN = re.compile(r"[\\*_\[\]{}|#`]")
_STARTS_A_BLOCK = re.compile(r"[-+=~](?=[-+=~\s]|$)")
_STARTS_AN_ITEM = re.compile(r"([0-9]+)([.)])(?=\s|$)")


def names_in(*texts: str) -> tuple[str, ...]:
    """The parameter names the texts use, each once, in order; `\\{{name}}` is not a use."""
    found = (match for text in texts for match in PLACEHOLDER.finditer(text) if not match[1])
    return tuple(dict.fromkeys(match[2] for match in found))


def fill(text: str, values: Mapping[str, str]) -> str:
    """A plain text (title, check, evidence) with values put in, unescaped; an unknown name stays as written."""

    def replacement(match: re.Match[str]) -> str:
        literal = "{{" + match[2] + "}}"
        return literal if match[1] else values.get(match[2], literal)

    return PLACEHOLDER.sub(replacement, text)


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Markdown with values put in as text, so that no value can turn into markup; one pass, never expanded again."""
    if "{{" not in text:
        return text
    ranges = code_ranges(text)
    pieces: list[str] = []
    end = 0
    for match in PLACEHOLDER.finditer(text):
        pieces += [text[end : match.start()], _in_place(match, values, _within(match.start(), ranges))]
        end = match.end()
    return "".join([*pieces, text[end:]])


def _in_place(match: re.Match[str], values: Mapping[str, str], in_code: bool) -> str:
    literal = "{{" + match[2] + "}}"
    if match[1] or match[2] not in values:
        return literal
    return values[match[2]] if in_code else _escaped(values[match[2]])


def _escaped(value: str) -> str:
    safe = _MARKDOWN.sub(r"\\\g<0>", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if _STARTS_A_BLOCK.match(safe):
        return f"&#{ord(safe[0])};{safe[1:]}"
    return _STARTS_AN_ITEM.sub(r"\1\\\2", safe, count=1) if _STARTS_AN_ITEM.match(safe) else safe


def _within(position: int, ranges: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in ranges)
