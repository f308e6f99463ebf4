"""How the organisation of the demo came about: network and people, and what changed in it since."""

from functools import partial
from typing import Any

from compliance import db
from compliance.access import SYSTEM
from compliance.accounts.models import Person, RoleGrant
from compliance.demo import network as rows
from compliance.demo.people import PEOPLE, Held, PersonRow
from compliance.demo.story import FOUNDED, MAIL, Story, moment
from compliance.network import commands as network
from compliance.network.lifecycle import SiteLifecycle, VendorStatus
from compliance.network.queries import get_node, get_operation, get_site, operations_at

COMPANY = "Lumora"
ADMINISTRATOR = "w.mwangi"


def announce(story: Story) -> None:
    """Put the founding and every later change on the calendar."""
    story.at(moment(FOUNDED, "08:00"), _found_network)
    story.at(moment(FOUNDED, "09:00"), partial(_hire, story))
    for ago, code, status in rows.VENDOR_CHANGES:
        story.at(moment(story.day(ago), "10:15"), partial(_change_vendor, story, code, VendorStatus(status)))
    for ago, code, lifecycle in rows.SITE_CHANGES:
        story.at(moment(story.day(ago), "10:45"), partial(_change_site, story, code, SiteLifecycle(lifecycle)))
    for run in rows.OPERATIONS:
        begins = moment(FOUNDED, "08:30") if run.since is None else moment(story.day(max(run.since, 0) + 20), "11:00")
        story.at(begins, partial(_start, story, run))
        if run.until is not None:
            story.at(moment(story.day(rows.ENDS_KNOWN_AGO), "11:00"), partial(_end, story, run))


def _found_network() -> None:
    network.found_network(SYSTEM, name=COMPANY)
    regions = {code: network.add_region(SYSTEM, code=code, name=name) for code, name in rows.REGIONS}
    markets = {code: network.add_market(SYSTEM, regions[region], code=code, name=name)
               for region, code, name in rows.MARKETS}
    for vendor in rows.VENDORS:
        network.add_vendor(SYSTEM, code=vendor.code, name=vendor.name, status=VendorStatus(vendor.status),
                           notice_days=vendor.notice_days)
    for site in rows.SITES:
        network.add_site(SYSTEM, markets[site.market], code=site.code, name=site.city, **_settings(site))


def _settings(site: rows.SiteRow) -> dict[str, Any]:
    country, _, subdivision = site.place.partition("-")
    return {"zone": site.zone, "country": country, "subdivision": subdivision or None,
            "weekend_days": list(site.weekend), "extra_holidays": [], "languages": site.languages.split(),
            "headcount": site.heads, "tier": site.tier, "lifecycle": SiteLifecycle(site.lifecycle), "note": site.note}


def _hire(story: Story) -> None:
    for row in PEOPLE:
        vendor, home = story.vendor(row.vendor), get_site(SYSTEM, row.home) if row.home else None
        person = Person(name=row.name, email=f"{row.handle}@{MAIL}", title=row.title, zone=row.zone,
                        vendor_id=vendor.id if vendor else None, home_site_id=home.id if home else None)
        db.session.add(person)
        db.session.flush()
        story.joins(row.handle, person)
    for row in PEOPLE:
        if row.manager:
            story.person(row.handle).manager_id = story.person(row.manager).id
        for held in row.held:
            _grant(story, row, held)


def _grant(story: Story, row: PersonRow, held: Held) -> None:
    vendor = story.vendor(row.vendor)
    db.session.add(RoleGrant(
        person_id=story.person(row.handle).id, role=held.role, node_id=get_node(SYSTEM, held.node).id,
        vendor_id=vendor.id if vendor else None, from_on=story.since(held.since),
        until_on=None if held.until is None else story.day(held.until)))


def _change_vendor(story: Story, code: str, status: VendorStatus) -> None:
    vendor = story.vendor(code)
    assert vendor is not None
    network.change_vendor(story.actor(ADMINISTRATOR), vendor, status=status)


def _change_site(story: Story, code: str, lifecycle: SiteLifecycle) -> None:
    network.change_site(story.actor(ADMINISTRATOR), story.site(code), lifecycle=lifecycle)


def _start(story: Story, run: rows.Run) -> None:
    for lob in run.lobs:
        network.start_operation(SYSTEM, story.site(run.site), story.vendor(run.vendor), lob=lob,
                                from_on=story.since(run.since))


def _end(story: Story, run: rows.Run) -> None:
    assert run.until is not None
    vendor = story.vendor(run.vendor)
    for operation in operations_at(story.site(run.site)):
        if vendor and operation.vendor_id == vendor.id and operation.lob in run.lobs:
            running = get_operation(story.actor(ADMINISTRATOR), operation.id)
            network.end_operation(story.actor(ADMINISTRATOR), running, until_on=story.day(run.until))
