"""How clauses read at places over time, for the waivers that rest on them: two or three statements for any number."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.playbooks import choosing, effectiveness
from compliance.playbooks.choosing import Candidate, Chosen
from compliance.playbooks.effective import ScopeKind
from compliance.playbooks.models import ClauseText, EffectivePlaybook, ResolvedChain
from compliance.playbooks.waivers.binding import lapse_day, reads_alike
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
    alike = _alike([(reading.waiver.clause_digest, reading.digests(digests)) for reading in readings])
    days = {reading.waiver.id: reading.lapse(digests, alike) for reading in readings}
    return {waiver_id: day for waiver_id, day in days.items() if day is not None}


class _Reading:
    """What holds at the place of one waiver, on its first day and whenever anything above it changes."""

    def __init__(self, waiver: Waiver, versions: Sequence[Candidate]) -> None:
        self.waiver = waiver
        self.since = waiver.facts().began_on
        self.chosen = dict(_choices(list(_at_place(waiver, versions)), self.since, waiver.until_on))

    def digests(self, digests: Mapping[str, Mapping[str, str]]) -> set[str]:
        """Every digest the clause has there in these days."""
        found = {digests[chosen.key].get(self.waiver.clause_id) for chosen in self.chosen.values() if chosen}
        return {digest for digest in found if digest}

    def lapse(self, digests: Mapping[str, Mapping[str, str]], alike: Collection[tuple[str, str]]) -> date | None:
        bound = self.waiver.clause_digest

        def digest_on(day: date) -> str | None:
            chosen = self.chosen[day]
            found = digests[chosen.key].get(self.waiver.clause_id) if chosen else None
            return bound if found and (bound, found) in alike else found

        return lapse_day(bound, self.since, self.waiver.until_on, self.chosen, digest_on)


def _alike(pairs: Sequence[tuple[str, set[str]]]) -> set[tuple[str, str]]:
    """The (bound, found) digests of clauses that say the same in other lines; no statement where no text moved."""
    moved = {(bound, found) for bound, others in pairs for found in others if found != bound}
    if not moved:
        return set()
    rows = db.session.execute(select(ClauseText.digest, ClauseText.content).where(
        ClauseText.digest.in_({digest for pair in moved for digest in pair})))
    texts = {row.digest: row.content for row in rows}
    return {(bound, found) for bound, found in moved
            if bound in texts and found in texts and reads_alike(texts[bound], texts[found])}


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

