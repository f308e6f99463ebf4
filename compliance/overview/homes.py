"""The page a person opens with: what waits for them, and round it what their permissions let them look after."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, may_anywhere
from compliance.findings.queries.today import stages
from compliance.journal import JournalEntry, JournalHead
from compliance.network.models import Site, SiteLifecycle, VendorStatus
from compliance.network.queries import sites, vendors
from compliance.overview.queries import sites as parts
from compliance.overview.queries.adopting import adopting_at
from compliance.overview.queries.drift import lost_overrides
from compliance.overview.queries.network import five_figures
from compliance.overview.queries.planning import uncovered
from compliance.overview.queries.scope import Scope
from compliance.overview.queries.todo import todo
from compliance.overview.sitepages import beside, differences, facts, preparation
from compliance.playbooks.waivers.queries import granted_at

P = Permission
SHOWN = 12


def own_sites(actor: Actor) -> Sequence[Site]:
    """The sites whose findings this person answers."""
    return [site for site in sites(actor, permission=P.RESPOND_TO_FINDING)
            if site.lifecycle is not SiteLifecycle.CLOSED]


def chosen(mine: Sequence[Site], code: str) -> Site | None:
    """The site asked for when it is one of them, else the first."""
    return next((site for site in mine if site.code == code.upper()), mine[0] if mine else None)


def lead_home(actor: Actor, mine: Sequence[Site], site: Site) -> dict[str, Any]:
    """The home of who answers for a site; what waits comes from all of their sites."""
    page = beside(actor, site)
    found = stages(actor, site_id=site.id)
    to_answer = sum(stage.n for stage in found if stage.status.value == "issued")
    return page | {
        "tasks": todo(actor), "mine": mine, "adopting": adopting_at(actor, site),
        "switch": [{"label": f"{each.code} {each.name}", "url": f"?site={each.code}", "current": each.id == site.id}
                   for each in mine],
        "facts": facts(site, page["operations"]), "stages": found,
        "waits_for": parts.WAITS_FOR, "differences": differences(actor, site, page),
        "waived": granted_at(actor, site, everybody=True),
        "checks": preparation(page["next_audit"], page["continuity"].plans, to_answer),
    }


def home(actor: Actor) -> dict[str, Any]:
    """The home of everybody else: blocks by permission."""
    return {
        "tasks": todo(actor), "blocks": {
            "figures": five_figures(actor, Scope()) if may_anywhere(actor, P.VIEW_REPORT) else None,
            "uncovered": uncovered(actor, clock.today())[:SHOWN] if may_anywhere(actor, P.PLAN_AUDIT) else None,
            "lost": lost_overrides(actor) if _keeps_overrides(actor) else None,
            "watched": _watched(actor) if may_anywhere(actor, P.VIEW_INTERNAL_NOTES) else None,
            "installation": _installation(actor) if may_anywhere(actor, P.MANAGE_PEOPLE) else None,
        },
    }


def _keeps_overrides(actor: Actor) -> bool:
    return may_anywhere(actor, P.REQUEST_OVERRIDE) or may_anywhere(actor, P.DECIDE_OVERRIDE)


def _watched(actor: Actor) -> list[Any]:
    return [vendor for vendor in vendors(actor) if vendor.status not in (VendorStatus.LIVE, VendorStatus.EXITED)]


def _installation(actor: Actor) -> dict[str, Any]:
    """What an administrator keeps an eye on: who there is, and that the journal goes on."""
    found = sites(actor)
    head = db.session.scalar(select(JournalHead.seq)) or 0
    last = db.session.scalar(select(JournalEntry.at).where(JournalEntry.seq == head))
    bare = [site for site in found if not site.operations and site.lifecycle is not SiteLifecycle.CLOSED]
    return {"sites": len(found), "entries": head, "last": last, "without_operation": bare}


