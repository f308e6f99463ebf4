"""How a browser stays signed in: Flask-Login around the session table, closed to everybody by default."""

from flask import Flask, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from compliance.accounts import signing_in
from compliance.accounts.models import LoginSession
from compliance.db import transaction
from compliance.web.errors import problem, wants_json

# What anybody may reach, each with its reason. Everything else needs a session.
PUBLIC_ENDPOINTS = {
    "static": "styles, scripts and icons hold no records",
    "field.shell": "the tablet's one page holds nobody's data, and has to open without a network",
    "field.worker": "a list of files",
    "field.manifest": "a name and icons",
    "field.asset": "styles, scripts and icons hold no records",
    "accounts.sign_in": "the way in",
    "accounts.enter": "the way in by one-time link",
    "health.healthz": "asked by load balancers",
    "health.readyz": "asked by load balancers",
}
# Of these, what is the same for everybody: nobody is looked up to serve it, so nobody can be in it.
SAME_FOR_ALL = frozenset({"static", "field.shell", "field.worker", "field.manifest", "field.asset"})


class SignedIn(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """Flask-Login's user: one live session of one person."""

    def __init__(self, token: str, login: LoginSession) -> None:
        self.token = token
        self.login = login

    def get_id(self) -> str:
        return self.token


def init(app: Flask) -> None:
    manager = LoginManager(app)
    manager.user_loader(_load)
    app.before_request(_close_by_default)


def open_browser_session(token: str) -> None:
    """Bind the browser to a new session; what the old one held is gone, so that nobody can fix it beforehand."""
    session.clear()
    login = signing_in.session_of(token)
    if login is not None:
        login_user(SignedIn(token, login))


def close_browser_session() -> None:
    logout_user()
    session.clear()


def _load(token: str) -> SignedIn | None:
    login = signing_in.session_of(token)
    return SignedIn(token, login) if login is not None else None


def _close_by_default() -> Response | None:
    g.actor = None
    if request.endpoint in SAME_FOR_ALL:
        return None
    if not current_user.is_authenticated:
        return None if request.endpoint in PUBLIC_ENDPOINTS or request.endpoint is None else _to_sign_in()
    login = current_user.login
    g.person = login.person
    g.actor = signing_in.actor_for(login.person, login.id)
    if signing_in.needs_touch(login):
        with transaction():
            signing_in.touch(login.id)
    return None


def _to_sign_in() -> Response:
    if wants_json():
        return problem(401, "Sign in, then ask again.", code="signed_out")
    return redirect(url_for("accounts.sign_in"))
