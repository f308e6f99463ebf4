"""The pages of the network: lists of sites and vendors, and the forms the administrator keeps them with."""

import base64
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import clock, exports
from compliance.access import EVERYWHERE, Permission, require
from compliance.db import transaction
from compliance.errors import InvalidInput, PlumblineError
from compliance.network import commands, lifecycle, places, queries, schemas, tables
from compliance.network.lifecycle import SiteLifecycle, VendorStatus
from compliance.network.models import Operation, Site
from compliance.network.queries import running_today
from compliance.web import words
from compliance.web.forms import Form
from compliance.web.request import actor, uploaded

bp = Blueprint("network", __name__, template_folder="templates")
MANAGE = Permission.MANAGE_NETWORK
Answer = Response | tuple[str, int] | str


@bp.get("/sites")
def sites() -> str:
    shown = _sites()
    everything = queries.sites(actor())
    return render_template(
        "network/sites.html", regions=_by_region(shown), shown=len(shown), total=len(everything),
        running=running_today, run_by=run_by, lobs=lobs, vendors=_named(queries.vendors(actor())),
        lifecycles=_pairs(SiteLifecycle), tiers=_pairs(places.TIERS), empty_nodes=_without_sites(everything))


@bp.get("/sites.<any(csv, xlsx):kind>")
def export_sites(kind: str) -> Response:
    columns: list[exports.Column] = [
        ("Code", lambda site: site.code), ("City", lambda site: site.name), ("Market", lambda site: site.parent.name),
        ("Region", lambda site: site.parent.parent.name), ("Time zone", lambda site: site.zone),
        ("Run by", lambda site: ", ".join(run_by(running_today(site)))),
        ("Lines of business", lambda site: ", ".join(lobs(running_today(site)))),
        ("Headcount", lambda site: site.headcount), ("Risk tier", lambda site: site.tier),
        ("Lifecycle", lambda site: site.lifecycle)]
    return exports.file_response(kind, "sites", columns, _sites())


@bp.get("/vendors")
def vendors() -> str:
    return render_template("network/vendors.html", vendors=queries.vendors(actor()), running=running_today,
                           lobs=lobs)


@bp.get("/vendors.<any(csv, xlsx):kind>")
def export_vendors(kind: str) -> Response:
    columns: list[exports.Column] = [
        ("Code", lambda vendor: vendor.code), ("Name", lambda vendor: vendor.name),
        ("Status", lambda vendor: vendor.status),
        ("Sites", lambda vendor: ", ".join(sorted({each.site.code for each in running_today(vendor)}))),
        ("Lines of business", lambda vendor: ", ".join(lobs(running_today(vendor)))),
        ("Notice of an audit, days", lambda vendor: vendor.notice_days),
        ("Contract until", lambda vendor: vendor.contract_until)]
    return exports.file_response(kind, "vendors", columns, queries.vendors(actor()))


