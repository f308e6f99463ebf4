"""Waivers to test with: a site, a playbook with a clause of each kind, and who asks and decides."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from compliance.access import SYSTEM, Actor, Role
from compliance.network.models import Site, Vendor
from compliance.playbooks.models import Playbook
from compliance.playbooks.waivers import commands
from compliance.playbooks.waivers.lifecycle import Asked
from compliance.playbooks.waivers.models import Waiver
from compliance.playbooks.waivers.queries import get_waiver
from compliance.playbooks.waivers.subjects import Subject, today_at
from tests.builders.accounts import a_person, actor_of
from tests.builders.audits import a_playbook
from tests.builders.network import a_region, a_site, an_operation
from tests.builders.saving import saving

CLAUSES = (("minor", 1), ("major", 2), ("critical", 5))
MINOR, MAJOR, CRITICAL = 1, 2, 3  # the clauses of `Cast.playbook` by their numbers


@dataclass
class Cast:
    """Somebody who asks, everybody who may decide, and what it is about."""

    vendor: Vendor | None = None
    site: Site = field(default_factory=a_site)
    playbook: Playbook = field(default_factory=lambda: a_playbook(CLAUSES))

    def __post_init__(self) -> None:
        an_operation(self.site, self.vendor)
        role = Role.VENDOR_LEAD if self.vendor else Role.SITE_LEAD
        self.lead = a_person(role, self.site, self.vendor)
        self.region = a_person(Role.REGIONAL_LEAD, a_region())
        self.owner = a_person(Role.PLAYBOOK_OWNER)
        self.head = a_person(Role.GLOBAL_HEAD)

    def actor(self, name: str) -> Actor:
        return actor_of(getattr(self, name))

    def clause(self, number: int) -> str:
        return f"{self.playbook.prefix}-{number:02d}"

    def subject(self, number: int = MINOR) -> Subject:
        return Subject(self.site, self.vendor, self.playbook, self.clause(number))


def asked(site: Site, days: int = 90, *, ahead: int = 0, **fields: Any) -> Asked:
    """A request from today at the site, or so many days later, for so many days."""
    first = today_at(site) + timedelta(days=ahead)
    valid = {"from_on": first, "until_on": first + timedelta(days=days), "rationale": "The new floor is not ready.",
             "risk": "One shift works without the board.", "control": "The shift lead reads the board out."}
    return Asked(**valid | fields)


def a_request(cast: Cast, number: int = MINOR, days: int = 90, *, who: str = "lead", **fields: Any) -> Waiver:
    with saving():
        return commands.request_waiver(
            cast.actor(who), cast.subject(number), asked(cast.site, days, **fields), control_owner=cast.lead)


def a_waiver(cast: Cast, number: int = MINOR, days: int = 90, **fields: Any) -> Waiver:
    """A granted one, in force from today when nothing else is said."""
    return granted(cast, a_request(cast, number, days, **fields))


def granted(cast: Cast, waiver: Waiver, who: str = "") -> Waiver:
    decider = who or {"minor": "region", "major": "owner"}[waiver.severity]
    with saving():
        commands.approve_waiver(cast.actor(decider), waiver, decision="Until the floor is ready.")
    return waiver


def a_renewal(cast: Cast, waiver: Waiver, days: int = 90) -> Waiver:
    """A request to take one further, from its end on, or from today if that is past."""
    today = today_at(cast.site)
    first = max(waiver.until_on, today)
    with saving():
        return commands.renew_waiver(cast.actor("lead"), fresh(waiver), asked(
            cast.site, days, ahead=(first - today).days), control_owner=cast.lead)


def fresh(waiver: Waiver) -> Waiver:
    """As a request would load it."""
    return get_waiver(SYSTEM, waiver.reference)

