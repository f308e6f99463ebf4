"""Whether a finding is an old one come back: the same clause under any name it had, at the same site or vendor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from compliance.playbooks.document import Severity

REPEAT_MONTHS = 24

ClauseKey = tuple[str, str]  # playbook key, clause id


class Kinship(StrEnum):
    """How sure it is that two clause ids mean the same need."""

    SAME = "same"
    TO_CONFIRM = "to_confirm"  # clauses were merged on the way: a person says whether this part of it came back
    NONE = "none"


@dataclass(frozen=True)
class Lineage:
    """Which clauses a clause was before: renumbered has one, merged several; a split leaves several with the same."""

    formerly: Mapping[ClauseKey, frozenset[ClauseKey]]

    def kinship(self, one: ClauseKey, other: ClauseKey) -> Kinship:
        """How two clauses are related, in either direction: sites may still be on the older version."""
        if one == other:
            return Kinship.SAME
        found = {self._descends(one, other), self._descends(other, one)}
        return next((kin for kin in (Kinship.SAME, Kinship.TO_CONFIRM) if kin in found), Kinship.NONE)

    def _descends(self, newer: ClauseKey, older: ClauseKey) -> Kinship:
        """Walk back from `newer`; once the way has passed a merge, all that lies before it is unsure."""
        sure = {newer: True}
        waiting = [newer]
        while waiting:
            clause = waiting.pop()
            formers = self.formerly.get(clause, frozenset())
            for former in formers - sure.keys():
                sure[former] = sure[clause] and len(formers) == 1
                waiting.append(former)
        if older not in sure:
            return Kinship.NONE
        return Kinship.SAME if sure[older] else Kinship.TO_CONFIRM


def lineage(clauses: Iterable[tuple[str, str, Iterable[str]]]) -> Lineage:
    """From (playbook key, clause id, formerly) of every version; "esc/ESC-09" is a former id in another playbook."""
    formerly: dict[ClauseKey, frozenset[ClauseKey]] = {}
    for playbook, clause_id, names in clauses:
        key = (playbook, clause_id)
        formerly[key] = formerly.get(key, frozenset()) | {_key(playbook, name) for name in names} - {key}
    return Lineage(formerly)


def _key(playbook: str, name: str) -> ClauseKey:
    elsewhere, _, clause_id = name.rpartition("/")
    return (elsewhere or playbook, clause_id)


class RepeatScope(StrEnum):
    SITE = "site"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """`vendor_id` is "" in-house; `closed_on` None while open. Ids are of one type, whatever it is."""

    id: str
    clause: ClauseKey
    site_id: str
    vendor_id: str
    issued_on: date
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    prior: FindingFacts
    scope: RepeatScope
    needs_confirmation: bool


def repeats_of(finding: FindingFacts, priors: Iterable[FindingFacts], known: Lineage) -> list[Repeat]:
    """The earlier findings this one repeats: sure before unsure, same site before same vendor, latest first."""
    found = []
    for prior in priors:
        scope = _scope(finding, prior)
        kin = known.kinship(finding.clause, prior.clause)
        if scope is not None and kin is not Kinship.NONE and _recent(finding, prior):
            found.append(Repeat(prior, scope, kin is Kinship.TO_CONFIRM))
    found.sort(key=lambda repeat: repeat.prior.issued_on, reverse=True)
    return sorted(found, key=lambda repeat: (repeat.needs_confirmation, repeat.scope is RepeatScope.VENDOR))


def severity_of_repeat(severity: Severity) -> Severity:
    """A minor that comes back is a major: the first answer did not remove its cause."""
    return Severity.MAJOR if severity is Severity.MINOR else severity


def _scope(finding: FindingFacts, prior: FindingFacts) -> RepeatScope | None:
    if prior.id == finding.id:
        return None
    if prior.site_id == finding.site_id:
        return RepeatScope.SITE
    if finding.vendor_id and prior.vendor_id == finding.vendor_id:
        return RepeatScope.VENDOR
    return None


def _recent(finding: FindingFacts, prior: FindingFacts) -> bool:
    """Within 24 months of the prior one's closure, or of its issue while it is open."""
    last = prior.closed_on or prior.issued_on
    return prior.issued_on <= finding.issued_on <= last + relativedelta(months=REPEAT_MONTHS)
