"""The blueprint of findings."""

from flask import Blueprint

bp = Blueprint("findings", __name__, url_prefix="/findings", template_folder="../templates")
