"""The page of a site: the parts its tab shows, and those beside every tab."""

from collections.abc import Sequence
from typing import Any

from compliance import clock
from compliance.access import Actor
from compliance.audits.models import Audit
from compliance.continuity.models import ContinuityPlan
from compliance.findings.queries.today import stages
from compliance.network.models import Operation, Site
from compliance.network.queries import get_site
from compliance.overview import addresses, presenting
from compliance.overview.queries import sites as parts
from compliance.overview.queries.adopting import adopting_at
from compliance.overview.queries.heatmap import Cell
from compliance.overview.queries.playbooks import Library, library
from compliance.overview.queries.scope import above
from compliance.playbooks.waivers.queries import granted_at
from compliance.web.words import day, number

TABS = (("overview", "Overview"), ("audits", "Audits"), ("findings", "Findings"), ("local", "Playbooks and overrides"),
        ("people", "Operations and people"))


def site_page(actor: Actor, code: str, tab: str) -> dict[str, Any]:
    """What `overview/site.html` shows; an unknown tab is the first."""
    site = get_site(actor, code)
    tab = tab if tab in dict(TABS) else TABS[0][0]
    page = beside(actor, site)
    return page | _tab(actor, site, tab, page) | {
        "tab": tab, "facts": facts(site, page["operations"]),
        "crumbs": [(node.name, addresses.listing("network", region=node.code)) for node in above(site)],
        "tabs": [{"label": label, "url": addresses.site(site.code) + (f"?tab={key}" if key != "overview" else ""),
                  "current": key == tab} for key, label in TABS],
    }


def beside(actor: Actor, site: Site) -> dict[str, Any]:
    """What stands beside every tab, and on the home of who leads the site."""
    today = clock.today(site.zone or "UTC")
    books = library(actor, today)
    cells = parts.ratings_of(actor, site, books, today)
    return {
        "site": site, "local_today": today, "cells": cells, "books": [
            column for column in books.columns if column.prefix in dict(cells)],
        "coming": parts.coming(books, cells, today), "next_audit": parts.next_audit(actor, site),
        "operations": parts.operations_seen(actor, site), "continuity": parts.continuity_of(actor, site),
        **_ratings(cells, books),
    }


def _ratings(cells: Sequence[tuple[str, Cell]], books: Library) -> dict[str, Any]:
    titles = {column.prefix: column.title for column in books.columns}
    missing = [titles[prefix] for prefix, cell in cells if cell.state == "not_assessed"]
    return {"rows": presenting.ratings(cells), "unrated": missing,
            "note": "Latest audit of each playbook, worst first. " + _capped(cells)}


def _capped(cells: Sequence[tuple[str, Cell]]) -> str:
    capped = [prefix for prefix, cell in cells if cell.capped]
    return f"Capped by a failed clause: {', '.join(capped)}." if capped else ""


def _tab(actor: Actor, site: Site, tab: str, page: dict[str, Any]) -> dict[str, Any]:
    if tab == "audits":
        return {"audits": parts.audits_of(actor, site)}
    if tab == "local":
        return {"differences": differences(actor, site, page), "waived": granted_at(actor, site, everybody=True)}
    if tab == "people":
        return {"people": parts.people_at(actor, site)}
    if tab == "findings":
        return {"findings": parts.open_findings_of(actor, site)}
    return {"stages": stages(actor, site_id=site.id), "waits_for": parts.WAITS_FOR,
            "adopting": adopting_at(actor, site),
            "actions": parts.open_actions_of(actor, site)}


def differences(actor: Actor, site: Site, page: dict[str, Any]) -> list[parts.Difference]:
    vendors = [each.vendor_id for each in running_now(page) if each.vendor_id is not None]
    return parts.differences_at(actor, site, vendors, page["local_today"], page["books"])


def running_now(page: dict[str, Any]) -> list[Operation]:
    today = page["local_today"]
    return [each for each in page["operations"]
            if each.from_on <= today and (each.until_on is None or each.until_on > today)]


def facts(site: Site, operations: Sequence[Operation]) -> list[str]:
    """One line: who runs what, how many people, the tier, the clock there."""
    today = clock.today(site.zone or "UTC")
    now = [each for each in operations if each.from_on <= today and (each.until_on is None or each.until_on > today)]
    names = list(dict.fromkeys(each.vendor.name if each.vendor else "In-house" for each in now))
    lobs = list(dict.fromkeys(each.lob for each in now))
    city = (site.zone or "UTC").rpartition("/")[2].replace("_", " ")
    return [", ".join(names), f"{number(site.headcount)} people" if site.headcount else "", ", ".join(lobs),
            f"Risk tier {site.tier}" if site.tier else "", f"{city} time"]


def preparation(audit: Audit | None, plans: Sequence[ContinuityPlan], findings: int) -> list[dict[str, Any]]:
    """What is ready for an audit and what is not, from what is on record."""
    if audit is None:
        return []
    titles = ", ".join(criteria.playbook.prefix for criteria in audit.criteria)
    contact = audit.contact.name if audit.contact else ""
    current = next((plan for plan in plans if plan.review_on >= clock.today()), None)
    return [
        {"text": "Scope agreed", "met": bool(titles), "note": titles},
        {"text": "Contact named", "met": bool(contact), "note": contact or "tell the lead who"},
        {"text": "Continuity plan current", "met": current is not None,
         "note": f"review by {day(current.review_on)}" if current else "its review is due"},
        {"text": "Findings from before answered", "met": findings == 0,
         "note": "" if findings == 0 else f"{findings} to answer"},
    ]
