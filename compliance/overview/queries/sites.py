"""What is to be known of one site, part by part: each part is one or two statements, and a page asks for its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from compliance import clock, db
from compliance.access import Actor, Role, visible_to
from compliance.accounts.models import Person, RoleGrant
from compliance.accounts.queries import in_force, paths_above
from compliance.actions.lifecycle import OPEN_STATUSES as OPEN_ACTIONS
from compliance.actions.models import Action
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit, AuditCriteria
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus, PlanStatus
from compliance.findings.lifecycle import OPEN_STATUSES as OPEN_FINDINGS
from compliance.findings.lifecycle import FindingStatus
from compliance.findings.models import Finding
from compliance.network.models import Node, Operation, Site
from compliance.network.queries import running
from compliance.overview.queries.heatmap import Cell, site_line
from compliance.overview.queries.playbooks import Column, Library, parameters_in, stale_overrides
from compliance.playbooks.document import Operation as Change
from compliance.playbooks.document import Parameter, Verb
from compliance.playbooks.effective import operation_key
from compliance.playbooks.models import Override, OverrideVersion, Playbook, VersionStatus
from compliance.playbooks.operations import Effect
from compliance.playbooks.parsing import parse_override

MOST = 50
AHEAD = (AuditStatus.PLANNED, AuditStatus.SCHEDULED, AuditStatus.POSTPONED, AuditStatus.IN_PROGRESS)


def ratings_of(actor: Actor, site: Site, books: Library, on: date) -> list[tuple[str, Cell]]:
    """The standing of a site on each playbook that concerns it, in three statements."""
    line = site_line(actor, site, books.columns, stale_overrides(actor, on), on)
    pairs = zip(books.columns, line.cells, strict=True)
    return [(column.prefix, cell) for column, cell in pairs if cell.state != "not_applicable"]


def coming(books: Library, cells: Sequence[tuple[str, Cell]], on: date) -> list[Any]:
    """The texts that take effect in the coming months, of the playbooks that concern a site."""
    here = {prefix for prefix, _ in cells}
    return [change for change in books.since(on + timedelta(days=1)) if change.playbook.prefix in here]


def audits_of(actor: Actor, site: Site, limit: int = MOST) -> Sequence[Audit]:
    """Newest first, with lead, vendor and playbooks."""
    return db.session.scalars(
        visible_to(actor, select(Audit), Audit).where(Audit.site_id == site.id).options(
            joinedload(Audit.lead), joinedload(Audit.vendor),
            selectinload(Audit.criteria).joinedload(AuditCriteria.playbook))
        .order_by(Audit.planned_from.desc(), Audit.id).limit(limit)).all()


def next_audit(actor: Actor, site: Site) -> Audit | None:
    """The one under way or next to come."""
    found: Audit | None = db.session.scalar(
        visible_to(actor, select(Audit), Audit).where(Audit.site_id == site.id, Audit.status.in_(AHEAD)).options(
            joinedload(Audit.lead), joinedload(Audit.contact), joinedload(Audit.vendor),
            selectinload(Audit.criteria).joinedload(AuditCriteria.playbook))
        .order_by(Audit.planned_from, Audit.id).limit(1))
    return found


def open_findings_of(actor: Actor, site: Site, limit: int = MOST) -> Sequence[Finding]:
    return db.session.scalars(
        visible_to(actor, select(Finding), Finding).where(
            Finding.site_id == site.id, Finding.status.in_(OPEN_FINDINGS)).options(
            joinedload(Finding.vendor), joinedload(Finding.owner))
        .order_by(Finding.close_due_on, Finding.id).limit(limit)).all()


def open_actions_of(actor: Actor, site: Site, limit: int = MOST) -> Sequence[Action]:
    return db.session.scalars(
        visible_to(actor, select(Action), Action).where(
            Action.site_id == site.id, Action.status.in_(OPEN_ACTIONS)).options(
            joinedload(Action.owner), joinedload(Action.vendor))
        .order_by(Action.due_on, Action.id).limit(limit)).all()


# Who moves a finding on from where it stands.
WAITS_FOR = {
    FindingStatus.ISSUED: "Site or vendor lead: accept or dispute",
    FindingStatus.ACCEPTED: "Owner: root cause and plan",
    FindingStatus.UPHELD: "Owner: root cause and plan",
    FindingStatus.REGRADED: "Owner: root cause and plan",
    FindingStatus.DISPUTED: "Reviewer: decide on the dispute",
    FindingStatus.IN_REMEDIATION: "Plan owners: do the steps",
    FindingStatus.VERIFIED: "Reviewer: close",
    FindingStatus.REOPENED: "Owner: why it came back",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing an override changes here: which clause or value, how, who said so, and until when."""

    playbook: Playbook
    target: str
    what: str
    source: str
    layer: str
    direction: str
    review_on: date | None
    until_on: date | None


_DIRECTIONS = {Effect.TIGHTEN: "stricter", Effect.ADD: "stricter", Effect.LOOSEN: "looser", Effect.WAIVE: "looser"}


