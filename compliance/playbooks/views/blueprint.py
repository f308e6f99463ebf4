"""The blueprint of the playbook pages, and how they read dates in an address."""

from datetime import date

from flask import Blueprint, request

from compliance.errors import InvalidInput
from compliance.playbooks.naming import chain_said, team
from compliance.playbooks.substitution import fill

bp = Blueprint("playbooks", __name__, template_folder="../templates")
bp.add_app_template_filter(fill, "filled")
bp.add_app_template_filter(team, "team")
bp.add_app_template_filter(chain_said, "chain")


def day_argument(name: str) -> date | None:
    """A day in the query string. Raises InvalidInput for what is none."""
    raw = request.args.get(name, "").strip()
    if not raw:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise InvalidInput(f"“{raw[:20]}” is no day. Write it as 2026-01-15.") from None
