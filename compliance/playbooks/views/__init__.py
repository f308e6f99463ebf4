"""The pages of playbooks."""

from compliance.playbooks.views import bringing_in, texts
from compliance.playbooks.views.blueprint import bp

__all__ = ["bp", "bringing_in", "texts"]
