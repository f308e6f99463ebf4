"""Ids of ours for the ids of a catalogue: `ac-2` becomes `NIS-AC-02`, its first enhancement `NIS-AC2-01`."""

import re
from collections.abc import Iterable

from compliance.playbooks.ids import PREFIX, id_pattern

_PLAIN = re.compile(r"([a-z][a-z0-9]*?)[-._ ]?0*([0-9]{1,4})")
_NESTED = re.compile(r"([a-z][a-z0-9]*?)[-._ ]?0*([0-9]{1,4})[.\-(]0*([0-9]{1,4})\)?")
MOST = 9_999


class Names:
    """Gives each control an id that no other has; what does not read as family and number is counted in its group."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.taken: set[str] = set()

    def name(self, control_id: str, label: str, group: str) -> str:
        wanted = self._wanted(control_id.lower(), label)
        if not wanted or wanted in self.taken:
            wanted = self._next(group)
        self.taken.add(wanted)
        return wanted

    def _wanted(self, control_id: str, label: str) -> str:
        if id_pattern(self.prefix).fullmatch(label):
            return label
        if match := _PLAIN.fullmatch(control_id):
            return f"{self.prefix}-{match[1].upper()}-{int(match[2]):02}"
        if match := _NESTED.fullmatch(control_id):
            return f"{self.prefix}-{match[1].upper()}{match[2]}-{int(match[3]):02}"
        return ""

    def _next(self, group: str) -> str:
        code = "".join(mark for mark in group.upper() if mark.isascii() and mark.isalnum()).lstrip("0123456789")[:8]
        free = (f"{self.prefix}-{code or 'C'}-{number:02}" for number in range(1, MOST + 1))
        return next(wanted for wanted in free if wanted not in self.taken)


def prefix_of(title: str) -> str:
    """The first letters of a title's words, or the first of its only word, as a prefix; `CAT` when it has none."""
    words = re.findall(r"[A-Za-z][A-Za-z0-9]*", title)
    found = "".join(word[0] for word in words) if len(words) > 1 else "".join(words)
    found = found.upper()[:3]
    return found if PREFIX.fullmatch(found) else "CAT"


def key_of(title: str) -> str:
    """A title as the key of a playbook."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower())).lstrip("0123456789-")[:60].rstrip("-") or "catalogue"


def version_of(version: str) -> str:
    """The numbers of a version as ours are written: "5.1.1+u4" is 5.1.1, "Rev. 5" is 5."""
    found = re.search(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}", version)
    return found[0] if found else "1.0.0"


def chosen(wanted: Iterable[str], group_id: str, title: str) -> bool:
    """Whether a group is among those that were asked for, by id or title; all are when none was."""
    asked = {each.strip().casefold() for each in wanted if each.strip()}
    return not asked or bool(asked & {group_id.casefold(), title.casefold()})
