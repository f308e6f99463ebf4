"""Findings as audits raise them, drafts and issued."""

from typing import Any
from uuid import UUID

from compliance.access import Actor, Role
from compliance.accounts.models import Person
from compliance.actions.models import Action
from compliance.db import new_id
from compliance.findings import commands
from compliance.findings.lifecycle import FindingKind
from compliance.findings.models import Finding
from compliance.findings.queries.answers import actions_of
from compliance.network.models import Site, Vendor
from compliance.playbooks.document import Severity
from compliance.playbooks.models import Playbook
from tests.builders.accounts import a_person, actor_of
from tests.builders.network import a_site
from tests.builders.saving import save, saving


def a_playbook_row(key: str = "escalation-handling", prefix: str = "ESC") -> Playbook:
    """A playbook without any text."""
    return save(Playbook(key=key, prefix=prefix, title=key.replace("-", " ").capitalize(), owner="global-ts-policy"))


def a_draft_finding(site: Site | None = None, vendor: Vendor | None = None, *, by: Actor | None = None,
                    severity: Severity = Severity.MINOR, kind: FindingKind = FindingKind.NONCONFORMITY,
                    playbook: Playbook | None = None, source: tuple[str, UUID, str] | None = None,
                    **fields: Any) -> Finding:
    """A finding of an auditor's that nobody but the audit team sees yet."""
    valid: dict[str, Any] = {
        "lobs": ["Core"], "playbook_version": "3.0.0", "clause_id": "ESC-02", "clause_digest": "d" * 64,
        "title": "P0 escalations at night are acknowledged late",
        "criterion": "ESC-02 asks that every P0 contact is acknowledged in 15 minutes.",
        "condition": "In 7 of 32 sampled P0 tickets acknowledgement took 17 to 52 minutes.",
        "risk": "People at imminent risk waited without a human."}
    with saving():
        return commands.raise_finding(
            by or actor_of(a_person(Role.AUDITOR)), source=source or ("audits", new_id(), "AUD-2026-0001"), kind=kind,
            severity=severity, site=site or a_site(), vendor_id=vendor.id if vendor else None, playbook=playbook,
            **valid | fields)


def a_finding(site: Site | None = None, vendor: Vendor | None = None, *, owner: Person | None = None,
              **fields: Any) -> Finding:
    """An issued finding, answered for by a lead of its site or vendor."""
    site = site or a_site()
    if owner is None:
        a_person(Role.VENDOR_LEAD if vendor else Role.SITE_LEAD, site, vendor)
    finding = a_draft_finding(site, vendor, **fields)
    with saving():
        return commands.issue_finding(actor_of(a_person(Role.REVIEWER)), finding)


def action_of(finding: Finding) -> Action:
    """The one action that answers a finding."""
    (action,) = actions_of(finding)
    return action
