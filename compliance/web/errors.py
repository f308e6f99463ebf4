"""Every error to every reader, from one place: a page for people, problem+json (RFC 9457) for programs."""

import uuid

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from compliance.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    PlumblineError,
    RuleViolation,
    TooManyAttempts,
)

log = structlog.get_logger()
STATUS: dict[type[PlumblineError], int] = {
    NotFound: 404, Forbidden: 403, InvalidInput: 422, TooManyAttempts: 429, Conflict: 409, RuleViolation: 409,
}
SERVER_ERROR = 500
JSON_ALONE = ("/api/", "/field/api/")  # addresses no person opens
TITLES = {
    400: "That request could not be read", 401: "Sign in first", 403: "Not yours to do", 404: "Nothing here",
    405: "Not possible this way", 409: "That cannot be done as it stands", 413: "Too large",
    422: "Something needs correcting", 429: "Too many attempts", 500: "Something went wrong on our side",
}


def wants_json() -> bool:
    """Programs say so in the address, the body or the Accept header."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.path.startswith(JSON_ALONE) or request.is_json or best == "application/json"


def problem(status: int, detail: str, *, fields: dict[str, list[str]] | None = None,
            reasons: tuple[str, ...] = (), code: str = "") -> Response:
    """An RFC 9457 answer, or the page that says the same; `code` is for a program that must tell causes apart."""
    if wants_json():
        body: dict[str, object] = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status,
                                   "detail": detail}
        if code:
            body["code"] = code
        if fields:
            body["fields"] = fields
        if len(reasons) > 1:
            body["reasons"] = list(reasons)
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        response = make_response(render_template(
            "errors/error.html", status=status, title=TITLES.get(status, "Error"), detail=detail,
            reasons=reasons if len(reasons) > 1 else (), fields=fields or {},
            request_id=g.get("request_id", "") if status >= SERVER_ERROR else ""))
    response.status_code = status
    return response


def init(app: Flask) -> None:
    app.register_error_handler(PlumblineError, _domain_error)
    app.register_error_handler(ValidationError, _unreadable)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _domain_error(error: PlumblineError) -> Response:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    response = problem(status, str(error), fields=getattr(error, "fields", None),
                       reasons=getattr(error, "reasons", ()))
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _unreadable(error: ValidationError) -> Response:
    return problem(422, "Some of what was sent needs correcting.", fields=error.normalized_messages())


def _stale_form(_error: CSRFError) -> Response:
    return problem(400, "This page was open too long, or was opened by another sign-in. "
                        "Go back, reload it and send it again; your browser keeps what you typed.", code="csrf")


def _http_error(error: HTTPException) -> Response:
    detail = {404: str(NotFound()), 405: "This address does not take that kind of request.",
              413: "What was sent is larger than this address takes. Send a smaller file."}
    code = error.code or 500
    return problem(code, detail.get(code) or error.description or "")


def _unexpected(error: Exception) -> Response:
    g.request_id = request_id = g.get("request_id") or uuid.uuid4().hex
    log.error("unexpected", request_id=request_id, path=request.path, exc_info=error)
    return problem(500, "It was noted. Nothing you sent was half saved. Try again in a moment.")
