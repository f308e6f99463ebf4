"""Everything a browser or a tablet asks of the floor: importing the modules adds their routes to the blueprints."""

from compliance.audits.field import deciding, downloading, importing, session, shell, synchronising, tablets
from compliance.audits.field.blueprint import api, bp

__all__ = ["api", "bp", "deciding", "downloading", "importing", "session", "shell", "synchronising", "tablets"]
