"""What a waiver is of: a clause as it is asked of one auditee at one site on a day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance import clock
from compliance.access import Place
from compliance.errors import NotFound
from compliance.network.models import Site, Vendor
from compliance.network.queries import lobs_at
from compliance.playbooks.document import Lock, Severity
from compliance.playbooks.effectiveness import ClauseOnPage, clauses_of, in_force
from compliance.playbooks.models import Playbook
from compliance.playbooks.waivers.lifecycle import ClauseHere
from compliance.playbooks.waivers.models import Waiver


@dataclass(frozen=True, slots=True)
class ClauseAt:
    """A clause as it reads at a place on a day; `version` is of the global playbook."""

    clause: ClauseOnPage
    version: str
    on: date

    @property
    def here(self) -> ClauseHere:
        said = self.clause
        return ClauseHere(said.id, Severity(said.severity), Lock(said.lock), said.applicable)


@dataclass(frozen=True, slots=True)
class Subject:
    """One clause of one playbook, for one auditee (no vendor: the company's own work) at one site."""

    site: Site
    vendor: Vendor | None
    playbook: Playbook
    clause_id: str

    @property
    def vendor_id(self) -> UUID | None:
        return self.vendor.id if self.vendor else None

    @property
    def place(self) -> Place:
        return Place(self.site.path, self.vendor_id)

    def clause_on(self, day: date) -> ClauseAt:
        """The clause asked there on a local day. Raises NotFound when none of that id is."""
        chain = in_force(self.playbook, self.site, self.vendor_id, day)
        lobs = lobs_at(self.site, self.vendor_id, day) or None
        found = next((each for each in clauses_of(chain, lobs) if each.id == self.clause_id.upper()), None)
        if found is None:
            raise NotFound(f"{self.playbook.title} asks no {self.clause_id.upper()[:40]} at {self.site.code}.")
        return ClauseAt(found, chain.version, day)


def subject_of(waiver: Waiver) -> Subject:
    """With site, vendor and playbook loaded."""
    return Subject(waiver.site, waiver.vendor, waiver.playbook, waiver.clause_id)


def today_at(site: Site) -> date:
    return clock.today(site.zone or "UTC")
