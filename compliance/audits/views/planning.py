"""Planning an audit: first whom, then everything else; a refusal keeps what was typed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from compliance import clock
from compliance.access import EVERYWHERE, Permission, Place, may_anywhere, refusal, require
from compliance.accounts.models import Person
from compliance.accounts.queries import get_person, holders, holders_of
from compliance.audits import commands, queries
from compliance.audits.lifecycle import AuditMethod
from compliance.audits.models import Audit
from compliance.audits.queries.team import SERVING
from compliance.audits.schemas import PURPOSES, PlanSchema, ProgrammeSchema
from compliance.audits.views.blueprint import Answer, bp
from compliance.db import transaction
from compliance.errors import Forbidden, InvalidInput, RuleViolation
from compliance.network.calendars import next_business_day
from compliance.network.models import Site, Vendor
from compliance.network.queries import calendar_of, get_site, get_vendor, lobs_at, sites
from compliance.playbooks.queries import get_playbook, playbooks
from compliance.web.forms import Form
from compliance.web.request import actor

PLAN = Permission.PLAN_AUDIT
Pairs = list[tuple[str, str]]


@bp.route("/audits/new", methods=["GET", "POST"])
def new() -> Answer:
    """The auditee is in the address ("MNL1/KBC", "DUB1/" in-house), so that its people and lines can be offered."""
    auditee = request.args.get("auditee", "")
    if not auditee:
        return _choose()
    site, vendor = _auditee(auditee)
    require(actor(), PLAN, Place(site.path, vendor.id if vendor else None))
    form = Form(PlanSchema(), _initial(site, vendor))
    if form.submitted_and_valid():
        try:
            audit = _plan(site, vendor, form.data)
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(f"{audit.reference} is {audit.status.value}.")
            return redirect(url_for(".show", reference=audit.reference))
    return render_template("audits/new.html", form=form, auditee=auditee, site=site, vendor=vendor,
                           **_options(site, vendor)), form.status


@bp.route("/audits/programmes/new", methods=["GET", "POST"])
def add_programme() -> Answer:
    require(actor(), PLAN, EVERYWHERE)
    form = Form(ProgrammeSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                programme = commands.add_programme(actor(), **form.data)
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(f"{programme.name} is there. Choose it when you plan an audit.")
            return redirect(url_for(".index"))
    return render_template("audits/programme.html", form=form), form.status


def _choose() -> str:
    if not may_anywhere(actor(), PLAN):
        raise Forbidden(refusal(actor(), PLAN))
    today = clock.today()
    found = []
    for site in sites(actor(), permission=PLAN):
        running = [each for each in site.operations if each.until_on is None or each.until_on > today]
        vendors = {each.vendor.code if each.vendor else "": each.vendor for each in running}
        found += [(f"{site.code}/{code}", f"{site.code} {site.name}, {vendor.name if vendor else 'in-house'}")
                  for code, vendor in sorted(vendors.items())]
    return render_template("audits/choose.html", auditees=sorted(found))


def _auditee(given: str) -> tuple[Site, Vendor | None]:
    site, _, vendor = given.partition("/")
    return get_site(actor(), site), get_vendor(actor(), vendor) if vendor else None


def _initial(site: Site, vendor: Vendor | None) -> dict[str, Any]:
    today = clock.today(site.zone or "UTC")
    first = next_business_day(calendar_of(site), today + timedelta(days=vendor.notice_days if vendor else 7))
    return {"lobs": sorted(lobs_at(site, vendor.id if vendor else None, today)), "method": "on_site", "mandatory": True,
            "purpose": "surveillance", "planned_from": first.isoformat(),
            "playbooks": request.args.getlist("playbook"), "version": ""}


def _options(site: Site, vendor: Vendor | None) -> dict[str, Any]:
    place = Place(site.path, vendor.id if vendor else None)
    approvers = [each for each in holders(place, Permission.VIEW_UNANNOUNCED) if each.id != actor().id]
    auditors = _people(holders(place, Permission.CONDUCT_AUDIT))
    return {
        "playbooks": [(each.prefix, f"{each.prefix} {each.title}") for each in playbooks(actor())],
        "lobs": [(lob, lob) for lob in sorted(lobs_at(site, place.vendor_id, clock.today(site.zone or "UTC")))],
        "auditors": auditors, "contacts": _people(holders_of(place, SERVING)),
        "reviewers": _people(holders(place, Permission.REVIEW_AUDIT)),
        "approvers": _people(approvers),
        "methods": [(each.value, each.value.replace("_", "-").capitalize()) for each in AuditMethod],
        "purposes": PURPOSES, "programmes": [(each.reference, each.name) for each in queries.programmes(actor())],
    }  # fmt: skip


def _people(people: Sequence[Person]) -> Pairs:
    return [(str(person.id), f"{person.name}, {person.title}" if person.title else person.name) for person in people]


def _plan(site: Site, vendor: Vendor | None, given: dict[str, Any]) -> Audit:
    fields = dict(given)
    with transaction():
        for name in ("lead", "contact", "unannounced_approver", "second_reviewer"):
            fields[name] = _person(fields[name])
        fields["team"] = [get_person(actor(), person_id) for person_id in fields["team"]]
        fields["playbooks"] = [get_playbook(actor(), prefix) for prefix in fields["playbooks"]]
        programme = fields.pop("programme")
        fields["programme"] = queries.get_programme(actor(), programme) if programme else None
        audit = commands.plan_audit(actor(), site, vendor=vendor, **fields)
        if request.form.get("then") != "plan":
            commands.schedule_audit(actor(), audit)
    return audit


def _person(person_id: UUID | None) -> Person | None:
    return get_person(actor(), person_id) if person_id else None
