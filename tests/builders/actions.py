"""Actions at every step of their life, taken there by the commands."""

from datetime import date, timedelta
from typing import Any

from compliance import clock, db
from compliance.access import Actor, Permission, Role
from compliance.accounts.models import Person
from compliance.actions import commands
from compliance.actions.closing import supporting
from compliance.actions.lifecycle import ActionKind
from compliance.actions.models import Action
from compliance.actions.planning import ActionPlan, PlanStep, RootCause, RootCauseCategory, RootCauseMethod
from compliance.files import commands as files
from compliance.network.models import Node, Site, Vendor
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_person, actor_of
from tests.builders.files import an_upload
from tests.builders.network import a_site
from tests.builders.saving import saving

CAUSE = RootCause(
    cause="The night roster template still used the value of the version before.", method=RootCauseMethod.FIVE_WHYS,
    category=RootCauseCategory.VERSION_NOT_ADOPTED, affects_others=False, extent="HYD1 checked: 0 of 20.")
APPROVERS = {Severity.CRITICAL: Role.PLAYBOOK_OWNER, Severity.MAJOR: Role.REGIONAL_LEAD,
             Severity.MINOR: Role.PROGRAMME_MANAGER}
SOAK = {Severity.CRITICAL: 60, Severity.MAJOR: 30, Severity.MINOR: 0}


def an_action(site: Site | None = None, vendor: Vendor | None = None, *, owner: Person | None = None,
              by: Actor | None = None, severity: Severity | None = Severity.MINOR,
              kind: ActionKind = ActionKind.CORRECTIVE, **fields: Any) -> Action:
    """An open action owned by a site lead of the site, or by a lead of the vendor."""
    site = site or a_site()
    owner = owner or a_person(Role.VENDOR_LEAD if vendor else Role.SITE_LEAD, site, vendor)
    valid: dict[str, Any] = {
        "source": ("", None, ""), "title": "Night roster is generated from the playbook", "description": "",
        "due_on": clock.today() + timedelta(days=90)}
    with saving():
        return commands.raise_action(
            by or actor_of(a_person(Role.GLOBAL_HEAD)), kind=kind, site=site, vendor_id=vendor.id if vendor else None,
            severity=severity, owner=owner, **valid | fields)


def a_plan(owner: Person, severity: Severity | None = Severity.MINOR, steps: int = 1, due: date | None = None,
           **fields: Any) -> ActionPlan:
    """A plan that says all it has to; every step is the owner's."""
    due = due or clock.today() + timedelta(days=20)
    valid: dict[str, Any] = {
        "criterion": "Every P0 ticket is acknowledged in time.", "metric": "Share acknowledged in 15 minutes",
        "target": "100 %", "sample": "59 tickets in a row, drawn by the verifier",
        "soak_days": SOAK[severity or Severity.MINOR]}
    return ActionPlan(steps=[PlanStep(f"Generate the roster, part {number}", str(owner.id), due)
                             for number in range(1, steps + 1)], **valid | fields)


def contained(action: Action) -> Action:
    with saving():
        commands.contain(owner_of(action), action, what="A second person is on call.",
                         uploads=[an_upload("on-call.jpg")])
    return action


def caused(action: Action) -> Action:
    """With its cause stated, contained first where its grade asks for it."""
    if action.severity in (Severity.CRITICAL, Severity.MAJOR) and action.contained_at is None:
        contained(action)
    with saving():
        commands.state_cause(owner_of(action), action, root_cause=CAUSE)
    return action


def planned(action: Action, **plan: Any) -> Action:
    """With a plan submitted."""
    caused(action)
    with saving():
        commands.submit_plan(owner_of(action), action, plan=a_plan(action.owner, action.severity, **plan))
    return action


def approved(action: Action, verifier: Person | None = None, **plan: Any) -> Action:
    planned(action, **plan)
    with saving():
        commands.approve_plan(approver_of(action), action, verifier=verifier)
    return action


def implemented(action: Action, verifier: Person | None = None, **plan: Any) -> Action:
    """With every step done and evidenced by the owner."""
    approved(action, verifier, **plan)
    owner = owner_of(action)
    for step in action.plan:
        with saving():
            commands.do_step(owner, action, step, note="Done.", uploads=[an_upload(f"step-{step.position}.jpg")])
    with saving():
        commands.implement(owner, action)
    return action


def viewed(action: Action, verifier: Actor) -> Action:
    """With all its evidence opened by the verifier."""
    with saving():
        commands.view_evidence(verifier, action, supporting(action).pieces)
    return action


def owner_of(action: Action) -> Actor:
    return actor_of(action.owner)


def approver_of(action: Action, at: Node | None = None) -> Actor:
    """Somebody who approves the plans of such actions everywhere."""
    role = Role.CONTINUITY_LEAD if action.kind is ActionKind.READINESS else APPROVERS[action.severity or Severity.MINOR]
    return actor_of(a_person(role, at))


def with_evidence(action: Action, by: Actor | None = None) -> Action:
    with saving():
        files.attach(by or owner_of(action), Permission.WORK_ON_ACTION, action, an_upload("evidence.jpg"))
    db.session.flush()
    return action
