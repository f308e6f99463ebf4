"""The blueprint of the audit pages."""

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("audits", __name__, template_folder="../templates")
Answer = Response | tuple[str, int] | str
