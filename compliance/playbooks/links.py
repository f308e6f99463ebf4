"""Put reference links in line, so that a clause renders alone as it does in its file."""

import re
from collections.abc import Mapping, Sequence

from compliance.playbooks.codespans import Fences, code_ranges

_DEFINITION = re.compile(r" {0,3}\[(?!\^)([^\[\]]{1,100})\]:[ \t]+<?([^\s<>]+)>?(?:[ \t]+[\"'(]([^\"]*)[\"')])?[ \t]*")
_REFERENCE = re.compile(r"(?<![\\\]])\[([^\[\]]{1,300})\](?:[ ]?\[([^\[\]]{0,100})\])?(?![(:\[])")


def _label(text: str) -> str:
    return " ".join(text.casefold().split())


def without_definitions(lines: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The lines with every link definition emptied (numbers stay right), and label → destination with its title."""
    fences, kept = Fences(), list[str]()
    found: dict[str, str] = {}
    for line in lines:
        fenced = fences.inside(line)
        match = None if fenced or "]:" not in line else _DEFINITION.fullmatch(line)
        kept.append("" if match else line)
        if match:
            found.setdefault(_label(match[1]), f'{match[2]} "{match[3]}"' if match[3] else match[2])
    return kept, found


def inlined(text: str, definitions: Mapping[str, str]) -> str:
    """`[x][r]`, `[r][]` and `[r]` with a definition become `[x](destination)`; code is left alone."""
    if not definitions or "[" not in text:
        return text
    ranges = code_ranges(text)

    def replacement(match: re.Match[str]) -> str:
        destination = definitions.get(_label(match[2] or match[1]))
        if destination is None or any(start <= match.start() < end for start, end in ranges):
            return match[0]
        return f"[{match[1]}]({destination})"

    return _REFERENCE.sub(replacement, text)
