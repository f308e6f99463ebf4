"""The pages of drafts."""

from compliance.playbooks.drafting.views import changing, clauses, commenting, editing, offering, previewing, starting
from compliance.playbooks.drafting.views.blueprint import bp

__all__ = ["bp", "changing", "clauses", "commenting", "editing", "offering", "previewing", "starting"]
