"""The people of the installation and the roles they hold, kept by the administrator."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import clock, exports, journal
from compliance.access import EVERYWHERE, Permission, Role, may, require
from compliance.accounts import commands, dominance, queries, schemas
from compliance.accounts.models import Person, RoleGrant
from compliance.accounts.views.blueprint import bp
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.network import queries as network
from compliance.network.places import zones
from compliance.web import words
from compliance.web.forms import Form
from compliance.web.request import actor

MANAGE = Permission.MANAGE_PEOPLE
Answer = Response | tuple[str, int] | str
Filters = dict[str, Any]


@bp.get("/people")
def people() -> str:
    found = queries.people(actor(), **_filters(), cursor=request.args.get("after", ""))
    return render_template("accounts/people.html", page=found, in_force=_in_force,
                           roles=_labelled(Role), vendors=_named_vendors())


@bp.get("/people.<any(csv, xlsx):kind>")
def export_people(kind: str) -> Response:
    columns: list[exports.Column] = [
        ("Name", lambda person: person.name), ("E-mail", lambda person: person.email),
        ("Title", lambda person: person.title),
        ("Employer", lambda person: person.vendor.name if person.vendor else "the company"),
        ("Roles today", lambda person: "; ".join(_in_words(grant) for grant in _in_force(person))),
        ("State", lambda person: "active" if person.active else "inactive")]
    return exports.file_response(kind, "people", columns, queries.all_people(actor(), **_filters()))


@bp.route("/people/new", methods=["GET", "POST"])
def add_person() -> Answer:
    require(actor(), MANAGE, EVERYWHERE)
    form = Form(schemas.NewPersonSchema(), {"zone": "UTC"})
    if form.submitted_and_valid():
        try:
            with transaction():
                person = commands.add_person(actor(), **_with_records(form.data))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{person.name} is here. Give them a role next, then a one-time link.")
            return redirect(url_for(".person", person_id=person.id))
    return render_template("accounts/person_new.html", form=form, vendors=_named_vendors(), **_choices()), form.status


@bp.get("/people/<uuid:person_id>")
def person(person_id: UUID) -> str:
    shown = queries.get_person(actor(), person_id)
    manages = may(actor(), MANAGE, shown)
    inner = {"around": queries.around(shown), "sessions": queries.live_sessions(shown.id),
             "history": journal.history(shown)} if manages else {}
    return render_template("accounts/person.html", person=shown, manages=manages, in_force=_in_force, **inner)


@bp.route("/people/<uuid:person_id>/settings", methods=["GET", "POST"])
def person_settings(person_id: UUID) -> Answer:
    shown = _managed(person_id)
    form = Form(schemas.PersonSchema(), _values(shown))
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.change_person(actor(), shown, **_with_records(form.data))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"The details of {shown.name} are saved.")
            return redirect(url_for(".person", person_id=shown.id))
    return render_template("accounts/person_settings.html", form=form, person=shown, **_choices()), form.status


@bp.route("/people/<uuid:person_id>/roles/new", methods=["GET", "POST"])
def grant_role(person_id: UUID) -> Answer:
    shown = _managed(person_id)
    employer = shown.vendor.code if shown.vendor else ""
    form = Form(schemas.GrantSchema(), {"from_on": clock.today().isoformat(), "vendor": employer, "node": "network"})
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.grant_role(actor(), shown, **_with_place(form.data))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{shown.name} holds the role.")
            return redirect(url_for(".person", person_id=shown.id))
    return render_template("accounts/grant.html", form=form, person=shown, nodes=_named_nodes(),
                           vendors=[(employer, shown.vendor.name)] if shown.vendor else _named_vendors(),
                           roles=_labelled(dominance.roles_for(shown.vendor_id))), form.status


@bp.post("/roles/<uuid:grant_id>/end")
def revoke_role(grant_id: UUID) -> Response:
    grant = queries.get_grant(actor(), grant_id)
    with transaction():
        commands.revoke_role(actor(), grant, version=request.form.get("version", type=int))
    flash(f"{grant.person.name} is no longer {grant.role.label.lower()} there, and signs in anew.")
    return redirect(url_for(".person", person_id=grant.person_id))


@bp.post("/people/<uuid:person_id>/link")
def give_link(person_id: UUID) -> str:
    """The link is in this one answer and nowhere else: not in the address, not in the journal."""
    shown = _managed(person_id)
    with transaction():
        token = commands.give_link(actor(), shown)
    return render_template("accounts/link.html", person=shown, url=url_for(".enter", token=token, _external=True))


@bp.post("/people/<uuid:person_id>/deactivation")
def deactivate(person_id: UUID) -> Response:
    shown = _managed(person_id)
    with transaction():
        commands.deactivate_person(actor(), shown, version=request.form.get("version", type=int))
    flash(f"{shown.name} is signed out everywhere and cannot sign in. Give what they own to others under Actions.")
    return redirect(url_for(".person", person_id=shown.id))


@bp.post("/people/<uuid:person_id>/reactivation")
def reactivate(person_id: UUID) -> Response:
    shown = _managed(person_id)
    with transaction():
        commands.reactivate_person(actor(), shown, version=request.form.get("version", type=int))
    flash(f"{shown.name} can come back. Give them a one-time link.")
    return redirect(url_for(".person", person_id=shown.id))


@bp.post("/people/<uuid:person_id>/sign-out")
def sign_out_everywhere(person_id: UUID) -> Response:
    shown = _managed(person_id)
    with transaction():
        commands.sign_out_everywhere(actor(), shown)
    flash(f"{shown.name} is signed out everywhere.")
    return redirect(url_for(".person", person_id=shown.id))


def _managed(person_id: UUID) -> Person:
    """Somebody in sight, for those who manage people: the others are told so, since they see the person."""
    shown = queries.get_person(actor(), person_id)
    require(actor(), MANAGE, shown.place)
    return shown


def _filters() -> Filters:
    role, state = request.args.get("role", ""), request.args.get("state", "active")
    return {"search": request.args.get("q", "").strip(), "role": Role(role) if role in set(Role) else None,
            "vendor": request.args.get("employer", ""), "active": {"active": True, "inactive": False}.get(state)}


def _in_force(person: Person) -> list[RoleGrant]:
    return queries.grants_today(person)


def _in_words(grant: RoleGrant) -> str:
    where = f"{grant.vendor.name}, {grant.node.name}" if grant.vendor else grant.node.name
    return f"{grant.role.label}, {where}"


def _with_records(fields: dict[str, Any]) -> dict[str, Any]:
    """Codes and addresses as the records they name; what is out of sight is not found."""
    vendor, home, manager = (fields.pop(name, None) for name in ("vendor", "home_site", "manager"))
    if vendor:
        fields["vendor"] = network.get_vendor(actor(), vendor)
    return fields | {"home_site": network.get_site(actor(), home) if home else None,
                     "manager": queries.get_by_email(actor(), manager) if manager else None}


def _with_place(fields: dict[str, Any]) -> dict[str, Any]:
    vendor = fields.pop("vendor")
    return fields | {"node": network.get_node(actor(), fields.pop("node")), "role": Role(fields.pop("role")),
                     "vendor": network.get_vendor(actor(), vendor) if vendor else None}


def _choices() -> dict[str, Any]:
    return {"zones": [(zone, zone) for zone in zones()],
            "sites": [(site.code, f"{site.code} {site.name}") for site in network.sites(actor())]}


def _labelled(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role.value, role.label) for role in roles]


def _named_vendors() -> list[tuple[str, str]]:
    return [(vendor.code, vendor.name) for vendor in network.vendors(actor())]


def _named_nodes() -> list[tuple[str, str]]:
    """Every place a role can be held over, indented by its depth."""
    above = [(node.path, node.code, node.name, node.kind) for node in network.nodes_above_sites(actor())]
    sites = [(site.path, site.code, f"{site.code} {site.name}", site.kind) for site in network.sites(actor())]
    return [(code, f"{' ' * 4 * (path.count('/') - 1)}{name} ({words.sentence(kind).lower()})")
            for path, code, name, kind in sorted(above + sites)]


def _values(person: Person) -> dict[str, Any]:
    around = queries.around(person)
    return {"name": person.name, "email": person.email, "title": person.title, "zone": person.zone,
            "home_site": around.home_site.code if around.home_site else "",
            "manager": around.manager.email if around.manager else "", "version": person.version}
