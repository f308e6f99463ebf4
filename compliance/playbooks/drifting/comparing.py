"""An approved override against the text above it, as it stands now or will stand soon: what pages of drift show."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.playbooks import choosing, document, layers
from compliance.playbooks.choosing import Candidate
from compliance.playbooks.drift import DriftItem, State, drift
from compliance.playbooks.effective import Effective, operation_key
from compliance.playbooks.effectiveness import layer_of, written_for
from compliance.playbooks.enduring import Period, history
from compliance.playbooks.models import Override, OverrideVersion, PlaybookVersion, VersionStatus


@dataclass(frozen=True, slots=True)
class Compared:
    """An override version in one period: the text above as it was when written, and as it is in the period."""

    version: OverrideVersion
    text: document.Override
    old: Effective
    period: Period
    items: tuple[DriftItem, ...]  # of every operation, in file order

    @property
    def new(self) -> Effective:
        return self.period.parent

    @property
    def on(self) -> date:
        """The first day, from today on, on which it stands so."""
        return max(self.period.begins, clock.today())

    @property
    def by_key(self) -> dict[str, DriftItem]:
        return {operation_key(item.operation): item for item in self.items}

    @property
    def mechanical(self) -> bool:
        return all(item.mechanical for item in self.items)


def compared(version: OverrideVersion) -> Compared | None:
    """The present period, or the next in which something moved; None when nothing it rests on moves.

    Needs its override, playbook and node loaded.
    """
    today = clock.today()
    everything = choosing.versions_of(version.override.playbook_id)
    mine = next((each for each in everything if each.id == version.id), None)
    ahead = [period for period in layers.periods_of(version) if period.until is None or period.until > today]
    period = next((period for period in ahead if period.items), None)
    if mine is None or period is None:
        return None
    return _compared(version, mine, period, everything)


def _compared(version: OverrideVersion, mine: Candidate, period: Period, everything: list[Candidate]) -> Compared:
    chain = layers.chain_above(version.override, version.written_against, everything)
    old = written_for(mine, {(each.scope, each.number): each for each in chain})
    assert old is not None, "a period is told against what the version was written for"
    text = layer_of(mine).override
    return Compared(version, text, old, period, drift(text, old, period.parent))


@dataclass(frozen=True, slots=True)
class Expected:
    """How an override would stand once a text is published: operations that move, and how each stood before."""

    version: OverrideVersion
    items: tuple[DriftItem, ...]
    before: dict[str, State]

    @property
    def new(self) -> tuple[DriftItem, ...]:
        """What this text alone would move."""
        return tuple(item for item in self.items
                     if self.before.get(operation_key(item.operation), State.CURRENT) is not item.state)


def expected(version: PlaybookVersion) -> Iterator[Expected]:
    """Every approved override that holds when a text, still a draft, takes effect; one by one, so that whoever counts
    them can show how far they are. Raises TextProblems for a draft that cannot be read."""
    known = choosing.versions_of(version.playbook_id)
    draft = Candidate(version.id, version.effective_on, version.until_on, clock.now(), number=version.number,
                      digest=version.digest)
    rows = db.session.scalars(
        select(OverrideVersion).join(OverrideVersion.override).where(
            Override.playbook_id == version.playbook_id, OverrideVersion.status == VersionStatus.APPROVED)
        .options(joinedload(OverrideVersion.override).options(
            joinedload(Override.playbook), joinedload(Override.node), joinedload(Override.vendor)))
        .order_by(Override.kind, Override.scope)).all()
    holding = _holding(known, version.effective_on)
    for row in rows:
        if row.id in holding:
            chain = layers.chain_above(row.override, row.written_against, known)
            before, after = (_items_on(holding[row.id], each, version.effective_on)
                             for each in (chain, [*(each for each in chain if each.id != draft.id), draft]))
            states = {operation_key(item.operation): item.state for item in before}
            yield Expected(row, after, states)


def _holding(known: list[Candidate], on: date) -> dict[object, Candidate]:
    """The override versions in force on a day, by id."""
    by_scope: dict[object, list[Candidate]] = {}
    for each in known:
        if each.kind is not None:
            by_scope.setdefault((each.kind, each.scope), []).append(each)
    held = (choosing.timeline.in_force(versions, on) for versions in by_scope.values())
    return {each.id: each for each in held if each is not None}


def _items_on(mine: Candidate, chain: list[Candidate], on: date) -> tuple[DriftItem, ...]:
    """What moved above it by a day. One that takes effect later than that stands as on its first day."""
    day = max(on, mine.effective)
    found = [period for period in history(replace(mine, until=None), chain) if period.begins <= day]
    return found[-1].items if found else ()
