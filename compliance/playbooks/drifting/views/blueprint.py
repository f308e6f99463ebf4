"""The blueprint of the drift pages."""

from flask import Blueprint

bp = Blueprint("drifting", __name__, template_folder="../templates")
