"""Evidence as it is handed out: photos to look at, everything else to save."""

import io
from uuid import UUID

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from compliance.errors import NotFound
from compliance.files import photos, store
from compliance.files.intake import OCTETS
from compliance.files.queries import get_evidence
from compliance.web.request import actor

bp = Blueprint("files", __name__, url_prefix="/evidence")
# Whatever a browser makes of the bytes, nothing in them may run or load.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
GONE = "The file is registered but its bytes are not in the store. Tell your administrator: a backup has them."


@bp.get("/<uuid:evidence_id>")
def show(evidence_id: UUID) -> Response:
    evidence = get_evidence(actor(), evidence_id)
    try:
        data = store.get(evidence.sha256)
    except FileNotFoundError as error:
        raise NotFound(GONE) from error
    if evidence.is_photo:
        return _sent(data, "image/jpeg", evidence.name, attachment=False)
    return _sent(data, OCTETS, evidence.name, attachment=True)


@bp.get("/<uuid:evidence_id>/thumb")
def thumb(evidence_id: UUID) -> Response:
    evidence = get_evidence(actor(), evidence_id)
    if not evidence.is_photo:
        raise NotFound("Only photos have a small copy.")
    try:
        return _sent(photos.thumbnail(evidence.sha256), "image/jpeg", evidence.name, attachment=False)
    except FileNotFoundError as error:
        raise NotFound(GONE) from error


def _sent(data: bytes, media_type: str, name: str, *, attachment: bool) -> Response:
    response = send_file(io.BytesIO(data), mimetype=media_type, as_attachment=attachment, download_name=name)
    response.headers["Content-Security-Policy"] = POLICY
    return response
