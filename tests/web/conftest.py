"""An application with the look alone: what a component shows depends on nothing else."""

import pytest
from flask import Flask, render_template, request

from compliance.web import headers, look


@pytest.fixture(scope="session")
def pages() -> Flask:
    app = Flask("compliance", static_folder="web/static", template_folder="web/templates")
    app.secret_key = "a key for tests that signs nothing of worth"
    headers.init(app)
    look.install(app)
    frame = {"who": "Aisyah Rahman", "role": "Site lead", "clock": "09:40", "home_url": "/", "search_url": "/search"}
    app.jinja_env.globals.update(
        csrf_token=lambda: "token-of-the-session",
        navigation=lambda: [{"label": "Today", "icon": "list-check", "url": "/", "current": True, "count": 7}],
        frame=lambda: {**frame, "sign_out_url": "/sign-out", "live": None, "links": ()},
    )
    app.add_url_rule("/list", "list", lambda: "")
    app.add_url_rule("/components", "gallery", lambda: render_template("components/gallery.html"))
    app.add_url_rule("/sign-out", "sign_out", lambda: f"theme {request.form.get('theme')}", methods=["POST"])
    return app
