"""The blueprint of the drift pages."""

from flask import Blueprint, g

from compliance.playbooks.drifting.presenting import fields_said, given_way, headed

bp = Blueprint("drifting", __name__, template_folder="../templates")
bp.before_request(lambda: setattr(g, "stands_under", "playbooks.overrides"))
bp.add_app_template_filter(headed, "heading")
bp.add_app_template_filter(fields_said, "fields")
bp.add_app_template_test(given_way, "given_way")
