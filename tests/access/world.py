"""The world the access matrix is asked in: two vendors on one floor, a third elsewhere, a canary in every record."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from compliance import clock, db
from compliance.access import SYSTEM, Permission, Role
from compliance.accounts import signing_in
from compliance.accounts.models import LoginSession, Person, RoleGrant
from compliance.actions.models import Action
from compliance.audits.commands import conducting, planning
from compliance.audits.field.shell import build as build_of_shell
from compliance.audits.models import Audit, AuditMember
from compliance.continuity import commands as continuity
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus, PlanStatus
from compliance.continuity.queries import get_exercise
from compliance.files.models import Evidence
from compliance.findings.models import Finding
from compliance.network.models import Node, Operation, Site, Vendor
from compliance.overview.periods import Period
from compliance.playbooks.drafting.models import WorkingCopy
from compliance.playbooks.models import OverrideVersion, Playbook
from compliance.playbooks.translations.models import Translation
from compliance.playbooks.waivers import commands as waivers
from compliance.playbooks.waivers.models import Waiver
from compliance.playbooks.waivers.subjects import Subject
from compliance.reports import commands as reports
from compliance.reports.models import Report
from tests.access.floor import Floor, hold, leave
from tests.access.governed import Local, Texts, Where, overtaken, translate, write_globally, write_locally
from tests.builders.accounts import a_grant, a_person, actor_of, an_actor
from tests.builders.actions import an_action, approved, planned
from tests.builders.audits import (
    Stage,
    a_planned,
    a_playbook,
    a_scheduled,
    a_started,
    answered,
    clause_of,
    reviewed,
    submit,
)
from tests.builders.continuity import a_plan, an_exercise, measured
from tests.builders.files import an_evidence, an_upload
from tests.builders.findings import a_draft_finding, a_finding
from tests.builders.network import a_market, a_region, a_site, a_vendor, an_operation
from tests.builders.playbooks import an_override
from tests.builders.saving import save, saving
from tests.builders.waivers import asked

# Where each role stands: the node and whether it is narrowed to the vendor of the placement "own".
STANDS: dict[Role, tuple[str, bool]] = {
    Role.AUTHOR: ("network", False), Role.PLAYBOOK_OWNER: ("network", False),
    Role.LEGAL_REVIEWER: ("network", False), Role.REGIONAL_LEAD: ("apac", False),
    Role.PROGRAMME_MANAGER: ("apac", False), Role.AUDITOR: ("apac", False), Role.REVIEWER: ("apac", False),
    Role.SITE_LEAD: ("KUL1", False), Role.VENDOR_LEAD: ("KUL1", True), Role.VENDOR_MANAGER: ("apac", False),
    Role.CONTINUITY_LEAD: ("apac", False), Role.GLOBAL_HEAD: ("network", False),
    Role.ADMINISTRATOR: ("network", False),
}
PLACEMENTS = ("own", "neighbour", "elsewhere")
FAR_SITE = "canary-dublin"  # the name of the site of the corner "elsewhere"
FAR_CODE = "CORK1"  # a site of that other region, where the vendor of the corner "own" runs something as well
FAR_REGION = "canary-region"  # in the name of the region it lies in
WITHHELD = "canary-withheld"
BOOK = "canary-book"  # in the title of the playbook: everybody with a role reads it, and nobody else


@dataclass
class Corner:
    """Everything at one placement. `canary` stands in the texts of each record here."""

    canary: str
    site: Site
    vendor: Vendor
    operation: Operation
    stage: Stage
    audit: Audit
    assessment: Audit  # whose answers are out: it was reviewed
    finding: Finding
    action: Action
    plan: ContinuityPlan
    exercise: Exercise
    evidence: Evidence
    proof: Evidence
    report: Report
    override: OverrideVersion
    person: Person
    waiver: Waiver
    floor: Floor
    local: Local = field(init=False)  # written when everybody is there

    @property
    def scope(self) -> str:
        return self.vendor.code.lower()

    @property
    def person_session_id(self) -> UUID:
        """A session of the person of this corner, live."""
        with saving():
            signing_in.enter_by_link(signing_in.issue_link(SYSTEM, self.person), "a tablet")
        found = db.session.scalars(select(LoginSession.id).where(LoginSession.person_id == self.person.id)).first()
        assert found is not None
        return found

    @property
    def person_grant_id(self) -> UUID:
        """A role the person of this corner holds."""
        found = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == self.person.id)).first()
        assert found is not None
        return found


@dataclass
class World:
    playbook: Playbook
    texts: Texts = field(init=False)
    draft: Finding = field(init=False)  # at the corner "own", and for those who see working papers alone
    away: tuple[Site, Vendor] = field(init=False)  # where nothing is, and a vendor of nothing
    surprise: Audit = field(init=False)  # planned there, and unknown to the auditee
    corners: dict[str, Corner] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def paper(self) -> Evidence:
        """A working paper of an audit at the corner "own"."""
        return self.corners["own"].proof

    @property
    def shell(self) -> str:
        """The build of the tablet's shell, which stands in the address of each of its files."""
        return build_of_shell().digest

    @property
    def wording(self) -> str:
        """How an address names what is translated."""
        return self.translation.wording[:16]

    @property
    def translation(self) -> Translation:
        """A proposal, once everything that holds somewhere is there to be translated."""
        found = db.session.scalars(
            select(Translation).where(Translation.clause_id == "ESC-02", Translation.language == "ms")).first()
        assert found is not None
        return found


