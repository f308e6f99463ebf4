"""Reading one audit with what its pages need, and one assessment of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from compliance import db
from compliance.access import Actor, Permission, may, may_anywhere, visible_to
from compliance.audits.lifecycle import REVIEWED, AuditStatus
from compliance.audits.models import Assessment, Audit, AuditCriteria, AuditMember, AuditProgramme
from compliance.errors import NotFound
from compliance.findings.models import IS_OPEN, Finding
from compliance.playbooks.models import ClauseText, ResolvedChain
from compliance.playbooks.waivers.queries import Line, lines_of

TEAM = selectinload(Audit.members).joinedload(AuditMember.person)
CRITERIA = selectinload(Audit.criteria).joinedload(AuditCriteria.playbook)
# What an auditee may read before the review: that the audit is under way, not what it writes down.
WORKING = frozenset({AuditStatus.IN_PROGRESS, AuditStatus.SUBMITTED})


def get_audit(actor: Actor, reference: str) -> Audit:
    """An audit in sight with site, vendor, people, programme and playbooks, in three statements."""
    statement = visible_to(actor, select(Audit), Audit).where(Audit.reference == reference.upper())
    audit: Audit | None = db.session.scalar(statement.options(
        joinedload(Audit.site), joinedload(Audit.vendor), joinedload(Audit.lead), joinedload(Audit.contact),
        joinedload(Audit.reviewed_by), joinedload(Audit.second_reviewer), joinedload(Audit.programme), TEAM, CRITERIA))
    if audit is None:
        raise NotFound
    return audit


def may_read_answers(actor: Actor, audit: Audit) -> bool:
    """Answers are working papers until the review is done; afterwards the auditee reads them too."""
    return audit.status not in WORKING or may(actor, Permission.VIEW_WORKING_PAPERS, audit)


def assessments_of(actor: Actor, audit: Audit) -> Sequence[Assessment]:
    """Every clause of an audit in order with its criteria, in one statement; none while they are withheld."""
    if not may_read_answers(actor, audit):
        return []
    found = db.session.scalars(
        select(Assessment).where(Assessment.audit_id == audit.id).options(
            joinedload(Assessment.criteria), joinedload(Assessment.answered_by), joinedload(Assessment.waiver))
        .order_by(Assessment.position, Assessment.id)).all()
    for assessment in found:
        set_committed_value(assessment.criteria, "audit", audit)
    return found


def pinned_waivers(audit: Audit, assessments: Sequence[Assessment]) -> dict[UUID, Line]:
    """The waivers pinned to an audit's clauses, each with how it stands today, by id; two statements when there are."""
    playbooks = {criteria.playbook_id: criteria.playbook for criteria in audit.criteria}
    found = {each.waiver.id: each.waiver for each in assessments if each.waiver is not None}
    for waiver in found.values():
        set_committed_value(waiver, "site", audit.site)
        set_committed_value(waiver, "vendor", audit.vendor)
        set_committed_value(waiver, "playbook", playbooks[waiver.playbook_id])
    return {line.waiver.id: line for line in lines_of(list(found.values()))}


def get_assessment(actor: Actor, reference: str, clause_id: str) -> Assessment:
    """The assessment of a clause in an audit in sight, with audit, site and team. Raises NotFound for any other clause.

    The clause of another audit, or of none, is the same 404.
    """
    statement = visible_to(actor, select(Assessment).join(Assessment.criteria).join(AuditCriteria.audit), Audit).where(
        Audit.reference == reference.upper(), Assessment.clause_id == clause_id.upper())
    audit = contains_eager(Assessment.criteria).contains_eager(AuditCriteria.audit)
    found: Assessment | None = db.session.scalar(statement.options(
        audit.joinedload(Audit.site), audit.joinedload(Audit.vendor), audit.joinedload(Audit.lead),
        audit.selectinload(Audit.members),
        contains_eager(Assessment.criteria).joinedload(AuditCriteria.playbook), joinedload(Assessment.answered_by),
        joinedload(Assessment.waiver)))
    if found is None or not may_read_answers(actor, found.criteria.audit):
        raise NotFound
    return found


