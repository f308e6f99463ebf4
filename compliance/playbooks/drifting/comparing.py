"""An approved override against the text above it, as it stands now or will stand soon: what pages of drift show."""

from dataclasses import dataclass
from datetime import date

from compliance import clock
from compliance.access import SYSTEM
from compliance.playbooks import choosing, document, layers
from compliance.playbooks.choosing import Candidate
from compliance.playbooks.drift import DriftItem, State, drift
from compliance.playbooks.effective import Effective, operation_key
from compliance.playbooks.effectiveness import layer_of, written_for
from compliance.playbooks.enduring import Period
from compliance.playbooks.models import OverrideVersion
from compliance.playbooks.queries.moving import homes


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
    items = drift(text, old, period.parent)
    if any(item.state is State.ORPHAN for item in items):
        # Approved texts of other playbooks are for everybody who reads this one.
        items = drift(text, old, period.parent, elsewhere=homes(SYSTEM, version.override.playbook))
    return Compared(version, text, old, period, items)
