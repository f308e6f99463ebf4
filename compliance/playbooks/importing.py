"""Take texts in: tell a playbook from an override, read it, and say per file what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from compliance.playbooks.document import Override, Playbook, Problem
from compliance.playbooks.library import Shelf, Text
from compliance.playbooks.limits import MAX_FILE_BYTES, kilobytes
from compliance.playbooks.parsing import read_override, read_playbook
from compliance.playbooks.problems import describe
from compliance.playbooks.succession import number_of


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class File:
    """A text that was read. Without a document it has errors."""

    path: str
    source: str = ""
    document: Playbook | Override | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def digest(self) -> str:
        return digest_of(self.source)

    def line(self, key: str) -> int:
        """The line of a key in the card."""
        lines = enumerate(self.source.splitlines(), 1)
        return next((number for number, text in lines if text.startswith(f"{key}:")), 1)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file; `what` names it as people do, `notes` are good to know."""

    path: str
    outcome: Outcome
    what: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    url: tuple[str, Mapping[str, str]] | None = field(default=None, compare=False)
    digest: str = ""

    @property
    def lines(self) -> list[str]:
        """ "playbooks/x/playbook.md: added Escalation handling 3.0.0", and each fault with line and remedy."""
        if self.outcome is Outcome.REFUSED:
            return [describe(problem) for problem in self.problems if not problem.warning]
        return [f"{self.path}: {self.outcome} {self.what}", *(f"{self.path}: {note}" for note in self.notes),
                *(describe(problem) for problem in self.problems)]


def digest_of(source: str) -> str:
    """Of the bytes as they are, so that another line ending is another text."""
    return sha256(source.encode()).hexdigest()


def refused(path: str, message: str, remedy: str, line: int = 1) -> Imported:
    return Imported(path, Outcome.REFUSED, problems=(Problem(message, remedy, line, path),))


def read_file(path: str, data: bytes, known: Mapping[str, Playbook]) -> File:
    """A file that was sent. `known` are the newest playbooks by key, against which an override is checked."""
    if len(data) > MAX_FILE_BYTES:
        return _unreadable(path, f"The file has {kilobytes(len(data))}; the limit is {kilobytes(MAX_FILE_BYTES)}",
                           "Split it into several.")
    try:
        source = data.decode()
    except UnicodeDecodeError:
        return _unreadable(path, "The file is not UTF-8 text", "Save it as UTF-8.")
    if overridden := overridden_key(source):
        override, problems = read_override(source, path, known.get(overridden))
        return File(path, source, override, problems)
    playbook, problems = read_playbook(source, path)
    return File(path, source, playbook, problems)


def overridden_key(source: str) -> str:
    """The playbook an override is for, by its card; "" for what is no override."""
    for line in source[:2048].splitlines():
        if line.startswith("overrides:"):
            return line.removeprefix("overrides:").strip().strip("\"'") or "?"
    return ""


def files_of(shelves: Iterable[Shelf]) -> list[File]:
    """The texts of a library and those that could not be read."""
    files = []
    for shelf in shelves:
        texts: list[Text[Any]] = [*shelf.playbooks, *(text for found in shelf.overrides.values() for text in found)]
        read = {str(text.path): (text.source, text.document) for text in texts}
        for path in dict.fromkeys([*read, *(problem.path for problem in shelf.problems)]):
            source, document = read.get(path, ("", None))
            problems = tuple(problem for problem in shelf.problems if problem.path == path)
            files.append(File(path, source, document, problems))
    return files


def in_order(files: Sequence[File]) -> list[File]:
    """Playbooks before overrides and older before newer, so that each finds what it rests on."""
    def place(file: File) -> tuple[int, str, tuple[int, ...], str]:
        match file.document:
            case Playbook(key=key, version=version):
                return 1, key, number_of(version), file.path
            case Override(playbook=key, version=version):
                return 2, key, (version,), file.path
        return 0, "", (), file.path

    return sorted(files, key=place)


def export_path(key: str, scope: str = "", number: str = "") -> Path:
    """Where a text lies in a library; `number` for one that is no longer the newest."""
    if scope:
        return Path(key, "archive", f"{scope}-{number}.md") if number else Path(key, "overrides", f"{scope}.md")
    return Path(key, "archive", f"playbook-{number}.md") if number else Path(key, "playbook.md")


def _unreadable(path: str, message: str, remedy: str) -> File:
    return File(path, problems=(Problem(message, remedy, 1, path),))