def texts_of(assessments: Sequence[Assessment]) -> dict[str, ClauseText]:
    """The pinned words of some clauses by digest; the caller saw the assessments."""
    wanted = {assessment.clause_digest for assessment in assessments}
    return {text.digest: text for text in db.session.scalars(select(ClauseText).where(ClauseText.digest.in_(wanted)))}


def chains_of(audit: Audit) -> dict[str, ResolvedChain]:
    """The pinned chains of an audit by key; the caller saw the audit."""
    keys = [criteria.chain_key for criteria in audit.criteria if criteria.chain_key]
    if not keys:
        return {}
    return {chain.key: chain for chain in db.session.scalars(select(ResolvedChain).where(ResolvedChain.key.in_(keys)))}


def last_result(assessment: Assessment) -> Assessment | None:
    """The answer to the same clause in the last reviewed audit of this auditee here; the caller saw the assessment."""
    return db.session.scalar(
        select(Assessment).join(Assessment.criteria).join(AuditCriteria.audit).where(
            *reviewed_here(assessment.criteria.audit), Assessment.clause_id == assessment.clause_id,
            AuditCriteria.playbook_id == assessment.criteria.playbook_id)
        .options(contains_eager(Assessment.criteria).contains_eager(AuditCriteria.audit))
        .order_by(AuditCriteria.assessed_on.desc()).limit(1))


def reviewed_here(audit: Audit) -> tuple[ColumnElement[bool], ...]:
    """What makes another audit one that was reviewed of the same auditee, of criteria joined to their audit."""
    return (AuditCriteria.site_id == audit.site_id, AuditCriteria.vendor_id.is_not_distinct_from(audit.vendor_id),
            Audit.id != audit.id, Audit.status.in_(REVIEWED))


def findings_of(actor: Actor, audit: Audit) -> Sequence[Finding]:
    """What an audit raised, the gravest first, as far as the actor sees it, with who answers for it."""
    return db.session.scalars(
        visible_to(actor, select(Finding), Finding).where(
            Finding.source_type == Audit.__tablename__, Finding.source_id == audit.id)
        .options(joinedload(Finding.owner)).order_by(Finding.severity, Finding.reference)).all()


def open_findings_here(actor: Actor, assessment: Assessment) -> Sequence[Finding]:
    """Findings against the same clause at this site that are still open."""
    return db.session.scalars(
        visible_to(actor, select(Finding), Finding).where(
            IS_OPEN, Finding.site_id == assessment.site_id, Finding.playbook_id == assessment.criteria.playbook_id,
            Finding.clause_id == assessment.clause_id).order_by(Finding.issued_at.desc()).limit(5)).all()


def progress_of(audit: Audit) -> dict[UUID, tuple[int, int]]:
    """Answered and all clauses per playbook of an audit the caller saw; keyed by criteria."""
    rows = db.session.execute(
        select(Assessment.criteria_id, func.count(Assessment.conformity), func.count())
        .where(Assessment.audit_id == audit.id).group_by(Assessment.criteria_id))
    return {row[0]: (row[1], row[2]) for row in rows}


def programmes(actor: Actor) -> Sequence[AuditProgramme]:
    """All programmes for those who plan, for others those an audit in sight belongs to; newest first."""
    statement = select(AuditProgramme).order_by(AuditProgramme.from_on.desc(), AuditProgramme.reference)
    if not may_anywhere(actor, Permission.PLAN_AUDIT):
        seen = visible_to(actor, select(Audit.id), Audit).where(Audit.programme_id == AuditProgramme.id)
        statement = statement.where(exists(seen))
    return db.session.scalars(statement).all()


def get_programme(actor: Actor, reference: str) -> AuditProgramme:
    found = next((each for each in programmes(actor) if each.reference == reference.upper()), None)
    if found is None:
        raise NotFound
    return found
