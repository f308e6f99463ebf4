"""Who sees which site, who runs what there on a day, and what the lists cost."""

from datetime import date

import pytest

from compliance.access import Role
from compliance.errors import NotFound
from compliance.network.queries import (
    calendar_of,
    get_node,
    get_site,
    lobs_at,
    markets,
    operations_at,
    operations_of,
    sites,
    vendor_ids_at,
    vendors,
)
from tests.builders.accounts import an_actor
from tests.builders.network import a_market, a_network, a_region, a_site, a_vendor, an_operation
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")
MOVE = date(2026, 3, 1)


@pytest.mark.parametrize("code", ["KUL9", "kul9"])
def test_a_site_is_found_by_its_code_in_either_case_with_where_it_is(code: str) -> None:
    a_site("KUL9")
    site = get_site(an_actor(Role.REGIONAL_LEAD, a_region()), code)
    assert (site.code, site.parent.code, site.parent.parent.code) == ("KUL9", "my", "apac")


def test_a_site_outside_the_grant_reads_as_missing() -> None:
    a_site("KUL9")
    outsider = an_actor(Role.REGIONAL_LEAD, a_region("emea", "EMEA"))
    with pytest.raises(NotFound):
        get_site(outsider, "KUL9")


@pytest.mark.parametrize(("code", "path"), [("", "/"), ("network", "/"), ("APAC", "/apac/"), ("my", "/apac/my/")])
def test_a_node_is_found_by_its_scope_code(code: str, path: str) -> None:
    a_market()
    assert get_node(an_actor(Role.GLOBAL_HEAD), code).path == path


def test_a_vendor_of_a_site_changes_on_a_day() -> None:
    site, before, after = a_site(), a_vendor(), a_vendor()
    an_operation(site, before, "Core", until_on=MOVE)
    an_operation(site, before, "Age Support", until_on=MOVE)
    an_operation(site, after, "Core", from_on=MOVE)
    an_operation(site, None, "Crisis")
    day_before = date(2026, 2, 28)
    assert vendor_ids_at(site, day_before) == {before.id, None}
    assert vendor_ids_at(site, MOVE) == {after.id, None}
    assert lobs_at(site, before.id, day_before) == {"Core", "Age Support"}
    assert lobs_at(site, before.id, MOVE) == frozenset()
    assert lobs_at(site, None, MOVE) == {"Crisis"}
    assert [operation.vendor_id for operation in operations_at(site, MOVE)] == [after.id, None]
    assert len(operations_at(site)) == 4


def test_sites_are_filtered_by_who_runs_them_then_and_now() -> None:
    left, stayed, own, vendor = a_site(), a_site(), a_site(), a_vendor()
    an_operation(left, vendor, until_on=MOVE)
    an_operation(stayed, vendor)
    an_operation(own)
    head = an_actor(Role.GLOBAL_HEAD)
    assert {site.id for site in sites(head, vendor=vendor.code)} == {left.id, stayed.id}
    assert {site.id for site in sites(head, vendor=vendor.code, on=MOVE)} == {stayed.id}
    assert {site.id for site in sites(head, vendor="in-house", on=MOVE)} == {own.id}


def test_a_vendors_people_see_where_it_works_and_itself_alone() -> None:
    ours, theirs = a_vendor(), a_vendor()
    shared, alien = a_site(), a_site()
    an_operation(shared, ours)
    an_operation(shared, theirs)
    an_operation(alien, theirs)
    lead = an_actor(Role.VENDOR_LEAD, a_network(), ours)
    assert [site.id for site in sites(lead)] == [shared.id]
    assert [vendor.id for vendor in vendors(lead)] == [ours.id]
    assert markets(lead) == []
    assert operations_of(lead, theirs) == []


def test_the_lists_cost_the_same_however_long_they_are(queries: QueryRecorder) -> None:
    head = an_actor(Role.GLOBAL_HEAD)
    an_operation(a_site(), a_vendor())
    few = queries.during(lambda: (sites(head), vendors(head)))
    for _ in range(10):
        an_operation(a_site(), a_vendor())
    assert len(queries.during(lambda: (sites(head), vendors(head)))) == len(few)


def test_a_calendar_is_the_sites_own() -> None:
    site = a_site(country="MY", weekend_days=[4, 5], extra_holidays=["2026-03-02"])
    calendar = calendar_of(site)
    assert calendar.is_business_day(date(2026, 3, 1))  # a Sunday, where Friday and Saturday are the weekend
    assert not calendar.is_business_day(date(2026, 3, 2))
    assert not calendar.is_business_day(date(2026, 8, 31))  # Merdeka
