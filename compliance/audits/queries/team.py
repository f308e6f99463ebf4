"""What is known of the people of an audit: their ties to what is audited, and who may stand in which part."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.access import Place, Role
from compliance.accounts.models import Person, RoleGrant
from compliance.accounts.queries import holders_of
from compliance.audits.independence import AuditedFacts, AuditorFacts, Service, independence_conflicts
from compliance.network.models import Node, NodeKind, Site, Vendor
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion
from compliance.refusals import Refusal

# Those who run the work that is audited; holding one of these at a site or for a vendor is having worked there.
SERVING = (Role.SITE_LEAD, Role.VENDOR_LEAD)


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit looks at, as far as ties to it are concerned."""

    site: Site
    vendor: Vendor | None
    playbooks: Sequence[Playbook]
    on: date
    contact_id: UUID | None = None

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor.id if self.vendor else None)


@dataclass
class _Ties:
    """The ties of one person, gathered from several tables."""

    services: list[Service] = field(default_factory=list)
    managers: set[str] = field(default_factory=set)
    playbooks: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)


def team_conflicts(team: Sequence[Person], audited: Audited) -> list[Refusal]:
    """Why people of a team should not audit this, person by person, in five statements whatever the team's size."""
    facts = _audited_facts(audited)
    auditors = _auditor_facts(team, audited)
    return [conflict for auditor in auditors for conflict in independence_conflicts(
        auditor, facts, [other for other in auditors if other.id != auditor.id])]


def _audited_facts(audited: Audited) -> AuditedFacts:
    auditees = {str(person.id) for person in holders_of(audited.place, SERVING)}
    if audited.contact_id is not None:
        auditees.add(str(audited.contact_id))
    vendor = audited.vendor
    return AuditedFacts(
        site_id=str(audited.site.id), site_name=f"{audited.site.code} {audited.site.name}",
        vendor_id=str(vendor.id) if vendor else "", vendor_name=vendor.name if vendor else "",
        auditee_ids=frozenset(auditees), playbooks={playbook.key: playbook.title for playbook in audited.playbooks},
        on=audited.on)


def _auditor_facts(team: Sequence[Person], audited: Audited) -> list[AuditorFacts]:
    ids = [person.id for person in team]
    ties: dict[UUID, _Ties] = defaultdict(_Ties)
    for person in team:
        ties[person.id].services += _present(person)
    _add_services(ids, ties)
    _add_managers(ids, ties)
    _add_authorship(ids, audited, ties)
    return [AuditorFacts(
        id=str(person.id), name=person.name, services=tuple(ties[person.id].services),
        manager_ids=frozenset(ties[person.id].managers), owned_playbooks=frozenset(ties[person.id].playbooks),
        wrote_for_sites=frozenset(ties[person.id].sites)) for person in team]


def _present(person: Person) -> list[Service]:
    """Where somebody works now, by their own record."""
    site = [Service(site_id=str(person.home_site_id))] if person.home_site_id else []
    return site + ([Service(vendor_id=str(person.vendor_id))] if person.vendor_id else [])


def _add_services(ids: Sequence[UUID], ties: dict[UUID, _Ties]) -> None:
    rows = db.session.execute(
        select(RoleGrant.person_id, RoleGrant.node_id, RoleGrant.vendor_id, RoleGrant.until_on, Node.kind)
        .join(Node, Node.id == RoleGrant.node_id).where(RoleGrant.person_id.in_(ids), RoleGrant.role.in_(SERVING)))
    for row in rows:
        until = row.until_on - timedelta(days=1) if row.until_on else None  # grants are half-open
        if row.kind is NodeKind.SITE:
            ties[row.person_id].services.append(Service(site_id=str(row.node_id), until=until))
        elif row.vendor_id is not None:
            ties[row.person_id].services.append(Service(vendor_id=str(row.vendor_id), until=until))


def _add_managers(ids: Sequence[UUID], ties: dict[UUID, _Ties]) -> None:
    line = select(Person.id.label("person"), Person.manager_id.label("manager")).where(
        Person.id.in_(ids)).cte("line", recursive=True)
    # UNION, not UNION ALL: two people entered as each other's manager would otherwise never end.
    line = line.union(select(line.c.person, Person.manager_id).where(Person.id == line.c.manager))
    for person, manager in db.session.execute(select(line.c.person, line.c.manager).where(line.c.manager.is_not(None))):
        ties[person].managers.add(str(manager))


def _add_authorship(ids: Sequence[UUID], audited: Audited, ties: dict[UUID, _Ties]) -> None:
    keys = {playbook.id: playbook.key for playbook in audited.playbooks}
    for row in db.session.execute(
            select(PlaybookVersion.playbook_id, PlaybookVersion.author_id, PlaybookVersion.approved_by_id)
            .where(PlaybookVersion.playbook_id.in_(keys))):
        for person in {row.author_id, row.approved_by_id} & set(ids):
            ties[person].playbooks.add(keys[row.playbook_id])
    asked = select(OverrideVersion.requested_by_id).join(OverrideVersion.override).where(
        Override.node_id == audited.site.id, OverrideVersion.requested_by_id.in_(ids))
    for person in db.session.scalars(asked.distinct()):
        if person is not None:
            ties[person].sites.add(str(audited.site.id))
