"""What stands behind one cell of the heatmap: the last reviewed audit of a site on a playbook, clause by clause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from compliance import clock, db
from compliance.access import Actor, visible_to
from compliance.audits.lifecycle import REVIEWED
from compliance.audits.models import Assessment, Audit, AuditCriteria, Standing
from compliance.audits.scoring import Conformity, Rating
from compliance.errors import NotFound
from compliance.files.models import Evidence
from compliance.files.queries import evidence_of
from compliance.findings.models import Finding
from compliance.network.models import Site
from compliance.network.queries import get_site
from compliance.overview.periods import days_since
from compliance.playbooks.models import Playbook

# What a reader looks for first.
GRAVITY = (Conformity.NONCONFORMITY, Conformity.PARTIAL, Conformity.NOT_ASSESSED, Conformity.WAIVED,
           Conformity.CONFORMITY, Conformity.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Result:
    """`criteria` is None while the site was never assessed on the playbook; then so is all that hangs on it."""

    site: Site
    playbook: Playbook
    criteria: AuditCriteria | None = None
    assessments: Sequence[Assessment] = ()
    evidence: Mapping[UUID, list[Evidence]] = field(default_factory=dict)
    findings: Mapping[str, list[Finding]] = field(default_factory=dict)
    earlier: Sequence[AuditCriteria] = ()

    @property
    def rating(self) -> str:
        rated = self.criteria is not None and self.criteria.rating not in (None, Rating.NOT_RATED)
        return str(self.criteria.rating) if rated and self.criteria else ""

    @property
    def age(self) -> int | None:
        on = self.criteria.assessed_on if self.criteria else None
        return days_since(on, clock.today()) if on else None

    @property
    def counts(self) -> list[tuple[Conformity, int]]:
        answers = [assessment.conformity for assessment in self.assessments]
        return [(answer, answers.count(answer)) for answer in GRAVITY if answer in answers]

    @property
    def sections(self) -> list[tuple[str, list[Assessment]]]:
        """In the order of the playbook."""
        found: dict[str, list[Assessment]] = {}
        for assessment in self.assessments:
            found.setdefault(assessment.section, []).append(assessment)
        return list(found.items())


def result_of(actor: Actor, code: str, prefix: str) -> Result:
    """In eight statements at most. Raises NotFound for a site or playbook out of sight."""
    site = get_site(actor, code)
    playbook = db.session.scalar(visible_to(actor, select(Playbook), Playbook).where(Playbook.prefix == prefix.upper()))
    if playbook is None:
        raise NotFound
    criteria = _latest(actor, site, playbook)
    if criteria is None:
        return Result(site, playbook)
    assessments = db.session.scalars(select(Assessment).where(Assessment.criteria_id == criteria.id).options(
        joinedload(Assessment.answered_by)).order_by(Assessment.position, Assessment.id)).all()
    return Result(site, playbook, criteria, assessments, evidence_of(actor, *assessments),
                  _findings(actor, criteria), _earlier(actor, criteria))


def _latest(actor: Actor, site: Site, playbook: Playbook) -> AuditCriteria | None:
    latest = visible_to(actor, select(Standing.criteria_id), Standing).where(
        Standing.site_id == site.id, Standing.playbook_id == playbook.id)
    found: AuditCriteria | None = db.session.scalar(
        select(AuditCriteria).join(AuditCriteria.audit).where(AuditCriteria.id.in_(latest)).options(
            contains_eager(AuditCriteria.audit).joinedload(Audit.lead),
            contains_eager(AuditCriteria.audit).joinedload(Audit.vendor),
            contains_eager(AuditCriteria.audit).joinedload(Audit.reviewed_by)))
    return found


def _findings(actor: Actor, criteria: AuditCriteria) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in db.session.scalars(visible_to(actor, select(Finding), Finding).where(
            Finding.source_type == Audit.__tablename__, Finding.source_id == criteria.audit_id,
            Finding.playbook_id == criteria.playbook_id).order_by(Finding.reference)):
        found.setdefault(finding.clause_id, []).append(finding)
    return found


def _earlier(actor: Actor, criteria: AuditCriteria) -> Sequence[AuditCriteria]:
    return db.session.scalars(visible_to(
        actor, select(AuditCriteria).join(AuditCriteria.audit), AuditCriteria).where(
        AuditCriteria.site_id == criteria.site_id, AuditCriteria.playbook_id == criteria.playbook_id,
        AuditCriteria.id != criteria.id, Audit.status.in_(REVIEWED), AuditCriteria.assessed_on <= _day(criteria))
        .options(contains_eager(AuditCriteria.audit)).order_by(AuditCriteria.assessed_on.desc()).limit(8)).all()


def _day(criteria: AuditCriteria) -> date:
    return criteria.assessed_on or clock.today()
