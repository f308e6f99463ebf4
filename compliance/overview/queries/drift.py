"""Overrides that lost their base, for the homes of those who answer for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from compliance import clock
from compliance.access import Actor, Permission, may_anywhere
from compliance.actions.queries.today import Task
from compliance.overview import addresses
from compliance.playbooks.drift import State
from compliance.playbooks.drifting.presenting import headed, is_value
from compliance.playbooks.drifting.queries import Lost, lost
from compliance.playbooks.queries import meanings
from compliance.wording import counted, joined, on_day

MOST = 60
WORST = (State.CONFLICT, State.INVERTED, State.OUT_OF_RANGE, State.ORPHAN, State.BLOCKED, State.COLLISION,
         State.REVIEW, State.ANCHOR_LOST)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LostLine:
    """One override in the list of a home."""

    lost: Lost
    title: str
    url: str

    @property
    def worst(self) -> str:
        """Its gravest state, as pages look it up."""
        return str(min((item.state for item in self.lost.items), key=WORST.index)).replace("-", "_")


def lost_overrides(actor: Actor) -> list[LostLine]:
    return [LostLine(each, _title(each), _url(each)) for each in lost(actor, MOST)]


def to_bring_back(actor: Actor) -> list[Task]:
    """A task for each override this person answers for; one that a law alone keeps in force is late every day."""
    today = clock.today()
    lines = lost_overrides(actor)
    told = meanings({line.lost.version.override.playbook_id for line in lines
                     if any(is_value(item.operation) for item in line.lost.items)})
    return [Task(title=f"{'Escalates' if line.lost.law else 'Bring back'}: {line.title}", why=_why(line.lost, told),
                 reference="", url=line.url, step="Settle", step_url=line.url, severity=None, due_on=line.lost.due_on,
                 today=today, site="", city="",
                 note="text above takes over" if line.lost.over_on else "thirty days were over")
            for line in lines]


def to_bring_back_here(actor: Actor) -> list[Task]:
    """The same for those who ask and do not decide: others have it in their list already."""
    return [] if may_anywhere(actor, Permission.DECIDE_LOCALLY) else to_bring_back(actor)


def _why(each: Lost, told: Mapping[UUID, Mapping[str, str]]) -> str:
    known = told.get(each.version.override.playbook_id)
    named = joined([headed(item.operation, known) for item in each.items[:3]], "and")
    more = f" and {len(each.items) - 3} more" if len(each.items) > 3 else ""
    today = clock.today()
    said = f"{named}{more} lost {'its' if len(each.items) == 1 else 'their'} base on {on_day(each.since, today)}."
    if each.law:
        return f"{said} A law keeps it in force; nobody has decided for {counted((today - each.since).days, 'day')}."
    if each.over_on is None:
        return said
    return f"{said} The text above {'takes' if each.over_on > today else 'took'} over on {on_day(each.over_on, today)}."


def _title(each: Lost) -> str:
    return each.version.called


def _url(each: Lost) -> str:
    override = each.version.override
    return addresses.drift(override.playbook.key, override.scope, each.version.number)
