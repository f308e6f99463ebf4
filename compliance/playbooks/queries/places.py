"""Reading a playbook as it holds at a place: for whom, on which day, as known when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import Actor, Permission, Place, may, visible_to
from compliance.errors import NotFound
from compliance.network.models import Node, Operation, Site, Vendor
from compliance.playbooks import choosing, effectiveness
from compliance.playbooks.changes import Change, changes
from compliance.playbooks.choosing import Beside, Chosen
from compliance.playbooks.effective import GLOBAL, Effective
from compliance.playbooks.effectiveness import ClauseOnPage
from compliance.playbooks.models import Playbook, ResolvedChain
from compliance.playbooks.queries.texts import get_playbook
from compliance.wording import on_day

# How far back "changed here" looks, and ahead "coming": what is further away is no news.
NEWS_DAYS = 183


@dataclass(frozen=True, slots=True)
class Stay:
    """Where, for whom and when a playbook is read. `vendor` None is the company itself; `vendors` those to choose."""

    site: Site
    vendor: Vendor | None
    vendors: Sequence[Vendor | None]
    lobs: frozenset[str] | None
    on: date
    known_on: date | None

    @property
    def names(self) -> dict[str, str]:
        """What the scopes of this place are called, by code."""
        market = self.site.parent
        region = market.parent if market else None
        known: dict[str, str] = {node.code.lower(): node.name for node in (region, market) if node}
        if self.vendor is not None:
            known[self.vendor.code.lower()] = self.vendor.name
        return known | {self.site.code.lower(): self.site.code, GLOBAL: "Global"}


@dataclass(frozen=True, slots=True)
class News:
    """What changed on a day, or will: the (scope, version) pairs that brought it, and a line per change."""

    on: date
    brought: Sequence[tuple[str, str]]
    changes: Sequence[Change]

    @property
    def eve(self) -> date:
        return self.on - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EffectiveView:
    """A playbook as it holds at a place: all that the page shows. `elsewhere` counts clauses of other lines.

    `earlier` is the chain that was asked for with it, by a row that remembers one, with its clauses.
    """

    playbook: Playbook
    stay: Stay
    chosen: Chosen
    chain: ResolvedChain
    clauses: Sequence[ClauseOnPage]
    elsewhere: int
    changed: News | None
    coming: News | None
    earlier: tuple[ResolvedChain, Sequence[ClauseOnPage]] | None = None

    @property
    def since(self) -> date:
        """The day this text began to hold."""
        return choosing.last_change(self.chosen) or self.chosen.playbook.effective

    @property
    def next_on(self) -> date | None:
        """The day from which another text holds, where one is approved."""
        return self.coming.on if self.coming else None


def get_stay(actor: Actor, code: str, *, vendor: str = "", on: date | None = None,
             known_on: date | None = None) -> Stay:
    """A site as a place to read playbooks for, with those who run something there on the day, in one statement.

    `vendor` is a vendor's code or "in-house"; without one, whoever runs most there. A vendor's people read for
    themselves alone.
    """
    site = db.session.scalars(
        visible_to(actor, select(Site), Site).where(Site.code == code.upper()).options(
            joinedload(Site.parent).joinedload(Node.parent),
            joinedload(Site.operations).joinedload(Operation.vendor))).unique().one_or_none()
    if site is None:
        raise NotFound
    on = on or clock.today(site.zone or "UTC")
    here = [each for each in site.operations if each.from_on <= on and (each.until_on is None or on < each.until_on)]
    vendors = _operators(actor, site, here)
    chosen = _asked(vendors, vendor)
    lobs = frozenset(each.lob for each in here if each.vendor_id == (chosen.id if chosen else None))
    return Stay(site, chosen, vendors, lobs or None, on, known_on)


def _operators(actor: Actor, site: Site, here: Sequence[Operation]) -> list[Vendor | None]:
    """Who runs something at a site and may be read for, the one with most lines of business first."""
    counts: dict[UUID | None, int] = {}
    for operation in here:
        counts[operation.vendor_id] = counts.get(operation.vendor_id, 0) + 1
    vendors = {operation.vendor_id: operation.vendor for operation in here}
    if not here:  # before it opens, or after: the text without a vendor, or with one's own
        vendors = {each.vendor_id: each.vendor for each in site.operations}
        vendors.setdefault(None, None)
    seen = [vendor for vendor_id, vendor in vendors.items()
            if may(actor, Permission.VIEW_PLAYBOOK, Place(site.path, vendor_id))]
    if not seen:
        raise NotFound
    return sorted(seen, key=lambda each: (-counts.get(each.id if each else None, 0), each.name if each else ""))


def _asked(vendors: Sequence[Vendor | None], code: str) -> Vendor | None:
    if not code:
        return vendors[0]
    wanted = "" if code == "in-house" else code.upper()
    for vendor in vendors:
        if (vendor.code if vendor else "") == wanted:
            return vendor
    raise NotFound


def chosen_for(actor: Actor, key: str, stay: Stay) -> tuple[Playbook, Chosen]:
    """The playbook and its chain at a place. Raises NotFound while nothing of it is in force there."""
    playbook, chosen, _ = _chosen_for(actor, key, stay, None)
    return playbook, chosen


class Remembered(Protocol):
    """A row that remembers a chain by its key."""

    chain_key: Any


R = TypeVar("R", bound=Remembered)


def _chosen_for(actor: Actor, key: str, stay: Stay, beside: Beside[R] | None) -> tuple[Playbook, Chosen, R | None]:
    known_at = None
    if stay.known_on is not None:  # as known at the end of that day there
        known_at = datetime.combine(stay.known_on, time.max, ZoneInfo(stay.site.zone or "UTC"))
    vendor_id = stay.vendor.id if stay.vendor else None
    codes = choosing.scope_codes(stay.site.path)
    playbook, found, row = choosing.playbook_with_candidates(key, codes, vendor_id, beside)
    if playbook is None:  # none of it holds anywhere yet, or it was called by its prefix
        playbook = get_playbook(actor, key)
        _, found, row = choosing.playbook_with_candidates(playbook.key, codes, vendor_id, beside)
    chosen = choosing.pick(found, stay.on, known_at)
    if chosen is None:
        raise NotFound(f"No version of {playbook.title} is in force at {stay.site.code} on "
                       f"{on_day(stay.on, clock.today())}.")
    return playbook, chosen, row


def resolved_at(actor: Actor, key: str, stay: Stay) -> Effective:
    """The whole resolved playbook of a place, for those who take it as data."""
    _, chosen = chosen_for(actor, key, stay)
    return effectiveness.resolve_chosen(chosen)


def effective_view(actor: Actor, key: str, stay: Stay) -> EffectiveView:
    """The effective page: three statements once its chains are kept."""
    return effective_view_beside(actor, key, stay, None)[0]


def effective_view_beside(actor: Actor, key: str, stay: Stay, beside: Beside[R] | None) -> tuple[
        EffectiveView, R | None]:
    """The same with a row that remembers an earlier chain, and that chain, still in three statements."""
    playbook, chosen, row = _chosen_for(actor, key, stay, beside)
    before, after = _before(chosen), _after(chosen)
    choices = [chosen, *before.values(), *([after] if after else [])]
    chains = effectiveness.chains_of(choices, kept=[row.chain_key] if row else [])
    clauses = dict(zip((chain.key for chain in chains), effectiveness.clauses_of_all(chains), strict=True))
    mine = [clause for clause in clauses[chosen.key] if effectiveness.concerns(clause.applies_to, stay.lobs)]
    by_key = {chain.key: chain for chain in chains}
    return EffectiveView(
        playbook, stay, chosen, by_key[chosen.key], mine, len(clauses[chosen.key]) - len(mine),
        next((news for day, each in before.items() if (news := _news(day, each, chosen, by_key, clauses))), None),
        _news(choosing.last_change(after), chosen, after, by_key, clauses) if after else None,
        (by_key[row.chain_key], clauses[row.chain_key]) if row else None), row


def _before(chosen: Chosen) -> dict[date, Chosen]:
    """What held before the latest changes, by their day, newest first.

    The last one may have changed no word; then the news is what somebody brought before it.
    """
    days = dict.fromkeys((choosing.last_change(chosen), choosing.last_change(chosen, brought=True)))
    earlier = {day: choosing.pick(chosen.at_hand.values(), day - timedelta(days=1))
               for day in days if day and (chosen.on - day).days <= NEWS_DAYS}
    return {day: each for day, each in earlier.items() if each}


def _after(chosen: Chosen) -> Chosen | None:
    day = chosen.next_change_on
    if day is None or (day - chosen.on).days > NEWS_DAYS:
        return None
    return choosing.pick(chosen.at_hand.values(), day)


def _news(day: date | None, old: Chosen, new: Chosen, chains: Mapping[str, ResolvedChain],
          clauses: Mapping[str, Sequence[ClauseOnPage]]) -> News | None:
    found = changes(clauses[old.key], clauses[new.key], chains[new.key].parameters)
    if not found or day is None:
        return None
    begun = [each for each in new.at_hand.values() if each.effective == day]
    return News(day, [(each.scope, each.number) for each in sorted(begun, key=lambda each: each.depth)], found)
