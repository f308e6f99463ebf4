"""How the organisation of the demo came about: network and people, and what changed in it since."""

from functools import partial
from typing import Any

from compliance.access import SYSTEM, Actor
from compliance.accounts import commands as accounts
from compliance.demo import network as rows
from compliance.demo.people import BY_HANDLE, PEOPLE, Held, PersonRow
from compliance.demo.story import FOUNDED, MAIL, Story, moment
from compliance.network import commands as network
from compliance.network.lifecycle import SiteLifecycle, VendorStatus
from compliance.network.queries import get_node, get_operation, operations_at

COMPANY = "Lumora"
ADMINISTRATOR = "w.mwangi"


def announce(story: Story) -> None:
    """Put the founding and every later change on the calendar."""
    story.at(moment(FOUNDED, "08:00"), partial(_begin, story))
    story.at(moment(FOUNDED, "08:10"), partial(_build, story))
    story.at(moment(FOUNDED, "09:00"), partial(_hire_everybody, story))
    for ago, code, status in rows.VENDOR_CHANGES:
        story.at(moment(story.day(ago), "10:15"), partial(_change_vendor, story, code, VendorStatus(status)))
    for ago, code, lifecycle in rows.SITE_CHANGES:
        story.at(moment(story.day(ago), "10:45"), partial(_change_site, story, code, SiteLifecycle(lifecycle)))
    for run in rows.OPERATIONS:
        begins = moment(FOUNDED, "08:30") if run.since is None else moment(story.day(max(run.since, 0) + 20), "11:00")
        story.at(begins, partial(_start, story, run))
        if run.until is not None:
            story.at(moment(story.day(rows.ENDS_KNOWN_AGO), "11:00"), partial(_end, story, run))


def _begin(story: Story) -> None:
    network.found_network(SYSTEM, name=COMPANY)
    row = BY_HANDLE[ADMINISTRATOR]
    administrator = accounts.add_first_administrator(SYSTEM, name=row.name, email=f"{row.handle}@{MAIL}")
    accounts.change_person(SYSTEM, administrator, name=row.name, email=administrator.email, title=row.title,
                           zone=row.zone)
    story.joins(row.handle, administrator)


def _build(story: Story) -> None:
    administrator = story.actor(ADMINISTRATOR)
    regions = {code: network.add_region(administrator, code=code, name=name) for code, name in rows.REGIONS}
    markets = {code: network.add_market(administrator, regions[region], code=code, name=name)
               for region, code, name in rows.MARKETS}
    for vendor in rows.VENDORS:
        network.add_vendor(administrator, code=vendor.code, name=vendor.name, status=VendorStatus(vendor.status),
                           notice_days=vendor.notice_days, contract_until=story.day(vendor.contract_ends))
    for site in rows.SITES:
        network.add_site(administrator, markets[site.market], code=site.code, name=site.city, **_settings(site))


def _settings(site: rows.SiteRow) -> dict[str, Any]:
    country, _, subdivision = site.place.partition("-")
    return {"zone": site.zone, "country": country, "subdivision": subdivision or None,
            "weekend_days": list(site.weekend), "extra_holidays": [], "languages": site.languages.split(),
            "headcount": site.heads, "tier": site.tier, "lifecycle": SiteLifecycle(site.lifecycle), "note": site.note}


def _hire_everybody(story: Story) -> None:
    administrator = story.actor(ADMINISTRATOR)
    for row in PEOPLE:
        _hire(story, administrator, row)


def _hire(story: Story, administrator: Actor, row: PersonRow) -> None:
    """Add somebody, their manager before them."""
    if row.handle in story.cast:
        return
    manager = BY_HANDLE.get(row.manager)
    if manager is not None:
        _hire(story, administrator, manager)
    person = accounts.add_person(
        administrator, name=row.name, email=f"{row.handle}@{MAIL}", vendor=story.vendor(row.vendor), title=row.title,
        zone=row.zone, home_site=story.site(row.home) if row.home else None,
        manager=story.person(row.manager) if manager else None)
    story.joins(row.handle, person)
    for held in row.held:
        _grant(story, administrator, row, held)


def _grant(story: Story, administrator: Actor, row: PersonRow, held: Held) -> None:
    accounts.grant_role(
        administrator, story.person(row.handle), role=held.role, node=get_node(administrator, held.node),
        vendor=story.vendor(row.vendor), from_on=story.since(held.since),
        until_on=None if held.until is None else story.day(held.until))


def _change_vendor(story: Story, code: str, status: VendorStatus) -> None:
    vendor = story.vendor(code)
    assert vendor is not None
    network.change_vendor(story.actor(ADMINISTRATOR), vendor, status=status)


def _change_site(story: Story, code: str, lifecycle: SiteLifecycle) -> None:
    network.change_site(story.actor(ADMINISTRATOR), story.site(code), lifecycle=lifecycle)


def _start(story: Story, run: rows.Run) -> None:
    for lob in run.lobs:
        network.start_operation(story.actor(ADMINISTRATOR), story.site(run.site), story.vendor(run.vendor),
                                lob=lob, from_on=story.since(run.since))


def _end(story: Story, run: rows.Run) -> None:
    assert run.until is not None
    vendor = story.vendor(run.vendor)
    for operation in operations_at(story.site(run.site)):
        if vendor and operation.vendor_id == vendor.id and operation.lob in run.lobs:
            running = get_operation(story.actor(ADMINISTRATOR), operation.id)
            network.end_operation(story.actor(ADMINISTRATOR), running, until_on=story.day(run.until))
