"""The list of actions, its exports, and one action."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from compliance import clock, exports
from compliance.actions.dueness import State, is_late, next_step
from compliance.actions.lifecycle import ActionKind, ActionStatus
from compliance.actions.presenting import view_of
from compliance.actions.queries import ActionFilters, actions, all_actions, extensions_of, get_action
from compliance.actions.queries.today import state_of, task_of
from compliance.actions.telling import entries_about, told
from compliance.actions.views.blueprint import bp, source_of
from compliance.db import transaction
from compliance.journal import Event, record
from compliance.network.calendars import SiteCalendar
from compliance.network.queries import days_at_sites, site_choices, vendor_choices
from compliance.web import words
from compliance.web.look import url_with
from compliance.web.request import actor

TEXTS = ("status", "severity", "kind", "region", "site", "vendor", "owner", "verifier", "q")


def filters_sent() -> ActionFilters:
    """What the address asks for; without a status, what is open."""
    sent = {name: request.args.get(name, "") for name in TEXTS}
    if "status" not in request.args:
        sent["status"] = "open"
    return ActionFilters(**sent, overdue=request.args.get("overdue", "") not in ("", "0"))


@bp.get("")
def index() -> str:
    filters, sort = filters_sent(), request.args.get("sort", "due")
    found = actions(actor(), filters, sort=sort, cursor=request.args.get("after", ""))
    following = url_with(after=found.next) if found.next else ""
    return render_template(
        "actions/index.html", rows=[(action, task_of(action)) for action in found.rows], filters=filters, sort=sort,
        next=following, more=bool(found.next), choices=choices(),
        statuses=named(ActionStatus), kinds=named(ActionKind))


def choices() -> dict[str, list[tuple[str, str]]]:
    """What a list can be narrowed to, as (value, label) pairs: the sites and vendors in sight."""
    return {"sites": [(code, code) for code, _ in site_choices(actor())],
            "vendors": [("in-house", "In-house"), *vendor_choices(actor())]}


def named(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, words.sentence(value)) for value in kind]


@bp.get("/export.<kind>")
def export(kind: str) -> Response:
    """The list as it is seen, whole."""
    make = {"csv": exports.csv_response, "xlsx": exports.xlsx_response}.get(kind) or abort(404)
    filters, who = filters_sent(), actor()
    with transaction():
        record(who, Event.LIST_EXPORTED, None, list="actions", format=kind)
    return make("actions", _columns(days_at_sites()), all_actions(who, filters, request.args.get("sort", "due")))


def _columns(days: Mapping[str, tuple[SiteCalendar, date]]) -> list[exports.Column]:
    """`days` are the calendar and the day of each site by its code."""
    now = clock.now()

    def state(row: Any) -> State:
        return state_of(row, days[row.site][0])

    return [
        ("Reference", "reference"), ("Title", "title"), ("Kind", "kind"),
        ("Severity", "severity"), ("Status", "status"), ("Site", "site"),
        ("Vendor", lambda row: row.vendor or "in-house"), ("Owner", "owner"),
        ("Source", "source_reference"), ("Raised", "raised_at"),
        ("Due", "due_on"), ("First due", "original_due_on"),
        ("Extensions", "extensions"),
        ("Late", lambda row: is_late(state(row), days[row.site][0], now)),
        ("Next step", lambda row: next_step(state(row))), ("Cause", "cause_category"),
        ("Closed", "closed_on"),
    ]


@bp.get("/<reference>")
def show(reference: str) -> str:
    action = get_action(actor(), reference)
    entries = entries_about([action.id])
    zone = action.site.zone or "UTC"
    return render_template(
        "actions/show.html", action=action, view=view_of(actor(), action, entries), zone=zone,
        history=told(entries, actor(), zone), extensions=extensions_of(action), source=source_of(action),
        day=clock.today(zone))
