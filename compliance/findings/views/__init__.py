"""The pages of findings: the list, one of them, and the forms of those who answer and decide."""

from compliance.findings.views import answering, lists
from compliance.findings.views.blueprint import bp

__all__ = ["answering", "bp", "lists"]
