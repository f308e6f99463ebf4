"""Somebody with two roles: what one of them opens at one place stays shut where they hold the other."""

from collections.abc import Iterator

import pytest
from flask import Flask

from compliance.access import Actor, Role
from compliance.audits.queries import get_audit
from compliance.errors import NotFound
from compliance.files.queries import get_evidence
from compliance.findings.queries import get_finding
from tests.access.world import World, build
from tests.builders.accounts import a_grant, a_person, actor_of
from tests.builders.audits import a_scheduled
from tests.builders.findings import a_draft_finding

pytestmark = pytest.mark.slow


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context():
        yield build()


@pytest.fixture
def auditee_here(world: World) -> Actor:
    """Leads the site of the corner "own", and audits that of "elsewhere"."""
    person = a_person(Role.SITE_LEAD, world.corners["own"].site)
    a_grant(person, Role.AUDITOR, world.corners["elsewhere"].site)
    return actor_of(person)


def test_working_papers_stay_with_those_who_audit_there(world: World, auditee_here: Actor) -> None:
    there = world.corners["elsewhere"].proof
    assert get_evidence(auditee_here, there.id).id == there.id
    with pytest.raises(NotFound):
        get_evidence(auditee_here, world.corners["own"].proof.id)


def test_drafts_of_findings_stay_with_those_who_audit_there(world: World, auditee_here: Actor) -> None:
    drafts = {place: a_draft_finding(corner.site, corner.vendor).reference
              for place, corner in world.corners.items()}
    assert get_finding(auditee_here, drafts["elsewhere"]).reference == drafts["elsewhere"]
    with pytest.raises(NotFound):
        get_finding(auditee_here, drafts["own"])


def test_an_unannounced_audit_stays_unknown_to_its_auditee(world: World, auditee_here: Actor) -> None:
    planned = {}
    for place in ("own", "elsewhere"):
        corner = world.corners[place]
        planned[place] = a_scheduled(corner.stage, world.playbook, unannounced=True,
                                     unannounced_approver=a_person(Role.GLOBAL_HEAD)).reference
    assert get_audit(auditee_here, planned["elsewhere"]).reference == planned["elsewhere"]
    with pytest.raises(NotFound):
        get_audit(auditee_here, planned["own"])
