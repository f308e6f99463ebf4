"""The blueprint of requests; the register and the page of an override keep their addresses among the playbooks."""

from flask import Blueprint

bp = Blueprint("localising", __name__, template_folder="../templates")
