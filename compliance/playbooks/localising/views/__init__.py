"""The pages of overrides: the register, one version with its request, and what is done with it."""

from compliance.playbooks.localising.views import asking, deciding, showing, weighing
from compliance.playbooks.localising.views.blueprint import bp

__all__ = ["asking", "bp", "deciding", "showing", "weighing"]
