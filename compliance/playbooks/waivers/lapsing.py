"""How clauses read at places over time, for the waivers that rest on them: two statements for any number of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.playbooks import choosing, effectiveness
from compliance.playbooks.choosing import Candidate, Chosen
from compliance.playbooks.effective import ScopeKind
from compliance.playbooks.models import EffectivePlaybook, ResolvedChain
from compliance.playbooks.waivers.binding import lapse_day
from compliance.playbooks.waivers.models import Waiver


def lapses(waivers: Sequence[Waiver]) -> dict[UUID, date]:
    """The day each of these lapses, of those that do; with site, vendor and playbook loaded.

    A day ahead is known once the text that brings it is approved.
    """
    granted = [waiver for waiver in waivers if waiver.decided_on is not None]
    if not granted:
        return {}
    found = choosing.versions_of_each({waiver.playbook_id for waiver in granted})
    readings = [_Reading(waiver, found[waiver.playbook_id]) for waiver in granted]
    digests = _digests([chosen for reading in readings for chosen in reading.chosen.values() if chosen])
    days = {reading.waiver.id: reading.lapse(digests) for reading in readings}
    return {waiver_id: day for waiver_id, day in days.items() if day is not None}


class _Reading:
    """What holds at the place of one waiver, on its first day and whenever anything above it changes."""

    def __init__(self, waiver: Waiver, versions: Sequence[Candidate]) -> None:
        self.waiver = waiver
        self.since = waiver.facts().began_on
        self.chosen = dict(_choices(list(_at_place(waiver, versions)), self.since, waiver.until_on))

    def lapse(self, digests: Mapping[str, Mapping[str, str]]) -> date | None:
        def digest_on(day: date) -> str | None:
            chosen = self.chosen[day]
            return digests[chosen.key].get(self.waiver.clause_id) if chosen else None

        return lapse_day(self.waiver.clause_digest, self.since, self.waiver.until_on, self.chosen, digest_on)


def _choices(versions: Sequence[Candidate], since: date, until: date) -> Iterator[tuple[date, Chosen | None]]:
    """What is chosen on each day on which the choice may be another."""
    day: date | None = since
    while day is not None and day < until:
        chosen = choosing.pick(versions, day)
        yield day, chosen
        day = chosen.next_change_on if chosen else None


def _at_place(waiver: Waiver, versions: Sequence[Candidate]) -> Iterator[Candidate]:
    codes = set(choosing.scope_codes(waiver.site.path))
    vendor = waiver.vendor.code.lower() if waiver.vendor else ""
    for version in versions:
        if version.kind is None or (
                version.scope == vendor if version.kind is ScopeKind.VENDOR else version.scope in codes):
            yield version


def _digests(chosen: Sequence[Chosen]) -> dict[str, dict[str, str]]:
    """The clauses of each choice, id to digest, by its key. What nobody asked for before is resolved and kept."""
    wanted = {each.key: each for each in chosen}
    rows = db.session.execute(
        select(ResolvedChain.key, EffectivePlaybook.clauses)
        .join(EffectivePlaybook, EffectivePlaybook.content_digest == ResolvedChain.content_digest)
        .where(ResolvedChain.key.in_(wanted)))
    found = {row.key: _by_id(row.clauses) for row in rows}
    missing = [each for key, each in wanted.items() if key not in found]
    for each, chain in zip(missing, effectiveness.chains_of(missing) if missing else [], strict=True):
        found[each.key] = _by_id(chain.effective.clauses)
    return found


def _by_id(clauses: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {entry["id"]: entry["digest"] for entry in clauses}

