"""Everything a browser or a tablet asks of the floor: importing the modules adds their routes to the blueprints."""

from compliance.audits.field import session, shell, tablets
from compliance.audits.field.blueprint import api, bp

__all__ = ["api", "bp", "session", "shell", "tablets"]
