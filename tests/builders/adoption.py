"""Sites on their way to a version, and people who have read."""

from datetime import date
from typing import Any

from compliance.access import Actor, Role
from compliance.network.models import Market, Site, Vendor
from compliance.playbooks.adoption import commands, queries
from compliance.playbooks.adoption.models import Acknowledgement
from compliance.playbooks.adoption.queries import Line
from compliance.playbooks.queries import get_stay, resolved_at
from tests.builders.accounts import an_actor
from tests.builders.files import an_upload
from tests.builders.network import a_site, an_operation
from tests.builders.playbooks import a_playbook
from tests.builders.saving import saving

KEY, COMING = "tiny-rules", "1.1.0"


def a_place(code: str = "", vendor: Vendor | None = None, market: Market | None = None, **fields: Any) -> Site:
    """A site where somebody runs Core."""
    site = a_site(code, market, **fields)
    an_operation(site, vendor)
    return site


def two_versions(effective: str = "2026-12-15", **said: Any) -> None:
    """The small playbook as it holds since 2024, and a minor version of it to come."""
    a_playbook()
    a_playbook(**{"version": COMING, "effective": effective, "text": "A person listens.", **said})


def a_lead(site: Site, vendor: Vendor | None = None) -> Actor:
    return an_actor(Role.VENDOR_LEAD if vendor else Role.SITE_LEAD, site, vendor)


def the_line(actor: Actor, site: str = "KUL1", number: str = COMING, vendor: str = "") -> Line:
    return queries.line(actor, KEY, number, site=site, vendor=vendor)


def acknowledged(actor: Actor, site: str = "KUL1", number: str = COMING) -> Line:
    with saving():
        commands.acknowledge_notice(actor, the_line(actor, site, number))
    return the_line(actor, site, number)


def attested(actor: Actor, attested: int = 114, heads: int = 120, *, site: str = "KUL1", number: str = COMING) -> Line:
    with saving():
        commands.attest(actor, the_line(actor, site, number), attested=attested, heads=heads)
    return the_line(actor, site, number)


def live(actor: Actor, live_on: date, site: str = "KUL1", number: str = COMING) -> Line:
    """All the way, with a photo."""
    acknowledged(actor, site, number)
    attested(actor, site=site, number=number)
    upload = an_upload()
    with saving():
        commands.declare_live(actor, the_line(actor, site, number), live_on=live_on, note="Old copies are gone.",
                              uploads=[upload])
    return the_line(actor, site, number)


def digest_at(actor: Actor, site: str = "KUL1", on: date | None = None) -> str:
    return resolved_at(actor, KEY, get_stay(actor, site, on=on)).content_digest


def read(actor: Actor, site: str = "KUL1", *, on: date | None = None, language: str = "en") -> Acknowledgement:
    """The text of a day, acknowledged by one of the place."""
    digest = digest_at(actor, site, on)
    with saving():
        return commands.acknowledge(actor, KEY, get_stay(actor, site, on=on), digest=digest, language=language)
