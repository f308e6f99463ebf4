"""Deciding on playbooks: the life of a version, who has to say yes to it, and what became of its clauses."""
