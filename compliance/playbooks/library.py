"""Read a folder of playbooks, and resolve a chain from its files alone, on what they claim."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Generic, TypeVar

from compliance.playbooks.document import Override, Playbook, Problem
from compliance.playbooks.drift import drift, waiting
from compliance.playbooks.effective import GLOBAL, Effective, Layer, Rules, ScopeKind, Trust
from compliance.playbooks.judgement import claimed_approver
from compliance.playbooks.limits import MAX_FILE_BYTES
from compliance.playbooks.parsing import read_override, read_playbook
from compliance.playbooks.resolution import apply_layer, base
from compliance.playbooks.timeline import in_force, known

Document = TypeVar("Document", Playbook, Override)
# Which kind of layer a code in a chain is, by how many there are; a vendor's has to be named ("vendor:acme") unless
# all four are there.
KINDS = tuple(ScopeKind)
WITHOUT_VENDOR = (ScopeKind.REGION, ScopeKind.MARKET, ScopeKind.SITE)


class NothingInForce(LookupError):
    """No version of the playbook holds on the date; the message says so to a person."""


@dataclass(frozen=True, slots=True)
class Text(Generic[Document]):
    """One file: where it is, its exact text, and what it says."""

    path: Path
    source: str
    document: Document

    @property
    def effective(self) -> date:
        return self.document.effective

    @property
    def until(self) -> date | None:
        return self.document.until

    @property
    def approved_at(self) -> datetime:
        """When the file claims to have been approved. One that claims nothing counts from its first day on, so that
        an author sees what the text would do."""
        claim = claimed_approver(self.document.approved)
        return datetime.combine((claim and claim.on) or self.effective, time.min, UTC)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one playbook. A file with errors is in `problems` and nowhere else."""

    key: str
    playbooks: tuple[Text[Playbook], ...]
    overrides: Mapping[str, tuple[Text[Override], ...]]
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.warning)


def read_library(directory: Path) -> tuple[Shelf, ...]:
    """Every playbook of a folder such as `playbooks/`, or the one whose own folder this is, by key."""
    if (directory / "playbook.md").is_file():
        return (read_shelf(directory),)
    return tuple(read_shelf(found.parent) for found in sorted(directory.glob("*/playbook.md")))


def read_shelf(folder: Path) -> Shelf:
    """The playbook of one folder with its archive and its overrides."""
    reader = _Reader(folder)
    reader.take_playbook(folder / "playbook.md")
    archived = sorted((folder / "archive").rglob("*.md"))
    for path in archived:
        if not _is_override(path):
            reader.take_playbook(path)
    for path in (*filter(_is_override, archived), *sorted((folder / "overrides").rglob("*.md"))):
        reader.take_override(path)
    return reader.shelf()


def kinds_of(chain: Sequence[str]) -> list[tuple[ScopeKind, str]]:
    """The kind of each code in "apac,my,kul1": region, market and site, with a vendor when there are four.

    A code may name its kind, as in "vendor:acme" or "site:kul1". Raises ValueError for what is no chain.
    """
    plain = KINDS if len(chain) == len(KINDS) else WITHOUT_VENDOR
    if len(chain) > len(KINDS):
        raise ValueError("A chain has at most a region, a market, a vendor and a site.")
    found = [_kind_of(code, plain[place] if place < len(plain) else None) for place, code in enumerate(chain)]
    order = [KINDS.index(kind) for kind, _ in found]
    if order != sorted(set(order)):
        raise ValueError("A chain goes from region over market and vendor to site, one of each.")
    return found


