"""The pages of audits: lists and plans, the record, the checklist, closing and review."""

from compliance.audits.views import checklist, finishing, listing, planning, proposing, reassigning, record, reviewing
from compliance.audits.views.blueprint import bp

__all__ = ["bp", "checklist", "finishing", "listing", "planning", "proposing", "reassigning", "record", "reviewing"]
