"""The pages of playbooks and overrides."""

from compliance.playbooks.views import bringing_in, overriding, texts
from compliance.playbooks.views.blueprint import bp

__all__ = ["bp", "bringing_in", "overriding", "texts"]
