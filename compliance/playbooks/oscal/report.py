"""What became of a catalogue: what was taken, what stands otherwise here, and what has no place in a playbook."""

from dataclasses import dataclass, field

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """One kind of thing, how often it was met, the first places, and what was made of it."""

    what: str
    count: int
    examples: tuple[str, ...]
    became: str
    lost: bool


@dataclass(frozen=True, slots=True)
class Family:
    """A group at the top of a catalogue, by which a part of it can be chosen."""

    id: str
    title: str
    controls: int


@dataclass(slots=True)
class Report:
    """Counts while a catalogue is read; `remarks` in the order in which the kinds were met, the lost ones first."""

    _counts: dict[tuple[str, str, bool], list[str]] = field(default_factory=dict)

    def lost(self, what: str, where: str, why: str = "A playbook has nothing like it.") -> None:
        self._counts.setdefault((what, why, True), []).append(where)

    def note(self, what: str, where: str, became: str) -> None:
        self._counts.setdefault((what, became, False), []).append(where)

    def remarks(self) -> tuple[Remark, ...]:
        found = [Remark(what, len(places), tuple(dict.fromkeys(places))[:EXAMPLES], became, lost)
                 for (what, became, lost), places in self._counts.items()]
        return tuple(sorted(found, key=lambda remark: not remark.lost))
