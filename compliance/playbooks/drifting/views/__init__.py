"""The pages of drift: the inbox, and one override beside what moved above it."""

from compliance.playbooks.drifting.views import inbox, items
from compliance.playbooks.drifting.views.blueprint import bp

__all__ = ["bp", "inbox", "items"]