def differences_at(actor: Actor, site: Site, vendors: Sequence[UUID], on: date,
                   books: Sequence[Column]) -> list[Difference]:
    """What the overrides in force change at a site, widest layer first, in one statement once the texts were read."""
    codes = [code for code in site.path.split("/") if code]
    here = or_(Override.vendor_id.in_(vendors), (Override.scope.in_(codes) & Override.vendor_id.is_(None)))
    rows = db.session.execute(
        visible_to(actor, select(OverrideVersion, Override, Playbook).join(OverrideVersion.override).join(
            Override.playbook), OverrideVersion)
        .where(here, OverrideVersion.status == VersionStatus.APPROVED, OverrideVersion.effective_on <= on)
        .order_by(OverrideVersion.effective_on, OverrideVersion.approved_at)).all()
    held = {override.id: (version, override, playbook) for version, override, playbook in rows}
    order = {code: at for at, code in enumerate(codes)}
    kept = sorted((each for each in held.values() if each[0].until_on is None or on < each[0].until_on),
                  key=lambda each: (each[2].prefix, order.get(each[1].scope, 2.5)))
    changed = {playbook.id for _, _, playbook in kept}
    parameters = {book.id: parameters_in(book.version_id, book.digest) for book in books if book.id in changed}
    return [difference for version, override, playbook in kept
            for difference in _differences(version, override, playbook, parameters.get(playbook.id, {}))]


def _differences(version: OverrideVersion, override: Override, playbook: Playbook,
                 parameters: Mapping[str, Parameter]) -> list[Difference]:
    source, effects = f"{override.scope.upper()} v{version.number}", version.effects
    return [Difference(playbook, _named(change, parameters), _what(change, parameters), source, str(override.kind),
                       _DIRECTIONS.get(effects.get(operation_key(change), ""), "neutral"),
                       change.review_by, version.until_on)
            for change in operations_of(version.id, version.source, playbook.prefix)]


# Safe to remember for ever: a stored version never changes.
@lru_cache(maxsize=1024)
def operations_of(version_id: UUID, source: str, prefix: str) -> tuple[Change, ...]:  # noqa: ARG001 - remembered by
    return parse_override(source, playbook=prefix).operations


def _named(change: Change, parameters: Mapping[str, Parameter]) -> str:
    """The clause, or what a value means: its name is for those who write playbooks."""
    meant = parameters.get(change.target) if change.verb is Verb.SET else None
    return meant.meaning if meant and meant.meaning else change.target


def _what(change: Change, parameters: Mapping[str, Parameter]) -> str:
    match change.verb:
        case Verb.SET:
            meant = parameters.get(change.target)
            now = f"{change.value} {meant.unit}".strip() if meant else str(change.value)
            return f"{now} instead of {meant.value}" if meant and meant.value != change.value else now
        case Verb.NEW:
            return f"{change.clause.title if change.clause else change.title} (added)"
        case Verb.NOT_APPLICABLE:
            return "Does not apply here"
        case Verb.CHANGE:
            return "; ".join(f"{name.capitalize()}: {value}" for name, value in change.facts)
    text = change.title or change.text
    return text if len(text) <= 160 else f"{text[:157].rsplit(' ', 1)[0]} …"


@dataclass(frozen=True, slots=True)
class Continuity:
    """The plans in force at a site, the next exercise and the last one held."""

    plans: Sequence[ContinuityPlan]
    next: Exercise | None
    last: Exercise | None


def continuity_of(actor: Actor, site: Site) -> Continuity:
    """In two statements."""
    plans = db.session.scalars(visible_to(actor, select(ContinuityPlan), ContinuityPlan).where(
        ContinuityPlan.site_id == site.id, ContinuityPlan.status.in_((PlanStatus.CURRENT, PlanStatus.REVIEW)))
        .options(joinedload(ContinuityPlan.vendor)).order_by(ContinuityPlan.review_on)).all()
    exercises = db.session.scalars(visible_to(actor, select(Exercise), Exercise).where(
        Exercise.site_id == site.id, Exercise.status != ExerciseStatus.CANCELLED).order_by(
        Exercise.planned_on.desc()).limit(MOST)).all()
    ahead = [each for each in exercises if each.conducted_on is None]
    held = [each for each in exercises if each.conducted_on is not None]
    return Continuity(plans, ahead[-1] if ahead else None, max(held, key=_held_on, default=None))


def _held_on(exercise: Exercise) -> date:
    return exercise.conducted_on or exercise.planned_on


def operations_seen(actor: Actor, site: Site) -> Sequence[Operation]:
    """Who runs what here, as far as the actor may know: what ended stands last."""
    rows = db.session.scalars(
        visible_to(actor, select(Operation), Operation).where(Operation.site_id == site.id).options(
            joinedload(Operation.vendor)).order_by(Operation.lob, Operation.from_on)).all()
    today = clock.today()
    return sorted(rows, key=lambda each: each.until_on is not None and each.until_on <= today)


def people_at(actor: Actor, site: Site) -> list[tuple[Person, RoleGrant]]:
    """Who answers for a site, with the role held at it or above it: site and vendor leads first, in one statement."""
    today = clock.today()
    roles = (Role.SITE_LEAD, Role.VENDOR_LEAD, Role.REGIONAL_LEAD, Role.VENDOR_MANAGER)
    rows = db.session.execute(
        visible_to(actor, select(Person, RoleGrant).join(RoleGrant, RoleGrant.person_id == Person.id).join(
            Node, Node.id == RoleGrant.node_id), Person)
        .where(Person.active.is_(True), RoleGrant.role.in_(roles), Node.path.in_(paths_above(site.path)),
               or_(RoleGrant.vendor_id.is_(None), RoleGrant.vendor_id.in_(select(Operation.vendor_id).where(
                   Operation.site_id == site.id, running(today)))), in_force(today))
        .options(joinedload(Person.vendor)).order_by(Person.name)).all()
    return sorted(((person, grant) for person, grant in rows), key=lambda each: roles.index(each[1].role))