def resolve_files(shelf: Shelf, chain: Sequence[str], on: date) -> Effective:
    """What holds at the end of a chain on a date, the files' claims of approval taken at their word.

    A code without an override in force adds nothing. Raises NothingInForce, and ValueError for what is no chain.
    """
    playbook = in_force(shelf.playbooks, on)
    if playbook is None:
        raise NothingInForce(f"No version of {shelf.key} is in force on {on.isoformat()}.")
    rules = Rules(on, Trust.CLAIMED)
    effective, layers = base(playbook.document, rules), list[Layer]()
    for kind, scope in kinds_of(chain):
        text = in_force(shelf.overrides.get(scope, ()), on)
        if text is not None:
            layer = Layer(kind, scope, text.document)
            written_for = _written_for(shelf, text.document, layers, rules)
            held = waiting(drift(text.document, written_for, effective)) if written_for else frozenset[str]()
            layers.append(replace(layer, waiting=held))
            effective = apply_layer(effective, layers[-1], rules)
    return effective


def _kind_of(code: str, by_place: ScopeKind | None) -> tuple[ScopeKind, str]:
    kind, colon, scope = code.rpartition(":")
    if colon and kind not in KINDS:
        raise ValueError(f"{kind} is no kind of layer; write region, market, vendor or site.")
    if colon:
        return ScopeKind(kind), scope
    if by_place is None:
        raise ValueError(f"Say what {code} is, as in site:{code}.")
    return by_place, code


def _written_for(shelf: Shelf, override: Override, above: Iterable[Layer], rules: Rules) -> Effective | None:
    """What stood above an override when it was written, as far as the files still hold it."""
    versions = dict(override.written_against)
    playbook = next((t.document for t in shelf.playbooks if t.document.version == versions.get(GLOBAL)), None)
    if playbook is None:
        return None
    effective = base(playbook, rules)
    for layer in above:
        wanted = versions.get(layer.scope)
        texts = shelf.overrides[layer.scope]
        then = next((t.document for t in texts if str(t.document.version) == wanted), layer.override)
        effective = apply_layer(effective, replace(layer, override=then), rules) if wanted else effective
    return effective


def _is_override(path: Path) -> bool:
    """Whether a file of the archive is an old override: its card says so, whatever the file is called."""
    with path.open("rb") as file:
        start = file.read(2048)
    return any(line.startswith(b"overrides:") for line in start.splitlines())


class _Reader:
    """Collects the texts of one folder and what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.key = folder.name
        self.playbooks: list[Text[Playbook]] = []
        self.overrides: dict[str, list[Text[Override]]] = {}
        self.problems: list[Problem] = []

    def take_playbook(self, path: Path) -> None:
        for text in self._texts(path, read_playbook):
            if text.document.key == self.key:
                self.playbooks.append(text)
            else:
                self._wrong(path, f"The card says {text.document.key}, the folder {self.key}", "Make both the same.")

    def take_override(self, path: Path) -> None:
        newest = known(self.playbooks)
        above = newest[-1].document if newest else None
        for text in self._texts(path, lambda source, name: read_override(source, name, above)):
            scope = text.document.scope
            if path.parent.name == "overrides" and path.stem != scope:
                self._wrong(path, f"The card says {scope}, the file {path.stem}", "Make both the same.")
            else:
                self.overrides.setdefault(scope, []).append(text)

    def shelf(self) -> Shelf:
        overrides = {scope: tuple(texts) for scope, texts in self.overrides.items()}
        return Shelf(self.key, tuple(self.playbooks), overrides, tuple(self.problems))

    def _texts(
        self, path: Path, read: Callable[[str, str], tuple[Document | None, tuple[Problem, ...]]]
    ) -> Iterator[Text[Document]]:
        """The text of a file, if it can be read and has no errors."""
        if path.stat().st_size > MAX_FILE_BYTES:
            self._wrong(path, f"The file has more than {MAX_FILE_BYTES // 1024**2} MB", "Split it into several.")
            return
        try:
            source = path.read_bytes().decode()
        except UnicodeDecodeError:
            self._wrong(path, "The file is not UTF-8 text", "Save it as UTF-8.")
            return
        document, problems = read(source, str(path))
        self.problems += problems
        if document is not None:
            yield Text(path, source, document)

    def _wrong(self, path: Path, message: str, remedy: str) -> None:
        self.problems.append(Problem(message, remedy, 1, str(path)))
