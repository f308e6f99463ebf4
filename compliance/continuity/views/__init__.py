"""The pages of continuity."""

from compliance.continuity.views import exercises, plans, reviews
from compliance.continuity.views.overview import bp

__all__ = ["bp", "exercises", "plans", "reviews"]