def build() -> World:
    """The whole of it, by the real commands where there are any; a minute's clock does not matter here."""
    a_market("my", "Malaysia", a_region("apac", "Asia Pacific"))
    a_market("ie", "Ireland", a_region("emea", f"Europe {FAR_REGION}"))
    floor = a_site("KUL1", a_market("my"))
    world = World(a_playbook(
        prefix="ESC", effective_on=clock.today() - timedelta(days=300), review_on=clock.today() - timedelta(days=1)))
    with saving():
        world.playbook.title = f"Book {BOOK}"
    world.corners["own"] = _corner(world, "own", floor, "VAA")
    world.corners["neighbour"] = _corner(world, "neighbour", floor, "VBB")
    world.corners["elsewhere"] = _corner(
        world, "elsewhere",
        a_site("DUB1", a_market("ie"), name=FAR_SITE, zone="Europe/Dublin", country="IE"), "VCC")
    an_operation(a_site(FAR_CODE, a_market("ie"), zone="Europe/Dublin", country="IE"), world.corners["own"].vendor)
    for role, (node, narrowed) in STANDS.items():
        vendor = world.corners["own"].vendor if narrowed else None
        world.people[role.value] = a_person(role, _node(node), vendor, name=f"The {role.label}")
    # Still named on every team, and no auditor any more: a name on a list opens nothing.
    for corner in world.corners.values():
        save(AuditMember(audit_id=corner.audit.id, person_id=world.people["author"].id))
    world.away = a_site("LIM1", a_market("pe", "Peru", a_region("latam", "Latin America"))), a_vendor("VDD")
    _write(world)
    _withhold(world)
    _group(world)
    _miss(world.corners["neighbour"])
    _excuse(world, world.corners["neighbour"])
    _wait(world.corners["elsewhere"], world.playbook)
    world.people["ended"] = _ended(world.corners["own"], world.playbook)
    _typed(world, world.people["ended"])
    overtaken(world.playbook, world.people["ended"])
    world.people["assigned"] = world.corners["own"].stage.auditor
    return world


def _withhold(world: World) -> None:
    """What lies in reach of the auditee and is kept from them for now."""
    own = world.corners["own"]
    world.draft = a_draft_finding(own.site, own.vendor, title=f"Title {WITHHELD}", condition=f"Condition {WITHHELD}")
    world.surprise = a_scheduled(
        own.stage, world.playbook, objective=f"Objective {WITHHELD}", unannounced=True,
        unannounced_approver=a_person(Role.GLOBAL_HEAD))


def _group(world: World) -> None:
    """One finding of the neighbour stands for the same fault at the two others."""
    with saving():
        for placement in ("own", "elsewhere"):
            world.corners[placement].finding.parent_id = world.corners["neighbour"].finding.id


def _miss(corner: Corner) -> None:
    """An exercise that missed what the plan promises, and one in another month: figures of one vendor alone."""
    lead, today = an_actor(Role.CONTINUITY_LEAD), clock.today(corner.site.zone or "UTC")
    for title, planned_on in (("Missed", today), ("Later", today + timedelta(days=70))):
        planned = an_exercise(site=corner.site, vendor_id=corner.vendor.id, title=f"{title} {corner.canary}",
                              planned_on=planned_on)
        if planned_on == today:
            with saving():
                continuity.record_exercise(lead, get_exercise(SYSTEM, planned.reference), conducted=measured(
                    conducted_on=today))


