"""What a piece of field work is to those who synchronise it; audits and exercises are two kinds of it.

Audits and continuity do not know each other: the application offers both here, and the tablet's server finds a work by
the start of its reference.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from compliance.access import Actor
from compliance.audits.field.merging import Key, Stands
from compliance.errors import InvalidInput
from compliance.files.intake import Upload
from compliance.files.models import Evidence
from compliance.journal import Subject
from compliance.network.models import Site
from compliance.refusals import Refusal


class NotTaken(InvalidInput):
    """A single operation cannot be taken: a code for the tablet, a sentence for its auditor, and what is missing."""

    def __init__(self, code: str, message: str, reasons: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.missing = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Change:
    """A value to be written, already in the form `accept` gave it, and the operations of a tablet that say so."""

    value: Any
    operations: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Signing:
    """A sign-off: what was noted with it, and when, by the clock of a tablet that was `skew_ms` ahead of ours."""

    value: Mapping[str, Any]
    at: datetime | None
    skew_ms: int


class Work(Protocol):
    """One piece of field work as it stands, loaded for one batch. Nothing here reads from the database again.

    An item is a line of it ("ESC-02"); "" is the work as a whole. A field is named as in the command that writes it.
    """

    @property
    def id(self) -> UUID: ...

    @property
    def reference(self) -> str: ...

    @property
    def kind(self) -> str:
        """The name of its kind: "audit"."""

    @property
    def site_id(self) -> UUID: ...

    @property
    def vendor_id(self) -> UUID | None: ...

    @property
    def zone(self) -> str:
        """The zone of its site."""

    @property
    def subject(self) -> Subject:
        """The record the journal tells of."""

    @property
    def subjects(self) -> Mapping[UUID, str]:
        """What photographs may support: the id of each record, and its item."""

    @property
    def handed_over(self) -> bool:
        """Whether it was signed off, or closed in another way: nothing is expected from a tablet any more."""

    @property
    def lead_id(self) -> UUID | None:
        """Who alone may decide over a colleague's value, and who adopts held work."""

    def may_read(self, actor: Actor) -> bool:
        """Whether the actor may read its answers now."""

    def why_held(self, actor: Actor) -> Refusal | None:
        """Why what the actor sends is kept aside: cancelled, closed, not of the team. None while it is taken."""

    def stands(self, key: Key) -> Stands:
        """The value in the record now with who gave it; `Stands()` for what was never given."""

    def fields(self) -> Iterator[Key]:
        """Every place of this work that has a value."""

    def changed_since(self, instant: datetime) -> Collection[str]:
        """The items that were written at or after an instant, from the page or from a tablet."""

    def accept(self, key: Key, value: Any) -> Any:
        """The value as the record would keep it. Raises NotTaken: no such item or field, or the value is wrong.

        Text is stripped, an enum is its value, a day its ISO form: what JSON holds.
        """

    def write(self, actor: Actor, changes: Mapping[Key, Change], *, device: UUID) -> None:
        """Write through the commands of the page, in a number of statements that does not grow with the changes."""

    def noted_conflicts(self, item: str) -> int:
        """How many open sides are kept beside an item now."""

    def note_conflicts(self, open_sides: Mapping[str, int]) -> None:
        """Keep beside each item how many open sides its conflicts have (items not named have kept theirs)."""

    def attach(self, actor: Actor, item: str, upload: Upload, *, caption: str, kind: str) -> Evidence:
        """Let a photograph support an item, or a signature (kind "signature", item "") the work."""

    def caption(self, actor: Actor, item: str, evidence: Evidence, caption: str) -> None: ...

    def withdraw(self, actor: Actor, item: str, evidence: Evidence, *, reason: str) -> None: ...

    def sign(self, actor: Actor, signing: Signing) -> None:
        """Hand the work over. Raises NotTaken with everything that stands against it, and has then written nothing."""

    def told(self, actor: Actor) -> dict[str, Any]:
        """For its readers: status, on_team, message, lead {id, name}, answered, clauses, results, blockers."""


class Recorded(Protocol):
    """The record a work is about: an audit, an exercise."""

    @property
    def id(self) -> UUID: ...
    @property
    def reference(self) -> str: ...
    @property
    def site_id(self) -> UUID: ...
    @property
    def vendor_id(self) -> UUID | None: ...
    @property
    def lead_id(self) -> UUID | None: ...
    @property
    def site(self) -> Site: ...


class OfItsRecord(ABC):
    """What a work says of itself by its record; each kind adds the rest."""

    __slots__ = ()

    @property
    @abstractmethod
    def subject(self) -> Recorded: ...

    @property
    def id(self) -> UUID:
        return self.subject.id

    @property
    def reference(self) -> str:
        return self.subject.reference

    @property
    def site_id(self) -> UUID:
        return self.subject.site_id

    @property
    def vendor_id(self) -> UUID | None:
        return self.subject.vendor_id

    @property
    def lead_id(self) -> UUID | None:
        return self.subject.lead_id

    @property
    def zone(self) -> str:
        return self.subject.site.zone or "UTC"


class Kind(Protocol):
    """A kind of field work: how its works are found."""

    @property
    def name(self) -> str: ...

    @property
    def prefix(self) -> str:
        """What its references begin with: "AUD-"."""

    def load(self, actor: Actor, references: Collection[str], *, lock: bool) -> Mapping[str, Work]:
        """Those of the works that exist, by reference, whether or not the actor sees them; in few statements.

        `lock` keeps others from writing them until the transaction ends.
        `why_held` says of one out of sight that it is, with the code "out_of_sight" and `OUT_OF_SIGHT`.
        """

    def snapshot(self, actor: Actor, reference: str) -> dict[str, Any]:
        """A work as a tablet downloads it, but for epoch, cursor, heads and conflicts. Raises NotFound."""

    def assigned(self, actor: Actor) -> Sequence[dict[str, Any]]:
        """The works the actor is to carry out, as the list on the tablet shows them."""


OUT_OF_SIGHT = "There is no such work, or it is outside what you can see. What was sent is kept aside."
_offered: dict[str, Kind] = {}


def offer(kind: Kind) -> None:
    """Let tablets carry out works of this kind; the application says so once, when it is put together."""
    _offered[kind.prefix] = kind


def kinds() -> tuple[Kind, ...]:
    return tuple(_offered.values())


def kind_of(reference: str) -> Kind | None:
    """The kind a reference belongs to; None for what no kind knows."""
    return next((kind for prefix, kind in _offered.items() if reference.startswith(prefix)), None)


def load(actor: Actor, references: Collection[str], *, lock: bool = False) -> dict[str, Work]:
    """The works of all kinds among these references, by reference."""
    found: dict[str, Work] = {}
    for kind in kinds():
        mine = [reference for reference in references if reference.startswith(kind.prefix)]
        if mine:
            found |= kind.load(actor, mine, lock=lock)
    return found
