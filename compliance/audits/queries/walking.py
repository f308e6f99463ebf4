"""What somebody who walks an audit wants beside each clause, for all clauses of it at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from compliance import clock, db
from compliance.access import Actor, visible_to
from compliance.audits.models import Assessment, Audit, AuditCriteria
from compliance.audits.queries.records import reviewed_here
from compliance.audits.scoring import Conformity
from compliance.findings.models import IS_OPEN, Finding
from compliance.playbooks import choosing
from compliance.playbooks.models import ResolvedChain

LOOKED_BACK = 6  # audits of a playbook at a place: what was answered before that says little about today
Line = tuple[UUID, str]  # playbook and clause


@dataclass(frozen=True, slots=True)
class Last:
    """How a clause was answered in the last reviewed audit of the same auditee."""

    conformity: Conformity | None
    on: date | None
    reference: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """A text an audit is judged by that is not the one of today; `scope` is "global" or where an override holds.

    `was` is "" for an override that came since, `version` for one that ended; `on` the day from which it is so.
    """

    prefix: str
    scope: str
    was: str
    version: str
    on: date | None


def last_results(audit: Audit) -> dict[Line, Last]:
    """The last answer to each clause here, in one statement; the caller saw the audit."""
    ranked = (
        select(AuditCriteria.id, func.row_number().over(
            partition_by=AuditCriteria.playbook_id, order_by=AuditCriteria.assessed_on.desc()).label("place"))
        .join(AuditCriteria.audit)
        .where(*reviewed_here(audit), AuditCriteria.playbook_id.in_([each.playbook_id for each in audit.criteria]))
        ).subquery()
    rows = db.session.execute(
        select(AuditCriteria.playbook_id, Assessment.clause_id, Assessment.conformity, AuditCriteria.assessed_on,
               Audit.reference)
        .join(ranked, ranked.c.id == AuditCriteria.id).join(Assessment, Assessment.criteria_id == AuditCriteria.id)
        .join(Audit, Audit.id == AuditCriteria.audit_id).where(ranked.c.place <= LOOKED_BACK)
        .order_by(AuditCriteria.assessed_on))
    return {(row.playbook_id, row.clause_id): Last(row.conformity, row.assessed_on, row.reference) for row in rows}


def open_findings(actor: Actor, audit: Audit) -> dict[Line, list[Finding]]:
    """The findings still open here against clauses of an audit's playbooks, the latest first, in one statement."""
    found: dict[Line, list[Finding]] = {}
    for finding in db.session.scalars(visible_to(actor, select(Finding), Finding).where(
            IS_OPEN, Finding.site_id == audit.site_id,
            Finding.playbook_id.in_([each.playbook_id for each in audit.criteria]))
            .order_by(Finding.issued_at.desc())):
        if finding.playbook_id is not None and finding.clause_id:
            found.setdefault((finding.playbook_id, finding.clause_id), []).append(finding)
    return found


def superseded(audit: Audit, chains: Mapping[str, ResolvedChain]) -> list[Superseded]:
    """What of the texts an audit is judged by is another today, in one statement; `chains` are those pinned."""
    pinned = [(each, chain) for each in audit.criteria if (chain := chains.get(each.chain_key or ""))]
    if not pinned:
        return []
    today = clock.today(audit.site.zone or "UTC")
    library = choosing.library_at(audit.site.path, audit.vendor_id)
    found: list[Superseded] = []
    for criteria, chain in pinned:
        chosen = choosing.pick(library.get(criteria.playbook_id, ()), today)
        if chosen is not None and chosen.key != chain.key:
            found += _superseded(criteria.playbook.prefix, chain, chosen)
    return found


def _superseded(prefix: str, chain: ResolvedChain, chosen: choosing.Chosen) -> Iterator[Superseded]:
    was = {layer["scope"]: layer["version"] for layer in chain.chain}
    now = {each.scope: each for each in chosen.held}
    for scope in (*was, *(each for each in now if each not in was)):
        if scope not in now:
            ended = chosen.at_hand.get((scope, was[scope]))
            yield Superseded(prefix, scope, was[scope], "", ended.until if ended else None)
        elif now[scope].number != was.get(scope):
            yield Superseded(prefix, scope, was.get(scope, ""), now[scope].number, now[scope].effective)
