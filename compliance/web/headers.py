"""The headers every response carries, errors and downloads included."""

import uuid
from http import HTTPStatus

from flask import Flask, Response, g, request

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "font-src 'self'",
    "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
))
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Everything else is "no-store". An address with a digest in it never changes what it holds; what names such addresses
# is asked for anew each time.
CACHED = {
    "static": "public, max-age=3600",
    "field.asset": "public, max-age=31536000, immutable",
    "field.shell": "no-cache",
    "field.worker": "no-cache",
    "field.manifest": "no-cache",
}


def init(app: Flask) -> None:
    app.before_request(_name_the_request)
    app.after_request(_add_headers)


def _name_the_request() -> None:
    g.request_id = uuid.uuid4().hex


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("X-Request-Id", g.get("request_id", ""))
    if request.endpoint in CACHED and response.status_code < HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = CACHED[request.endpoint]
    else:
        # What one person may see must not be served to the next from a cache on the way, or by "back" after sign-out.
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Cookie, Accept"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
