"""Who said each sentence of a clause, in words: which layer and version, who approved it when, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from compliance.playbooks.effective import GLOBAL

SHOWN = 64


@dataclass(frozen=True, slots=True)
class Told:
    """A run of sentences one layer wrote in one go; `numbers` count from 1, `begins` are the first words."""

    numbers: tuple[int, ...]
    begins: str
    layer: str
    version: str
    operation: str
    approver: str
    approved_on: str
    why: str

    @property
    def which(self) -> str:
        first, last = self.numbers[0], self.numbers[-1]
        return f"Sentence {first}" if first == last else f"Sentences {first} to {last}"

    @property
    def is_global(self) -> bool:
        return self.layer == GLOBAL


def told(sentences: Sequence[Mapping[str, Any]], chain: Sequence[Mapping[str, Any]]) -> list[Told]:
    """The sentences of a clause by who wrote them, in reading order; `chain` is that of the text they stand in."""
    approved = {row["scope"]: (row["approver"], row["approved_on"] or "") for row in chain}
    return list(_runs(sentences, approved))


def _runs(sentences: Sequence[Mapping[str, Any]], approved: Mapping[str, tuple[str, str]]) -> Iterator[Told]:
    spoken = [(number, said) for number, said in enumerate(sentences, 1) if said["text"].strip()]
    for (layer, version, operation), group in groupby(spoken, key=lambda pair: _source(pair[1])):
        run = list(group)
        first = run[0][1]
        # What the global text says bears no approver of its own: the version as a whole was approved.
        approver, on = approved.get(layer, ("", ""))
        yield Told(tuple(number for number, _ in run), _begin(first["text"]), layer, version, operation,
                   first.get("approver", "") or approver, first.get("approved_on", "") or on, first.get("why", ""))


def _source(said: Mapping[str, Any]) -> tuple[str, str, str]:
    return said["layer"], said.get("version", ""), said.get("operation", "")


def _begin(text: str) -> str:
    """The first words, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= SHOWN:
        return line
    cut = line[:SHOWN]
    return (cut.rpartition(" ")[0] or cut) + " …"
