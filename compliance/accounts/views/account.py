"""One's own account: where one is signed in, the password, the zone of one's clock."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from compliance.accounts import commands, queries, schemas, signing_in
from compliance.accounts.devices import device_in_words
from compliance.accounts.views.blueprint import bp
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.network.places import zones
from compliance.web.forms import Form
from compliance.web.request import actor

Answer = Response | tuple[str, int]


@bp.route("/account", methods=["GET", "POST"])
def account() -> Answer:
    form = Form(schemas.ZoneSchema(), {"zone": g.person.zone})
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.change_own_zone(actor(), g.person, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"Your clock shows the time of {form.data['zone']}.")
            return redirect(url_for(".account"))
    return render_template(
        "accounts/account.html", form=form, person=g.person, zones=[(zone, zone) for zone in zones()],
        device=device_in_words,
        sessions=queries.live_sessions(actor().id), links=queries.links_given(actor().id)), form.status


@bp.route("/account/password", methods=["GET", "POST"])
def set_password() -> Answer:
    form = Form(schemas.PasswordSchema())
    asks = bool(g.person.password_hash) and not queries.session_is_by_link(actor().session_id)
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.set_password(actor(), g.person, **form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("Your password is set. Every other device is signed out.")
            return redirect(url_for(".account"))
    return render_template("accounts/password.html", form=form, asks=asks), form.status


@bp.post("/account/sessions/<uuid:session_id>/end")
def end_session(session_id: UUID) -> Response:
    login = queries.own_session(actor(), session_id)
    with transaction():
        signing_in.leave(actor(), login.id)
    flash("That device is signed out.")
    return redirect(url_for(".account"))


@bp.post("/account/sessions/end-others")
def end_other_sessions() -> Response:
    with transaction():
        commands.end_own_sessions(actor(), g.person)
    flash("Every other device is signed out.")
    return redirect(url_for(".account"))
