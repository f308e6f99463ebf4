"""The side navigation and the frame of every page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for

from compliance import clock
from compliance.access import Actor, Permission, may, may_anywhere
from compliance.web import words


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation: shown to those who hold the permission anywhere."""

    label: str
    icon: str
    endpoint: str
    permission: Permission


# One column, in the order of a working day; an endpoint's blueprint says which entry is the present one.
PLACES = (
    Place("Today", "list-check", "overview.home", Permission.VIEW_NETWORK),
    Place("Network", "grid-3x3", "overview.network", Permission.VIEW_AUDIT),
    Place("Sites", "diagram-3", "network.sites", Permission.VIEW_NETWORK),
    Place("Vendors", "building", "network.vendors", Permission.VIEW_NETWORK),
    Place("Playbooks", "book", "playbooks.index", Permission.VIEW_PLAYBOOK),
    Place("Adoption", "patch-check", "adoption.index", Permission.VIEW_AUDIT),
    Place("Audits", "clipboard-check", "audits.index", Permission.VIEW_AUDIT),
    Place("Findings", "flag", "findings.index", Permission.VIEW_FINDING),
    Place("Actions", "check2-square", "actions.index", Permission.VIEW_ACTION),
    Place("Overrides", "layers", "playbooks.overrides", Permission.VIEW_PLAYBOOK),
    Place("Waivers", "pause-circle", "waivers.index", Permission.VIEW_AUDIT),
    Place("Continuity", "life-preserver", "continuity.index", Permission.VIEW_CONTINUITY),
    Place("Reports", "file-earmark-text", "reports.index", Permission.VIEW_REPORT),
    Place("People", "people", "accounts.people", Permission.MANAGE_PEOPLE),
    Place("Journal", "journal-text", "accounts.journal", Permission.VIEW_JOURNAL),
)
# Features without an entry of their own stand under the one whose pages lead to them; a search stands under none.
UNDER = {"drafting": "playbooks.index", "searching": "playbooks.index", "translations": "playbooks.index",
         "overview.search": ""}


def init(app: Flask, counts: Callable[[Actor], dict[str, int]] = lambda _actor: {}) -> None:
    """`counts` gives what waits behind an entry, by endpoint."""

    def navigation() -> list[dict[str, Any]]:
        waiting = counts(g.actor)
        return [
            {"label": place.label, "icon": place.icon, "url": url_for(place.endpoint),
             "current": _is_current(place), "count": waiting.get(place.endpoint, 0)}
            for place in PLACES
            if place.endpoint in app.view_functions and may_anywhere(g.actor, place.permission)
        ]

    app.jinja_env.globals.update(navigation=navigation, frame=_frame, may=may, may_anywhere=may_anywhere,
                                 Permission=Permission, today=clock.today, now=clock.now)
    app.context_processor(lambda: {"actor": g.get("actor")})


def _is_current(place: Place) -> bool:
    """An entry is current on its own page, and on every other page of its feature when it is the feature's first."""
    here = g.get("stands_under") or request.endpoint or ""  # a page may stand under the list it was opened from
    if any(entry.endpoint == here for entry in PLACES):
        return here == place.endpoint
    feature = here.split(".")[0]
    if here in UNDER or feature in UNDER:
        return place.endpoint == UNDER.get(here, UNDER.get(feature))
    return place.endpoint == next((e.endpoint for e in PLACES if e.endpoint.split(".")[0] == feature), "")


def _frame() -> dict[str, Any]:
    person = g.person
    return {
        "who": person.name, "role": person.title or g.actor.roles, "home_url": "/", "search_url": "/search",
        "sign_out_url": url_for("accounts.sign_out"), "live": g.get("live"),
        "clock": f"{clock.today(person.zone):%a} {words.moment(clock.now(), person.zone)}",
        "links": [("My account", "/account")],
    }
