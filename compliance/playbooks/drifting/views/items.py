"""One override beside what moved above it: settle each operation, accept one as it is, see what a draft would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance.access import Permission, may, require
from compliance.db import transaction
from compliance.errors import InvalidInput, NotFound, PlumblineError
from compliance.playbooks.drifting import commands, queries
from compliance.playbooks.drifting.choices import Choice, Chosen
from compliance.playbooks.drifting.comparing import Compared, compared
from compliance.playbooks.drifting.guards import against_rebasing
from compliance.playbooks.drifting.presenting import FIELDS, ToSettle, merge_rows, told
from compliance.playbooks.drifting.previewing import preview, sites_below
from compliance.playbooks.drifting.schemas import AcceptSchema, rebase_form
from compliance.playbooks.drifting.succeeding import next_number, open_numbers
from compliance.playbooks.drifting.views.blueprint import bp
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.playbooks.queries import get_override_version, line_of
from compliance.web.forms import Form
from compliance.web.request import actor

WRITING = "Whoever may ask for overrides here brings it onto the text above."


@dataclass(frozen=True)
class Before:
    """What is on the table: a version, what moved above it, and its operations one by one."""

    version: OverrideVersion
    found: Compared | None
    operations: list[ToSettle]


@bp.route("/drift/<key>/<scope>/<int:number>", methods=["GET", "POST"])
def item(key: str, scope: str, number: int) -> Response | tuple[str, int]:
    before = _before(key, scope, number)
    if request.method == "POST":
        require(actor(), Permission.REQUEST_OVERRIDE, before.version)
    form = _form(before)
    if form.submitted_and_valid():
        try:
            with transaction():
                made = commands.rebase(actor(), before.version, _choices(before, form.data), note=form.data["note"],
                                       seen=form.data.get("version"))
        except PlumblineError as error:
            form.reject(_at_its_field(before, error))
        else:
            flash(f"Version {made.number} is saved as a draft. Nothing has changed at a site yet.")
            return redirect(url_for("drifting.effect", key=key, scope=scope, number=made.number))
    return _page(before, form, Form(AcceptSchema())), form.status


@bp.post("/drift/<key>/<scope>/<int:number>/accept")
def accept(key: str, scope: str, number: int) -> Response | tuple[str, int]:
    before = _before(key, scope, number)
    require(actor(), Permission.DECIDE_LOCALLY, before.version)
    form = Form(AcceptSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                row = queries.get_item(actor(), before.version, form.data["operation"])
                commands.acknowledge(actor(), row, why=form.data["why"], seen=form.data["seen"])
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("Accepted as it is. It stays quiet until the text above it moves again.")
            return redirect(url_for("drifting.item", key=key, scope=scope, number=number))
    return _page(_before(key, scope, number), None, form), form.status


@bp.get("/drift/<key>/<scope>/<int:number>/effect")
def effect(key: str, scope: str, number: int) -> str:
    version = get_override_version(actor(), key, scope, number)
    sites = sites_below(actor(), version.override)
    code = request.args.get("site", "").upper() or (sites[0][0] if sites else "")
    seen = preview(actor(), version, code) if code else None
    return render_template("drifting/effect.html", version=version, line=line_of(version), sites=sites, code=code,
                           seen=seen, playbook=version.override.playbook, override=version.override,
                           refused=_unmet(seen.refused if seen else ()))


def _unmet(reasons: Sequence[str]) -> list[dict[str, Any]]:
    """Reasons as the box of what is needed shows them."""
    return [{"text": reason, "met": False} for reason in reasons]


def _before(key: str, scope: str, number: int) -> Before:
    version = get_override_version(actor(), key, scope, number)
    if version.status is not VersionStatus.APPROVED:
        raise NotFound
    found = compared(version)
    operations = told(actor(), found, queries.items_of(version)) if found else []
    return Before(version, found, operations)


def _form(before: Before) -> Form:
    positions, headings = [each.position for each in before.operations], [each.heading for each in before.operations]
    initial: dict[str, Any] = {"version": before.version.version}
    for each in before.operations:
        initial |= each.preset
    return Form(rebase_form(positions, headings), initial, stands={"Text above": "It moved again after you opened it."})


def _choices(before: Before, data: dict[str, Any]) -> dict[str, Chosen]:
    return {each.key: Chosen(Choice(data[f"choice_{each.position}"]), data[f"text_{each.position}"],
                             data[f"read_{each.position}"])
            for each in before.operations if not each.item.mechanical}


def _at_its_field(before: Before, error: PlumblineError) -> PlumblineError:
    """What is wrong with one operation, told at its field of the page."""
    if not isinstance(error, InvalidInput):
        return error
    places = {each.key: f"choice_{each.position}" for each in before.operations}
    return InvalidInput(str(error), {places.get(key, key): said for key, said in error.fields.items()})


def _page(before: Before, form: Form | None, accepting: Form) -> str:
    version = before.version
    written = open_numbers(version)
    against = [reason.message for reason in against_rebasing(version, before.found, written)]
    if not may(actor(), Permission.REQUEST_OVERRIDE, version):
        against.append(WRITING)
    return render_template(
        "drifting/item.html", version=version, line=line_of(version), override=version.override,
        against=_unmet(against), playbook=version.override.playbook, found=before.found, operations=before.operations,
        accepting=accepting, form=form or _form(before), merge_rows=merge_rows, next=next_number(version),
        written=written, fields=FIELDS,
        may_accept=may(actor(), Permission.DECIDE_LOCALLY, version))
