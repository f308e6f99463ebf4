"""Signing in and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance.accounts import sessions, signing_in
from compliance.accounts.schemas import SignInSchema
from compliance.db import transaction
from compliance.errors import RuleViolation
from compliance.web.forms import Form
from compliance.web.request import actor

bp = Blueprint("accounts", __name__, template_folder="templates")


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int]:
    if actor() is not None:
        return redirect(url_for("index"))
    form = Form(SignInSchema())
    if form.submitted_and_valid():
        with transaction():
            token = signing_in.enter_by_password(
                form.data["email"], form.data["password"], request.remote_addr or "", device())
        if token is not None:
            sessions.open_browser_session(token)
            return redirect(url_for("index"))
        form.reject(RuleViolation(signing_in.REFUSED))
    return render_template("accounts/sign_in.html", form=form), form.status


@bp.route("/enter/<token>", methods=["GET", "POST"])
def enter(token: str) -> Response | tuple[str, int]:
    """A one-time link. Opening it changes nothing (mail scanners open links too); the button on it signs in."""
    if request.method == "POST":
        with transaction():
            session_token = signing_in.enter_by_link(token, device())
        sessions.open_browser_session(session_token)
        return redirect(url_for("index"))
    link = signing_in.link_of(token)
    return render_template("accounts/enter.html", link=link), 200 if link else 409


@bp.post("/sign-out")
def sign_out() -> Response:
    session_id = actor().session_id
    if session_id is not None:
        with transaction():
            signing_in.leave(actor(), session_id)
    sessions.close_browser_session()
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def device() -> str:
    return request.headers.get("User-Agent", "")