def _wait(corner: Corner, playbook: Playbook) -> None:
    """What waits for those who schedule, review and approve, and a line of business that no other site runs."""
    stage, canary, today = corner.stage, corner.canary, clock.today(corner.site.zone or "UTC")
    an_operation(corner.site, corner.vendor, f"Nights {canary}")
    a_planned(stage, playbook, objective=f"Planned {canary}", planned_from=today + timedelta(days=30))
    submitted = a_started(stage, playbook, objective=f"Submitted {canary}")
    answered(stage, submitted, ("conformity", "conformity"))
    submit(stage, submitted)
    held = an_exercise(site=corner.site, vendor_id=corner.vendor.id, title=f"To approve {canary}", planned_on=today)
    with saving():
        continuity.record_exercise(an_actor(Role.CONTINUITY_LEAD), get_exercise(SYSTEM, held.reference),
                                   conducted=measured(120, conducted_on=today))
    with saving():
        held.status, held.review_author_id = ExerciseStatus.AAR_DRAFT, stage.lead.id


def _excuse(world: World, corner: Corner) -> None:
    """A waiver that holds, and takes the other one of this corner further."""
    owner = actor_of(world.people[Role.PLAYBOOK_OWNER.value])
    with saving():
        granted = waivers.request_waiver(
            corner.stage.actor("lead"), Subject(corner.site, corner.vendor, world.playbook, "ESC-01"),
            asked(corner.site, rationale=f"Why {corner.canary}"), control_owner=corner.stage.lead)
    with saving():
        waivers.approve_waiver(owner, granted, decision=f"Granted {corner.canary}")
        granted.renews_id = corner.waiver.id


def _ended(corner: Corner, playbook: Playbook) -> Person:
    """Somebody whose roles ended yesterday, and who still owns work and leads some."""
    ended = a_person(name="Somebody whose role ended")
    yesterday = clock.today() - timedelta(days=1)
    a_grant(ended, Role.GLOBAL_HEAD, until_on=yesterday)
    held = a_grant(ended, Role.SITE_LEAD, corner.site)
    an_action(corner.site, corner.vendor, owner=ended, title=f"Left behind {corner.canary}")
    unanswered = a_finding(corner.site, corner.vendor, owner=ended, title=f"Left unanswered {corner.canary}")
    audit = a_scheduled(corner.stage, playbook, objective=f"Left to start {corner.canary}")
    exercise = an_exercise(site=corner.site, vendor_id=corner.vendor.id, title=f"Left to hold {corner.canary}")
    for work in (audit, exercise):
        hold(work, ended, "note", f"Left aside {corner.canary}")
    shared = approved(an_action(corner.site, corner.vendor, title=f"Shared {corner.canary}"))
    save(AuditMember(audit_id=corner.audit.id, person_id=ended.id))
    with saving():
        held.until_on = yesterday
        shared.plan[0].owner_id = unanswered.owner_id = audit.lead_id = exercise.lead_id = ended.id
    return ended


def _typed(world: World, person: Person) -> None:
    """What they never saved: in the draft of a version, and in what a site changes."""
    of = {"person_id": person.id, "source": "Half a sentence", "seen": 1, "kept_at": clock.now()}
    save(WorkingCopy(playbook_version_id=world.texts.draft.id, **of))
    save(WorkingCopy(override_version_id=world.corners["own"].local.draft.id, **of))


def _node(code: str) -> Node:
    return db.session.scalars(select(Node).where(Node.code == code)).one()


