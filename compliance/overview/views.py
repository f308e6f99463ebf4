"""The pages that look across features: today, the network, a site, a vendor, search."""

from collections.abc import Sequence

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import clock, exports
from compliance.access import Permission, may_anywhere
from compliance.network.places import TIERS
from compliance.overview import addresses, homes, impacts, presenting
from compliance.overview.queries import searching
from compliance.overview.queries.impact import AT_ONCE
from compliance.overview.queries.impact import impact as impact_of
from compliance.overview.queries.network import network_overview
from compliance.overview.queries.playbooks import Column
from compliance.overview.queries.results import result_of
from compliance.overview.queries.scope import IN_HOUSE, Choices, Scope, choices, find_scope
from compliance.overview.queries.todo import waits
from compliance.overview.sheets import HEAT_COLUMNS, heat_rows
from compliance.overview.sitepages import site_page
from compliance.overview.vendorpages import vendor_page
from compliance.playbooks import queries as playbooks
from compliance.web.request import actor
from compliance.web.words import sentence

bp = Blueprint("overview", __name__, template_folder="templates")
bp.context_processor(lambda: {"to": addresses, "actor_zone": g.person.zone if "person" in g else "UTC"})


@bp.get("/today")
def home() -> str | Response:
    mine = homes.own_sites(actor())
    site = homes.chosen(mine, request.args.get("site", ""))
    if site is not None:
        return render_template("overview/lead.html", **homes.lead_home(actor(), mine, site))
    if not waits(actor()) and may_anywhere(actor(), Permission.VIEW_REPORT):
        return redirect(url_for("overview.network"))
    return render_template("overview/home.html", **homes.home(actor()))


@bp.get("/network")
def network() -> str:
    scope = _scope()
    found = network_overview(actor(), scope, request.args.get("after", ""))
    offered = choices(actor())
    return render_template(
        "overview/network.html", found=found, scope=scope, freeze=_freeze(scope),
        options=_options(offered, found.library.columns), **presenting.network(found, dict(offered.regions)))


@bp.get("/network/ratings.csv")
def network_csv() -> Response:
    """The ratings as seen, whole: every site of the scope, not only this page's."""
    return exports.csv_response("network", HEAT_COLUMNS, heat_rows(actor(), _scope(), clock.today()))


@bp.get("/network/ratings.xlsx")
def network_xlsx() -> Response:
    return exports.xlsx_response("network", HEAT_COLUMNS, heat_rows(actor(), _scope(), clock.today()))


@bp.get("/playbooks/<key>/versions/<number>/impact")
def impact(key: str, number: str) -> str:
    """In steps: the first at once, each further one asked for by the part of the page that the last one gave.

    Each looks twice as far as the last, as it must pass again over what was looked at before."""
    g.stands_under = "playbooks.index"
    version = playbooks.get_version(actor(), key, number)
    asked = request.args.get("upto", type=int) or AT_ONCE
    found = impact_of(actor(), version, max(asked, 1))
    page = "overview/impact_parts.html" if request.args.get("part") else "overview/impact.html"
    return render_template(page, found=found, version=version, next_step=asked + max(asked, AT_ONCE),
                           **impacts.shown(found))


@bp.get("/sites/<code>")
def site(code: str) -> str:
    g.stands_under = "network.sites"
    page = site_page(actor(), code, request.args.get("tab", ""))
    return render_template("overview/site.html", **page)


@bp.get("/vendors/<code>")
def vendor(code: str) -> str:
    g.stands_under = "network.vendors"
    return render_template("overview/vendor.html", **vendor_page(actor(), code))


@bp.get("/search")
def search() -> str:
    q = request.args.get("q", "").strip()
    return render_template("overview/search.html", q=q, groups=searching.search(actor(), q))


@bp.get("/network/<code>/<prefix>")
def result(code: str, prefix: str) -> str:
    g.stands_under = "overview.network"
    return render_template("overview/result.html", **presenting.result(result_of(actor(), code, prefix)))


def _scope() -> Scope:
    return find_scope(actor(), region=request.args.get("region", ""), vendor=request.args.get("vendor", ""),
                      tier=request.args.get("tier", ""), playbook=request.args.get("playbook", ""))


def _options(found: Choices, columns: Sequence[Column]) -> dict[str, list[tuple[str, str]]]:
    return {
        "region": [("", "All regions"), *found.regions],
        "vendor": [("", "All vendors"), (IN_HOUSE, "In-house"), *found.vendors],
        "tier": [("", "All tiers"), *((tier, sentence(tier)) for tier in TIERS)],
        "playbook": [("", "All playbooks"), *((column.prefix, column.title) for column in columns)],
    }


def _freeze(scope: Scope) -> str:
    kept = {"node": scope.code, "vendor": "" if scope.vendor == IN_HOUSE else scope.vendor}
    return addresses.listing("reports/new", **kept)
