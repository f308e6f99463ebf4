"""The figures of an overview, each in one statement: adherence, coverage, closing, age, causes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import aliased

from compliance import clock, db
from compliance.access import Actor
from compliance.actions.closure import DEFAULT_CLOSURE_RULES, ClosureRules
from compliance.actions.lifecycle import ActionKind, ActionStatus
from compliance.actions.measures import AgeBucket, OnTime, age_bucket
from compliance.actions.models import IS_OPEN as IS_OPEN_ACTION
from compliance.actions.models import Action
from compliance.audits.coverage import MandatoryAudit, programme_coverage
from compliance.audits.lifecycle import REVIEWED, AuditStatus
from compliance.audits.models import Audit, AuditCriteria
from compliance.findings.lifecycle import OPEN_STATUSES, FindingKind, FindingStatus
from compliance.findings.models import IS_OPEN, Finding
from compliance.findings.queries.listing import overdue_finding
from compliance.network.models import Market, Site
from compliance.overview.periods import Period
from compliance.overview.queries.scope import Scope, narrowed
from compliance.playbooks.document import Severity
from compliance.rates import Rate, pooled

FAR = date.max
CLOSED_SINCE = [status for status in FindingStatus if status not in (
    *OPEN_STATUSES, FindingStatus.DRAFT, FindingStatus.WITHDRAWN)]


@dataclass(frozen=True, slots=True)
class Pooled:
    """What the audits of one region in one period add up to; `unwaived` counts what is waived as not met."""

    region: Any
    at: int
    rate: Rate
    assessed: int
    audits: int
    waived: int
    unwaived: Rate


def results(actor: Actor, scope: Scope, periods: Sequence[Period]) -> list[Pooled]:
    """Points and weight by region and period; `at` counts periods from 0."""
    market = aliased(Market, flat=True)
    slot = case(*[(and_(AuditCriteria.assessed_on >= period.since, AuditCriteria.assessed_on <= period.until), at)
                  for at, period in enumerate(periods)], else_=-1).label("slot")
    unwaived = func.coalesce(AuditCriteria.weight_without_waivers, AuditCriteria.weight)
    first, last = min(period.since for period in periods), max(period.until for period in periods)
    statement = select(
        market.parent_id.label("region"), slot, func.sum(AuditCriteria.points), func.sum(AuditCriteria.weight),
        func.sum(AuditCriteria.assessed), func.count(AuditCriteria.audit_id.distinct()),
        func.sum(AuditCriteria.waived), func.sum(func.coalesce(AuditCriteria.points_without_waivers,
                                                               AuditCriteria.points)), func.sum(unwaived)
    ).join(Audit, Audit.id == AuditCriteria.audit_id).join(Site, Site.id == AuditCriteria.site_id).join(
        market, market.id == Site.parent_id).where(
        Audit.status.in_(REVIEWED), unwaived > 0, AuditCriteria.assessed_on >= first,
        AuditCriteria.assessed_on <= last).group_by(market.parent_id, slot)
    return [Pooled(region, at, Rate(points, weight), assessed, audits, waived, Rate(*without))
            for region, at, points, weight, assessed, audits, waived, *without
            in db.session.execute(narrowed(actor, statement, AuditCriteria, scope)) if at >= 0]


def together(found: Sequence[Pooled], at: int, region: Any = None) -> Pooled:
    """One period over all regions, or over one."""
    kept = [each for each in found if each.at == at and region in (None, each.region)]
    return Pooled(region, at, pooled(each.rate for each in kept), sum(each.assessed for each in kept),
                  sum(each.audits for each in kept), sum(each.waived for each in kept),
                  pooled(each.unwaived for each in kept))


def coverage(actor: Actor, scope: Scope, now: Period, before: Period) -> tuple[Rate, Rate]:
    """Mandatory audits reviewed, of those due, in two periods."""
    statement = select(Audit.id, Audit.due_on, Audit.reviewed_at, Audit.status, Audit.replaces_id, Site.zone).join(
        Audit.site).where(Audit.mandatory.is_(True), Audit.due_on >= min(now.since, before.since),
                          Audit.due_on <= max(now.until, before.until))
    rows = db.session.execute(narrowed(actor, statement, Audit, scope)).all()
    replaced = {row.replaces_id: str(row.id) for row in rows if row.replaces_id}
    audits = [MandatoryAudit(str(row.id), row.due_on, _local(row.reviewed_at, row.zone),
                             row.status == AuditStatus.CANCELLED, replaced.get(row.id, "")) for row in rows]
    return tuple(programme_coverage(audits, each.since, each.until)  # type: ignore[return-value]  # two in, two out
                 for each in (now, before))


def _local(at: Any, zone: str | None) -> date | None:
    return at.astimezone(ZoneInfo(zone or "UTC")).date() if at else None


def closing(actor: Actor, scope: Scope, periods: Sequence[Period]) -> list[OnTime]:
    """Actions closed on time in each period; what could no longer be closed in time at its end counts as late."""
    counted = Action.status != ActionStatus.CANCELLED
    sums: list[Any] = []
    for period in periods:
        closed = and_(Action.closed_on >= period.since, Action.closed_on <= period.until)
        late = and_(Action.original_due_on < period.until,
                    or_(Action.closed_on.is_(None), Action.closed_on > period.until), not_(_soaking(period.until)))
        in_time = and_(closed, Action.closed_on <= LATEST_CLOSE, Action.reopened == 0)
        sums += [_count(closed), _count(in_time), _count(late)]
    # Without this it would read every action there ever was.
    lately = or_(IS_OPEN_ACTION, Action.closed_on >= min(period.since for period in periods))
    row = db.session.execute(narrowed(actor, select(*sums).where(counted, lately), Action, scope)).one()
    values = [int(value or 0) for value in row]
    return [OnTime(honest=Rate(in_time, closed + late), closed_only=Rate(in_time, closed))
            for closed, in_time, late in zip(values[::3], values[1::3], values[2::3], strict=True)]


def _soak_of(rules: ClosureRules) -> ColumnElement[int]:
    """The days the result of an action must hold: what its plan states, and never less than the rules of its grade."""
    least = case((Action.severity == Severity.CRITICAL, rules.soak_critical),
                 (Action.severity == Severity.MAJOR, rules.soak_major), else_=rules.soak_minor)
    return case((Action.soak_days > least, Action.soak_days), else_=least)


LATEST_CLOSE = db.days_after(Action.original_due_on, _soak_of(DEFAULT_CLOSURE_RULES))


def _soaking(on: date) -> ColumnElement[bool]:
    """Done by its first due date, and still within the time it has to hold, at the end of a day.

    One day more than the date: which day it was at the site cannot be told in UTC, and closing will tell.
    """
    done = func.coalesce(db.utc_day(Action.implemented_at), FAR)
    return and_(done <= on, done <= db.days_after(Action.original_due_on, 1), on <= LATEST_CLOSE)


def _count(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


@dataclass(frozen=True, slots=True)
class OpenFindings:
    """Open nonconformities by age and severity, and how many criticals are past their date, now and then."""

    ages: dict[AgeBucket, dict[Severity, int]]
    criticals: int
    overdue_criticals: int

    @property
    def n(self) -> int:
        return sum(sum(counts.values()) for counts in self.ages.values())

    def of(self, severity: Severity) -> int:
        return sum(counts[severity] for counts in self.ages.values())

    def rows(self) -> list[tuple[str, int, int, int]]:
        """As the ageing chart takes them."""
        return [(_words(bucket), *(counts[severity] for severity in Severity))  # type: ignore[misc]  # three severities
                for bucket, counts in self.ages.items()]


def open_findings(actor: Actor, scope: Scope, known_zones: Sequence[str]) -> OpenFindings:
    """Nonconformities not closed, by days since issue."""
    today = clock.today()
    # Asked of criticals alone: of the others nothing comes of it, and they are most of what is read.
    late = case((and_(Finding.severity == Severity.CRITICAL, overdue_finding(known_zones)), 1), else_=0).label("late")
    statement = select(Finding.issued_on, Finding.severity, late, func.count()).join(
        Site, Site.id == Finding.site_id).where(
        IS_OPEN, Finding.kind == FindingKind.NONCONFORMITY).group_by(
        Finding.issued_on, Finding.severity, late)
    rows = db.session.execute(narrowed(actor, statement, Finding, scope)).all()
    ages = {bucket: dict.fromkeys(Severity, 0) for bucket in AgeBucket}
    for issued_on, severity, _, count in rows:
        ages[age_bucket(issued_on or today, today)][severity] += count
    criticals = [(is_late, count) for _, severity, is_late, count in rows if severity is Severity.CRITICAL]
    return OpenFindings(ages, sum(count for _, count in criticals), sum(count for late, count in criticals if late))


def overdue_criticals_at(actor: Actor, scope: Scope, day: date) -> int:
    """How many criticals were open, not implemented and past their date at the end of a day.

    What is open now and what was closed since are counted apart: each has its index, and together they would read
    every critical there ever was.
    """
    late = select(func.count()).select_from(Finding).where(
        db.unindexed(Finding.severity) == Severity.CRITICAL, Finding.close_due_on < day, Finding.issued_on <= day,
        or_(Finding.implemented_at.is_(None), Finding.implemented_at > datetime.combine(day, time.max, UTC)))
    parts = (IS_OPEN, and_(Finding.closed_on > day, db.unindexed(Finding.status).in_(CLOSED_SINCE)))
    counts = [narrowed(actor, late.where(part), Finding, scope).scalar_subquery() for part in parts]
    return db.session.scalar(select(counts[0] + counts[1])) or 0


def causes(actor: Actor, scope: Scope, since: date) -> list[tuple[str, int]]:
    """Corrective actions raised since a day, by the cause their owners stated."""
    statement = select(Action.cause_category, func.count()).where(
        Action.kind == ActionKind.CORRECTIVE, Action.cause_category != "", Action.status != ActionStatus.CANCELLED,
        Action.raised_at >= datetime.combine(since, time.min, UTC)).group_by(Action.cause_category)
    return [(category.replace("_", " "), count)
            for category, count in db.session.execute(narrowed(actor, statement, Action, scope))]


def _words(bucket: AgeBucket) -> str:
    return bucket.value.replace("-", "–").replace(">", "over ")
