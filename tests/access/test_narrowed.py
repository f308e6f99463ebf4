"""Somebody of the company whose role is narrowed to one vendor: what it counts and offers is that vendor's alone."""

from collections.abc import Iterator

import pytest
from flask import Flask

from compliance import clock
from compliance.access import Role
from compliance.overview.queries.planning import uncovered
from compliance.overview.queries.results import result_of
from compliance.overview.queries.vendors import compared
from compliance.playbooks.models import Playbook
from tests.access.world import World, build
from tests.builders.accounts import a_grant, a_person, actor_of, an_actor
from tests.builders.audits import Stage, a_planned, a_playbook, a_started, answered, reviewed, submit
from tests.builders.findings import a_draft_finding
from tests.builders.network import a_site, an_operation

pytestmark = pytest.mark.slow
NIGHTS = "- Applies to: Nights"  # a line of business of the neighbour's alone


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context():
        yield build()


def _assess(stage: Stage, playbook: Playbook) -> None:
    audit = a_started(stage, playbook)
    answered(stage, audit, ("conformity", "conformity"))
    submit(stage, audit)
    reviewed(stage, audit)


def test_a_hole_of_the_programme_is_one_where_the_vendor_next_door_has_none(world: World) -> None:
    own, neighbour = world.corners["own"], world.corners["neighbour"]
    assessed, planned, nights = a_playbook(), a_playbook(), a_playbook(facts=NIGHTS)
    an_operation(neighbour.site, neighbour.vendor, "Nights")
    _assess(neighbour.stage, assessed)
    a_planned(neighbour.stage, planned)
    [here] = uncovered(an_actor(Role.PROGRAMME_MANAGER, own.site, own.vendor), clock.today())
    assert set(here.playbooks) == {assessed.prefix, planned.prefix}
    [there] = uncovered(an_actor(Role.PROGRAMME_MANAGER, neighbour.site, neighbour.vendor), clock.today())
    assert set(there.playbooks) == {nights.prefix}


def test_holes_are_for_those_who_plan_there(world: World) -> None:
    """Who audits at one site and plans at another."""
    a_playbook()
    own, elsewhere = world.corners["own"], world.corners["elsewhere"]
    person = a_person(Role.PROGRAMME_MANAGER, elsewhere.site)
    a_grant(person, Role.AUDITOR, own.site)
    assert [hole.code for hole in uncovered(actor_of(person), clock.today())] == [elsewhere.site.code]


def test_a_vendor_is_compared_for_those_who_see_the_others(world: World) -> None:
    vendor = world.corners["neighbour"].vendor
    another = Stage(world.corners["elsewhere"].vendor, a_site("TYO1"))  # two other sites are compared with
    _assess(another, world.playbook)
    assert compared(an_actor(Role.VENDOR_MANAGER), vendor)
    assert not compared(an_actor(Role.VENDOR_MANAGER, vendor=vendor), vendor)


def test_earlier_results_of_a_site_are_those_of_the_vendor_alone(world: World) -> None:
    """The latest at the site is the neighbour's."""
    site, vendor = world.corners["neighbour"].site, world.corners["neighbour"].vendor
    earlier = {name: {each.vendor_id for each in result_of(actor, site.code, world.playbook.prefix).earlier}
               for name, actor in (("all", an_actor(Role.VENDOR_MANAGER, site)),
                                   ("narrowed", an_actor(Role.VENDOR_MANAGER, site, vendor)))}
    assert earlier == {"all": {world.corners["own"].vendor.id}, "narrowed": set()}


def test_a_finding_drafted_after_the_review_is_not_told_to_the_auditee(world: World) -> None:
    there = world.corners["elsewhere"]
    draft = a_draft_finding(there.site, there.vendor, playbook=world.playbook, clause_id="ESC-01",
                            source=("audits", there.assessment.id, there.assessment.reference))

    def told(role: Role) -> set[str]:
        result = result_of(an_actor(role, there.site), there.site.code, world.playbook.prefix)
        return {finding.reference for found in result.findings.values() for finding in found}

    assert draft.reference in told(Role.REVIEWER)
    assert draft.reference not in told(Role.SITE_LEAD)
