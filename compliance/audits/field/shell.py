"""The shell of the tablet: one page without a name in it, its worker, its files and what installs it."""

import json
from functools import lru_cache

from flask import Response, jsonify, render_template, request
from werkzeug.exceptions import NotFound

from compliance.audits.field.assets import Asset, Build, gather, written
from compliance.audits.field.blueprint import bp

ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"),
         ("icon-maskable-512.png", "512x512", "maskable"))
GROUND = "#fdfcfa"


@lru_cache(maxsize=1)
def build() -> Build:
    """The shell of this process, read once: modules of two versions never mix."""
    return gather(_page("", "", []))


@lru_cache(maxsize=1)
def page() -> Asset:
    """The one page, written once."""
    present = build()
    modules = [asset.name for asset in present.assets.values() if asset.is_module]
    return written("/field/", "text/html; charset=utf-8", _page(present.base, present.digest, modules))


@lru_cache(maxsize=1)
def keeper() -> Asset:
    """The worker with the names of what it keeps on top."""
    present = build()
    names = {"BUILD": present.digest, "SHELL": "/field/", "ASSETS": present.addresses}
    told = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in names.items())
    return written("sw.js", "text/javascript; charset=utf-8", told + present.worker)


def _page(base: str, digest: str, modules: list[str]) -> str:
    return render_template("field/shell.html", base=base, build=digest, modules=modules)


@bp.get("/field/")
@bp.get("/field/<path:place>")
def shell(place: str = "") -> Response:
    """The same bytes for everybody and every address below: what is shown comes out of the tablet."""
    if place.startswith(("api/", "app/")):
        raise NotFound
    return _sent(page())


@bp.get("/field/sw.js")
def worker() -> Response:
    """The worker changes exactly when a file of the shell does, which is how a browser notices a new version."""
    response = _sent(keeper())
    response.headers["Service-Worker-Allowed"] = "/field/"
    return response


@bp.get("/field/app.webmanifest")
def manifest() -> Response:
    base = build().base
    response: Response = jsonify(
        id="/field/", name="Plumbline on the floor", short_name="Plumbline", start_url="/field/", scope="/field/",
        display="standalone", background_color=GROUND, theme_color=GROUND, lang="en", dir="auto",
        description="Audits and exercises on the floor, with or without a network.",
        icons=[{"src": base + name, "sizes": sizes, "type": "image/png", "purpose": purpose}
               for name, sizes, purpose in ICONS])
    response.content_type = "application/manifest+json"
    return response


@bp.get("/field/app/<digest>/<path:name>")
def asset(digest: str, name: str) -> Response:
    """A file of the shell. One of another build is not found: half an old shell and half a new one is none."""
    present = build()
    found = present.assets.get(name) if digest == present.digest else None
    if found is None:
        raise NotFound
    return _sent(found)


def _sent(found: Asset) -> Response:
    if found.packed is None or not request.accept_encodings["gzip"]:
        return Response(found.content, content_type=found.kind, headers={"Vary": "Accept-Encoding"})
    return Response(found.packed, content_type=found.kind,
                    headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
