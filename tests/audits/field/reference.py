"""What tablets and server ought to come to, told a second time and in another way than the product does it.

The product thinks in heads and parents. Here a place is a table of answers that lie side by side, the first of them on
the record, and every operation is a name for one of those answers, or for one that is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

NOTHING = ("", None)


@dataclass
class Said:
    """One operation as a tablet made it: `looked_at` is the name it gives as its parent."""

    name: str
    place: str
    value: str
    looked_at: str | None
    person: str
    over: tuple[str, ...] = ()


@dataclass
class Answer:
    """An answer on the table: who gave it, and every name it goes by."""

    value: str = ""
    people: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def joined_by(self, others: Sequence["Answer"]) -> None:
        for each in others:
            self.people |= each.people
            self.names |= each.names


@dataclass
class Place:
    """The answers of one place: `record` stands, `beside` it lie those nobody has decided on.

    `faded` are answers the page wrote over since an operation last spoke here: it may write them again.
    """

    record: Answer = field(default_factory=Answer)
    beside: list[Answer] = field(default_factory=list)
    faded: dict[str, Answer] = field(default_factory=dict)

    def take_from_beside(self, wanted: Sequence[Answer]) -> list[Answer]:
        self.beside = [each for each in self.beside if each not in wanted]
        return list(wanted)

    def put_on_record(self, value: str, said: Said) -> None:
        agreeing = self.take_from_beside([each for each in self.beside if each.value == value])
        self.record = Answer(value, {said.person}, {said.name})
        self.record.joined_by(agreeing)


@dataclass
class Reference:
    """The whole of it: places by name, and what was decided of every operation, for good."""

    lead: str
    places: dict[str, Place] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)
    gone_on: set[str | None] = field(default_factory=set)  # names that something taken says it had looked at
    stood_for: dict[str, str | None] = field(default_factory=dict)  # of what was refused: what it had looked at

    def place(self, name: str) -> Place:
        return self.places.setdefault(name, Place())

    def take(self, batch: Sequence[Said]) -> dict[str, str]:
        """Verdicts for a batch: forebears first, whatever the order in which it lies in the envelope."""
        inside = {each.name: each for each in batch}
        known = frozenset(self.gone_on)
        for each in batch:
            self._take(each, inside, known)
        return {each.name: self.decided[each.name] for each in batch}

    def _take(self, said: Said, inside: dict[str, Said], gone_on: frozenset[str | None]) -> None:
        if said.name in self.decided:
            return
        forebear = inside.get(said.looked_at or "")
        if forebear is not None:
            self._take(forebear, inside, gone_on)
        verdict = self.decided[said.name] = self._decide(said, gone_on)
        self.place(said.place).faded.clear()
        if verdict == "rejected":
            self.stood_for[said.name] = self._meant(said.looked_at)
        else:
            self.gone_on.add(said.looked_at)

    def _meant(self, name: str | None) -> str | None:
        return self.stood_for.get(name, name) if name is not None else None

    def _decide(self, said: Said, gone_on: frozenset[str | None]) -> str:
        place, looked_at = self.place(said.place), self._meant(said.looked_at)
        if said.name in gone_on:
            return "merged"
        picked = [each for each in place.beside if each.names & set(said.over)]
        if picked:
            return self._choose(place, said, picked, looked_at)
        if place.record.value == said.value:
            place.take_from_beside([each for each in place.beside if _is_own(each, said) and looked_at in each.names])
            place.record.joined_by([Answer(said.value, {said.person}, {said.name})])
            return "merged"
        if self._saw(place, looked_at) and self._may_replace(place, said):
            place.put_on_record(said.value, said)
            return "applied"
        place.take_from_beside([each for each in place.beside if _is_own(each, said)
                                and (looked_at in each.names or each.value == said.value)])
        place.beside.append(Answer(said.value, {said.person}, {said.name}))
        return "conflict"

    def _saw(self, place: Place, looked_at: str | None) -> bool:
        record = place.record
        if looked_at is None or (not record.value and not record.names):
            return not record.value
        return looked_at in record.names or looked_at == page_name(record.value)

    def _may_replace(self, place: Place, said: Said) -> bool:
        undisputed = not place.beside or not place.record.value
        return undisputed or said.person == self.lead or place.record.people == {said.person}

    def _choose(self, place: Place, said: Said, picked: list[Answer], looked_at: str | None) -> str:
        if not self._saw(place, looked_at):
            return "rejected"
        losers = [each.people for each in picked if each.value != said.value]
        if place.record.value and place.record.value != said.value:
            losers.append(place.record.people)
        if said.person != self.lead and any(people != {said.person} for people in losers):
            return "rejected"
        place.take_from_beside([each for each in picked if each.value != said.value])
        if place.record.value != said.value:
            place.put_on_record(said.value, said)
            return "applied"
        agreeing = place.take_from_beside([each for each in place.beside if each.value == said.value])
        place.record.joined_by([*agreeing, Answer(said.value, {said.person}, {said.name})])
        return "merged"

    def write_in_page(self, name: str, value: str) -> None:
        """The page writes without a name; an answer it wrote over is known again when it writes that one back."""
        place = self.place(name)
        if value != place.record.value:
            place.faded[place.record.value] = place.record
            place.record = place.faded.get(value, Answer(value))


def _is_own(answer: Answer, said: Said) -> bool:
    return answer.people == {said.person}


def page_name(value: str) -> str:
    """How a tablet calls a value it saw and no operation wrote."""
    return f"page:{value}"
