"""What a version would change, place by place and override by override, worked out before it is published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property, lru_cache

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.playbooks import choosing, layers, staleness, timeline
from compliance.playbooks.choosing import Candidate, Chosen
from compliance.playbooks.comparison import Difference, Kind, compare
from compliance.playbooks.document import Operation, Verb
from compliance.playbooks.drift import DriftItem, State, drift, waiting
from compliance.playbooks.effective import Effective, EffectiveClause, operation_key
from compliance.playbooks.effectiveness import base_of, layer_of, remember_overrides, resolve_chosen, written_for
from compliance.playbooks.models import Override, PlaybookVersion
from compliance.playbooks.parameters import Comparison, canonical_value
from compliance.playbooks.parameters import compare as compare_values

Place = tuple[str, str]  # the path of a site and the code of a vendor there, "" in-house
REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Touched:
    """A clause that is another at some place, and the kinds of its differences, gravest first."""

    clause: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Drifted:
    """An override whose operations the version moves; from those in `at_once` the text above takes over that day."""

    override: Override
    number: str
    items: tuple[DriftItem, ...]
    at_once: frozenset[str] = frozenset()

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(item.state for item in self.items)


@dataclass(frozen=True, slots=True)
class Inversion:
    """A local value that was stricter, and is looser than what the version asks."""

    override: Override
    parameter: str
    local: str
    old: str
    new: str
    meaning: str
    unit: str


class Forecast:
    """A version as if it were approved, beside everything as it is without it, on the day it would take effect."""

    def __init__(self, version: PlaybookVersion) -> None:
        self.version = version
        self.on = max(version.effective_on, clock.today())
        standing = choosing.versions_of(version.playbook_id)
        self.without = [each for each in standing if each.id != version.id]
        self.among = [*self.without, _supposed(version)]
        self.rival = timeline.in_force([each for each in self.among if each.kind is None], self.on)

    @property
    def takes_effect(self) -> bool:
        """Whether it would be the text in force on its day; one that another already follows never is."""
        return self.rival is not None and self.rival.id == self.version.id

    @cached_property
    def before(self) -> Effective | None:
        """The bare text that would hold that day without it."""
        held = timeline.in_force([each for each in self.without if each.kind is None], self.on)
        return base_of(held) if held else None

    @cached_property
    def after(self) -> Effective:
        return base_of(_supposed(self.version))

    @cached_property
    def differences(self) -> Sequence[Difference]:
        """Between the bare texts, as the review shows them."""
        return compare(self.before, self.after) if self.before else ()

    def chains(self, places: Iterable[Place]) -> list[tuple[Chosen | None, Chosen, list[Place]]]:
        """The distinct chains of some places, without and with the version, and the places of each."""
        places = list(places)
        old = choosing.choose_among(self.without, places, self.on)
        new = choosing.choose_among(self.among, places, self.on)
        found: dict[tuple[int, int], tuple[Chosen | None, Chosen, list[Place]]] = {}
        for place in places:
            if place in new:
                was, now = old.get(place), new[place]
                found.setdefault((id(was), id(now)), (was, now, []))[2].append(place)
        return list(found.values())

    @cached_property
    def overrides(self) -> list[tuple[Candidate, Override]]:
        """The overrides in force that day and those announced for later, with their places."""
        rows = {(row.kind, row.scope): row for row in db.session.scalars(
            select(Override).where(Override.playbook_id == self.version.playbook_id).options(
                joinedload(Override.node), joinedload(Override.vendor), joinedload(Override.playbook)))}
        by_scope: dict[tuple[object, str], list[Candidate]] = {}
        for each in self.among:
            if each.kind is not None:
                by_scope.setdefault((each.kind, each.scope), []).append(each)
        found = []
        for scope in sorted(by_scope, key=str):
            held = timeline.in_force(by_scope[scope], self.on)
            standing = [*([held] if held else []), *timeline.announced(by_scope[scope], self.on)]
            found += [(each, rows[scope]) for each in standing]  # type: ignore[index]  # keyed by the same pair
        return found

    @cached_property
    def _above(self) -> layers.Above:
        return layers.Above(self.among)

    @cached_property
    def _at_hand(self) -> dict[tuple[str, str], Candidate]:
        return {(each.scope, each.number): each for each in self.among}

    def drifted(self, mine: Candidate, override: Override) -> Drifted:
        """How each operation of an override would stand to what is above it."""
        chosen = choosing.pick(self._above(override, dict(mine.against)), max(self.on, mine.effective))
        old = written_for(mine, self._at_hand)
        if chosen is None or old is None:
            return Drifted(override, mine.number, ())
        parent = resolve_chosen(chosen)
        items = drift(layer_of(mine).override, old, parent)
        at_once = {operation_key(each.operation) for each in items if staleness.at_once(each, parent)}
        return Drifted(override, mine.number, items, frozenset(at_once) & waiting(items))


def remember(chosen: Iterable[Chosen | None]) -> None:
    """Read the texts of the layers of many chains before they are resolved, some hundreds in a statement."""
    found = {layer.id: layer for each in chosen if each for layer in each.layers}
    remember_overrides(found.values())


def changed(old: Effective | None, new: Effective) -> tuple[Touched, ...]:
    """The clauses that differ between two chains, from their digests: each pair of clauses is compared once."""
    was = {entry.id: entry for entry in old.clauses} if old else {}
    former = {new.aliases[clause_id]: entry for clause_id, entry in was.items() if clause_id in new.aliases}
    found = []
    for entry in new.clauses:
        before = was.get(entry.id) or former.get(entry.id)
        if before is None:
            found.append(Touched(entry.id, (Kind.ADDED,)))
        elif before.digest != entry.digest:
            found.append(Touched(entry.id, _kinds(_Pair(old, new, before, entry))))
    gone = was.keys() - {entry.id for entry in new.clauses} - set(new.aliases)
    return (*found, *(Touched(clause_id, (Kind.REMOVED,)) for clause_id in was if clause_id in gone))


class _Pair:
    """Two clauses with the texts they stand in, known by their digests alone."""

    def __init__(self, old: Effective | None, new: Effective, before: EffectiveClause, after: EffectiveClause) -> None:
        assert old is not None, "there is a clause before"
        self.old, self.new, self.before, self.after = old, new, before, after
        self.key = before.digest, after.digest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=REMEMBERED)
def _kinds(pair: _Pair) -> tuple[Kind, ...]:
    old, new = replace(pair.old, clauses=(pair.before,)), replace(pair.new, clauses=(pair.after,))
    kinds = {each.kind for each in compare(old, new) if each.clauses}
    return tuple(kind for kind in GRAVITY if kind in kinds)


# What most asks for somebody's attention first.
GRAVITY = (Kind.ADDED, Kind.REMOVED, Kind.TIGHTENED, Kind.LOOSENED, Kind.REINSTATED, Kind.WAIVED, Kind.CHANGED,
           Kind.REWEIGHTED, Kind.REWORDED, Kind.RENAMED, Kind.REORDERED, Kind.GUIDANCE_CHANGED, Kind.REFORMATTED)


def inversions(drifted: Drifted, old: Effective | None, new: Effective) -> list[Inversion]:
    """The values of an override that the version turns from stricter to looser; not those that were looser before."""
    before = old.values if old else {}
    turned = [item.operation for item in drifted.items
              if item.operation.verb is Verb.SET and item.state is State.INVERTED]
    return [_inversion(drifted.override, each, before, new) for each in turned if _was_stricter(each, before, new)]


def _was_stricter(operation: Operation, before: Mapping[str, str], new: Effective) -> bool:
    parameter = new.parameters[operation.target].parameter
    local = canonical_value(parameter, operation.value)
    old = canonical_value(parameter, before.get(operation.target, ""))
    return local is not None and old is not None and compare_values(parameter, local, old) is Comparison.STRICTER


def _inversion(override: Override, operation: Operation, old: Mapping[str, str], new: Effective) -> Inversion:
    name = operation.target
    said = new.parameters[name].parameter
    return Inversion(override, name, operation.value, old.get(name, ""), new.values[name], said.meaning or name,
                     said.unit)


def _supposed(version: PlaybookVersion) -> Candidate:
    """The version as if it had been approved today; the digest keeps its text apart from what it said before."""
    approved = version.approved_at or datetime.combine(clock.today(), time.min, UTC)
    return Candidate(version.id, version.effective_on, _until(version), approved, number=version.number,
                     digest="" if version.approved_at else version.digest)


def _until(version: PlaybookVersion) -> date | None:
    return version.until_on
