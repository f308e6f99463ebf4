"""The pages of actions: the list, one of them, and a small form per step."""

from compliance.actions.views import judging, lists, steps
from compliance.actions.views.blueprint import bp

__all__ = ["bp", "judging", "lists", "steps"]
