"""Signing in and out."""

import re

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance.accounts import sessions, signing_in
from compliance.accounts.schemas import SignInSchema
from compliance.accounts.views.blueprint import bp
from compliance.db import transaction
from compliance.errors import RuleViolation
from compliance.web.forms import Form
from compliance.web.request import actor

THE_TABLET = re.compile(r"/field/[A-Za-z0-9/_-]*")


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int]:
    if actor() is not None:
        return redirect(_afterwards())
    form = Form(SignInSchema())
    if form.submitted_and_valid():
        with transaction():
            attempt = signing_in.begin_attempt(form.data["email"], request.remote_addr or "")
        person = signing_in.person_matching(form.data["email"], form.data["password"])
        if person is not None:
            with transaction():
                token = signing_in.enter_by_password(person, attempt, device())
            sessions.open_browser_session(token)
            return redirect(_afterwards())
        form.reject(RuleViolation(signing_in.REFUSED))
    return render_template("accounts/sign_in.html", form=form, afterwards=_afterwards()), form.status


def _afterwards() -> str:
    """Where somebody goes once signed in: back to the tablet they came from, else home. No other address is followed.

    The page a link names is the sender's choice, and signing in is when people look least at where they are.
    """
    wanted = request.args.get("next", "")
    return wanted if THE_TABLET.fullmatch(wanted) else url_for("index")


@bp.route("/enter/<token>", methods=["GET", "POST"])
def enter(token: str) -> Response | tuple[str, int]:
    """A one-time link. Opening it changes nothing (mail scanners open links too); the button on it signs in."""
    if request.method == "POST":
        with transaction():
            session_token = signing_in.enter_by_link(token, device())
            _leave_present_session()
        sessions.open_browser_session(session_token)
        return redirect(url_for("index"))
    link = signing_in.link_of(token)
    return render_template("accounts/enter.html", link=link), 200 if link else 409


@bp.post("/sign-out")
def sign_out() -> Response:
    with transaction():
        _leave_present_session()
    sessions.close_browser_session()
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _leave_present_session() -> None:
    """A browser holds one session: the one it had before is over, not merely forgotten."""
    present = actor().session_id if actor() is not None else None
    if present is not None:
        signing_in.leave(actor(), present)


def device() -> str:
    return request.headers.get("User-Agent", "")
