"""The two blueprints of the tablet: the shell with the pages around it, and the JSON it talks to."""

from flask import Blueprint, Response, request

PROTOCOL = 1
OLDEST_PROTOCOL = 1
API = "/field/api/v1"
bp = Blueprint("field", __name__, template_folder="templates")
api = Blueprint("field_api", __name__, url_prefix=API)


@api.after_app_request
def name_the_protocol(response: Response) -> Response:
    """Say on every answer that this server wrote it: a gateway of some hotel answers 200 as well."""
    if request.path.startswith("/field/api/"):
        response.headers["X-Field-Protocol"] = str(PROTOCOL)
    return response