def _corner(world: World, placement: str, site: Site, code: str) -> Corner:
    canary = f"canary-{placement}"
    vendor = a_vendor(code, name=f"Vendor {canary}", notice_days=0)
    operation = an_operation(site, vendor, "Moderation")
    stage = Stage(vendor=vendor, site=site)
    said = {"title": f"Title {canary}", "condition": f"Condition {canary}", "risk": f"Risk {canary}",
            "internal_note": f"internal-{canary}"}
    finding = a_finding(site, vendor, playbook=world.playbook, **said)
    action = _action(site, vendor, canary)
    audit = a_started(stage, world.playbook, objective=f"Objective {canary}")
    evidence = an_evidence(actor_of(stage.auditor), action, Permission.VIEW_ACTION, an_upload(f"{canary}.jpg"),
                           caption=f"Caption {canary}")
    with saving():
        proof = conducting.attach_evidence(stage.actor("auditor"), clause_of(audit, "ESC-01"),
                                           an_upload(f"working-{canary}.jpg"))
    person = a_person(Role.VENDOR_LEAD, site, vendor, name=f"Lead {canary}")
    return Corner(
        canary, site, vendor, operation, stage, audit, _reviewed(stage, world.playbook, canary), finding, action,
        a_plan(site, vendor.id, title=f"Plan {canary}", status=PlanStatus.REVIEW),
        _exercise(site, vendor, canary), evidence, proof, _report(site, vendor, canary),
        _override(world, vendor.code.lower(), canary), person, _waiver(stage, world.playbook, canary),
        leave(audit, person, stage.auditor, canary))


def _write(world: World) -> None:
    """The author writes and comments; the site of the corner "own" has a rule in force as well as its vendor."""
    writer = actor_of(world.people[Role.AUTHOR.value])
    world.texts = write_globally(world.playbook, writer)
    drifted = {name: corner.override for name, corner in world.corners.items()}
    drifted["own"] = _override(world, world.corners["own"].site.code.lower(), "canary-own")
    for name, corner in world.corners.items():
        corner.local = write_locally(
            world.playbook, Where(corner.site, corner.vendor, corner.canary), drifted[name], writer)
    translate(world.playbook, world.corners["elsewhere"].canary)


def _waiver(stage: Stage, playbook: Playbook, canary: str) -> Waiver:
    """A request that waits for its decision; the clause is the minor one."""
    with saving():
        return waivers.request_waiver(
            stage.actor("lead"), Subject(stage.site, stage.vendor, playbook, "ESC-02"),
            asked(stage.site, rationale=f"Why {canary}", control=f"Control {canary}"), control_owner=stage.lead)


def _reviewed(stage: Stage, playbook: Playbook, canary: str) -> Audit:
    """An audit that is done and belongs to a programme: its results, its standing and the finding it issued."""
    manager = actor_of(a_person(Role.PROGRAMME_MANAGER))
    audit = a_started(stage, playbook, objective=f"Reviewed {canary}")
    with saving():
        today = clock.today()
        programme = planning.add_programme(manager, name="This year", from_on=today, until_on=today)
        planning.assign_programme(manager, audit, programme)
    answered(stage, audit, ("nonconformity", "conformity"), note=f"Note {canary}")
    submit(stage, audit)
    return reviewed(stage, audit)


def _action(site: Site, vendor: Vendor, canary: str) -> Action:
    """With a plan, so that its steps have addresses; it waits for its approval."""
    return planned(an_action(site, vendor, title=f"Action {canary}", description=f"Work {canary}"))


def _exercise(site: Site, vendor: Vendor, canary: str) -> Exercise:
    a_plan(site, vendor.id, title=f"Current plan {canary}", status=PlanStatus.CURRENT)
    held = an_exercise(site=site, vendor_id=vendor.id, title=f"Exercise {canary}")
    again = an_exercise(site=site, vendor_id=vendor.id, title=f"Again {canary}")
    raised = an_action(site, vendor, title=f"Raised by an exercise {canary}")
    with saving():
        again.retest_of_id = held.id
        raised.source_type, raised.source_id = Exercise.__tablename__, held.id
    return held


def _report(site: Site, vendor: Vendor, canary: str) -> Report:
    head = actor_of(a_person(Role.GLOBAL_HEAD))
    today = clock.today()
    with saving():
        return reports.make_report(head, node=site, vendor=vendor, period=Period(today - timedelta(days=30), today),
                                   title=f"Report {canary}")


def _override(world: World, scope: str, canary: str) -> OverrideVersion:
    """An override in force; of a vendor's nobody at another vendor may learn."""
    return an_override(
        f"---\noverrides: {world.playbook.key}\nscope: {scope}\nversion: 1\nowner: vendor-lead\n"
        f"effective: 2025-01-01\n---\n\n## Add to ESC-01\n\n- Why: Reason {canary}\n\nRule {canary}.\n")
