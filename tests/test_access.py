"""Who sees and may do what where: the database, the commands and a reference of a few lines agree."""

import itertools
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from compliance import db
from compliance.access import (
    ROLE_PERMISSIONS,
    ROOT,
    SYSTEM,
    Actor,
    Grant,
    Permission,
    Place,
    Role,
    in_force,
    may,
    may_anywhere,
    require,
    visible_to,
)
from compliance.accounts.queries import paths_above
from compliance.errors import Forbidden, NotFound
from compliance.network.models import Node, Operation, Site, Vendor
from tests.builders.network import LONG_AGO, a_market, a_network, a_region, a_site, a_vendor, an_operation
from tests.builders.saving import saving

P = Permission
numbers = itertools.count(1)
ACTOR = UUID(int=9)


def actor(*grants: Grant) -> Actor:
    return Actor(ACTOR, "Somebody", grants)


def reference(grants: tuple[Grant, ...], permission: Permission, path: str, vendor: UUID | None) -> bool:
    """The rule as the design words it: a role with the permission, at the node or above it, for that vendor or all."""
    for grant in grants:
        above = [part for part in grant.path.split("/") if part]
        here = [part for part in path.split("/") if part]
        carries = permission in ROLE_PERMISSIONS[grant.role]
        if carries and here[:len(above)] == above and grant.vendor_id in {None, vendor}:
            return True
    return False


@pytest.mark.usefixtures("app")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_the_database_shows_is_what_the_reference_allows(data: st.DataObject) -> None:
    """Random trees with look-alike paths ("/r1/" beside "/r10/"), shared sites, and random grants over all of it."""
    vendors, sites = a_random_network(data)
    paths = [ROOT, *dict.fromkeys(path for site in sites for path in paths_above(site.path)[1:])]
    whose = st.sampled_from([None, *(vendor.id for vendor in vendors)])
    grant = st.builds(Grant, st.sampled_from(Role), st.sampled_from(paths), whose)
    grants = tuple(data.draw(st.lists(grant, max_size=4)))
    asking = actor(*grants)
    rows = db.session.scalars(select(Operation).where(Operation.site_id.in_([site.id for site in sites]))).all()
    by_id = {site.id: site.path for site in sites}
    for permission in (P.VIEW_NETWORK, P.VIEW_FINDING, P.CONDUCT_AUDIT):
        statement = visible_to(asking, select(Operation), Operation, permission)
        seen = set(db.session.scalars(statement.where(Operation.site_id.in_(by_id)))) if rows else set()
        allowed = {row for row in rows if reference(grants, permission, by_id[row.site_id], row.vendor_id)}
        assert seen == allowed
        for row in rows:
            assert may(asking, permission, Place(by_id[row.site_id], row.vendor_id)) == (row in allowed)


def a_random_network(data: st.DataObject) -> tuple[list[Vendor], list[Site]]:
    number = next(numbers)
    with saving():
        vendors = [a_vendor() for _ in range(2)]
        regions = [a_region(f"{code}{number}") for code in ("r1", "r10", "r_0")]
        markets = [a_market(f"{code}{number}", region=region)
                   for code, region in zip(("m", "m%", "m1"), data.draw(st.permutations(regions)), strict=True)]
        sites = [a_site(f"S{number}X{at}", data.draw(st.sampled_from(markets))) for at in range(5)]
        for site in sites:
            for vendor in data.draw(st.lists(st.sampled_from([None, *vendors]), max_size=2, unique=True)):
                an_operation(site, vendor)
    return vendors, sites


@pytest.mark.parametrize(("grant", "path", "vendor", "covered"), [
    (Grant(Role.AUDITOR, "/"), "/apac/my/kul1/", None, True),
    (Grant(Role.AUDITOR, "/apac/"), "/apac/", None, True),
    (Grant(Role.AUDITOR, "/apac/"), "/apac2/my/", None, False),
    (Grant(Role.AUDITOR, "/apac/my/kul1/"), "/apac/my/kul10/", None, False),
    (Grant(Role.AUDITOR, "/apac/my/"), "/apac/", None, False),
    (Grant(Role.AUDITOR, "/", UUID(int=1)), "/apac/", None, False),
    (Grant(Role.AUDITOR, "/", UUID(int=1)), "/apac/", UUID(int=1), True),
    (Grant(Role.AUDITOR, "/", UUID(int=1)), "/apac/", UUID(int=2), False),
])
def test_a_grant_covers_its_node_and_below_for_its_vendor(grant: Grant, path: str, vendor: UUID | None,
                                                          covered: bool) -> None:
    assert grant.covers(Place(path, vendor)) is covered


@pytest.mark.usefixtures("app")
class TestRequire:
    def test_in_sight_but_not_allowed_is_forbidden_and_says_who_may(self) -> None:
        site = a_site()
        with pytest.raises(Forbidden, match=r"You \(Auditor, here\) may not change sites.* Ask an administrator\."):
            require(actor(Grant(Role.AUDITOR, "/", label="here")), P.MANAGE_NETWORK, site)

    def test_out_of_sight_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            require(actor(Grant(Role.ADMINISTRATOR, "/emea/")), P.MANAGE_NETWORK, a_site())

    def test_nobody_may_do_nothing(self) -> None:
        assert not may_anywhere(actor(), P.VIEW_NETWORK)
        assert db.session.scalars(visible_to(actor(), select(Node), Node)).all() == []

    def test_the_product_itself_may_do_everything(self) -> None:
        for permission in Permission:
            require(SYSTEM, permission, a_network())


CONTENT = [P.PUBLISH_PLAYBOOK, P.DECIDE_OVERRIDE, P.CONDUCT_AUDIT, P.REVIEW_AUDIT, P.DECIDE_FINDING, P.VERIFY_ACTION,
           P.APPROVE_PLAN, P.WORK_ON_ACTION, P.APPROVE_CONTINUITY, P.MAKE_REPORT, P.VIEW_FINDING, P.VIEW_AUDIT]


@pytest.mark.parametrize("permission", CONTENT)
def test_the_administrator_has_no_power_over_content(permission: Permission) -> None:
    assert permission not in ROLE_PERMISSIONS[Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", [Role.SITE_LEAD, Role.VENDOR_LEAD])
@pytest.mark.parametrize("permission", [P.VIEW_UNANNOUNCED, P.VIEW_WORKING_PAPERS, P.VIEW_INTERNAL_NOTES,
                                        P.VERIFY_ACTION, P.DECIDE_FINDING])
def test_auditees_see_nothing_internal_and_judge_nothing(role: Role, permission: Permission) -> None:
    assert permission not in ROLE_PERMISSIONS[role]


def test_every_role_and_permission_is_in_use() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set().union(*ROLE_PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize(("since", "until", "on", "holds"), [
    (date(2026, 3, 1), None, date(2026, 3, 1), True), (date(2026, 3, 1), None, date(2026, 2, 28), False),
    (LONG_AGO, date(2026, 3, 1), date(2026, 2, 28), True), (LONG_AGO, date(2026, 3, 1), date(2026, 3, 1), False),
])
def test_time_is_half_open(since: date, until: date | None, on: date, holds: bool) -> None:
    assert in_force(since, until, on) is holds
