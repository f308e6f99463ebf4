"""Whether this process lives, and whether it can do its work."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from compliance import db, migrating
from compliance.journal import JournalHead

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    try:
        entries = db.session.scalar(select(JournalHead.seq))
        behind = migrating.current() != migrating.head()
    except SQLAlchemyError:
        return jsonify(status="no database"), 503
    return (jsonify(status="migrations wait"), 503) if behind else (jsonify(status="ok", journal=entries), 200)
