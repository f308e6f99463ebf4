"""Why drift may not be accepted, cleared or brought in, as reasons a page can list before anybody tries."""

from collections.abc import Collection
from uuid import UUID

from compliance import clock
from compliance.access import Actor, Permission, may
from compliance.playbooks.drafting.queries import authors_of
from compliance.playbooks.drift import HELD, MECHANICAL, DriftItem
from compliance.playbooks.drifting.comparing import Compared
from compliance.playbooks.effective import heading
from compliance.playbooks.localising.dossier import covers
from compliance.playbooks.localising.routing import route_of
from compliance.playbooks.models import OperationDrift, OverrideVersion
from compliance.playbooks.weighing import weigh
from compliance.refusals import Refusal
from compliance.wording import on_day

OWN = "You asked for this override, so somebody else decides whether it may go on."


def against_accepting(actor: Actor, item: OperationDrift, found: Compared | None,
                      authors: Collection[UUID]) -> list[Refusal]:
    """The reasons against saying that an operation may go on as it is, permissions at its own place apart.

    `authors` are those who asked for the override and wrote it.
    """
    if item.accepted_at is not None:
        return [Refusal("accepted", f"{item.accepted_by} accepted this already. It comes back with the next change.")]
    if item.state in MECHANICAL:
        return [Refusal("mechanical", "Nothing has to be decided on here. Clear it together with the others.")]
    if item.until_on is not None and item.until_on <= clock.today():
        return [Refusal("over", "The text above has moved on since. Look at how it stands now.")]
    if actor.id in authors:
        return [Refusal("own-request", OWN)]
    judged = found.by_key.get(item.operation) if found else None
    if found is None or judged is None or judged.state not in HELD or owns(actor, found, judged):
        return []
    return [Refusal("owner", f"{heading(judged.operation)} says in other words what a layer above says. "
                             "The owner of that layer decides whether it may go on.")]


def owns(actor: Actor, found: Compared, item: DriftItem) -> bool:
    """Whether the actor could decide on this operation if it were asked for today."""
    override = found.version.override
    weighed = weigh(found.new, override.kind, found.text, found.on)
    return all(covers(actor, override, route_of(each)) for each in weighed if each.operation == item.operation)


def against_clearing(actor: Actor, version: OverrideVersion, found: Compared | None) -> list[Refusal]:
    """The reasons against moving an override on unread, permissions at its own place apart."""
    name = named(version)
    if found is None:
        return [Refusal("current", f"{name} rests on what stands above it today. There is nothing to clear.")]
    waits = [heading(item.operation) for item in found.items if not item.mechanical]
    if waits:
        return [Refusal("waits", f"{name} waits for a person: {', '.join(waits)}. Decide on it by itself.")]
    if found.on <= version.effective_on:
        return [Refusal("same-day", f"{name} takes effect on {on_day(version.effective_on, clock.today())} itself. "
                                    "Clear it from the day after.")]
    if actor.id in authors_of(version):
        return [Refusal("own-request", f"{name}: {OWN}")]
    return []


def against_rebasing(version: OverrideVersion, found: Compared | None, open_numbers: Collection[int]) -> list[Refusal]:
    name = named(version)
    if found is None:
        return [Refusal("current", f"{name} rests on what stands above it today. There is nothing to bring in.")]
    if open_numbers:
        number = min(open_numbers)
        return [Refusal("open", f"Version {number} is being written or decided on already. Go on with that one.")]
    return []


def may_settle(actor: Actor, version: OverrideVersion) -> bool:
    return may(actor, Permission.DECIDE_LOCALLY, version)


def named(version: OverrideVersion) -> str:
    return version.called