@bp.route("/regions/new", methods=["GET", "POST"])
def add_region() -> Answer:
    require(actor(), MANAGE, EVERYWHERE)
    form = Form(schemas.RegionSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                region = commands.add_region(actor(), **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{region.name} is in the network. Add its markets next.")
            return redirect(url_for(".sites"))
    return render_template("network/region.html", form=form), form.status


@bp.route("/markets/new", methods=["GET", "POST"])
def add_market() -> Answer:
    require(actor(), MANAGE, EVERYWHERE)
    form = Form(schemas.MarketSchema(), {"region": request.args.get("region", "")})
    if form.submitted_and_valid():
        try:
            with transaction():
                region = queries.get_region(actor(), form.data.pop("region"))
                market = commands.add_market(actor(), region, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{market.name} is in the network. Add its sites next.")
            return redirect(url_for(".sites"))
    return render_template("network/market.html", form=form, regions=_named(queries.regions(actor()))), form.status


@bp.route("/places/<code>/settings", methods=["GET", "POST"])
def rename(code: str) -> Answer:
    """A region or a market: only its name can change."""
    node = queries.get_node(actor(), code)
    require(actor(), MANAGE, node.place)
    form = Form(schemas.NameSchema(), {"name": node.name, "version": node.version})
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.rename_node(actor(), node, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{node.reference} is now called {node.name}.")
            return redirect(url_for(".sites"))
    return render_template("network/rename.html", form=form, node=node), form.status


@bp.route("/sites/new", methods=["GET", "POST"])
def add_site() -> Answer:
    require(actor(), MANAGE, EVERYWHERE)
    form = Form(schemas.SiteSchema(), {"weekend_days": ["5", "6"], "lifecycle": SiteLifecycle.PLANNED,
                                       "market": request.args.get("market", "")})
    if form.submitted_and_valid():
        try:
            with transaction():
                market = queries.get_market(actor(), form.data.pop("market"))
                site = commands.add_site(actor(), market, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{site.code} is in the network. Say who runs what there next.")
            return redirect(url_for(".site_settings", code=site.code))
    return render_template("network/site_new.html", form=form, markets=_named(queries.markets(actor())),
                           **_choices()), form.status


@bp.route("/sites/<code>/settings", methods=["GET", "POST"])
def site_settings(code: str) -> Answer:
    site = queries.get_site(actor(), code)
    require(actor(), MANAGE, site.place)
    form = Form(schemas.SiteSettingsSchema(), _site_values(site))
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.change_site(actor(), site, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"The settings of {site.code} are saved.")
            return redirect(url_for(".site_settings", code=site.code))
    return render_template("network/site_settings.html", form=form, site=site, **_choices(site.lifecycle),
                           operations=queries.operations_seen(actor(), site)), form.status


@bp.route("/sites/<code>/operations/new", methods=["GET", "POST"])
def start_operation(code: str) -> Answer:
    site = queries.get_site(actor(), code)
    require(actor(), MANAGE, site.place)
    form = Form(schemas.OperationSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                whose = form.data.pop("vendor")
                vendor = queries.get_vendor(actor(), whose) if whose else None
                operation = commands.start_operation(actor(), site, vendor, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{vendor.name if vendor else 'The company itself'} runs {operation.lob} at {site.code}.")
            return redirect(url_for(".site_settings", code=site.code))
    return render_template("network/operation_new.html", form=form, site=site,
                           vendors=_named(queries.vendors(actor()))), form.status


@bp.route("/operations/<uuid:operation_id>/end", methods=["GET", "POST"])
def end_operation(operation_id: UUID) -> Answer:
    operation = queries.get_operation(actor(), operation_id)
    require(actor(), MANAGE, operation)
    form = Form(schemas.EndSchema(), {"until_on": operation.until_on or ""})
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.end_operation(actor(), operation, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{operation.lob} at {operation.site.code} ends on {operation.until_on}.")
            return redirect(url_for(".site_settings", code=operation.site.code))
    return render_template("network/operation_end.html", form=form, operation=operation), form.status


@bp.route("/sites/import", methods=["GET", "POST"])
def import_file() -> Answer:
    """Upload, report of every row, apply: the file travels with the report, so that no server has to keep it."""
    require(actor(), MANAGE, EVERYWHERE)
    form = Form(schemas.ImportSchema())
    if form.submitted_and_valid():
        try:
            data, name = _sent(form)
            rows = tables.read_rows(data, name)
            with transaction():
                report = commands.import_network(actor(), rows, apply=form.data["apply"],
                                                 all_or_nothing=form.data["all_or_nothing"])
        except PlumblineError as error:
            form.reject(error)
        else:
            return render_template("network/import_report.html", form=form, report=report, name=name,
                                   content=base64.b64encode(data).decode(), unknown=tables.unknown_headings(data, name))
    return render_template("network/import.html", form=form, columns=tables.COLUMNS, most=tables.MOST_ROWS), form.status


def _sent(form: Form) -> tuple[bytes, str]:
    """The file chosen now, or the one that came back with its report."""
    for data, name in uploaded("file"):
        return data, name
    try:
        carried = base64.b64decode(form.data["content"], validate=True)
    except ValueError:
        carried = b""
    if not carried:
        raise InvalidInput("Choose a file.", {"file": ["Choose a .csv or .xlsx file."]})
    return carried, form.data["name"]


@bp.get("/network.csv")
def import_template() -> Response:
    """The present network in the form the import takes, to edit and bring back."""
    columns: list[exports.Column] = [(name, itemgetter(name)) for name in tables.COLUMNS]
    return exports.file_response("csv", "network", columns, queries.as_rows(actor()))


@bp.route("/vendors/new", methods=["GET", "POST"])
def add_vendor() -> Answer:
    require(actor(), MANAGE, EVERYWHERE)
    form = Form(schemas.VendorSchema(), {"status": VendorStatus.PROSPECT, "notice_days": 14})
    if form.submitted_and_valid():
        try:
            with transaction():
                vendor = commands.add_vendor(actor(), **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{vendor.name} is in the network. Start its operations on the settings page of a site.")
            return redirect(url_for(".vendors"))
    return render_template("network/vendor_new.html", form=form, statuses=_pairs(VendorStatus)), form.status


@bp.route("/vendors/<code>/settings", methods=["GET", "POST"])
def vendor_settings(code: str) -> Answer:
    vendor = queries.get_vendor(actor(), code)
    require(actor(), MANAGE, vendor.place)
    form = Form(schemas.VendorSettingsSchema(), {
        "name": vendor.name, "status": vendor.status, "notice_days": vendor.notice_days,
        "contract_until": vendor.contract_until or "", "version": vendor.version})
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.change_vendor(actor(), vendor, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"The settings of {vendor.name} are saved.")
            return redirect(url_for(".vendors"))
    return render_template("network/vendor_settings.html", form=form, vendor=vendor,
                           statuses=_pairs([vendor.status, *lifecycle.VENDOR.next(vendor.status)])), form.status


def _sites() -> list[Site]:
    """The sites the filters of the address leave."""
    wanted = request.args.get("lifecycle", "")
    return list(queries.sites(
        actor(), lifecycle=SiteLifecycle(wanted) if wanted in set(SiteLifecycle) else None,
        tier=request.args.get("tier", ""), vendor=request.args.get("vendor", ""),
        on=clock.today()))


def _by_region(shown: Iterable[Site]) -> list[tuple[Any, list[Site]]]:
    """Sites come by path, so those of a region stand together."""
    return [(region, list(group)) for region, group in groupby(shown, key=_region_of)]


def _region_of(site: Site) -> Any:
    return site.parent.parent if site.parent else None


def _without_sites(everything: Iterable[Site]) -> list[Any]:
    """Regions and markets that wait for their first site: only whoever may add one is shown them."""
    paths = [site.path for site in everything]
    return [node for node in queries.nodes_above_sites(actor(), MANAGE)
            if node.parent_id and not any(path.startswith(node.path) for path in paths)]


def run_by(operations: Iterable[Operation]) -> list[str]:
    return sorted({each.vendor.name if each.vendor else "In-house" for each in operations})


def lobs(operations: Iterable[Operation]) -> list[str]:
    return sorted({each.lob for each in operations})


def _choices(now: SiteLifecycle | None = None) -> dict[str, Any]:
    """What the fields of a site offer; of the lifecycle, what may follow."""
    following = [now, *lifecycle.SITE.next(now)] if now else list(SiteLifecycle)
    return {"zones": [(zone, zone) for zone in places.zones()], "countries": list(places.countries().items()),
            "tiers": _pairs(places.TIERS), "weekdays": list(enumerate(places.WEEKDAYS)),
            "lifecycles": _pairs(following)}


def _pairs(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(value), words.sentence(value)) for value in values]


def _named(things: Iterable[Any]) -> list[tuple[str, str]]:
    return [(thing.code, thing.name) for thing in things]


def _site_values(site: Site) -> dict[str, Any]:
    """What the form starts with; a comma stands between several words, a line break between dates."""
    return {
        "name": site.name, "zone": site.zone, "country": site.country, "subdivision": site.subdivision or "",
        "weekend_days": [str(day) for day in site.weekend_days or ()], "languages": ", ".join(site.languages or ()),
        "extra_holidays": "\n".join(site.extra_holidays or ()), "tier": site.tier, "lifecycle": site.lifecycle,
        "headcount": "" if site.headcount is None else site.headcount, "note": site.note or "", "version": site.version}
