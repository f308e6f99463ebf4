"""Gives the templates their vocabulary: components as `ui.…`, charts, words, static addresses and list addresses."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, request, url_for
from jinja2 import Environment

from compliance.web import charts, gallery, words
from compliance.web.components.heat import heat_cells
from compliance.web.components.prose import sanitised
from compliance.web.sprite import ICONS
from compliance.web.states import look_of
from compliance.wording import apart, counted

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"
STATIC_URL = "/static"
FAMILIES = (
    "icon", "status", "head", "buttons", "tables", "facts", "history", "messages", "rule", "heat", "fields", "choices",
    "tablet",
)  # fmt: skip
FILTERS = (
    words.number, words.percent, words.day, words.moment, words.in_days, words.filesize, words.sentence, words.digest,
    sanitised, apart,
)  # fmt: skip


# Macros that say the same for the same words, on every page: a list asks for some of them six times a row.
REMEMBERED = frozenset({"icon", "mark", "state", "tag", "severity", "rating", "chip", "direction"})


class Components:
    """Every macro of `templates/components/` by its name, so that a page writes `ui.tag(…)` without imports."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        for family in FAMILIES:
            macro = getattr(self._environment.get_template(f"components/{family}.html").module, name, None)
            if macro is not None and not name.startswith("_"):
                if self._environment.auto_reload:
                    return macro
                setattr(self, name, lru_cache(maxsize=2048)(macro) if name in REMEMBERED else macro)
                return getattr(self, name)
        raise AttributeError(f"there is no component called {name!r}; docs/components.md lists them")


@lru_cache(maxsize=256)
def asset(name: str) -> str:
    """The address of a static file with its digest, so that it can be cached for ever and still change."""
    content = (STATIC / name).read_bytes()
    return f"{STATIC_URL}/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@lru_cache(maxsize=512)
def icon_href(name: str) -> str:
    """Where an icon is in the sprite. One that is not there fails: it would be an empty place nobody notices."""
    if not (ICONS / f"{name}.svg").is_file():
        raise LookupError(f"there is no icon {name!r} in compliance/web/icons; docs/components.md says how to add one")
    return f"{asset('icons.svg')}#i-{name}"


def url_with(**changes: object) -> str:
    """This page's address with some query values changed; None takes one out.

    Not built by `url_for`: an address may carry any name, also those `url_for` takes for its own.
    """
    values: dict[str, Any] = {name: request.args.getlist(name) for name in request.args}
    values.update(changes)
    kept = {name: value for name, value in values.items() if value is not None}
    return quote(request.script_root + request.path) + ("?" + urlencode(kept, doseq=True) if kept else "")


def file_url(endpoint: str, kind: str) -> str:
    """The list of this page as a file, filtered and sorted as it is seen."""
    asked = request.query_string.decode("ascii", "replace")
    return url_for(endpoint, kind=kind) + (f"?{asked}" if asked else "")


def install(app: Flask) -> None:
    """Add the vocabulary to the app's templates. The app gives `navigation`, `frame` and `csrf_token` itself."""
    app.jinja_env.globals.update(
        ui=Components(app.jinja_env),
        asset=asset,
        icon_href=icon_href,
        url_with=url_with,
        file_url=file_url,
        look_of=look_of,
        charts=charts,
        counted=counted,
        heat_cells=heat_cells,
        specimen=gallery.specimen,
    )
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
