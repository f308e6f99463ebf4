"""The application factory: the only module that knows every feature."""

import importlib
import importlib.util
from collections.abc import Mapping
from datetime import timedelta

import structlog
from flask import Flask, redirect, render_template, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from compliance import cli, config, db, health, starting
from compliance.accounts import sessions
from compliance.files import store
from compliance.web import errors, headers, look, navigation

FEATURES = (
    "accounts", "files", "network", "playbooks", "actions", "findings", "audits", "continuity", "reports", "overview",
    "demo",
)
UPLOAD_BYTES = 32 * 1024 * 1024
FORM_BYTES = 4 * 1024 * 1024


def create_app(given: Mapping[str, object] | None = None) -> Flask:
    """The application for the environment, or for the settings given (tests)."""
    settings = config.load(given)
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    _configure(app, settings)
    db.connect(settings.database_url)
    store.keep_in(settings.data / "files")
    app.teardown_appcontext(lambda _error: db.session.remove())
    headers.init(app)
    errors.init(app)
    CSRFProtect(app)
    sessions.init(app)
    look.install(app)
    navigation.init(app)
    _register(app)
    return app


def _configure(app: Flask, settings: config.Config) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key, TESTING=settings.testing,
        MAX_CONTENT_LENGTH=UPLOAD_BYTES, MAX_FORM_MEMORY_SIZE=FORM_BYTES, MAX_FORM_PARTS=5000,
        SESSION_COOKIE_NAME="__Host-plumbline" if settings.secure_cookies else "plumbline",
        SESSION_COOKIE_SECURE=settings.secure_cookies, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=7), TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None, PLUMBLINE=settings,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask documents this very assignment
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    structlog.configure(processors=[
        structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])


def _register(app: Flask) -> None:
    app.register_blueprint(health.bp)
    app.cli.add_command(cli.db_cli)
    app.cli.add_command(cli.journal_cli)
    app.cli.add_command(starting.start)
    for name in FEATURES:
        for part, attribute in (("views", "bp"), ("api", "bp"), ("cli", "group")):
            module = f"compliance.{name}.{part}"
            if importlib.util.find_spec(f"compliance.{name}") and importlib.util.find_spec(module):
                thing = getattr(importlib.import_module(module), attribute)
                app.cli.add_command(thing) if part == "cli" else app.register_blueprint(thing)
    app.add_url_rule("/", "index", _index)
    app.add_url_rule("/components", "components", lambda: render_template("components/gallery.html"))


def _index() -> Response:
    return redirect(url_for("overview.home"))

