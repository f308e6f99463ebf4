"""Who is found where: holders, people in sight, and the cost of the list."""

from datetime import date

import pytest

from compliance.access import Permission, Place, Role
from compliance.accounts.queries import get_person, holders, paths_above, people
from compliance.errors import NotFound
from tests.builders.accounts import a_grant, a_person, actor_of, an_actor
from tests.builders.network import a_market, a_region, a_site, a_vendor, an_operation
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(("path", "above"), [
    ("/", ["/"]), ("/apac/", ["/", "/apac/"]), ("/apac/my/kul1/", ["/", "/apac/", "/apac/my/", "/apac/my/kul1/"]),
])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_paths_above(path: str, above: list[str]) -> None:
    assert paths_above(path) == above


def test_holders_are_those_whose_grant_covers_the_place_today() -> None:
    here, elsewhere, vendor = a_site(), a_site(market=a_market("in", "India")), a_vendor()
    everywhere = a_person(Role.AUDITOR, name="A everywhere")
    regional = a_person(Role.AUDITOR, a_region(), name="B regional")
    a_person(Role.AUDITOR, elsewhere, name="C elsewhere")
    a_person(Role.SITE_LEAD, here, name="D lead")
    a_person(Role.AUDITOR, here, active=False, name="E left")
    a_grant(a_person(name="F past"), Role.AUDITOR, here, until_on=date(2021, 1, 1))
    a_grant(a_person(name="G vendor only"), Role.AUDITOR, here, vendor)
    names = [person.name for person in holders(Place(here.path), Permission.CONDUCT_AUDIT)]
    assert names == [everywhere.name, regional.name]
    with_vendor = holders(Place(here.path, vendor.id), Permission.CONDUCT_AUDIT)
    assert [person.name for person in with_vendor] == [everywhere.name, regional.name, "G vendor only"]


def test_a_vendors_people_see_their_colleagues_alone() -> None:
    site, ours, theirs = a_site(), a_vendor(), a_vendor()
    an_operation(site, ours)
    an_operation(site, theirs)
    lead = a_person(Role.VENDOR_LEAD, site, ours)
    stranger = a_person(Role.VENDOR_LEAD, site, theirs)
    seen = people(actor_of(lead))
    assert [person.id for person in seen.rows] == [lead.id]
    with pytest.raises(NotFound):
        get_person(actor_of(lead), stranger.id)


def test_the_list_of_people_costs_the_same_however_many_there_are(queries: QueryRecorder) -> None:
    administrator = an_actor(Role.ADMINISTRATOR)
    few = queries.during(lambda: people(administrator))
    for _ in range(12):
        a_person(Role.AUDITOR)
    assert len(queries.during(lambda: people(administrator))) == len(few)
