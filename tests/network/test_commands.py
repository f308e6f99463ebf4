"""What may change in the network, and what is refused, in whose words."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from compliance import db, journal
from compliance.access import Actor, Role
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.network import commands
from compliance.network.models import Site, SiteLifecycle, VendorStatus
from compliance.network.queries import get_operation, get_site, get_vendor, operations_at
from tests.builders.accounts import an_actor
from tests.builders.network import a_market, a_network, a_region, a_site, a_vendor, an_operation

pytestmark = pytest.mark.usefixtures("app")
MOVE, LATER = date(2026, 3, 1), date(2026, 6, 1)
FIELDS: dict[str, Any] = {"zone": "Asia/Manila", "country": "PH", "tier": "high", "lifecycle": SiteLifecycle.PLANNED}


@pytest.fixture
def administrator() -> Actor:
    return an_actor(Role.ADMINISTRATOR)


def done(command: Callable[..., Any], *arguments: Any, **fields: Any) -> Any:
    with db.transaction():
        return command(*arguments, **fields)


def test_the_tree_grows_from_its_root(administrator: Actor) -> None:
    region = done(commands.add_region, administrator, code="emea", name="EMEA")
    market = done(commands.add_market, administrator, region, code="ie", name="Ireland")
    site = done(commands.add_site, administrator, market, code="DUB1", name="Dublin", **FIELDS)
    assert (region.path, market.path, site.path) == ("/emea/", "/emea/ie/", "/emea/ie/dub1/")
    assert [entry.event for entry in journal.history(site)] == ["node.added"]


def test_founding_the_network_twice_changes_nothing(administrator: Actor) -> None:
    root = a_network()
    assert done(commands.found_network, administrator, name="Another").id == root.id


@pytest.mark.parametrize("code", ["KUL9", "MY", "APAC", "KBC"])
def test_a_code_is_given_once_in_the_whole_network(administrator: Actor, code: str) -> None:
    market = a_market()
    a_site("KUL9")
    a_vendor("KBC")
    with pytest.raises(InvalidInput, match="is already the code of"):
        done(commands.add_site, administrator, market, code=code, name="Cebu", **FIELDS)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_the_administrator_changes_the_network(role: Role) -> None:
    market, site, vendor = a_market(), a_site(), a_vendor()
    actor = an_actor(role)
    for attempt in (lambda: commands.add_region(actor, code="x", name="X"),
                    lambda: commands.add_market(actor, a_region(), code="x", name="X"),
                    lambda: commands.add_site(actor, market, code="X1", name="X", **FIELDS),
                    lambda: commands.change_site(actor, site, name="X"),
                    lambda: commands.rename_node(actor, market, name="X"),
                    lambda: commands.add_vendor(actor, code="X", name="X"),
                    lambda: commands.change_vendor(actor, vendor, name="X"),
                    lambda: commands.start_operation(actor, site, vendor, lob="Core", from_on=MOVE)):
        with pytest.raises((Forbidden, NotFound)):
            done(attempt)


def test_a_site_changes_and_the_journal_says_what(administrator: Actor) -> None:
    site = a_site("KUL9", headcount=100)
    changed = done(commands.change_site, administrator, site, headcount=140, name=site.name, version=1)
    assert [str(change) for change in changed] == ["headcount: 100 → 140"]
    assert journal.history(site)[0].told["fields"] == {"headcount": [100, 140]}
    assert get_site(administrator, "KUL9").version == 2


def test_a_change_that_changes_nothing_leaves_no_trace(administrator: Actor) -> None:
    site = a_site("KUL9")
    assert done(commands.change_site, administrator, site, headcount=site.headcount, note=None) == []
    assert journal.history(site) == []
    assert get_site(administrator, "KUL9").version == 1


def test_a_change_seen_on_an_older_version_is_a_conflict(administrator: Actor) -> None:
    site = a_site()
    done(commands.change_site, administrator, site, headcount=1, version=1)
    with pytest.raises(Conflict):
        done(commands.change_site, administrator, site, headcount=2, version=1)


@pytest.mark.parametrize(("before", "after", "allowed"), [
    (SiteLifecycle.PLANNED, SiteLifecycle.LIVE, True), (SiteLifecycle.LIVE, SiteLifecycle.CLOSING, True),
    (SiteLifecycle.CLOSING, SiteLifecycle.LIVE, True), (SiteLifecycle.CLOSED, SiteLifecycle.PLANNED, True),
    (SiteLifecycle.LIVE, SiteLifecycle.PLANNED, False), (SiteLifecycle.CLOSED, SiteLifecycle.LIVE, False),
])
def test_lifecycles_follow_their_table(administrator: Actor, before: SiteLifecycle, after: SiteLifecycle,
                                       allowed: bool) -> None:
    site = a_site(lifecycle=before)
    if allowed:
        done(commands.change_site, administrator, site, lifecycle=after)
    else:
        with pytest.raises(RuleViolation, match=f"is {before}"):
            done(commands.change_site, administrator, site, lifecycle=after)
    assert db.session.get_one(Site, site.id).lifecycle is (after if allowed else before)


def test_what_is_still_run_keeps_a_site_open_and_a_vendor_in(administrator: Actor) -> None:
    site, vendor = a_site(), a_vendor(status=VendorStatus.EXIT_NOTICE)
    an_operation(site, vendor)
    with pytest.raises(RuleViolation, match="1 operation running"):
        done(commands.change_site, administrator, site, lifecycle=SiteLifecycle.CLOSED)
    with pytest.raises(RuleViolation, match="still runs 1 operation"):
        done(commands.change_vendor, administrator, vendor, status=VendorStatus.EXITED)


def test_the_vendor_of_a_site_changes_by_dates(administrator: Actor) -> None:
    site, before, after = a_site(), a_vendor(), a_vendor()
    first = an_operation(site, before, "Core")
    done(commands.end_operation, administrator, get_operation(administrator, first.id), until_on=LATER)
    done(commands.start_operation, administrator, site, after, lob="core", from_on=LATER)
    assert [(each.vendor_id, each.lob) for each in operations_at(site, MOVE)] == [(before.id, "Core")]
    assert [(each.vendor_id, each.lob) for each in operations_at(site, LATER)] == [(after.id, "Core")]
    assert [entry.event for entry in journal.history(site)] == ["operation.started", "operation.ended"]


@pytest.mark.parametrize(("from_on", "until_on", "refused"), [
    (date(2019, 1, 1), None, True), (date(2019, 1, 1), date(2020, 1, 1), False),
    (date(2019, 1, 1), date(2020, 1, 2), True),
    (date(2026, 3, 1), None, False), (date(2026, 2, 28), date(2026, 4, 1), True),
])
def test_one_vendor_runs_a_line_of_business_once_at_a_time(
        administrator: Actor, from_on: date, until_on: date | None, refused: bool) -> None:
    site, vendor = a_site(), a_vendor()
    an_operation(site, vendor, "Core", from_on=date(2020, 1, 1), until_on=MOVE)
    start = {"lob": "Core", "from_on": from_on, "until_on": until_on}
    if refused:
        with pytest.raises(RuleViolation, match="already runs Core"):
            done(commands.start_operation, administrator, site, vendor, **start)
    else:
        done(commands.start_operation, administrator, site, vendor, **start)
    done(commands.start_operation, administrator, site, a_vendor(), **start)  # a shared floor is no overlap


def test_what_ended_stays_ended(administrator: Actor) -> None:
    operation = an_operation(until_on=date(2021, 1, 1))
    with pytest.raises(RuleViolation, match="point at it"):
        done(commands.end_operation, administrator, get_operation(administrator, operation.id), until_on=LATER)


def test_an_operation_ends_after_it_began(administrator: Actor) -> None:
    with pytest.raises(InvalidInput, match="ends after that day"):
        done(commands.start_operation, administrator, a_site(), None, lob="Core", from_on=MOVE, until_on=MOVE)


def test_nothing_starts_at_a_closed_site(administrator: Actor) -> None:
    with pytest.raises(RuleViolation, match="is closed"):
        done(commands.start_operation, administrator, a_site(lifecycle=SiteLifecycle.CLOSED), None, lob="Core",
             from_on=MOVE)


def test_a_vendor_moves_by_its_table(administrator: Actor) -> None:
    a_vendor("KBC", status=VendorStatus.READINESS)
    with pytest.raises(RuleViolation, match="is readiness"):
        done(commands.change_vendor, administrator, get_vendor(administrator, "kbc"), status=VendorStatus.WATCH)
    done(commands.change_vendor, administrator, get_vendor(administrator, "kbc"), status=VendorStatus.LIVE)
    assert get_vendor(administrator, "KBC").status is VendorStatus.LIVE
