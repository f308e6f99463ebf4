"""The application factory: the only module that knows every feature."""

from collections.abc import Mapping

import structlog
from flask import Flask, redirect, render_template, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from compliance import cli, config, db, health, starting
from compliance.accounts import cli as accounts_cli
from compliance.accounts import sessions
from compliance.accounts import views as accounts_views
from compliance.accounts.tokens import TABLET_LONGEST
from compliance.actions import views as actions_views
from compliance.audits import api as audits_api
from compliance.audits import views as audits_views
from compliance.audits.field import cli as field_cli
from compliance.audits.field import importing, kinds
from compliance.audits.field import views as field_views
from compliance.audits.field.work import AuditKind
from compliance.continuity import api as continuity_api
from compliance.continuity import views as continuity_views
from compliance.demo import cli as demo_cli
from compliance.files import store
from compliance.files import views as files_views
from compliance.findings import api as findings_api
from compliance.findings import views as findings_views
from compliance.floor import ExerciseKind
from compliance.network import cli as network_cli
from compliance.network import views as network_views
from compliance.overview import api as overview_api
from compliance.overview import views as overview_views
from compliance.playbooks import api as playbooks_api
from compliance.playbooks.adoption import api as adoption_api
from compliance.playbooks.adoption import views as adoption_views
from compliance.playbooks.drafting import api as drafting_api
from compliance.playbooks.drafting import views as drafting_views
from compliance.playbooks.drifting import api as drifting_api
from compliance.playbooks.drifting import cli as drifting_cli
from compliance.playbooks.drifting import views as drifting_views
from compliance.playbooks.governing import api as governing_api
from compliance.playbooks.governing import views as governing_views
from compliance.playbooks.localising import api as localising_api
from compliance.playbooks.localising import cli as playbooks_cli
from compliance.playbooks.localising import views as localising_views
from compliance.playbooks.oscal import api as oscal_api
from compliance.playbooks.oscal import cli as oscal_cli
from compliance.playbooks.oscal import views as oscal_views
from compliance.playbooks.reading import views as playbooks_views
from compliance.playbooks.searching import api as searching_api
from compliance.playbooks.searching import views as searching_views
from compliance.playbooks.translations import api as translations_api
from compliance.playbooks.translations import views as translations_views
from compliance.playbooks.waivers import api as waivers_api
from compliance.playbooks.waivers import views as waivers_views
from compliance.reports import views as reports_views
from compliance.web import errors, headers, look, navigation
from compliance.web import request as requests

PAGES = (
    accounts_views.bp, files_views.bp, network_views.bp, playbooks_views.bp, governing_views.bp, drifting_views.bp,
    localising_views.bp, actions_views.bp, findings_views.bp, audits_views.bp, continuity_views.bp,
    reports_views.bp, overview_views.bp, searching_views.bp, translations_views.bp, adoption_views.bp,
    waivers_views.bp, drafting_views.bp, oscal_views.bp, field_views.bp,
)
APIS = (
    overview_api.bp, playbooks_api.bp, drifting_api.bp, localising_api.bp, adoption_api.bp, findings_api.bp,
    audits_api.bp, continuity_api.bp, translations_api.bp, searching_api.bp, waivers_api.bp,
    drafting_api.bp, governing_api.bp, oscal_api.bp, field_views.api,
)
COMMANDS = (
    cli.db_cli, cli.journal_cli, starting.start, accounts_cli.group, network_cli.group, playbooks_cli.group,
    drifting_cli.group, demo_cli.group, field_cli.group,
)
# What a tablet can take along: audits and continuity know nothing of each other, so both are offered here.
FIELD_WORK: tuple[kinds.Kind, ...] = (AuditKind(), ExerciseKind())
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
    importing.let_copies_in(app)
    headers.init(app)
    errors.init(app)
    requests.init(app)
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
        PERMANENT_SESSION_LIFETIME=TABLET_LONGEST, TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
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
    for kind in FIELD_WORK:
        kinds.offer(kind)
    app.register_blueprint(health.bp)
    playbooks_cli.group.add_command(oscal_cli.group)
    for command in COMMANDS:
        app.cli.add_command(command)
    for blueprint in (*PAGES, *APIS):
        app.register_blueprint(blueprint)
    app.add_url_rule("/", "index", _index)
    app.add_url_rule("/components", "components", lambda: render_template("components/gallery.html"))


def _index() -> Response:
    return redirect(url_for("overview.home"))

