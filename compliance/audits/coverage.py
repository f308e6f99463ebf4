"""How much of what should have been looked at was: audits of the programme, and clauses at sites."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.rates import Rate


@dataclass(frozen=True, slots=True)
class MandatoryAudit:
    """`due_on` is the first due date: postponing moves an audit out of no window. `replaced_by` is the id of another.

    `reviewed_on` is None until the audit was reviewed.
    """

    id: str
    due_on: date
    reviewed_on: date | None = None
    cancelled: bool = False
    replaced_by: str = ""


def programme_coverage(audits: Iterable[MandatoryAudit], since: date, until: date) -> Rate:
    """Mandatory audits reviewed within a window, of those due in it.

    A cancelled audit leaves the denominator only when its replacement stands in it; otherwise cancelling would
    improve the figure.
    """
    in_window = {audit.id: audit for audit in audits if since <= audit.due_on <= until}
    due = [audit for audit in in_window.values() if not (audit.cancelled and audit.replaced_by in in_window)]
    done = [audit for audit in due if audit.reviewed_on is not None and audit.reviewed_on <= until]
    return Rate(sum(not audit.cancelled for audit in done), len(due))


@dataclass(frozen=True, slots=True)
class ClauseDuty:
    """A clause in scope at a site, with how often it is to be assessed; None stands for every audit of the site."""

    site: str
    clause: str
    every_days: int | None
    last_assessed: date | None
    last_audit: date | None = None


def clause_coverage(duties: Iterable[ClauseDuty], today: date) -> Rate:
    """Pairs of site and clause assessed within the clause's frequency, of all pairs in scope."""
    in_scope = list(duties)
    return Rate(sum(is_covered(duty, today) for duty in in_scope), len(in_scope))


def is_covered(duty: ClauseDuty, today: date) -> bool:
    if duty.last_assessed is None or duty.last_assessed > today:
        return False
    if duty.every_days is None:
        return duty.last_audit is None or duty.last_assessed >= duty.last_audit
    return (today - duty.last_assessed).days <= duty.every_days
